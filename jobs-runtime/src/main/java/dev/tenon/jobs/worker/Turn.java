package dev.tenon.jobs.worker;

import java.time.Duration;

/**
 * How long a slot has gone on with the steps of workflows, one after the other, without looking
 * what else waits.
 *
 * @param sinceNanos when a job was claimed for it among all that wait, by {@link System#nanoTime}
 */
record Turn(long sinceNanos) {

  /**
   * After that long others have their turn, however long the chain of steps is. What is more urgent
   * waits no longer for that.
   */
  private static final Duration MAX = Duration.ofSeconds(2);

  static Turn begins() {
    return new Turn(System.nanoTime());
  }

  boolean mayGoOn() {
    return System.nanoTime() - sinceNanos < MAX.toNanos();
  }
}
