package dev.tenon.jobs.internal.cron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.internal.schedule.ScheduledRuns;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The times of cron expressions, above all where the clock is changed, in three zones. */
class CronTimesTest {

  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
  private static final ZoneId LORD_HOWE = ZoneId.of("Australia/Lord_Howe");

  /** The runs of a day, as the clock on the wall shows them, with the offset. */
  private static List<String> onDay(String cron, ZoneId zone, String day) {
    Instant start = LocalDate.parse(day).atStartOfDay(zone).toInstant();
    Instant end = LocalDate.parse(day).plusDays(1).atStartOfDay(zone).toInstant();
    return CronTimes.of(cron, zone).oldest(start, end.minusNanos(1), 10_000).stream()
        .map(time -> OffsetDateTime.ofInstant(time, zone))
        .map(time -> time.toLocalTime() + " " + time.getOffset())
        .toList();
  }

  private static List<Instant> times(String cron, ZoneId zone, String from, String to) {
    return CronTimes.of(cron, zone).oldest(Instant.parse(from), Instant.parse(to), 10_000);
  }

  private static List<Duration> gaps(List<Instant> times) {
    return Stream.iterate(1, i -> i < times.size(), i -> i + 1)
        .map(i -> Duration.between(times.get(i - 1), times.get(i)))
        .toList();
  }

  // Spring: Berlin and New York skip 02:00 to 03:00, Lord Howe skips 02:00 to 02:30

  @Test
  void aDailyTimeThatIsSkippedComesOnceAndAsMuchLaterAsTheClockIsPutForward() {
    assertThat(onDay("30 2 * * *", BERLIN, "2026-03-29")).containsExactly("03:30 +02:00");
    assertThat(onDay("30 2 * * *", NEW_YORK, "2026-03-08")).containsExactly("03:30 -04:00");
    assertThat(onDay("15 2 * * *", LORD_HOWE, "2026-10-04")).containsExactly("02:45 +11:00");
    // This one is not skipped
    assertThat(onDay("30 2 * * *", LORD_HOWE, "2026-10-04")).containsExactly("02:30 +11:00");
  }

  @Test
  void theDaysAroundAreAsAlways() {
    for (String day : List.of("2026-03-28", "2026-03-30", "2026-10-24", "2026-10-26")) {
      assertThat(onDay("30 2 * * *", BERLIN, day)).hasSize(1).allMatch(t -> t.startsWith("02:30"));
    }
    assertThat(gaps(times("30 2 * * *", BERLIN, "2026-03-28T00:00:00Z", "2026-03-31T23:00:00Z")))
        .containsExactly(Duration.ofHours(24), Duration.ofHours(23), Duration.ofHours(24));
  }

  @Test
  void aSkippedTimeAndOneThatIsThereAnywayAreOneRun() {
    assertThat(onDay("30 2,3 * * *", BERLIN, "2026-03-29")).containsExactly("03:30 +02:00");
    assertThat(onDay("0,30 1-3 * * *", NEW_YORK, "2026-03-08"))
        .containsExactly("01:00 -05:00", "01:30 -05:00", "03:00 -04:00", "03:30 -04:00");
  }

  // Autumn: Berlin has 02:00 to 03:00 twice, New York 01:00 to 02:00, Lord Howe 01:30 to 02:00

  @Test
  void aDailyTimeThatComesTwiceIsTheFirstOfTheTwo() {
    assertThat(onDay("30 2 * * *", BERLIN, "2026-10-25")).containsExactly("02:30 +02:00");
    assertThat(onDay("30 1 * * *", NEW_YORK, "2026-11-01")).containsExactly("01:30 -04:00");
    assertThat(onDay("30 2 * * *", NEW_YORK, "2026-11-01")).containsExactly("02:30 -05:00");
    assertThat(onDay("45 1 * * *", LORD_HOWE, "2026-04-05")).containsExactly("01:45 +11:00");
    assertThat(onDay("30 2 * * *", LORD_HOWE, "2026-04-05")).containsExactly("02:30 +10:30");
  }

  @ParameterizedTest
  @CsvSource({
    "Europe/Berlin, 2026-03-29", "Europe/Berlin, 2026-10-25",
    "America/New_York, 2026-03-08", "America/New_York, 2026-11-01",
    "Australia/Lord_Howe, 2026-10-04", "Australia/Lord_Howe, 2026-04-05"
  })
  void everyTimeThatNamesAnHourComesOnceOnTheDayOfAChange(String zone, String day) {
    for (int minute = 0; minute < 24 * 60; minute++) {
      String cron = "%d %d * * *".formatted(minute % 60, minute / 60);
      assertThat(onDay(cron, ZoneId.of(zone), day)).as(cron).hasSize(1);
    }
  }

