package dev.tenon.jobs.internal.schedule;

import dev.tenon.jobs.internal.cron.CronTimes;
import dev.tenon.jobs.operate.ScheduleOptions;
import dev.tenon.jobs.operate.Timing;
import dev.tenon.jobs.operate.Timing.Cron;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Calculates the times of runs from the timing of a schedule. The test kit uses it, too. */
public final class ScheduleTimes {

  private static final int MAX_BACKFILL = 10_000;

  private ScheduleTimes() {}

  /**
   * The times of an expression.
   *
   * @throws IllegalArgumentException if the expression is wrong (the message has the column), or if
   *     the Java of this process does not know the zone
   */
  static CronTimes of(Cron cron) {
    return CronTimes.of(cron.expression(), cron.zone());
  }

  /**
   * The first time of an expression after another time.
   *
   * @throws IllegalArgumentException if the expression is wrong (the message has the column), or if
   *     the Java of this process does not know the zone
   */
  public static Instant next(Cron cron, Instant after) {
    return of(cron).next(after);
  }

  /**
   * The first run of a new schedule: immediately with a fixed delay.
   *
   * @param until the end of the schedule; null if it does not end
   * @return its time; null if the schedule ends before it
   * @throws IllegalArgumentException if an expression is wrong (the message has the column)
   */
  public static @Nullable Instant first(Timing timing, Instant now, @Nullable Instant until) {
    Instant first = timing instanceof Cron cron ? next(cron, now) : now;
    return until == null || first.isBefore(until) ? first : null;
  }

  /**
   * Checks that a schedule that is made at run time has runs.
   *
   * @param first its first run; null if there is none
   * @throws IllegalArgumentException if it has none
   */
  public static void checkHasRun(String name, ScheduleOptions options, @Nullable Instant first) {
    if (first == null && options.until().isPresent()) {
      throw new IllegalArgumentException(
          "The schedule '%s' ends at %s, before its first run. Choose a later end."
              .formatted(name, options.until().get()));
    }
  }

  /**
   * The past runs in a range of time, oldest first.
   *
   * @param name the name of the schedule
   * @param from the start of the range
   * @param to the end of the range, which does not belong to it
   * @param until the end of the schedule; null if it does not end
   * @throws IllegalArgumentException if there are too many; or if the schedule has a fixed delay
   */
  public static List<Instant> past(
      String name, Timing timing, Instant from, Instant to, @Nullable Instant until, Instant now) {
    if (!(timing instanceof Cron cron)) {
      throw new IllegalArgumentException(
          "The schedule '%s' has a fixed delay, so its runs have no fixed times and cannot be submitted later. Run it now instead."
              .formatted(name));
    }
    Instant end = until != null && until.isBefore(to) ? until : to;
    Instant last = end.isAfter(now) ? now : end.minusNanos(1);
    List<Instant> times = of(cron).oldest(from, last, MAX_BACKFILL + 1);
    if (times.size() > MAX_BACKFILL) {
      throw new IllegalArgumentException(
          "From %s to %s the schedule '%s' has more than %,d runs; submit them in several ranges."
              .formatted(from, to, name, MAX_BACKFILL));
    }
    return times;
  }

  /**
   * Checks that a range of times does not end before it starts.
   *
   * @throws IllegalArgumentException if it ends before it starts
   */
  public static void checkRange(Instant from, Instant to) {
    if (to.isBefore(from)) {
      throw new IllegalArgumentException(
          "The range of runs is from %s to %s; it must not end before it starts."
              .formatted(from, to));
    }
  }
}
