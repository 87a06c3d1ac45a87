package dev.tenon.jobs.internal.maintenance;

import dev.tenon.jobs.internal.publish.DueStore;
import dev.tenon.jobs.internal.store.WalkPlace;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks whether anything is due, in one statement for the tasks that have to know it several times a
 * second. Nearly always nothing is. For one thread.
 */
final class DueLook {

  /** An answer that is older is not used: the task that asked has taken long. */
  private static final Duration MAX_AGE = Duration.ofMillis(100);

  private final DueStore store;
  private @Nullable List<WalkPlace> kinds;
  private @Nullable Boolean schedules;
  private @Nullable Boolean passedOver;
  private long askedNanos;

  DueLook(DueStore store) {
    this.store = store;
  }

  /** The kinds of jobs among which there may be pointers to publish. */
  List<WalkPlace> kinds() {
    List<WalkPlace> known = kinds;
    List<WalkPlace> answer = known != null && isFresh() ? known : ask().kinds();
    kinds = null;
    return answer;
  }

  /** Whether claims have passed over jobs that somebody had locked. */
  boolean hasPassedOver() {
    boolean answer = isFresh(passedOver) ? Boolean.TRUE.equals(passedOver) : ask().hasPassedOver();
    passedOver = null;
    return answer;
  }

  /** Whether a schedule has something to do. */
  boolean hasSchedules() {
    boolean answer = isFresh(schedules) ? Boolean.TRUE.equals(schedules) : ask().hasSchedules();
    schedules = null;
    return answer;
  }

  /** An answer is used once. */
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
    passedOver = due.hasPassedOver();
    return due;
  }
}
