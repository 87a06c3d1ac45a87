package dev.tenon.jobs.runtime;

import static dev.tenon.jobs.runtime.ScheduleFixture.UTC;
import static dev.tenon.jobs.runtime.ScheduleFixture.plain;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobsStartException;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.annotation.OverlapPolicy;
import dev.tenon.jobs.definition.CronSchedule;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.internal.schedule.ScheduledRuns;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.operate.JobSchedule;
import dev.tenon.jobs.operate.JobScheduleNotFoundException;
import dev.tenon.jobs.operate.JobSchedules;
import dev.tenon.jobs.operate.ScheduleOptions;
import dev.tenon.jobs.operate.Timing;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Schedules that applications declare, and their pauses while no declaration is there. */
class DeclaredSchedulesTest {

  private ScheduleFixture fixture;

  @BeforeEach
  void open() throws SQLException {
    fixture = new ScheduleFixture();
  }

  @AfterEach
  void close() throws SQLException {
    fixture.close();
  }

  private static JobDefinition<Order, Void> declared(String type, String cron, String... aliases) {
    return TestCodecs.builder(type, Order.class, Void.class)
        .aliases(aliases)
        .schedule(
            CronSchedule.of(cron, ZoneId.of("Europe/Berlin"), () -> new Order("declared", 1))
                .withOverlap(OverlapPolicy.ALLOW))
        .build();
  }

  @Test
  void aDeclaredScheduleFollowsTheDeclarationAndKeepsItsPause() {
    JobSchedules schedules =
        fixture.startWith(declared("test.daily", "30 3 * * *"), declared("test.gone", "0 4 * * *"));
    JobSchedule first = schedules.get("test.daily");
    assertThat(first.isDeclared()).isTrue();
    assertThat(first.timing()).isEqualTo(new Timing.Cron("30 3 * * *", "Europe/Berlin"));
    assertThat(first.created().by()).isEmpty();
    schedules.pause("test.daily", Actor.of("ben", "x"));
    fixture.setNext("test.daily", Instant.parse("2020-01-01T00:00:00Z"));
    // Earlier than its expression says: a later time would be brought forward
    Instant next = schedules.get("test.gone").nextRunAt().orElseThrow().minusMillis(1);
    fixture.setNext("test.gone", next);

    // The same declaration changes nothing, not even the next run
    schedules =
        fixture.startWith(declared("test.daily", "30 3 * * *"), declared("test.gone", "0 4 * * *"));
    assertThat(schedules.get("test.gone").nextRunAt()).contains(next);
    assertThat(schedules.get("test.daily").changed().by()).contains("ben");

    // Another expression starts from now, and a type without one has no schedule any more
    schedules = fixture.startWith(declared("test.daily", "0 5 * * *"), plain("test.gone"));
    assertThat(schedules.list()).hasSize(1);
    JobSchedule changed = schedules.get("test.daily");
    assertThat(changed.timing()).isEqualTo(new Timing.Cron("0 5 * * *", "Europe/Berlin"));
    assertThat(changed.isPaused()).isTrue();
    assertThat(fixture.sql.fetchValue("SELECT next_run_at > now() FROM tenon.job_schedules"))
        .isEqualTo(true);

    // A process that knows no types, or others, leaves the schedules alone
    schedules = fixture.startWith(plain("test.other"));
    assertThat(schedules.list()).hasSize(1);
    assertThatThrownBy(
            () -> {
              JobSchedules own = fixture.start().jobs().schedules();
              own.put(
                  "test.daily",
                  TestJobs.QUIET,
                  new Order("x", 1),
                  Timing.cron("0 5 * * *", UTC),
                  ScheduleOptions.defaults(),
                  Actor.of("ann"));
            })
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("The application declares a schedule with the name 'test.daily'");

    // A renamed type takes its schedule along
    schedules = fixture.startWith(declared("test.renamed", "0 5 * * *", "test.daily"));
    assertThat(schedules.list()).hasSize(1);
    assertThat(schedules.get("test.renamed").pause().orElseThrow().by()).isEqualTo("ben");
  }

