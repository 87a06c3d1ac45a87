package dev.tenon.jobs.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A schedule that submits jobs of a type automatically; a part of {@link JobType#schedules()}.
 *
 * <p>A schedule has either a {@linkplain #cron() cron expression} or a {@linkplain #fixedDelay()
 * fixed delay}:
 *
 * <pre>{@code
 * @JobType(
 *     value = "cache.cleanup",
 *     schedules = @Schedule(cron = "30 3 * * MON-FRI", zone = "Europe/Berlin"))
 * public record CacheCleanup() {}
 *
 * @JobType(value = "inbox.poll", schedules = @Schedule(fixedDelay = "30s"))
 * public record InboxPoll() {}
 * }</pre>
 *
 * <p>A type may have several schedules. Each of them then has a name:
 *
 * <pre>{@code
 * @JobType(
 *     value = "stock.count",
 *     schedules = {
 *       @Schedule(name = "nightly", cron = "0 3 * * *"),
 *       @Schedule(name = "at-noon", cron = "0 12 * * MON-FRI")
 *     })
 * public record StockCount() {}
 * }</pre>
 *
 * <p>The payload of the jobs is made by its no-argument constructor when an application starts; see
 * {@link JobType#schedules()}.
 */
@Documented
@Target({})
@Retention(RetentionPolicy.CLASS)
public @interface Schedule {

  /**
   * The name of the schedule among those of its type: up to 100 lower-case letters and digits, with
   * {@code -} or {@code _} between them, starting with a letter. The schedule {@code nightly} of
   * the type {@code stock.count} is called {@code stock.count:nightly} wherever schedules are
   * listed, paused or run.
   *
   * <p>Required and unique if the type has more than one schedule. Default: the schedule has the
   * name of its type. A schedule with a new name is a new schedule: it is not paused even if the
   * earlier one was, and does not wait for its runs.
   */
  String name() default "";

  /**
   * The times that jobs are submitted at: a cron expression with five fields (minute, hour, day of
   * month, month, day of week), such as {@code 30 3 * * MON-FRI}, or one of {@code @hourly},
   * {@code @daily}, {@code @weekly}, {@code @monthly} and {@code @yearly}. If both a day of the
   * month and a day of the week are given, either is enough. Required unless there is a {@link
   * #fixedDelay()}.
   */
  String cron() default "";

  /**
   * The delay from the end of one run to the submission of the next job, in the units of {@link
   * JobType#timeout()}, such as {@code 30s}; 1 s to 365 days. A run has ended when its job is
   * completed, failed or cancelled: no other job is submitted while it is waiting, running or due
   * for a retry. The first job is submitted as soon as an application with the schedule has started
   * for the first time. A schedule cannot have both this and {@link #cron()}, and none of the
   * attributes below works with it.
   */
  String fixedDelay() default "";

  /**
   * The time zone of {@link #cron()}, by the name that {@link java.time.ZoneId} uses: {@code
   * Europe/Berlin}.
   */
  String zone() default "UTC";

  /** The policy when it is time for a run of {@link #cron()} and an earlier one has not ended. */
  OverlapPolicy overlap() default OverlapPolicy.SKIP;

  /**
   * The catch-up window: how late a run of {@link #cron()} may start if it was missed because no
   * process was there to submit it, in the units of {@link JobType#timeout()}; at most 365 days.
   * Older ones are skipped.
   */
  String catchUp() default "1h";

  /**
   * The maximum delay of a job of {@link #cron()} after the time that the expression gives, in the
   * units of {@link JobType#timeout()}; at most 365 days. The actual delay depends on the name of
   * the schedule and the time of the run. It keeps schedules with the same expression from starting
   * all their jobs together. The {@link JobType#jitter()} of the type is different: it is a share
   * of the waits between attempts.
   */
  String jitter() default "0s";
}
