package dev.tenon.jobs.internal.cron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.libraries.cronutils.model.CronType;
import dev.tenon.jobs.libraries.cronutils.model.definition.CronDefinitionBuilder;
import dev.tenon.jobs.libraries.cronutils.model.time.ExecutionTime;
import dev.tenon.jobs.libraries.cronutils.parser.CronParser;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * How runs are missed or doubled elsewhere when the clock is changed. Each check runs with {@link
 * CronTimes}, and passes; and with ways to find the times that others go, and fails.
 */
class ClockChangeFailuresTest {

  /** The days on which the clock is put forward and back, by zone. */
  private static final Map<ZoneId, List<LocalDate>> CHANGES =
      Map.of(
          ZoneId.of("Europe/Berlin"), List.of(day("2026-03-29"), day("2026-10-25")),
          ZoneId.of("America/New_York"), List.of(day("2026-03-08"), day("2026-11-01")),
          ZoneId.of("Australia/Lord_Howe"), List.of(day("2026-10-04"), day("2026-04-05")));

  private static LocalDate day(String day) {
    return LocalDate.parse(day);
  }

  /** Gives the next time after a time; null if there is none. */
  private interface Clock {
    UnaryOperator<@Nullable Instant> times(String cron, ZoneId zone);
  }

  private static UnaryOperator<@Nullable Instant> ours(String cron, ZoneId zone) {
    return CronTimes.of(cron, zone)::next;
  }

  /** Looks at the clock on the wall once a minute. */
  private static UnaryOperator<@Nullable Instant> byTheWallClock(String cron, ZoneId zone) {
    CronExpression expression = CronExpression.parse(cron);
    return after -> {
      Instant time = after.plusSeconds(60);
      while (true) {
        LocalDateTime shown = LocalDateTime.ofInstant(time, zone);
        if (shown.equals(expression.next(shown.minusSeconds(1)))) {
          return time;
        }
        time = time.plusSeconds(60);
      }
    };
  }

  /** Reckons in local times, and asks for the instant of each. */
  private static UnaryOperator<@Nullable Instant> byLocalTimes(String cron, ZoneId zone) {
    CronExpression expression = CronExpression.parse(cron);
    return after -> expression.next(LocalDateTime.ofInstant(after, zone)).atZone(zone).toInstant();
  }

  /** Leaves it to the library, in the zone. */
  private static UnaryOperator<@Nullable Instant> byTheLibrary(String cron, ZoneId zone) {
    ExecutionTime times =
        ExecutionTime.forCron(
            new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX)).parse(cron));
    return after -> times.nextExecution(after.atZone(zone)).orElseThrow().toInstant();
  }

  private static void isDetectedBy(Consumer<Clock> check, Clock variant) {
    assertThatThrownBy(() -> check.accept(variant)).isInstanceOf(AssertionError.class);
  }

  @Test
  void noDailyRunIsMissedWhereTimesAreSkipped() {
    aDailyRunIsThereOnEachDay(ClockChangeFailuresTest::ours, 0);
    isDetectedBy(
        clock -> aDailyRunIsThereOnEachDay(clock, 0), ClockChangeFailuresTest::byTheWallClock);
    isDetectedBy(
        clock -> aDailyRunIsThereOnEachDay(clock, 0), ClockChangeFailuresTest::byTheLibrary);
  }

  @Test
  void noDailyRunIsDoubledWhereTimesComeTwice() {
    aDailyRunIsThereOnEachDay(ClockChangeFailuresTest::ours, 1);
    isDetectedBy(
        clock -> aDailyRunIsThereOnEachDay(clock, 1), ClockChangeFailuresTest::byTheWallClock);
  }

  private static void aDailyRunIsThereOnEachDay(Clock clock, int change) {
    CHANGES.forEach(
        (zone, days) -> {
          for (String cron : List.of("30 1 * * *", "45 1 * * *", "15 2 * * *", "30 2 * * *")) {
            LocalDate first = days.get(change).minusDays(1);
            for (LocalDate day = first; day.isBefore(first.plusDays(3)); day = day.plusDays(1)) {
              assertThat(onDay(clock, cron, zone, day))
                  .as("%s in %s on %s", cron, zone, day)
                  .hasSize(1);
            }
          }
        });
  }

  @Test
  void noHourlyRunIsMissedOrDoubled() {
    hourlyRunsContinue(ClockChangeFailuresTest::ours);
    isDetectedBy(
        ClockChangeFailuresTest::hourlyRunsContinue, ClockChangeFailuresTest::byLocalTimes);
    isDetectedBy(
        ClockChangeFailuresTest::hourlyRunsContinue, ClockChangeFailuresTest::byTheLibrary);
  }

  /** As many as the day has hours; where it has half an hour more or less, never too far apart. */
  private static void hourlyRunsContinue(Clock clock) {
    CHANGES.forEach(
        (zone, days) ->
            days.forEach(
                day -> {
                  for (String cron : List.of("0 * * * *", "30 * * * *")) {
                    List<Instant> times = onDay(clock, cron, zone, day);
                    Duration length =
                        Duration.between(
                            day.atStartOfDay(zone), day.plusDays(1).atStartOfDay(zone));
                    assertThat(times.size() - length.toMinutes() / 60.0)
                        .as("%s in %s on %s", cron, zone, day)
                        .isBetween(-0.5, 0.5);
                    for (int i = 1; i < times.size(); i++) {
                      assertThat(Duration.between(times.get(i - 1), times.get(i)))
                          .as("%s in %s before %s", cron, zone, times.get(i))
                          .isLessThanOrEqualTo(Duration.ofHours(1));
                    }
                  }
                }));
  }

  private static List<Instant> onDay(Clock clock, String cron, ZoneId zone, LocalDate day) {
    UnaryOperator<@Nullable Instant> times = clock.times(cron, zone);
    Instant end = day.plusDays(1).atStartOfDay(zone).toInstant();
    List<Instant> found = new ArrayList<>();
    Instant time = times.apply(day.atStartOfDay(zone).toInstant().minusSeconds(60));
    while (time.isBefore(end)) {
      found.add(time);
      time = times.apply(time);
    }
    return found;
  }
}
