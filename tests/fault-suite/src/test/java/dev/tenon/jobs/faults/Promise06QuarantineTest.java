package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.faults.FaultJobs.Action;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Promise 6: a job that kills its process is quarantined after three crashes, with that reason;
 * crashes and failures are counted apart.
 */
@Tag("thorough")
@SharesServers
class Promise06QuarantineTest {

  private static final Duration SHORT_HEARTBEAT = Duration.ofSeconds(2);

  private Site site;

  @BeforeEach
  void open() {
    site = new Site();
    site.runtime(site.runtimeBuilder().heartbeatInterval(SHORT_HEARTBEAT));
  }

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void aJobThatHaltsItsProcessIsGivenUpAfterThreeCrashes() {
    UUID id = site.submit(Action.HALT, 0);
    for (int crash = 1; crash <= 3; crash++) {
      Node node = site.start(site.worker("victim", 1).heartbeat(SHORT_HEARTBEAT));
      assertThat(node.process().awaitExit(Node.PATIENCE)).isEqualTo(Node.HALTED);
      Job job =
          site.awaitStatus(
              id,
              crash < 3
                  ? new JobStatus[] {JobStatus.PENDING, JobStatus.QUEUED}
                  : new JobStatus[] {JobStatus.FAILED});
      assertThat(job.crashes()).isEqualTo(crash);
      assertThat(job.attempts()).as("crashes do not count as attempts").isZero();
    }
    assertThat(site.jobs().get(id).error().orElseThrow().message().orElseThrow())
        .contains("lost 3 workers");
    assertThat(site.jobs().attempts(id))
        .extracting(JobAttempt::outcome)
        .containsOnly(JobAttempt.Outcome.LOST)
        .hasSize(3);
    // It hurts nobody any more, and an operator may try again
    site.start(site.worker("survivor", 1)).awaitReady();
    site.awaitStatus(site.submit(Action.WORK, 1), JobStatus.COMPLETED);
    site.settle(Site.PATIENCE).mustBalance();
  }

  @Tag("full")
  @Test
  void aJobThatFillsTheMemoryIsGivenUpAndFailuresAreCountedApart() {
    UUID failing = site.submit(Action.FAIL, 0);
    Node first = site.start(site.worker("first", 1).heartbeat(SHORT_HEARTBEAT));
    Job failed = site.awaitStatus(failing, JobStatus.FAILED);
    assertThat(failed.attempts()).isEqualTo(4);
    assertThat(failed.crashes()).isZero();
    first.kill();
    UUID id = site.submit(Action.FILL_MEMORY, 0);
    for (int crash = 1; crash <= 3; crash++) {
      Node node =
          site.start(
              site.worker("victim", 1)
                  .heartbeat(SHORT_HEARTBEAT)
                  .jvmArguments("-XX:+ExitOnOutOfMemoryError"));
      assertThat(node.process().awaitExit(Node.PATIENCE)).isNotZero();
      int crashes = crash;
      await().atMost(Site.PATIENCE).until(() -> site.jobs().get(id).crashes() == crashes);
    }
    Job job = site.awaitStatus(id, JobStatus.FAILED);
    assertThat(job.error().orElseThrow().message().orElseThrow()).contains("lost 3 workers");
    site.settle(Site.PATIENCE).mustBalance();
  }

  @Tag("full")
  @ParameterizedTest
  @EnumSource(
      names = {
        "BEFORE_CLAIM",
        "BEFORE_OUTCOME",
        "BEFORE_HEARTBEAT",
        "BEFORE_RELAY",
        "AMID_PUBLISHING"
      })
  void aThreadOfTheRuntimeThatRunsOutOfMemoryContinues(CrashPoint point) {
    site.runtime().close();
    Node node =
        site.start(
            site.worker("short-of-memory", 4)
                .submits(40, NodeMain.Submitting.SINGLE)
                .submitsPerSecond(10)
                .payload(Action.WORK, 5)
                .crash(point, 2, Crash.Way.RUN_OUT_OF_MEMORY));
    node.process().awaitLine(Node.OUT_OF_MEMORY::equals, Node.PATIENCE);
    node.awaitSubmitted();
    BooksReport report = site.settle(Site.PATIENCE).mustBalance();
    assertThat(report.completed()).isGreaterThanOrEqualTo(40);
    node.process().terminate();
    assertThat(node.process().awaitExit(Site.PATIENCE)).isEqualTo(143);
  }
}
