package dev.tenon.jobs.internal.recording;

import java.time.Duration;

/**
 * A place among the jobs of a worker. A job that is claimed from all waiting jobs begins a turn;
 * when a job of a workflow ends, the next task may take its place.
 *
 * @param sinceNanos when the turn began, by {@link System#nanoTime}: before the claim that brought
 *     its job was sent
 * @param isNextTask whether the job took the place of another
 */
public record SlotTurn(long sinceNanos, boolean isNextTask) {

  /**
   * The maximum time of a turn; then others have theirs, however long the chain of tasks is, and
   * whatever their priority.
   */
  private static final Duration MAX = Duration.ofSeconds(5);

  public static SlotTurn begins() {
    return new SlotTurn(System.nanoTime(), false);
  }

  /** Returns the same turn, for the next task. */
  SlotTurn continued() {
    return new SlotTurn(sinceNanos, true);
  }

  boolean mayContinue() {
    return System.nanoTime() - sinceNanos < MAX.toNanos();
  }
}
