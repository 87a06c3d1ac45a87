package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.Pause;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.WaitReason;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.Rate;
import dev.tenon.jobs.operate.JobTypeOverrides;
import dev.tenon.jobs.operate.JobTypeState;
import dev.tenon.jobs.testservers.JavaProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What operators set, and what a program is told, over several processes, one of which is killed.
 */
@Tag("thorough")
@Tag("servers")
class OperatingOverProcessesTest {

  private static final String LIMITED = TestJobs.LIMITED.type();

  private Fixture fixture;
  private JobService jobs;
  private StartsByTheTable starts;
  private WorkerFleet fleet;

  @BeforeEach
  void start() throws Exception {
    fixture = Fixture.withRabbit();
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
  void whatOneProcessSetsBindsAllOfThemAndAnotherSeesWhyAJobWaits() {
    List<JavaProcess> processes = fleet.start(3, 10);
    JavaProcess killed = anOverrideOutlivesTheProcessThatSetIt(processes);
    aJobSaysWhyItWaits(processes.stream().filter(process -> !process.equals(killed)).toList());
  }

  private JavaProcess anOverrideOutlivesTheProcessThatSetIt(List<JavaProcess> processes) {
    submit(TestJobs.LIMITED, "any", 50, 1000);
    awaitStarts(20, Instant.EPOCH);

    // A worker sets it, and is killed
    UUID overriding = submit(TestJobs.ORDER, WorkerProcess.OVERRIDING, 1, 1).get(0);
    String operator =
        Fixture.awaitStatus(jobs, overriding, JobStatus.COMPLETED).workerId().orElse(null);
    JobTypeState.Overrides lower = jobs.types().get(LIMITED).overrides().orElseThrow();
    JavaProcess killed =
        processes.stream()
            .filter(process -> lower.by().equals("process " + process.pid()))
            .findAny()
            .orElseThrow(() -> new AssertionError(operator + " is in none of " + processes));
    awaitStarts(5, lower.at());
    killed.kill();
    awaitStarts(25, lower.at().plusSeconds(1));
    JobTypeState state = jobs.types().get(LIMITED);
    assertThat(state.overrides()).contains(lower);
    assertThat(lower.reason()).isEqualTo("to see who obeys");
    assertThat(lower.values()).hasToString("maxConcurrent = 1");
    assertThat(state.declared().limits().maxConcurrent()).isEqualTo(3);
    assertThat(state.effective().limits().maxConcurrent()).isEqualTo(1);

    JobTypeState.Overrides higher =
        jobs.types()
            .override(
                LIMITED,
                JobTypeOverrides.none().withMaxConcurrent(6).withRates(List.of(Rate.parse("30/s"))),
                Actor.of("ops", "the night is short"))
            .overrides()
            .orElseThrow();
    awaitStarts(100, higher.at());
    Instant clearing = starts.now();
    assertThat(jobs.types().clearOverrides(LIMITED, Actor.of("ops")).overrides()).isEmpty();
    Instant cleared = starts.now();
    awaitStarts(60, cleared.plusSeconds(1));
    Instant end = starts.now();

    assertThat(starts.mostAtATime(TestJobs.LIMITED, Instant.EPOCH, lower.at())).isEqualTo(3);
    assertThat(starts.mostAtATime(TestJobs.LIMITED, lower.at().plusSeconds(1), higher.at()))
        .isEqualTo(1);
    assertThat(starts.mostAtATime(TestJobs.LIMITED, higher.at(), clearing)).isEqualTo(6);
    assertThat(starts.mostAtATime(TestJobs.LIMITED, cleared.plusSeconds(1), end)).isEqualTo(3);
    // What started while the rate was being set does not count for it
    starts.keepRate(TestJobs.LIMITED, Rate.parse("30/s"), higher.at().plusSeconds(1), clearing);
    return killed;
  }

  private void aJobSaysWhyItWaits(List<JavaProcess> processes) {
    List<UUID> holders = submit(TestJobs.KEYED, WorkerProcess.ENDLESS, 1, 2);
    holders.forEach(id -> Fixture.awaitStatus(jobs, id, JobStatus.RUNNING));
    UUID overLimit = submit(TestJobs.KEYED, WorkerProcess.ENDLESS, 1, 1).get(0);
    assertThat(jobs.whyWaiting(overLimit))
        .hasValueSatisfying(
            reason ->
                assertThat(reason)
                    .isInstanceOfSatisfying(
                        WaitReason.OverLimit.class,
                        over -> {
                          assertThat(over.key()).contains(WorkerProcess.ENDLESS);
                          assertThat(over.limit()).isEqualTo(2);
                          assertThat(over.holders()).containsExactlyInAnyOrderElementsOf(holders);
                        }));

    UUID overRate = submit(TestJobs.SLOW, "any", 1, 120).get(119);
    WaitReason.OverRate rate =
        (WaitReason.OverRate)
            await("the first have started")
                .atMost(Fixture.PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(
                    () -> jobs.whyWaiting(overRate).orElseThrow(),
                    WaitReason.OverRate.class::isInstance);
    Instant asked = starts.now();
    assertThat(rate.rate()).isEqualTo(Rate.parse("10/s"));

    Pause pause =
        jobs.types().pause(TestJobs.SLOW.type(), Actor.of("ops", "not now")).pause().orElseThrow();
    assertThat(jobs.whyWaiting(overRate))
        .contains(new WaitReason.Paused(TestJobs.SLOW.type(), pause));
    jobs.types().resume(TestJobs.SLOW.type(), Actor.of("ops"));

    processes.get(0).kill();
    awaitStarts(TestJobs.SLOW, 1, asked);
    assertThat(starts.count(TestJobs.SLOW, asked, rate.nextStart()))
        .as("starts before the time that was named")
        .isZero();
    processes.get(1).kill();
    await("somebody says that nobody works")
        .atMost(Fixture.PATIENCE)
        .until(
            () -> jobs.whyWaiting(overLimit).orElseThrow(),
            new WaitReason.NoWorker(TestJobs.KEYED.type())::equals);
  }

  private List<UUID> submit(
      JobDefinition<Order, Receipt> definition, String name, int quantity, int count) {
    return jobs
        .submitAll(
            definition,
            Collections.nCopies(count, new Order(name, quantity)),
            SubmitOptions.by("tester"))
        .stream()
        .map(Submitted::jobId)
        .toList();
  }

  private void awaitStarts(int count, Instant after) {
    awaitStarts(TestJobs.LIMITED, count, after);
  }

  /** Waits until so many jobs have started after a time, and ended. */
  private void awaitStarts(JobDefinition<?, ?> definition, int count, Instant after) {
    await(count + " jobs have started after " + after)
        .atMost(Fixture.PATIENCE)
        .until(() -> starts.count(definition, after, starts.now()) >= count);
  }
}
