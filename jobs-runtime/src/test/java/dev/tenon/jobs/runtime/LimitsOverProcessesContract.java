package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.Rate;
import dev.tenon.jobs.testservers.JavaProcess;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Limits hold over several processes, whatever becomes of the jobs and of the processes. */
@Tag("servers")
abstract class LimitsOverProcessesContract {

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int PROCESSES = 3;
  private static final int SLOTS = 10;

  private Fixture fixture;
  private JobService jobs;
  private StartsByTheTable starts;
  private WorkerFleet fleet;

  abstract Fixture fixture();

  @BeforeEach
  void start() throws Exception {
    fixture = fixture();
    jobs = fixture.start(fixture.builder().heartbeatInterval(WorkerFleet.HEARTBEAT)).jobs();
    starts = new StartsByTheTable(fixture.database());
    fleet = new WorkerFleet(fixture);
  }

  @AfterEach
  void stop() throws Exception {
    fleet.close();
    starts.close();
    fixture.close();
  }

  @Test
  void limitsAndRatesHoldAtEveryInstant() {
    var unused = fleet.start(PROCESSES, SLOTS);
    submit(TestJobs.SLOW, "any", 1, 60);
    submit(TestJobs.LIMITED, "any", 5, 150);
    for (String key : List.of("a", "b", "c", "d")) {
      submit(TestJobs.KEYED, key, 5, 50);
    }
    awaitEnded(TestJobs.LIMITED, JobStatus.COMPLETED, 150);
    awaitEnded(TestJobs.KEYED, JobStatus.COMPLETED, 200);
    awaitEnded(TestJobs.SLOW, JobStatus.COMPLETED, 60);

    assertThat(starts.mostAtATime(TestJobs.LIMITED)).isEqualTo(3);
    assertThat(starts.mostAtATime(TestJobs.KEYED)).isEqualTo(6);
    assertThat(starts.mostAtATimePerKey(TestJobs.KEYED)).isEqualTo(2);
    starts.keepRate(TestJobs.SLOW, Rate.parse("10/s"));
  }

  @Test
  void theSlotsOfKilledAndFrozenWorkersComeBack() {
    List<JavaProcess> processes = fleet.start(PROCESSES, SLOTS);
    submit(TestJobs.SLOW, "any", 1, 60);
    submit(TestJobs.LIMITED, "any", 300, 60);
    for (String key : List.of("a", "b", "c", "d")) {
      submit(TestJobs.KEYED, key, 300, 15);
    }
    // Those of the third type end at once: the process would be killed while it runs nothing
    JavaProcess killed = starts.awaitJustStarted(processes, TestJobs.LIMITED, TestJobs.KEYED);
    killed.kill();
    List<JavaProcess> others =
        processes.stream().filter(process -> process.pid() != killed.pid()).toList();
    JavaProcess frozen = starts.awaitJustStarted(others, TestJobs.LIMITED, TestJobs.KEYED);
    frozen.freeze();
    await("jobs are taken from both")
        .atMost(PATIENCE)
        .until(
            () ->
                starts.count("j.status = 'running' AND " + StartsByTheTable.isIn(killed, frozen))
                    == 0);
    frozen.thaw();
    awaitEnded(TestJobs.LIMITED, JobStatus.COMPLETED, 60);
    awaitEnded(TestJobs.KEYED, JobStatus.COMPLETED, 60);
    awaitEnded(TestJobs.SLOW, JobStatus.COMPLETED, 60);

    assertThat(
            starts.countAttempts(TestJobs.LIMITED, "lost")
                + starts.countAttempts(TestJobs.KEYED, "lost"))
        .isPositive();
    assertThat(starts.mostAtATime(TestJobs.LIMITED)).isEqualTo(3);
    assertThat(starts.mostAtATime(TestJobs.KEYED)).isEqualTo(6);
    assertThat(starts.mostAtATimePerKey(TestJobs.KEYED)).isEqualTo(2);
    starts.keepRate(TestJobs.SLOW, Rate.parse("10/s"));
  }

  @Test
  void slotsComeBackHoweverJobsEnd() {
    var unused = fleet.start(PROCESSES, SLOTS);
    submit(TestJobs.RAGGED, WorkerProcess.FAILING, 1, 15);
    submit(TestJobs.RAGGED, WorkerProcess.HANGING, 1, 6);
    submit(TestJobs.RAGGED, WorkerProcess.SNOOZING, 1, 15);
    submit(TestJobs.RAGGED, "any", 5, 60);
    submit(TestJobs.LIMITED, WorkerProcess.ENDLESS, 1, 6);
    submit(TestJobs.LIMITED, "any", 5, 30);
    // Each one that is cancelled makes room for another
    for (int cancelled = 0; cancelled < 6; cancelled++) {
      JobSummary endless =
          await("a job runs that does not end")
              .atMost(PATIENCE)
              .until(this::runningUncancelled, found -> !found.isEmpty())
              .get(0);
      assertThat(jobs.cancel(endless.id(), Actor.of("ann")))
          .isEqualTo(JobService.CancelResult.REQUESTED);
    }
    awaitEnded(TestJobs.LIMITED, JobStatus.CANCELLED, 6);
    awaitEnded(TestJobs.LIMITED, JobStatus.COMPLETED, 30);
    awaitEnded(TestJobs.RAGGED, JobStatus.COMPLETED, 75);
    awaitEnded(TestJobs.RAGGED, JobStatus.FAILED, 21);

    assertThat(starts.countAttempts(TestJobs.RAGGED, "timed_out")).isGreaterThanOrEqualTo(12);
    assertThat(starts.countAttempts(TestJobs.RAGGED, "snoozed")).isPositive();
    assertThat(starts.mostAtATime(TestJobs.RAGGED)).isEqualTo(3);
    assertThat(starts.mostAtATime(TestJobs.LIMITED)).isEqualTo(3);
  }

  private List<JobSummary> runningUncancelled() {
    return jobs
        .list(JobQuery.all().withType(TestJobs.LIMITED).withStatus(JobStatus.RUNNING))
        .items()
        .stream()
        .filter(
            job ->
                starts.count(
                        "j.id = '"
                            + job.id()
                            + "' AND j.cancel_requested_at IS NULL AND j.payload->>'name' ="
                            + " 'endless'")
                    == 1)
        .toList();
  }

  private void submit(
      JobDefinition<Order, Receipt> definition, String name, int millis, int count) {
    var unused =
        jobs
            .submitAll(
                definition,
                Collections.nCopies(count, new Order(name, millis)),
                SubmitOptions.by("tester"))
            .stream()
            .map(Submitted::jobId)
            .toList();
  }

  private void awaitEnded(JobDefinition<?, ?> definition, JobStatus status, int count) {
    await(count + " jobs of " + definition.type() + " are " + status)
        .atMost(PATIENCE)
        .until(() -> jobs.count(JobQuery.all().withType(definition).withStatus(status)) == count);
  }
}
