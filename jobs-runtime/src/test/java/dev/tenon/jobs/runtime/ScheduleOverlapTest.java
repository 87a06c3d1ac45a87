package dev.tenon.jobs.runtime;

import static dev.tenon.jobs.runtime.ScheduleFixture.NAME;
import static dev.tenon.jobs.runtime.ScheduleFixture.UTC;
import static dev.tenon.jobs.runtime.ScheduleFixture.ids;
import static dev.tenon.jobs.runtime.ScheduleFixture.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.annotation.OverlapPolicy;
import dev.tenon.jobs.internal.schedule.ScheduledRuns;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.operate.JobSchedules;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The overlap policies: what happens to a run that is due before an earlier one has ended. */
class ScheduleOverlapTest {

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
  void skipLeavesARunOutWhileAnEarlierOneHasNotEnded() {
    JobSchedules schedules = fixture.schedules();
    Instant minute = fixture.awaitMiddleOfAMinute();
    put(schedules, "* * * * *", OverlapPolicy.SKIP);
    fixture.setNext(NAME, minute.minusSeconds(120));
    fixture.awaitAdvanced(NAME);
    assertThat(fixture.jobs(NAME))
        .containsExactlyElementsOf(ids(NAME, minute.minusSeconds(120), 1));
    assertThat(schedules.get(NAME).leftOutAt()).contains(minute);
    assertThat(schedules.get(NAME).lastRun().orElseThrow().at())
        .isEqualTo(minute.minusSeconds(120));
    fixture.endAllJobs();
    fixture.setNext(NAME, minute);
    fixture.awaitAdvanced(NAME);
    assertThat(fixture.jobs(NAME)).hasSize(2).contains(ScheduledRuns.jobId(NAME, minute));
  }

  @Test
  void queueOneLetsOneRunWaitForTheEarlierOne() {
    JobSchedules schedules = fixture.schedules();
    Instant minute = fixture.awaitMiddleOfAMinute();
    put(schedules, "* * * * *", OverlapPolicy.QUEUE_ONE);
    fixture.setNext(NAME, minute.minusSeconds(120));
    fixture.awaitAdvanced(NAME);
    assertThat(fixture.jobs(NAME))
        .containsExactlyElementsOf(ids(NAME, minute.minusSeconds(120), 1));
    assertThat(schedules.get(NAME).waitingRunAt()).contains(minute.minusSeconds(60));
    assertThat(schedules.get(NAME).leftOutAt()).contains(minute);
    fixture.endAllJobs();
    await()
        .atMost(Fixture.PATIENCE)
        .until(() -> fixture.jobs(NAME).equals(ids(NAME, minute.minusSeconds(120), 2)));
    assertThat(schedules.get(NAME).waitingRunAt()).isEmpty();
    assertThat(schedules.get(NAME).lastRun().orElseThrow().at()).isEqualTo(minute.minusSeconds(60));
  }

  @Test
  void allowSubmitsEveryRun() {
    JobSchedules schedules = fixture.schedules();
    Instant minute = fixture.awaitMiddleOfAMinute();
    put(schedules, "* * * * *", OverlapPolicy.ALLOW);
    fixture.setNext(NAME, minute.minusSeconds(120));
    fixture.awaitAdvanced(NAME);
    assertThat(fixture.jobs(NAME))
        .containsExactlyElementsOf(ids(NAME, minute.minusSeconds(120), 3));
  }

  @Test
  void cancelRunningCancelsWhatWaitsAndWhatRuns() throws Exception {
    JobsRuntime runtime = fixture.start();
    JobSchedules schedules = runtime.jobs().schedules();
    CountDownLatch cancelled = new CountDownLatch(1);
    CountDownLatch started = new CountDownLatch(1);
    Instant minute = fixture.awaitMiddleOfAMinute();
    put(schedules, "* * * * *", OverlapPolicy.CANCEL_RUNNING);
    fixture.setNext(NAME, minute.minusSeconds(180));
    fixture.awaitAdvanced(NAME);
    List<UUID> first = fixture.jobs(NAME);
    assertThat(first).containsExactlyElementsOf(ids(NAME, minute, 1));
    JobWorker unused =
        runtime.startWorker(
            TestJobs.handlers()
                .with(
                    TestJobs.QUIET,
                    (order, context) -> {
                      if (started.getCount() == 0) {
                        return null;
                      }
                      started.countDown();
                      while (!context.isCancelled()) {
                        Thread.onSpinWait();
                      }
                      cancelled.countDown();
                      context.checkCancelled();
                      return null;
                    }));
    assertThat(started.await(60, TimeUnit.SECONDS)).isTrue();
    // A run at another minute, whose job has another id
    Instant next = minute.minusSeconds(240);
    fixture.sql.execute(
        "UPDATE tenon.job_schedules SET cron = {0}, next_run_at = {1}",
        DSL.val(hourly(next)), DSL.val(next));
    fixture.awaitAdvanced(NAME);
    Fixture.awaitStatus(runtime.jobs(), first.get(0), JobStatus.CANCELLED);
    assertThat(cancelled.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(fixture.jobs(NAME)).hasSize(2);
  }

  @Test
  void cancelRunningFindsTheRunThatABackfillHasSubmitted() {
    JobsRuntime runtime = fixture.start();
    JobSchedules schedules = runtime.jobs().schedules();
    Instant minute = fixture.awaitMiddleOfAMinute();
    put(schedules, "* * * * *", OverlapPolicy.CANCEL_RUNNING);
    List<UUID> runs =
        schedules.backfill(NAME, minute.minusSeconds(120), minute.plusSeconds(1), Actor.of("ben"));
    assertThat(runs).hasSize(3);
    fixture.setNext(NAME, minute.minusSeconds(120));
    fixture.awaitAdvanced(NAME);
    assertThat(fixture.jobs(NAME)).containsExactlyElementsOf(runs);
    assertThat(runs)
        .extracting(id -> runtime.jobs().get(id).status())
        .containsExactly(JobStatus.CANCELLED, JobStatus.CANCELLED, JobStatus.PENDING);
    assertThat(schedules.get(NAME).lastRun().orElseThrow().jobId()).isEqualTo(runs.get(2));
  }

  private static String hourly(Instant time) {
    return time.atZone(UTC).getMinute() + " * * * *";
  }
}