  @Test
  void everySecondHourIsTwelveRunsOnTheLongDay() {
    assertThat(onDay("0 */2 * * *", BERLIN, "2026-10-25")).hasSize(12).doesNotHaveDuplicates();
    assertThat(onDay("0 */2 * * *", BERLIN, "2026-03-29")).hasSize(12);
  }

  @ParameterizedTest
  @CsvSource({
    "Europe/Berlin, 2026-03-28, 0", "Europe/Berlin, 2026-03-28, 30",
    "Europe/Berlin, 2026-10-24, 0", "Europe/Berlin, 2026-10-24, 30",
    "America/New_York, 2026-03-07, 0", "America/New_York, 2026-03-07, 30",
    "America/New_York, 2026-10-31, 0", "America/New_York, 2026-10-31, 30"
  })
  void anHourlyRunComesEveryRealHour(String zone, String dayBefore, int minute) {
    Instant start = LocalDate.parse(dayBefore).atStartOfDay(ZoneId.of(zone)).toInstant();
    List<Instant> times =
        CronTimes.of(minute + " * * * *", zone).oldest(start, start.plus(Duration.ofDays(3)), 999);
    assertThat(gaps(times)).hasSizeGreaterThan(70).containsOnly(Duration.ofHours(1));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-10-03, 0", "2026-10-03, 15", "2026-10-03, 30", "2026-10-03, 45",
    "2026-04-04, 0", "2026-04-04, 15", "2026-04-04, 30", "2026-04-04, 45"
  })
  void whereTheClockIsChangedByHalfAnHourNoTwoHourlyRunsAreFurtherApartThanAnHour(
      String dayBefore, int minute) {
    Instant start = LocalDate.parse(dayBefore).atStartOfDay(LORD_HOWE).toInstant();
    List<Instant> times =
        CronTimes.of(minute + " * * * *", LORD_HOWE)
            .oldest(start, start.plus(Duration.ofDays(3)), 999);
    List<Duration> gaps = gaps(times);
    assertThat(gaps).containsOnly(Duration.ofHours(1), Duration.ofMinutes(30));
    assertThat(gaps).filteredOn(Duration.ofMinutes(30)::equals).hasSize(1);
  }

  @Test
  void everyMinuteIsEveryMinuteWhateverTheClockDoes() {
    for (ZoneId zone : List.of(BERLIN, NEW_YORK, LORD_HOWE)) {
      for (String month : List.of("2026-03-", "2026-04-", "2026-10-", "2026-11-")) {
        for (String day : List.of("01", "04", "05", "08", "25", "29")) {
          Instant start = LocalDate.parse(month + day).atStartOfDay(zone).toInstant();
          List<Instant> times =
              CronTimes.of("*/5 * * * *", zone).oldest(start, start.plus(Duration.ofHours(6)), 999);
          assertThat(gaps(times)).hasSize(72).containsOnly(Duration.ofMinutes(5));
        }
      }
    }
  }

  @Test
  void onRestrictedDaysEitherOneFits() {
    assertThat(
            times("0 0 13 * FRI", ZoneId.of("UTC"), "2026-01-01T00:00:00Z", "2026-01-16T00:00:00Z"))
        .extracting(Instant::toString)
        .containsExactly(
            "2026-01-02T00:00:00Z",
            "2026-01-09T00:00:00Z",
            "2026-01-13T00:00:00Z",
            "2026-01-16T00:00:00Z");
    assertThat(
            times("0 0 29 2 *", ZoneId.of("UTC"), "2026-01-01T00:00:00Z", "2033-01-01T00:00:00Z"))
        .extracting(Instant::toString)
        .containsExactly("2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z");
  }

  @Test
  void theNextTimeIsAfterTheGivenOneAlsoWithinAMinute() {
    CronTimes times = CronTimes.of("*/5 * * * *", "UTC");
    assertThat(times.next(Instant.parse("2026-01-01T00:05:00Z"))).isEqualTo("2026-01-01T00:10:00Z");
    assertThat(times.next(Instant.parse("2026-01-01T00:04:59.999Z")))
        .isEqualTo("2026-01-01T00:05:00Z");
    assertThat(times.next(Instant.parse("2026-01-01T00:05:00.001Z")))
        .isEqualTo("2026-01-01T00:10:00Z");
  }

  @Test
  void theNewestTimesOfALongRangeAreFoundFromItsEnd() {
    CronTimes times = CronTimes.of("* * * * *", "UTC");
    List<Instant> newest = times.newest(Instant.EPOCH, Instant.parse("2026-01-01T00:00:00Z"), 100);
    assertThat(newest).hasSize(100);
    assertThat(newest.get(0)).isEqualTo("2025-12-31T22:21:00Z");
    assertThat(newest.get(99)).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(
            CronTimes.of("0 0 1 1 *", "UTC")
                .newest(
                    Instant.parse("2020-01-01T00:00:00Z"),
                    Instant.parse("2026-06-01T00:00:00Z"),
                    3))
        .extracting(Instant::toString)
        .containsExactly("2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z");
  }

  @ParameterizedTest
  @CsvSource({"@hourly, 24", "@daily, 1", "@weekly, 1", "@monthly, 0", "@yearly, 0"})
  void nicknamesStandForExpressions(String cron, int runsOnASunday) {
    assertThat(onDay(cron, BERLIN, "2026-02-15")).hasSize(runsOnASunday);
  }

  @Test
  void namesAreTheSameInEveryLanguage() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("tr-TR"));
      assertThat(onDay("0 0 * apr fri", BERLIN, "2026-04-03")).hasSize(1);
    } finally {
      Locale.setDefault(before);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "70 * * * *;has '70' as the minute, at column 1. It must be from 0 to 59",
        "0 1,24 * * *;has '24' as the hour, at column 5. It must be from 0 to 23",
        "0  0 1-32 * *;has '1-32' as the day of the month, at column 6.",
        "0 0 * FOO *;has 'FOO' as the month, at column 7.",
        "0 0 * * MON#2;has 'MON#2' as the day of the week, at column 9.",
        "0 0 * * 5-1;has the range '5-1' as the day of the week, at column 9, which ends before it starts.",
        "0 0 * * SUN-TUE;has the range 'SUN-TUE' as the day of the week, at column 9, which ends",
        "0 22-2 * * *;has the range '22-2' as the hour, at column 3, which ends before it starts.",
        "0 22-2/2 * * *;has the range '22-2/2' as the hour, at column 3, which ends",
        "0 22-2/0 * * *;has '22-2/0' as the hour, at column 3.",
        "0 24-2 * * *;has '24-2' as the hour, at column 3.",
        "005 * * * *;has '005' as the minute, at column 1.",
        "*/005 * * * *;has '*/005' as the minute, at column 1.",
        "0|1 0 * * *;has '0|1' as the minute, at column 1.",
        "1,,2 0 * * *;has '' as the minute, at column 3.",
        "1, 0 * * *;has '' as the minute, at column 3.",
        "*/0 0 * * *;has '*/0' as the minute, at column 1.",
        "MON 0 * * *;has 'MON' as the minute, at column 1.",
        "0 0 * *;ends at column 8, after 4 field(s); it must have five",
        "0 0 * * * 2026;has '2026' as the day of the week, at column 11. It must be from 0 to 7",
        "0 0 0 * * * 2026;has a seventh field at column 13; it must have five",
        "60 0 0 * * *;has '60' as the second, at column 1. It must be from 0 to 59",
        "0 */70 0 * * *;has '*/70' as the minute, at column 3. It must be from 0 to 59",
        "9-5 * * * * *;has the range '9-5' as the second, at column 1, which ends before it starts.",
        "0 0 0 30 2 *;never matches: these months have no such day",
        "@reboot;is '@reboot' at column 1; an expression with @ is one of @hourly",
        "0 0 30 2 *;never matches: these months have no such day"
      })
  void aWrongExpressionIsRefusedWithItsColumn(String cron, String message) {
    assertThatThrownBy(() -> CronTimes.of(cron, BERLIN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("The cron expression ")
        .hasMessageContaining(message);
  }

  // Seconds

  @Test
  void theFirstOfSixFieldsIsTheSecond() {
    assertThat(
            times("*/20 5 * * * *", BERLIN, "2026-11-26T03:00:00Z", "2026-11-26T05:00:00Z").stream()
                .map(Instant::toString))
        .containsExactly(
            "2026-11-26T03:05:00Z",
            "2026-11-26T03:05:20Z",
            "2026-11-26T03:05:40Z",
            "2026-11-26T04:05:00Z",
            "2026-11-26T04:05:20Z",
            "2026-11-26T04:05:40Z");
    assertThat(onDay("1,3-5,50/5 30 3 * * MON-FRI", BERLIN, "2026-11-26"))
        .containsExactly(
            "03:30:01 +01:00",
            "03:30:03 +01:00",
            "03:30:04 +01:00",
            "03:30:05 +01:00",
            "03:30:50 +01:00",
            "03:30:55 +01:00");
    assertThat(onDay("1 30 3 * * MON-FRI", BERLIN, "2026-11-28")).isEmpty();
  }

  @Test
  void theSecondZeroIsTheSameAsNone() {
    for (String cron : List.of("30 2 * * *", "*/7 * * * *", "0 */2 * * *", "0 0 29 2 *")) {
      assertThat(times("0 " + cron, BERLIN, "2026-03-28T12:00:00Z", "2026-03-30T12:00:00Z"))
          .isEqualTo(times(cron, BERLIN, "2026-03-28T12:00:00Z", "2026-03-30T12:00:00Z"));
    }
  }

  @Test
  void everySecondComesOnceAlsoWhenTheClockIsChanged() {
    for (String change : List.of("2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z")) {
      Instant start = Instant.parse(change).minusSeconds(3_700);
      List<Instant> times =
          CronTimes.of("* * * * * *", BERLIN).oldest(start, start.plusSeconds(7_399), 10_000);
      assertThat(times).hasSize(7_400);
      assertThat(gaps(times)).allMatch(Duration.ofSeconds(1)::equals);
    }
    assertThat(onDay("15 30 2 * * *", BERLIN, "2026-03-29")).containsExactly("03:30:15 +02:00");
    assertThat(onDay("15 30 2 * * *", BERLIN, "2026-10-25")).containsExactly("02:30:15 +02:00");
    assertThat(onDay("15 59 * * * *", BERLIN, "2026-10-25")).hasSize(25);
  }

  @Test
  void theNewestSecondsAreFoundInALongRange() {
    Instant end = Instant.parse("2026-11-26T05:00:00.500Z");
    assertThat(CronTimes.of("* * * * * *", BERLIN).newest(Instant.EPOCH, end, 3))
        .containsExactly(
            Instant.parse("2026-11-26T04:59:58Z"),
            Instant.parse("2026-11-26T04:59:59Z"),
            Instant.parse("2026-11-26T05:00:00Z"));
    assertThat(CronTimes.of("5 0 3 * * *", BERLIN).newest(Instant.EPOCH, end, 1))
        .containsExactly(Instant.parse("2026-11-26T02:00:05Z"));
  }

  @Test
  void anEmptyExpressionIsRefused() {
    assertThatThrownBy(() -> CronTimes.of("", BERLIN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ends at column 1, after 0 field(s)");
  }

  @Test
  void anUnknownZoneIsRefused() {
    assertThatThrownBy(() -> CronTimes.of("0 0 * * *", "Europe/Berlim"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("The time zone is 'Europe/Berlim', which this process's Java");
  }

  @Test
  void theIdOfARunFollowsFromNameAndTimeAndSortsByTime() {
    Instant time = Instant.parse("2026-03-29T01:30:00Z");
    UUID id = ScheduledRuns.jobId("shop.report", time);
    // Whoever changes the rule makes a new version submit again what an old one has submitted
    assertThat(id).isEqualTo(ScheduledRuns.jobId("shop.report", time));
    assertThat(id.toString()).isEqualTo("019d3736-51c0-8088-a414-fc338537caef");
    assertThat(id.version()).isEqualTo(8);
    assertThat(id.variant()).isEqualTo(2);
    assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(time.toEpochMilli());
    assertThat(ScheduledRuns.jobId("shop.reports", time)).isNotEqualTo(id);
    assertThat(ScheduledRuns.jobId("shop.report", time.plusSeconds(60)).toString())
        .isGreaterThan(id.toString());
  }

  @Test
  void theJitterOfARunIsTheSameInEveryProcessAndWithinItsBound() {
    Duration max = Duration.ofMinutes(5);
    List<Duration> jitters =
        CronTimes.of("* * * * *", "UTC")
            .oldest(Instant.EPOCH, Instant.EPOCH.plus(Duration.ofHours(5)), 300)
            .stream()
            .map(time -> ScheduledRuns.jitter("shop.report", time, max))
            .toList();
    assertThat(jitters).allMatch(each -> !each.isNegative() && each.compareTo(max) <= 0);
    assertThat(jitters).anyMatch(each -> each.compareTo(Duration.ofMinutes(1)) < 0);
    assertThat(jitters).anyMatch(each -> each.compareTo(Duration.ofMinutes(4)) > 0);
    assertThat(ScheduledRuns.jitter("shop.report", Instant.EPOCH, max)).isEqualTo(jitters.get(0));
    assertThat(ScheduledRuns.jitter("shop.report", Instant.EPOCH, Duration.ZERO)).isZero();
  }
}
