package dev.tenon.jobs.upkeep;

import dev.tenon.jobs.store.DueStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks whether anything is due, in one statement for the tasks that have to know it several times a
 * second. Nearly always nothing is. For one thread.
 */
final class DueLook {

  /** An answer that is older is not used: the task that asked has taken long. */
  private static final Duration MAX_AGE = Duration.ofMillis(100);

  private final DueStore store;
  private @Nullable Boolean pointers;
  private Optional<Instant> pointersFrom = Optional.empty();
  private @Nullable Boolean schedules;
  private @Nullable Boolean passedOver;
  private long askedNanos;

  DueLook(DueStore store) {
    this.store = store;
  }

  /** Whether there are pointers to publish. */
  boolean hasPointers() {
    boolean answer = isFresh(pointers) ? Boolean.TRUE.equals(pointers) : ask().hasPointers();
    pointers = null;
    return answer;
  }

  /** The pointers that there are should have been published then or later; empty if unknown. */
  Optional<Instant> pointersFrom() {
    return pointersFrom;
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
    return answer != null && System.nanoTime() - askedNanos < MAX_AGE.toNanos();
  }

  private DueStore.Due ask() {
    askedNanos = System.nanoTime();
    DueStore.Due due = store.due();
    pointers = due.hasPointers();
    pointersFrom = due.pointersFrom();
    schedules = due.hasSchedules();
    passedOver = due.hasPassedOver();
    return due;
  }
}
