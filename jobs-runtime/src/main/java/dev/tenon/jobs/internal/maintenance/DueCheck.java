package dev.tenon.jobs.internal.maintenance;

import dev.tenon.jobs.internal.publish.DueStore;
import dev.tenon.jobs.internal.store.WalkPlace;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether anything is due, in one statement for all tasks that need to know it several times
 * a second. Nearly always nothing is. For one thread.
 */
final class DueCheck {

  /**
   * The maximum age of an answer. An older one is not used, because the task that asked has taken
   * long.
   */
  private static final Duration MAX_AGE = Duration.ofMillis(100);

  private final DueStore store;
  private @Nullable List<WalkPlace> kinds;
  private @Nullable Boolean schedules;
  private @Nullable Boolean skipped;
  private @Nullable Boolean signals;
  private @Nullable Boolean expired;
  private @Nullable Boolean lines;
  private long askedNanos;

  DueCheck(DueStore store) {
    this.store = store;
  }

  /** Returns the kinds of jobs that may have pointers to publish. */
  List<WalkPlace> kinds() {
    List<WalkPlace> known = kinds;
    List<WalkPlace> answer = known != null && isFresh() ? known : ask().kinds();
    kinds = null;
    return answer;
  }

  /** Returns whether claims have skipped jobs that somebody had locked. */
  boolean hasSkippedJobs() {
    boolean answer = isFresh(skipped) ? Boolean.TRUE.equals(skipped) : ask().hasSkippedJobs();
    skipped = null;
    return answer;
  }

  /** Returns whether a schedule has something to do. */
  boolean hasSchedules() {
    boolean answer = isFresh(schedules) ? Boolean.TRUE.equals(schedules) : ask().hasSchedules();
    schedules = null;
    return answer;
  }

  /** Returns whether there are signals that nobody has looked at since they were sent. */
  boolean hasSignals() {
    boolean answer = isFresh(signals) ? Boolean.TRUE.equals(signals) : ask().hasSignals();
    signals = null;
    return answer;
  }

  /** Returns whether there are waiting jobs that must have started by now. */
  boolean hasExpiredJobs() {
    boolean answer = isFresh(expired) ? Boolean.TRUE.equals(expired) : ask().hasExpiredJobs();
    expired = null;
    return answer;
  }

  /** Returns whether there are lines whose next job may be able to start. */
  boolean hasLines() {
    boolean answer = isFresh(lines) ? Boolean.TRUE.equals(lines) : ask().hasLines();
    lines = null;
    return answer;
  }

  /** Returns whether there is a recent answer that was not used yet. */
  private boolean isFresh(@Nullable Boolean answer) {
    return answer != null && isFresh();
  }

  private boolean isFresh() {
    return System.nanoTime() - askedNanos < MAX_AGE.toNanos();
  }

  private DueStore.Due ask() {
    askedNanos = System.nanoTime();
    DueStore.Due due = store.due();
    kinds = due.kinds();
    schedules = due.hasSchedules();
    skipped = due.hasSkippedJobs();
    signals = due.hasSignals();
    expired = due.hasExpiredJobs();
    lines = due.hasLines();
    return due;
  }
}
