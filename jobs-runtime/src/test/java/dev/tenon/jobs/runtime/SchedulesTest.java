package dev.tenon.jobs.runtime;

import static dev.tenon.jobs.runtime.ScheduleFixture.NAME;
import static dev.tenon.jobs.runtime.ScheduleFixture.UTC;
import static dev.tenon.jobs.runtime.ScheduleFixture.ids;
import static dev.tenon.jobs.runtime.ScheduleFixture.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.CapturedLog;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.annotation.OverlapPolicy;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.JobLimits;
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
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Schedules on real servers: what is submitted, by whom, and what is not. */
class SchedulesTest {

  private ScheduleFixture fixture;

  @BeforeEach
  void open() throws SQLException {
    fixture = new ScheduleFixture();
  }

  @AfterEach
  void close() throws SQLException {
    fixture.close();
  }

  // What is submitted

  @Test
  void aRunIsSubmittedOnceByTwoRuntimesAndRuns() throws Exception {
    try (Fixture rabbit = Fixture.withRabbit();
        Connection own = rabbit.database().connect()) {
      DSLContext table = DSL.using(own, SQLDialect.POSTGRES);
      CountDownLatch handled = new CountDownLatch(1);
      JobsRuntime one = rabbit.start();
      JobsRuntime other = rabbit.start();
      JobWorker unused =
          other.startWorker(
              TestJobs.handlers()
                  .with(
                      TestJobs.QUIET,
                      (order, context) -> {
                        handled.countDown();
                        return null;
                      }));
      put(one.jobs().schedules(), "* * * * *", OverlapPolicy.ALLOW);
      Instant due = Instant.now().truncatedTo(ChronoUnit.MINUTES);
      table.execute("UPDATE tenon.job_schedules SET next_run_at = {0}", DSL.val(due));
      UUID id = ScheduledRuns.jobId(NAME, due);
      await().atMost(Fixture.PATIENCE).until(() -> one.jobs().find(id).isPresent());
      Fixture.awaitStatus(one.jobs(), id, JobStatus.COMPLETED);
      assertThat(handled.getCount()).isZero();
      assertThat(table.fetchCount(DSL.table("tenon.jobs"), DSL.condition("id = {0}", DSL.val(id))))
          .isOne();
      JobSchedule read = one.jobs().schedules().get(NAME);
      assertThat(read.lastRun().orElseThrow().jobId().toString())
          .isGreaterThanOrEqualTo(id.toString());
      assertThat(read.nextRunAt().orElseThrow()).isAfter(due);
      assertThat(one.jobs().get(id).submittedBy()).isEqualTo("schedule:" + NAME);
    }
  }

  @Test
  void whatWasMissedWhileNoProcessRanIsSubmittedOnceWhoeverComes() {
    put(fixture.schedules(), "* * * * *", OverlapPolicy.ALLOW);
    fixture.closeRuntimes();
    Instant first = fixture.thisMinute().minusSeconds(120);
    fixture.setNext(NAME, first);
    JobSchedules schedules = fixture.schedules();
    JobsRuntime unused = fixture.start();
    fixture.awaitAdvanced(NAME);
    assertThat(fixture.jobs(NAME)).startsWith(ids(NAME, first, 3).toArray(UUID[]::new));
    // A leader that was frozen, or a table that was put back, finds the jobs there
    fixture.setNext(NAME, first);
    fixture.awaitAdvanced(NAME);
    assertThat(fixture.jobs(NAME)).doesNotHaveDuplicates().containsAll(ids(NAME, first, 3));
    assertThat(fixture.jobs(NAME).size())
        .isLessThanOrEqualTo((int) ChronoUnit.MINUTES.between(first, fixture.databaseNow()) + 1);
    assertThat(schedules.get(NAME).lastRun().orElseThrow().at())
        .isAfterOrEqualTo(first.plusSeconds(120));
  }

  @Test
  void anotherProcessTakesOverWhenTheLeaderEnds() {
    JobsRuntime leader = fixture.start();
    put(leader.jobs().schedules(), "* * * * *", OverlapPolicy.ALLOW);
    fixture.setNext(NAME, fixture.thisMinute());
    fixture.awaitAdvanced(NAME);
    JobsRuntime other = fixture.start();
    leader.close();
    fixture.setNext(NAME, fixture.thisMinute().minusSeconds(60));
    fixture.awaitAdvanced(NAME);
    assertThat(fixture.jobs(NAME))
        .contains(ScheduledRuns.jobId(NAME, fixture.thisMinute().minusSeconds(60)));
    assertThat(other.jobs().schedules().get(NAME).isPaused()).isFalse();
  }