  @Test
  void aDeclaredScheduleIsFiredByALeaderThatDoesNotKnowTheType() {
    JobSchedules unused = fixture.startWith(declared("test.daily", "* * * * *"));
    fixture.closeRuntimes();
    Instant due = fixture.thisMinute();
    fixture.setNext("test.daily", due);
    JobSchedules others = fixture.startWith(plain("test.other"));
    fixture.awaitAdvanced("test.daily");
    assertThat(fixture.jobs("test.daily")).contains(ScheduledRuns.jobId("test.daily", due));
    assertThat(others.get("test.daily").type()).isEqualTo("test.daily");
  }

  @Test
  void aPauseIsKeptWhileNoDeclarationIsThere() {
    JobSchedules schedules = fixture.startWith(declared("test.daily", "30 3 * * *"));
    schedules.pause("test.daily", Actor.of("ben", "the warehouse moves"));
    fixture.setNext("test.daily", Instant.parse("2020-01-01T00:00:00Z"));

    // Without a declaration there is no schedule
    schedules = fixture.startWith(plain("test.daily"));
    assertThat(schedules.list()).isEmpty();
    assertThat(schedules.find("test.daily")).isEmpty();
    JobSchedules gone = schedules;
    assertThatThrownBy(() -> gone.runNow("test.daily", Actor.of("ben")))
        .isInstanceOf(JobScheduleNotFoundException.class);
    assertThatThrownBy(() -> gone.pause("test.daily", Actor.of("ben", "x")))
        .isInstanceOf(JobScheduleNotFoundException.class);
    assertThatThrownBy(() -> gone.resume("test.daily", Actor.of("ben")))
        .isInstanceOf(JobScheduleNotFoundException.class);

    schedules = fixture.startWith(declared("test.daily", "30 3 * * *"));
    JobSchedule back = schedules.get("test.daily");
    assertThat(back.pause().orElseThrow().by()).isEqualTo("ben");
    assertThat(back.pause().orElseThrow().reason()).isEqualTo("the warehouse moves");

    // Also under a new name of the type, and if that has no declaration at first
    schedules = fixture.startWith(plain("test.nightly", "test.daily"));
    assertThat(schedules.list()).isEmpty();
    schedules = fixture.startWith(declared("test.nightly", "30 3 * * *", "test.daily"));
    assertThat(schedules.list()).hasSize(1);
    assertThat(schedules.get("test.nightly").pause().orElseThrow().by()).isEqualTo("ben");
    schedules.resume("test.nightly", Actor.of("cleo"));
    assertThat(schedules.get("test.nightly").nextRunAt().orElseThrow())
        .isAfter(fixture.databaseNow());

    // What is not paused leaves nothing behind
    fixture.restart(plain("test.nightly")).close();
    assertThat(fixture.sql.fetchCount(DSL.table("tenon.job_schedules"))).isZero();
  }

  @Test
  void aScheduleOfRunTimeMayHaveTheNameOfOneThatIsNotDeclaredAnyMore() {
    JobSchedules schedules = fixture.startWith(declared("test.daily", "30 3 * * *"));
    schedules.pause("test.daily", Actor.of("ben", "the warehouse moves"));
    schedules = fixture.startWith(plain("test.daily"));
    assertThat(schedules.remove("test.daily", Actor.of("ann"))).isFalse();
    JobSchedule made =
        schedules.put(
            "test.daily",
            plain("test.daily"),
            new Order("x", 1),
            Timing.cron("0 0 1 1 *", UTC),
            ScheduleOptions.defaults(),
            Actor.of("ann"));
    assertThat(made.isPaused()).as("it is another schedule").isFalse();
    assertThat(made.isDeclared()).isFalse();
    assertThat(made.created().by()).contains("ann");
    assertThat(schedules.list()).containsExactly(made);
  }

  @Test
  void aDeclarationThatCannotBeKeptStopsTheStart() {
    assertThatThrownBy(() -> fixture.startWith(declared("test.daily", "0 0 30 2 *")))
        .isInstanceOf(JobsStartException.class)
        .hasMessageStartingWith(
            "Tenon cannot start. The schedule of job type 'test.daily' cannot be stored: The cron expression '0 0 30 2 *' never matches");
  }
}
