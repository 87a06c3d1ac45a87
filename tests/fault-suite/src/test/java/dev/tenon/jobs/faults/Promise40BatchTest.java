package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobAttempt.Outcome;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.faults.FaultJobs.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Promise 40: a batch is one call, and its jobs remain jobs. */
@Tag("thorough")
@SharesServers
class Promise40BatchTest {

  private static final int JOBS = 400;

  private Site site;

  @BeforeEach
  void open() {
    site = new Site();
  }

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void workersThatDieAtEveryPointLoseNoJobOfABatch() {
    List<Node> dying = new ArrayList<>();
    for (CrashPoint point :
        List.of(
            CrashPoint.AFTER_CLAIM,
            CrashPoint.AFTER_ACK,
            CrashPoint.BEFORE_OUTCOME,
            CrashPoint.AFTER_OUTCOME)) {
      dying.add(site.start(site.worker(point.name(), 2).types(FaultJobs.BATCHED).crash(point, 1)));
    }
    dying.forEach(Node::awaitReady);
    for (int i = 0; i < JOBS; i++) {
      submit(i % 5 == 0 ? Action.FAIL_ONCE : Action.WORK, 1);
    }
    dying.forEach(Node::awaitCrash);
    site.start(site.worker("survivor", 4).types(FaultJobs.BATCHED));
    assertThat(site.settle(Site.PATIENCE).mustBalance().completed()).isEqualTo(JOBS);
  }

  @Test
  void aWorkerThatIsKilledInTheMiddleOfABatchLosesNoneOfItsJobs() {
    Node node = site.start(site.worker("killed", 1).types(FaultJobs.BATCHED)).awaitReady();
    List<UUID> ids = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      ids.add(submit(Action.STUBBORN, 500));
    }
    node.process().awaitLine(line -> line.startsWith(Node.RETURNED), Site.PATIENCE);
    node.process().kill();
    site.start(site.worker("survivor", 1).types(FaultJobs.BATCHED));
    assertThat(site.settle(Site.PATIENCE).mustBalance().completed()).isEqualTo(ids.size());
  }

  @Test
  void aCancelledJobOfABatchEndsAloneOverTwoProcesses() {
    Node node = site.start(site.worker("working", 1).types(FaultJobs.BATCHED)).awaitReady();
    UUID cancelled = submit(Action.ENDLESS, 0);
    node.awaitStarted(cancelled);
    site.jobs().cancel(cancelled, Actor.of("ann"));
    UUID other = submit(Action.WORK, 1);
    site.awaitStatus(cancelled, JobStatus.CANCELLED);
    site.awaitStatus(other, JobStatus.COMPLETED);
    assertThat(site.jobs().attempts(cancelled))
        .extracting(JobAttempt::outcome)
        .containsExactly(Outcome.CANCELLED);
    site.settle(Site.PATIENCE).mustBalance();
  }

  private UUID submit(Action action, int millis) {
    return site.submit(FaultJobs.BATCHED, action, millis, SubmitOptions.defaults());
  }
}
