package dev.tenon.jobs.internal.schedule;

import dev.tenon.jobs.operate.Timing;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The next step of a schedule with a fixed delay: one of three things, or nothing if the schedule
 * has ended.
 *
 * @param awaited the job that has not ended, whose end the delay counts from; null if no job of the
 *     schedule waits or runs
 * @param next the time of the next run if it is not due yet; otherwise null
 * @param submitted the time of the run to submit now; null if none is due
 */
public record DelayedRun(
    @Nullable UUID awaited, @Nullable Instant next, @Nullable Instant submitted) {

  /**
   * Decides the next step.
   *
   * @param schedule the schedule
   * @param timing its delay
   * @param unended a job of the schedule that has not ended; null if there is none
   * @param endedAt the time when the awaited job ended; null if the schedule awaits none, or if the
   *     job no longer exists: then the delay counts from now
   */
  public static DelayedRun of(
      LockedSchedule schedule,
      Timing.FixedDelay timing,
      @Nullable UUID unended,
      @Nullable Instant endedAt) {
    if (unended != null) {
      return new DelayedRun(unended, null, null);
    }
    Instant next =
        Optional.ofNullable(schedule.nextRunAt())
            .orElseGet(
                () -> Optional.ofNullable(endedAt).orElse(schedule.now()).plus(timing.delay()));
    if (schedule.endsBy(next) || schedule.endsBy(schedule.now())) {
      return new DelayedRun(null, null, null);
    }
    return next.isAfter(schedule.now())
        ? new DelayedRun(null, next, null)
        : new DelayedRun(null, null, next);
  }
}
