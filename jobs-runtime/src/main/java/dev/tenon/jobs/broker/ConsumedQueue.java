package dev.tenon.jobs.broker;

import java.util.List;

/**
 * A queue that a worker consumes. Immutable.
 *
 * @param queue the queue
 * @param routingKeys those of the worker's job types that lead to it, sorted; it is bound to them
 * @param forSome whether it is there for workers that handle only some of the job types of a
 *     module: it gets copies of their pointers
 */
public record ConsumedQueue(PointerQueue queue, List<String> routingKeys, boolean forSome) {

  /** Copies the list. */
  public ConsumedQueue {
    routingKeys = List.copyOf(routingKeys);
  }

  String name() {
    return queue.name();
  }
}
