package dev.tenon.jobs.runtime;

import static dev.tenon.jobs.runtime.ScheduleFixture.NAME;
import static dev.tenon.jobs.runtime.ScheduleFixture.UTC;
import static dev.tenon.jobs.runtime.ScheduleFixture.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.InvalidPayloadException;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.annotation.OverlapPolicy;
import dev.tenon.jobs.internal.schedule.ScheduledRuns;
import dev.tenon.jobs.operate.JobSchedule;
import dev.tenon.jobs.operate.JobScheduleNotFoundException;
import dev.tenon.jobs.operate.JobSchedules;
import dev.tenon.jobs.operate.ScheduleOptions;
import dev.tenon.jobs.operate.Timing;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Schedules that operators make, pause, resume, run, backfill and remove. */
class ScheduleOperationsTest {

  private ScheduleFixture fixture;

  @BeforeEach
  void open() throws SQLException {
    fixture = new ScheduleFixture();
  }

  @AfterEach
  void close() throws SQLException {
    fixture.close();
  }

  @Test
  void aPausedScheduleSubmitsNothingAlsoAfterARestartUntilItIsResumed() {
    JobSchedules schedules = fixture.schedules();
    put(schedules, "* * * * *", OverlapPolicy.ALLOW);
    put(schedules, "*/2 * * * *", OverlapPolicy.ALLOW);
    schedules.pause(NAME, Actor.of("ben", "the shop is closed"));
    fixture.setNext(NAME, fixture.thisMinute().minusSeconds(600));
    fixture.closeRuntimes();
    schedules = fixture.schedules();
    schedules.put(
        "other",
        TestJobs.QUIET,
        new Order("x", 1),
        Timing.cron("* * * * *", UTC),
        ScheduleOptions.defaults(),
        Actor.of("ann"));
    fixture.setNext("other", fixture.thisMinute());
    fixture.awaitAdvanced("other");
    assertThat(fixture.jobs(NAME)).isEmpty();
    JobSchedule paused = schedules.get(NAME);
    assertThat(paused.isPaused()).isTrue();
    assertThat(paused.nextRunAt()).isEmpty();
    assertThat(paused.pause().orElseThrow().by()).isEqualTo("ben");
    assertThat(paused.pause().orElseThrow().reason()).isEqualTo("the shop is closed");
    assertThat(paused.created().by()).contains("ann");
    assertThat(paused.changed().by()).contains("ben");
    schedules.resume(NAME, Actor.of("cleo"));
    JobSchedule resumed = schedules.get(NAME);
    assertThat(resumed.isPaused()).isFalse();
    assertThat(resumed.nextRunAt().orElseThrow()).isAfter(fixture.databaseNow().minusSeconds(60));
    assertThat(resumed.changed().by()).contains("cleo");
    schedules.resume(NAME, Actor.of("dan"));
    assertThat(schedules.get(NAME).changed().by()).contains("cleo");
    assertThatThrownBy(() -> fixture.schedules().pause("nobody", Actor.of("ben", "x")))
        .isInstanceOf(JobScheduleNotFoundException.class)
        .hasMessageContaining("There is no schedule with the name 'nobody'.");
  }

  @Test
  void runNowSubmitsAJobAndLeavesTheNextRunAsItIs() {
    JobsRuntime runtime = fixture.start();
    JobSchedules schedules = runtime.jobs().schedules();
    Instant next = put(schedules, "0 0 1 1 *", OverlapPolicy.SKIP).nextRunAt().orElseThrow();
    schedules.pause(NAME, Actor.of("ben", "x"));
    UUID id = schedules.runNow(NAME, Actor.of("cleo"));
    UUID another = schedules.runNow(NAME, Actor.of("cleo"));
    assertThat(another).isNotEqualTo(id);
    assertThat(runtime.jobs().get(id).submittedBy()).isEqualTo("cleo");
    assertThat(runtime.jobs().get(id).type()).isEqualTo(TestJobs.QUIET.type());
    assertThat(schedules.get(NAME).lastRun().orElseThrow().jobId()).isEqualTo(another);
    schedules.resume(NAME, Actor.of("ben"));
    assertThat(schedules.get(NAME).nextRunAt()).contains(next);
    assertThatThrownBy(() -> schedules.runNow("nobody", Actor.of("ben")))
        .isInstanceOf(JobScheduleNotFoundException.class);
  }

  @Test
  void aBackfillSubmitsEachRunOfARangeOnce() {
    JobSchedules schedules = fixture.schedules();
    put(schedules, "0 * * * *", OverlapPolicy.SKIP);
    Instant from = fixture.databaseNow().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(10));
    Instant to = from.plus(Duration.ofHours(5));
    List<UUID> ids = schedules.backfill(NAME, from, to, Actor.of("ben"));
    assertThat(ids).hasSize(5).isSorted().startsWith(ScheduledRuns.jobId(NAME, from));
    assertThat(schedules.backfill(NAME, from, to, Actor.of("ben"))).isEqualTo(ids);
    assertThat(schedules.backfill(NAME, from, to.plus(Duration.ofHours(1)), Actor.of("ben")))
        .hasSize(6)
        .startsWith(ids.toArray(UUID[]::new));
    assertThat(fixture.jobs(NAME)).hasSize(6);
    // Runs to come are left to the schedule
    assertThat(schedules.backfill(NAME, from, from.plus(Duration.ofDays(2)), Actor.of("ben")))
        .hasSizeBetween(11, 12);
    assertThatThrownBy(() -> schedules.backfill(NAME, to, from, Actor.of("ben")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("it must not end before it starts");
    assertThatThrownBy(() -> schedules.backfill(NAME, Instant.EPOCH, to, Actor.of("ben")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("more than 10,000 runs");
    assertThat(schedules.remove(NAME, Actor.of("ann"))).isTrue();
    assertThat(schedules.remove(NAME, Actor.of("ann"))).isFalse();
    assertThat(schedules.find(NAME)).isEmpty();
  }

  @Test
  void whatCannotBeAScheduleIsRefused() {
    JobService jobs = fixture.start().jobs();
    TypedJobs<Order, ?> typed = new TypedJobs<>(TestJobs.ORDER, jobs, jobs);
    Order order = new Order("x", 1);
    assertThatThrownBy(
            () -> typed.schedule(NAME, order, Timing.cron("0 25 * * *", UTC), Actor.of("ann")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has '25' as the hour, at column 3.");
    assertThatThrownBy(
            () ->
                typed.schedule(
                    NAME, new Order("x", 0), Timing.cron("0 1 * * *", UTC), Actor.of("ann")))
        .isInstanceOf(InvalidPayloadException.class);
    assertThatThrownBy(
            () -> typed.schedule(" ", order, Timing.cron("0 1 * * *", UTC), Actor.of("ann")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("The name of the schedule is blank");
    assertThat(jobs.schedules().list()).isEmpty();
    JobSchedule made = typed.schedule(NAME, order, Timing.cron("0 1 * * *", UTC), Actor.of("ann"));
    assertThat(made.nextRunAt().orElseThrow()).isAfter(fixture.databaseNow());
    assertThat(jobs.schedules().list()).containsExactly(made);
  }
}
