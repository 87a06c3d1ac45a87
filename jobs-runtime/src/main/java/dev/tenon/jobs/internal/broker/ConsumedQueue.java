package dev.tenon.jobs.internal.broker;

import java.util.List;

/**
 * A queue that a worker consumes. Immutable.
 *
 * @param queue the queue
 * @param routingKeys those of the worker's job types that lead to it, sorted; it is bound to them
 */
public record ConsumedQueue(PointerQueue queue, List<String> routingKeys) {

  /** Copies the list. */
  public ConsumedQueue {
    routingKeys = List.copyOf(routingKeys);
  }

  String name() {
    return queue.name();
  }

  /** Returns whether it gets copies of pointers that others may have taken before it existed. */
  boolean getsCopies() {
    return queue.kind() == PointerQueue.Kind.FOR_SOME;
  }
}