  @Test
  void onlyWhatIsInTheCatchUpWindowIsMadeUpForAndTheRestIsLogged() {
    JobSchedules schedules = fixture.schedules();
    put(schedules, "0 * * * *", OverlapPolicy.ALLOW);
    fixture.sql.execute(
        "UPDATE tenon.job_schedules SET catch_up_millis = {0}",
        DSL.val(Duration.ofMinutes(150).toMillis()));
    Instant hour = fixture.databaseNow().truncatedTo(ChronoUnit.HOURS);
    try (CapturedLog log = CapturedLog.of("dev.tenon.jobs.internal.schedule")) {
      fixture.setNext(NAME, hour.minus(Duration.ofHours(50)));
      fixture.awaitAdvanced(NAME);
      assertThat(fixture.jobs(NAME)).hasSizeBetween(2, 3);
      assertThat(log.warnings())
          .filteredOn(line -> line.contains("skipped its runs"))
          .singleElement()
          .asString()
          .contains(
              "The schedule 'report-of-shop-7' skipped its runs from "
                  + hour.minus(Duration.ofHours(50))
                  + " to ");
    }
    assertThat(schedules.get(NAME).leftOutAt().orElseThrow())
        .isAfter(hour.minus(Duration.ofHours(5)));
  }

  @Test
  void noMoreThanAHundredRunsAreMadeUpFor() {
    JobSchedules schedules = fixture.schedules();
    schedules.put(
        NAME,
        TestJobs.QUIET,
        new Order("x", 1),
        Timing.cron("* * * * *", UTC),
        ScheduleOptions.defaults()
            .withOverlap(OverlapPolicy.ALLOW)
            .withCatchUp(Duration.ofDays(10)),
        Actor.of("ann"));
    fixture.setNext(NAME, fixture.thisMinute().minus(Duration.ofDays(9)));
    fixture.awaitAdvanced(NAME);
    assertThat(fixture.jobs(NAME)).hasSizeBetween(100, 101);
    assertThat(fixture.jobs(NAME))
        .contains(ScheduledRuns.jobId(NAME, fixture.thisMinute().minusSeconds(60)));
  }

  @Test
  void theRealTaskSubmitsADailyRunOnceOnBothDaysOnWhichTheClockIsChanged() {
    JobSchedules schedules = fixture.schedules();
    schedules.put(
        "spring",
        TestJobs.QUIET,
        new Order("x", 1),
        Timing.cron("30 2 28-30 3 *", ZoneId.of("Europe/Berlin")),
        ScheduleOptions.defaults()
            .withOverlap(OverlapPolicy.ALLOW)
            .withCatchUp(Duration.ofDays(36_000)),
        Actor.of("ann"));
    schedules.put(
        "autumn",
        TestJobs.QUIET,
        new Order("x", 1),
        Timing.cron("30 2 24-26 10 *", ZoneId.of("Europe/Berlin")),
        ScheduleOptions.defaults()
            .withOverlap(OverlapPolicy.ALLOW)
            .withCatchUp(Duration.ofDays(36_000)),
        Actor.of("ann"));
    fixture.setNext("spring", Instant.parse("2020-03-28T01:30:00Z"));
    fixture.setNext("autumn", Instant.parse("2020-10-24T00:30:00Z"));
    fixture.awaitAdvanced("spring");
    fixture.awaitAdvanced("autumn");
    assertThat(fixture.jobs("spring"))
        .startsWith(
            ScheduledRuns.jobId("spring", Instant.parse("2020-03-28T01:30:00Z")),
            ScheduledRuns.jobId("spring", Instant.parse("2020-03-29T01:30:00Z")),
            ScheduledRuns.jobId("spring", Instant.parse("2020-03-30T00:30:00Z")));
    assertThat(fixture.jobs("autumn"))
        .startsWith(
            ScheduledRuns.jobId("autumn", Instant.parse("2020-10-24T00:30:00Z")),
            ScheduledRuns.jobId("autumn", Instant.parse("2020-10-25T00:30:00Z")),
            ScheduledRuns.jobId("autumn", Instant.parse("2020-10-26T01:30:00Z")));
  }

  @Test
  void aJobHasWhatItsScheduleSaysAndIsLimitedAsItsTypeIs() {
    JobDefinition<Order, Void> limited =
        TestCodecs.builder("test.limited", Order.class, Void.class)
            .limits(JobLimits.NONE.withMaxConcurrentPerKey(1))
            .limitBy("name", Order::name)
            .retention(Duration.ofHours(5))
            .retentionOfFailed(Duration.ofHours(7))
            .external(true)
            .build();
    JobSchedules schedules = fixture.schedules();
    schedules.put(
        NAME,
        limited,
        new Order("tenant", 2),
        Timing.cron("* * * * *", UTC),
        ScheduleOptions.defaults()
            .withPriority(JobPriority.HIGH)
            .withItemId("shop-7")
            .withJitter(Duration.ofDays(30)),
        Actor.of("ann"));
    Instant due = fixture.thisMinute();
    fixture.setNext(NAME, due);
    fixture.awaitAdvanced(NAME);
    var row = fixture.sql.fetchSingle("SELECT * FROM tenon.jobs ORDER BY id LIMIT 1");
    assertThat(row.get("id")).isEqualTo(ScheduledRuns.jobId(NAME, due));
    assertThat(row.get("type")).isEqualTo("test.limited");
    assertThat(row.get("limit_key")).isEqualTo("tenant");
    assertThat(row.get("priority", int.class)).isEqualTo(JobPriority.HIGH.level());
    assertThat(row.get("item_id")).isEqualTo("shop-7");
    assertThat(row.get("retention_seconds")).isEqualTo(5L * 3600);
    assertThat(row.get("failed_retention_seconds")).isEqualTo(7L * 3600);
    assertThat(row.get("external_policy").toString()).contains("timeoutMillis");
    assertThat(row.get("payload").toString()).contains("\"tenant\"");
    assertThat(row.get("run_at", Instant.class))
        .isEqualTo(due.plus(ScheduledRuns.jitter(NAME, due, Duration.ofDays(30))));
  }

