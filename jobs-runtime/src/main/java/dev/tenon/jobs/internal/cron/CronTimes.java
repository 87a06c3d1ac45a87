package dev.tenon.jobs.internal.cron;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The times of a cron expression in a time zone, including days when the clock changes:
 *
 * <ul>
 *   <li>An expression that names hours has each of its times once a day. A time that the clock
 *       skips moves by the same amount as the clock: 02:30 becomes 03:30, and if the expression
 *       names both, they are one run. If a time occurs twice because the clock is set back, the
 *       first one counts.
 *   <li>An expression whose hour is {@code *} follows the hours that pass: 02:30 occurs twice on
 *       the day with 25 hours. No two runs are further apart than on other days; if the clock
 *       changes by half an hour, one run comes half an hour after another.
 * </ul>
 *
 * <p>Immutable and thread-safe.
 */
public final class CronTimes {

  /**
   * The length of the first range to search. No expression has more than 120 times in it, and the
   * range grows for those that have too few.
   */
  private static final Duration FIRST_LOOK = Duration.ofHours(2);

  private static final Duration FIRST_LOOK_WITH_SECONDS = Duration.ofMinutes(2);

  private final CronExpression expression;
  private final ZoneRules rules;

  private CronTimes(CronExpression expression, ZoneRules rules) {
    this.expression = expression;
    this.rules = rules;
  }

  /**
   * Creates the times of an expression.
   *
   * @param cron a cron expression with five or six fields
   * @param zone a time zone
   * @throws IllegalArgumentException if the expression is wrong; the message has the column
   */
  public static CronTimes of(String cron, ZoneId zone) {
    return new CronTimes(CronExpression.parse(cron), zone.getRules());
  }

  /**
   * Creates the times of an expression.
   *
   * @param cron a cron expression with five or six fields
   * @param zone the id of a time zone
   * @throws IllegalArgumentException if the expression is wrong (the message has the column), or if
   *     this process's Java does not know the zone
   */
  public static CronTimes of(String cron, String zone) {
    try {
      return of(cron, ZoneId.of(zone));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          ("The time zone is '%s', which this process's Java does not know. Give a name such as "
                  + "Europe/Berlin, or update that Java's time zones.")
              .formatted(zone),
          e);
    }
  }

  /**
   * Returns the first time after this one.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Instant next(Instant after) {
    Instant bound = after;
    ZoneOffsetTransition change = rules.previousTransition(after.plusNanos(1));
    while (true) {
      ZoneOffsetTransition nextChange =
          rules.nextTransition(
              change == null || change.getInstant().isBefore(bound) ? bound : change.getInstant());
      Instant found = firstUntilNextChange(bound, change);
      if (found != null && (nextChange == null || found.isBefore(nextChange.getInstant()))) {
        return found;
      }
      if (nextChange == null) {
        throw new IllegalArgumentException("There is no time after " + after + ".");
      }
      change = nextChange;
      bound = nextChange.getInstant().minusSeconds(1);
    }
  }

  /** Returns the first time after a bound, by the clock since a change and by the one before it. */
  private @Nullable Instant firstUntilNextChange(
      Instant bound, @Nullable ZoneOffsetTransition change) {
    if (change == null) {
      return first(bound, rules.getOffset(bound), null);
    }
    LocalDateTime changedAt = change.getDateTimeBefore();
    Instant settledAt = change.getInstant().plus(change.getDuration().abs());
    if (change.isOverlap() && !expression.isHourly()) {
      return first(bound, change.getOffsetAfter(), changedAt);
    }
    Instant byNewClock = first(bound, change.getOffsetAfter(), null);
    if (!bound.isBefore(settledAt)) {
      return byNewClock;
    }
    // For the length of the change, times on the old clock count too
    Instant byOldClock = first(bound, change.getOffsetBefore(), changedAt);
    if (byOldClock == null || !byOldClock.isBefore(settledAt)) {
      return byNewClock;
    }
    return byNewClock == null || byOldClock.isBefore(byNewClock) ? byOldClock : byNewClock;
  }

  /**
   * Returns the first time after a bound by a clock with this offset, not before a time on that
   * clock.
   */
  private @Nullable Instant first(Instant bound, ZoneOffset offset, @Nullable LocalDateTime from) {
    LocalDateTime after = LocalDateTime.ofInstant(bound, offset);
    if (from != null && after.isBefore(from)) {
      after = from.minusSeconds(1);
    }
    LocalDateTime next = expression.next(after);
    return next == null ? null : next.toInstant(offset);
  }

  /**
   * Returns the times in a range, oldest first.
   *
   * @param from the start of the range
   * @param to its end, inclusive
   * @param max the maximum number: the oldest ones
   */
  public List<Instant> oldest(Instant from, Instant to, int max) {
    List<Instant> times = new ArrayList<>();
    for (Instant time = next(from.minusNanos(1));
        !time.isAfter(to) && times.size() < max;
        time = next(time)) {
      times.add(time);
    }
    return times;
  }

  /**
   * Returns the newest times in a range, the oldest of them first.
   *
   * @param from the start of the range
   * @param to its end, inclusive
   * @param max the maximum number: the newest ones
   */
  public List<Instant> newest(Instant from, Instant to, int max) {
    Duration look = expression.hasSeconds() ? FIRST_LOOK_WITH_SECONDS : FIRST_LOOK;
    while (true) {
      Instant start = to.minus(look);
      boolean isAll = !start.isAfter(from);
      List<Instant> times = oldest(isAll ? from : start, to, Integer.MAX_VALUE);
      if (isAll || times.size() >= max) {
        return List.copyOf(times.subList(Math.max(0, times.size() - max), times.size()));
      }
      look = look.multipliedBy(4);
    }
  }
}
