package dev.tenon.jobs.internal.schedule;

import dev.tenon.jobs.internal.background.LogText;
import dev.tenon.jobs.internal.cron.CronTimes;
import dev.tenon.jobs.internal.schedule.ScheduledRunStore.DueRuns;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.operate.Timing.Cron;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides which runs of a schedule are due, and makes their jobs. The test kit uses it, too. */
public final class DueRunsPlan {

  private static final Logger LOG = LoggerFactory.getLogger(DueRunsPlan.class);

  /**
   * The delay that still counts as on time: after an election, or behind other tasks, a run may be
   * this late.
   */
  private static final Duration ON_TIME = Duration.ofMinutes(1);

  private static final int MAX_MISSED_RUNS = 100;

  private DueRunsPlan() {}

  /** The due runs of a schedule with a cron expression. */
  public static DueRuns plan(LockedSchedule schedule) {
    Instant now = schedule.now();
    Instant due = schedule.nextRunAt();
    if (due == null || due.isAfter(now)) {
      return new DueRuns(List.of(), due, null);
    }
    CronTimes times = times(schedule);
    Duration catchUp = schedule.catchUp().compareTo(ON_TIME) > 0 ? schedule.catchUp() : ON_TIME;
    Instant windowStart = now.minus(catchUp);
    Instant from = due.isAfter(windowStart) ? due : windowStart;
    Instant until = schedule.until();
    Instant to = until != null && schedule.endsBy(now) ? until.minusNanos(1) : now;
    List<Instant> runs = times.newest(from, to, MAX_MISSED_RUNS);
    Instant firstRun = runs.isEmpty() ? to.plusNanos(1) : runs.get(0);
    List<Instant> tooLate = times.newest(due, firstRun.minusNanos(1), 1);
    if (!tooLate.isEmpty()) {
      LOG.warn(
          "The schedule '{}' skipped its runs from {} to {}: no process was running to submit them, and now it only submits the newest {} of those that are at most {} s late.",
          LogText.escape(schedule.name()),
          due,
          tooLate.get(0),
          MAX_MISSED_RUNS,
          catchUp.toSeconds());
    }
    Instant next = times.next(now);
    return new DueRuns(
        runs, schedule.endsBy(next) ? null : next, tooLate.isEmpty() ? null : tooLate.get(0));
  }

  private static CronTimes times(LockedSchedule schedule) {
    try {
      return ScheduleTimes.of((Cron) schedule.timing());
    } catch (IllegalArgumentException e) {
      throw new UnusableScheduleException(e);
    }
  }

  /** The job of a run. */
  public static NewJob job(LockedSchedule schedule, Instant time) {
    Duration jitter = ScheduledRuns.jitter(schedule.name(), time, schedule.jitter());
    return schedule
        .job()
        .withRun(
            ScheduledRuns.jobId(schedule.name(), time),
            schedule.job().submittedBy(),
            jitter.isZero() ? null : time.plus(jitter));
  }
}