  // What goes wrong

  @Test
  void aScheduleThatCannotRunStopsNoOther() {
    JobSchedules schedules = fixture.schedules();
    put(schedules, "* * * * *", OverlapPolicy.ALLOW);
    for (String name : List.of("a-bad-zone", "b-good", "c-bad-cron")) {
      schedules.put(
          name,
          TestJobs.QUIET,
          new Order("x", 1),
          Timing.cron("* * * * *", UTC),
          ScheduleOptions.defaults().withOverlap(OverlapPolicy.ALLOW),
          Actor.of("ann"));
    }
    try (CapturedLog log = CapturedLog.of("dev.tenon.jobs.internal.maintenance")) {
      fixture.sql.execute(
          "UPDATE tenon.job_schedules SET zone = 'Mars/Base', next_run_at = now() - interval '2 hours' WHERE name = 'a-bad-zone'");
      fixture.sql.execute(
          "UPDATE tenon.job_schedules SET cron = '99 * * * *', next_run_at = now() - interval '1 hour' WHERE name = 'c-bad-cron'");
      fixture.setNext("b-good", fixture.thisMinute());
      fixture.setNext(NAME, fixture.thisMinute());
      fixture.awaitAdvanced("b-good");
      fixture.awaitAdvanced(NAME);
      await()
          .atMost(Fixture.PATIENCE)
          .until(
              () ->
                  schedules.get("a-bad-zone").error().isPresent()
                      && schedules.get("c-bad-cron").error().isPresent());
      assertThat(schedules.get("a-bad-zone").error().orElseThrow())
          .startsWith("The time zone is 'Mars/Base'");
      assertThat(schedules.get("c-bad-cron").error().orElseThrow())
          .contains("has '99' as the minute");
      assertThat(log.warnings())
          .filteredOn(line -> line.startsWith("The schedule 'a-bad-zone' failed with"))
          .hasSize(1);
    }
    fixture.sql.execute("UPDATE tenon.job_schedules SET zone = 'UTC' WHERE name = 'a-bad-zone'");
    fixture.awaitAdvanced("a-bad-zone");
    assertThat(schedules.get("a-bad-zone").error()).isEmpty();
    assertThat(fixture.jobs("a-bad-zone")).isNotEmpty();
  }

  @Tag("thorough")
  @Test
  void aFailureBetweenInsertAndAdvanceLeavesNeither() {
    JobSchedules schedules = fixture.schedules();
    put(schedules, "* * * * *", OverlapPolicy.ALLOW);
    // The move of the row to its next run is refused, after the job was inserted
    fixture.sql.execute(
        """
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF NEW.last_run_at IS DISTINCT FROM OLD.last_run_at THEN
            RAISE EXCEPTION 'refused' USING ERRCODE = 'check_violation';
          END IF;
          RETURN NEW;
        END $$
        """);
    fixture.sql.execute(
        "CREATE TRIGGER refuse BEFORE UPDATE ON tenon.job_schedules FOR EACH ROW EXECUTE FUNCTION refuse()");
    Instant due = fixture.thisMinute();
    fixture.setNext(NAME, due);
    await().atMost(Fixture.PATIENCE).until(() -> schedules.get(NAME).error().isPresent());
    assertThat(fixture.jobs(NAME)).isEmpty();
    assertThat(schedules.get(NAME).nextRunAt()).contains(due);
    fixture.sql.execute("DROP TRIGGER refuse ON tenon.job_schedules");
    // And the other way round: the job is refused
    fixture.sql.execute(
        "ALTER TABLE tenon.live_jobs ADD CONSTRAINT refuse CHECK (schedule IS NULL)");
    fixture.sql.execute("UPDATE tenon.job_schedules SET error = NULL");
    await().atMost(Fixture.PATIENCE).until(() -> schedules.get(NAME).error().isPresent());
    assertThat(schedules.get(NAME).nextRunAt()).contains(due);
    fixture.sql.execute("ALTER TABLE tenon.live_jobs DROP CONSTRAINT refuse");
    fixture.awaitAdvanced(NAME);
    assertThat(fixture.jobs(NAME)).contains(ScheduledRuns.jobId(NAME, due));
  }

  @Test
  void theMaintenanceReportsTheTask() {
    JobSchedules unused = fixture.schedules();
    await()
        .atMost(Fixture.PATIENCE)
        .until(
            () ->
                fixture.sql.fetchCount(
                        DSL.table("tenon.maintenance_tasks"),
                        DSL.condition("name = 'schedules' AND last_error IS NULL"))
                    == 1);
  }
}
