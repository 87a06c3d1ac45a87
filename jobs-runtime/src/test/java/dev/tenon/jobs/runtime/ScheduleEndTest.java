package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.annotation.OverlapPolicy;
import dev.tenon.jobs.definition.CronSchedule;
import dev.tenon.jobs.internal.schedule.ScheduledRuns;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.SQLDialect;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.operate.JobSchedule;
import dev.tenon.jobs.operate.JobSchedules;
import dev.tenon.jobs.operate.ScheduleOptions;
import dev.tenon.jobs.operate.Timing;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Schedules that end, and schedules that run every second, on a real server. */
class ScheduleEndTest {

  private static final String NAME = "report";
  private static final Actor ANN = Actor.of("ann", "of the test");

  private Fixture fixture;
  private Connection connection;
  private DSLContext sql;

  @BeforeEach
  void open() throws SQLException {
    fixture = Fixture.withoutRabbit();
    connection = fixture.database().connect();
    sql = DSL.using(connection, SQLDialect.POSTGRES);
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    fixture.close();
  }

  private static JobSchedule put(JobSchedules schedules, Timing timing, Instant until) {
    ScheduleOptions options = ScheduleOptions.defaults().withUntil(until);
    return schedules.put(
        NAME,
        TestJobs.QUIET,
        new Order("x", 1),
        timing,
        timing instanceof Timing.Cron ? options.withOverlap(OverlapPolicy.ALLOW) : options,
        ANN);
  }

  private static Timing cron(String expression) {
    return Timing.cron(expression, ZoneId.of("UTC"));
  }

  private Instant now() {
    return sql.select(DSL.currentInstant()).fetchSingle().value1();
  }

  private Instant tomorrow() {
    return now().plus(Duration.ofDays(1));
  }

  private List<UUID> jobs() {
    return sql.resultQuery("SELECT id FROM tenon.jobs ORDER BY id").fetch(0, UUID.class);
  }

  private void endAllJobs() {
    sql.execute(
        "UPDATE /* by the test */ by_test.jobs SET status = 'completed', finished_at = now()");
  }

  private static void awaitEnd(JobSchedules schedules) {
    await().atMost(Fixture.PATIENCE).until(() -> schedules.get(NAME).hasEnded());
  }

  @Test
  void runsBeforeTheEndAreMadeUpForAndThoseFromThenOnAreNot() {
    JobSchedules schedules = fixture.start().jobs().schedules();
    Instant until = tomorrow();
    assertThat(put(schedules, cron("* * * * *"), until).options().until())
        .contains(until.truncatedTo(ChronoUnit.MILLIS));
    Instant minute = now().truncatedTo(ChronoUnit.MINUTES).minusSeconds(60);
    sql.execute(
        "UPDATE tenon.job_schedules SET ends_at = {0}, next_run_at = {1}",
        DSL.val(minute), DSL.val(minute.minusSeconds(60)));

    awaitEnd(schedules);

    assertThat(jobs()).containsExactly(ScheduledRuns.jobId(NAME, minute.minusSeconds(60)));
    assertThat(schedules.get(NAME).nextRunAt()).isEmpty();
    assertThat(schedules.backfill(NAME, minute.minusSeconds(240), minute.plusSeconds(60), ANN))
        .hasSize(4);
    assertThat(schedules.get(NAME).hasEnded()).isTrue();
    UUID byHand = schedules.runNow(NAME, ANN);
    assertThat(jobs()).contains(byHand).hasSize(5);

    JobSchedule again = put(schedules, cron("* * * * *"), tomorrow());
    assertThat(again.hasEnded()).isFalse();
    assertThat(again.nextRunAt()).isPresent();
  }

  @Test
  void aFixedDelayEndsWithTheRunThatHasNoTimeAfterItBeforeTheEnd() {
    JobSchedules schedules = fixture.start().jobs().schedules();
    JobSchedule unused = put(schedules, Timing.fixedDelay(Duration.ofHours(30)), tomorrow());
    await().atMost(Fixture.PATIENCE).until(() -> jobs().size() == 1);
    assertThat(schedules.get(NAME).hasEnded()).as("its run has not ended").isFalse();

    endAllJobs();
    awaitEnd(schedules);

    UUID byHand = schedules.runNow(NAME, ANN);
    assertThat(schedules.get(NAME).hasEnded()).isFalse();
    endAllJobs();
    awaitEnd(schedules);
    assertThat(jobs()).hasSize(2).contains(byHand);

    JobSchedule again = put(schedules, Timing.fixedDelay(Duration.ofHours(30)), tomorrow());
    assertThat(again.hasEnded()).isFalse();
    await().atMost(Fixture.PATIENCE).until(() -> jobs().size() == 3);
  }

