package dev.tenon.jobs;

import java.util.Objects;

/**
 * A value that a job has emitted, as a Java value. Immutable if the value is. Its {@code
 * toString()} leaves the value out.
 *
 * @param id the position among the events of the job: given to {@link
 *     EmittingJobs#emitted(java.util.UUID, String)}, it asks for the values after this one
 * @param attempt the number of the attempt that emitted it, from 1
 * @param run tells the runs of the handler apart: each run has a higher number than those before.
 *     An attempt that was put off, or whose worker was shut down, is made again with the same
 *     number in another run. The values of a run are complete up to any of them, and in order. If
 *     the number is higher than that of the value before, the handler has begun again
 * @param value the value
 * @param <E> its class
 */
public record EmittedValue<E>(String id, int attempt, long run, E value) {

  /** Checks that nothing is null. */
  public EmittedValue {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(value, "value");
  }

  /** The event without its value, which may be sensitive. */
  @Override
  public String toString() {
    return "EmittedValue[id=%s, attempt=%d, run=%d]".formatted(id, attempt, run);
  }
}
