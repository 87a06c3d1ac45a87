package dev.tenon.jobs.internal.broker;

import dev.tenon.jobs.internal.pointer.JobPointer;
import dev.tenon.jobs.internal.pointer.PublishedPointer;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/** Stands in for the class of this name: publishes pointers to a callback. */
public final class PointerPublisher {

  private final Consumer<List<JobPointer>> broker;

  /** Creates a publisher. */
  public PointerPublisher(Consumer<List<JobPointer>> broker) {
    this.broker = broker;
  }

  /** The result of a batch. */
  public record Result(
      List<PublishedPointer> confirmed,
      List<JobPointer> unroutable,
      List<JobPointer> unpublishable) {}

  /** Publishes pointers, all of which are confirmed. */
  public Result publish(List<JobPointer> pointers) throws BrokerUnavailableException {
    broker.accept(pointers);
    UUID message = new UUID(3, 1);
    return new Result(
        pointers.stream().map(pointer -> new PublishedPointer(pointer, message)).toList(),
        List.of(),
        List.of());
  }
}