  @Test
  void aScheduleThatIsResumedAfterItsEndSubmitsNothing() {
    JobSchedules schedules = fixture.start().jobs().schedules();
    for (Timing timing : List.of(cron("0 0 1 1 *"), Timing.fixedDelay(Duration.ofHours(1)))) {
      JobSchedule unused = put(schedules, timing, now().plus(Duration.ofDays(500)));
      schedules.pause(NAME, ANN);
      int before = jobs().size();
      endAllJobs();
      sql.execute(
          "UPDATE tenon.job_schedules SET ends_at = now() - interval '1 s',"
              + " next_run_at = now() - interval '1 min', awaited_job_id = NULL");
      schedules.resume(NAME, ANN);

      awaitEnd(schedules);
      assertThat(jobs()).hasSize(before);
      assertThat(schedules.remove(NAME, ANN)).isTrue();
    }
  }

  @Test
  void anEndWithoutARunBeforeItIsRefused() {
    JobSchedules schedules = fixture.start().jobs().schedules();
    Instant past = Instant.parse("2026-01-01T00:00:00Z");
    for (Timing timing : List.of(cron("* * * * *"), Timing.fixedDelay(Duration.ofHours(1)))) {
      assertThatThrownBy(() -> put(schedules, timing, past))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "The schedule 'report' ends at 2026-01-01T00:00:00Z, before its first run. Choose a later end.");
    }
    assertThat(schedules.list()).isEmpty();
    assertThatThrownBy(() -> ScheduleOptions.defaults().withUntil(Instant.MAX))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("it must be in the years 1970 to 9999.");
  }

  @Test
  void aDeclaredScheduleEndsAndGoesOnWithALaterEnd() {
    JobSchedule ended = startWith(Instant.parse("2026-01-01T00:00:00Z"));
    assertThat(ended.hasEnded()).isTrue();
    assertThat(ended.nextRunAt()).isEmpty();

    JobSchedule later = startWith(Instant.parse("2999-01-01T00:00:00Z"));
    assertThat(later.hasEnded()).isFalse();
    assertThat(later.nextRunAt()).isPresent();
    assertThat(startWith(Instant.parse("2999-06-01T00:00:00Z")).nextRunAt())
        .isEqualTo(later.nextRunAt());
    assertThat(startWith(Instant.parse("2026-01-01T00:00:00Z")).hasEnded()).isTrue();
  }

  private JobSchedule startWith(Instant until) {
    fixture.closeRuntimes();
    CronSchedule<Order> yearly =
        CronSchedule.of("@yearly", ZoneId.of("UTC"), () -> new Order("declared", 1));
    return fixture
        .start(
            fixture
                .builder()
                .modules(
                    TestJobs.moduleOf(
                        List.of(
                            TestCodecs.builder(NAME, Order.class, Void.class)
                                .schedule(yearly.withUntil(until))
                                .build()))))
        .jobs()
        .schedules()
        .get(NAME);
  }

  @Test
  void aScheduleThatEndedWhileTheClockWasAheadGoesOn() {
    JobSchedule unused =
        put(
            fixture.start().jobs().schedules(),
            cron("0 0 1 1 *"),
            now().plus(Duration.ofDays(800)));
    fixture.closeRuntimes();
    sql.execute("UPDATE tenon.job_schedules SET next_run_at = NULL");

    JobSchedules schedules = fixture.start().jobs().schedules();

    await().atMost(Fixture.PATIENCE).until(() -> schedules.get(NAME).nextRunAt().isPresent());
    assertThat(schedules.get(NAME).hasEnded()).isFalse();
  }

  @Test
  void aScheduleMayRunEverySecond() {
    JobSchedules schedules = fixture.start().jobs().schedules();
    JobSchedule unused = put(schedules, cron("* * * * * *"), tomorrow());
    Instant first =
        sql.resultQuery("SELECT next_run_at FROM tenon.job_schedules")
            .fetchSingle(0, OffsetDateTime.class)
            .toInstant();

    await().atMost(Fixture.PATIENCE).until(() -> jobs().size() >= 4);

    List<UUID> expected =
        IntStream.range(0, 4)
            .mapToObj(i -> ScheduledRuns.jobId(NAME, first.plusSeconds(i)))
            .toList();
    assertThat(jobs()).containsAll(expected);
  }
}
