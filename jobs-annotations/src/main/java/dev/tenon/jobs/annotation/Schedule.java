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
 * <p>The payload of the jobs is made when an application starts: by its no-argument constructor, or
 * by the static method that {@link #payload()} names.
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
   * month, month, day of week), such as {@code 30 3 * * MON-FRI}; or with six, the first for the
   * second, such as {@code 0/15 * * * * *}; or one of {@code @hourly}, {@code @daily},
   * {@code @weekly}, {@code @monthly} and {@code @yearly}. If both a day of the month and a day of
   * the week are given, either is enough. A job is submitted up to half a second after its time.
   * Required unless there is a {@link #fixedDelay()}.
   */
  String cron() default "";

  /**
   * The delay from the end of one run to the submission of the next job, in the units of {@link
   * JobType#timeout()}, such as {@code 30s}; 1 s to 365 days. A run has ended when its job is
   * completed, failed or cancelled: no other job is submitted while it is waiting, running or due
   * for a retry. The first job is submitted as soon as an application with the schedule has started
   * for the first time. A schedule cannot have both this and {@link #cron()}; and {@link #zone()},
   * {@link #overlap()}, {@link #catchUp()} and {@link #jitter()} do not work with it.
   */
  String fixedDelay() default "";

  /**
   * The name of the static method that makes the payload of the jobs. It is a method of the payload
   * record that takes no parameters, returns the record, is not private and throws no checked
   * exception:
   *
   * <pre>{@code
   * @JobType(
   *     value = "report.create",
   *     schedules = {
   *       @Schedule(name = "nightly", cron = "0 3 * * *", payload = "forNight"),
   *       @Schedule(name = "weekly", cron = "0 5 * * MON", payload = "forWeek")
   *     })
   * public record ReportCreate(int days) {
   *
   *   static ReportCreate forNight() {
   *     return new ReportCreate(1);
   *   }
   *
   *   static ReportCreate forWeek() {
   *     return new ReportCreate(7);
   *   }
   * }
   * }</pre>
   *
   * <p>It is called once at each start of an application. All runs until the next start have this
   * payload, because the process that submits them may not know the type. Default: the no-argument
   * constructor makes the payload.
   */
  String payload() default "";

  /**
   * The end of the schedule, as date, time and offset in the form of ISO-8601, such as {@code
   * 2027-01-01T00:00:00+01:00}: there are no runs at that time or later. Jobs that were submitted
   * before are not affected. Default: the schedule does not end.
   */
  String until() default "";

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
