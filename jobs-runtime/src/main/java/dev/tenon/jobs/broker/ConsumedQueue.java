package dev.tenon.jobs.broker;

import java.util.List;

/**
 * A queue that a worker consumes. Immutable.
 *
 * @param name its name, without the prefix
 * @param routingKeys those of the worker's job types that lead to it, sorted; it is bound to them
 * @param forSome whether it is there for workers that handle only some of the job types of a
 *     module's queue: it gets copies of their pointers, and is removed when such a worker has not
 *     been there for a while
 */
public record ConsumedQueue(String name, List<String> routingKeys, boolean forSome) {

  /** Copies the list. */
  public ConsumedQueue {
    routingKeys = List.copyOf(routingKeys);
  }
}
