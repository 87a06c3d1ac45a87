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
 * The times that a cron expression stands for in a time zone, also where the clock is changed:
 *
 * <ul>
 *   <li>An expression that names hours has each of its times once a day. A time that the clock
 *       skips comes as much later as the clock is put forward: 02:30 is then at 03:30, and where
 *       both are named they are one run. A time that comes twice, since the clock is put back, is
 *       the first of the two.
 *   <li>An expression whose hour is {@code *} goes by hours that pass: 02:30 comes twice on the day
 *       with 25 hours. No two runs are further apart than on other days; where the clock is changed
 *       by half an hour, one run comes half an hour after another.
 * </ul>
 *
 * <p>Immutable and thread-safe.
 */
public final class CronTimes {

  /** Most expressions have many times in that, and none has more than a few hundred. */
  private static final Duration FIRST_LOOK = Duration.ofHours(2);

  private final CronExpression expression;
  private final ZoneRules rules;

  private CronTimes(CronExpression expression, ZoneRules rules) {
    this.expression = expression;
    this.rules = rules;
  }

  /**
   * The times of an expression.
   *
   * @param cron a cron expression with five fields
   * @param zone a time zone
   * @throws IllegalArgumentException if the expression is wrong; the message has the column
   */
  public static CronTimes of(String cron, ZoneId zone) {
    return new CronTimes(CronExpression.parse(cron), zone.getRules());
  }

  /**
   * The times of an expression.
   *
   * @param cron a cron expression with five fields
   * @param zone the id of a time zone
   * @throws IllegalArgumentException if the expression is wrong, the message has the column; or if
   *     the Java of this process does not know the zone
   */
  public static CronTimes of(String cron, String zone) {
    try {
      return of(cron, ZoneId.of(zone));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "The time zone is '%s', which the Java of this process does not know. Give a name such as Europe/Berlin, or update that Java's time zones."
              .formatted(zone),
          e);
    }
  }

  /**
   * The first time after this one.
   *
   * @throws IllegalArgumentException if there is none before time ends
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

  /** The first time after a bound by the clock that holds since a change, and by the one before. */
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
    // For as long as the change is wide, what the old clock would have shown counts too
    Instant byOldClock = first(bound, change.getOffsetBefore(), changedAt);
    if (byOldClock == null || !byOldClock.isBefore(settledAt)) {
      return byNewClock;
    }
    return byNewClock == null || byOldClock.isBefore(byNewClock) ? byOldClock : byNewClock;
  }

  /** The first time after a bound by a clock with this offset, not before a time on that clock. */
  private @Nullable Instant first(Instant bound, ZoneOffset offset, @Nullable LocalDateTime from) {
    LocalDateTime after = LocalDateTime.ofInstant(bound, offset);
    if (from != null && after.isBefore(from)) {
      after = from.minusSeconds(1);
    }
    LocalDateTime next = expression.next(after);
    return next == null ? null : next.toInstant(offset);
  }

  /**
   * The times in a range, the oldest first.
   *
   * @param from the start of the range
   * @param to its end, which belongs to it
   * @param max how many at most: the oldest ones
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
   * The newest times in a range, the oldest of them first.
   *
   * @param from the start of the range
   * @param to its end, which belongs to it
   * @param max how many at most: the newest ones
   */
  public List<Instant> newest(Instant from, Instant to, int max) {
    Duration look = FIRST_LOOK;
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
