package dev.tenon.jobs.worker;

import java.time.Duration;

/**
 * A place among the jobs of a worker. Whoever is claimed among all that wait begins a turn; when a
 * job of a workflow ends, the next step may take its place.
 *
 * @param sinceNanos when the turn began, by {@link System#nanoTime}: before the claim that brought
 *     its job was sent
 * @param isNextStep whether the job took the place of another
 */
record Turn(long sinceNanos, boolean isNextStep) {

  /**
   * After that long others have their turn, however long the chain of steps is, and whatever their
   * priority.
   */
  private static final Duration MAX = Duration.ofSeconds(5);

  static Turn begins() {
    return new Turn(System.nanoTime(), false);
  }

  /** The same turn, for the next step. */
  Turn goesOn() {
    return new Turn(sinceNanos, true);
  }

  boolean mayGoOn() {
    return System.nanoTime() - sinceNanos < MAX.toNanos();
  }
}
