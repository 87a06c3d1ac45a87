package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.faults.FaultJobs.Action;
import dev.tenon.jobs.faults.NodeMain.Submitting;
import dev.tenon.jobs.testservers.TcpProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Promise 4: a job of a dead worker runs elsewhere within 30 s at defaults. A job of a living
 * worker is never rescued. A worker that was frozen and wakes cannot commit over the new owner.
 */
@SharesServers
class Promise04RescueTest {

  private static final Duration RESCUED = Duration.ofSeconds(30);
  private static final Duration DEFAULT_HEARTBEAT = Duration.ofSeconds(5);

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
  void aJobOfAKilledWorkerRunsElsewhereWithinThirtySeconds() {
    site.runtime(site.runtimeBuilder().heartbeatInterval(DEFAULT_HEARTBEAT));
    int rounds = FaultSettings.choose(1, 8);
    Node owner = site.start(site.worker("first", 4).heartbeat(DEFAULT_HEARTBEAT)).awaitReady();
    List<Duration> times = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      UUID id = site.submit(Action.ENDLESS, 0);
      owner.awaitStarted(id);
      Node next = site.start(site.worker("next", 4).heartbeat(DEFAULT_HEARTBEAT)).awaitReady();
      // Not always at the same moment between two heartbeats
      Site.sleep(Duration.ofMillis(700L * round));
      owner.kill();
      long killed = System.nanoTime();
      next.awaitStarted(id);
      times.add(Figures.since(killed));
      site.jobs().cancel(id, Actor.of("ann"));
      site.awaitStatus(id, JobStatus.CANCELLED);
      assertThat(site.jobs().attempts(id))
          .extracting(JobAttempt::outcome)
          .containsExactly(JobAttempt.Outcome.LOST, JobAttempt.Outcome.CANCELLED);
      owner = next;
    }
    Figures.report("rescue", "From a worker's death until its job runs elsewhere", times);
    assertThat(times).allSatisfy(time -> assertThat(time).isLessThan(RESCUED));
    site.settle(Site.PATIENCE).mustBalance();
  }

  @Tag("thorough")
  @Test
  void theJobsOfTheOnlyProcessRunInTheNextOne() {
    Node only =
        site.start(
            site.worker("only", 2)
                .heartbeat(DEFAULT_HEARTBEAT)
                .payload(Action.ENDLESS, 0)
                .submits(1, Submitting.SINGLE));
    only.awaitSubmitted();
    UUID id = UUID.fromString(Ledger.read(site.folder(), "submitted").get(0));
    only.awaitStarted(id);
    only.kill();
    // Until its last heartbeat is as old as it must be
    Site.sleep(DEFAULT_HEARTBEAT.multipliedBy(3));
    site.start(site.worker("next", 2).heartbeat(DEFAULT_HEARTBEAT)).awaitStarted(id);
    long millis =
        site.number(
            "SELECT (extract(epoch FROM j.started_at - w.started_at) * 1000)::bigint"
                + " FROM tenon.jobs j JOIN tenon.workers w ON w.id = j.worker_id");
    Figures.report(
        "restart",
        "From the start of the only process until it runs what its predecessor ran: %d ms"
            .formatted(millis));
    assertThat(Duration.ofMillis(millis))
        .as("two heartbeats, and up to three seconds until it looks")
        .isLessThan(FaultSettings.promised(DEFAULT_HEARTBEAT.multipliedBy(3)));
    site.runtime(site.runtimeBuilder().heartbeatInterval(DEFAULT_HEARTBEAT));
    site.jobs().cancel(id, Actor.of("ann"));
    site.awaitStatus(id, JobStatus.CANCELLED);
    site.settle(Site.PATIENCE).mustBalance();
  }

  @Tag("thorough")
  @Test
  void aJobOfALivingWorkerIsNeverRescued() {
    site.runtime();
    Node worker = site.start(site.worker("worker", 2)).awaitReady();
    int millis = FaultSettings.choose(8_000, 60_000);
    UUID id = site.submit(Action.WORK, millis);
    Job job = site.awaitStatus(id, JobStatus.RUNNING);
    await()
        .atMost(Duration.ofMillis(millis).plus(Site.PATIENCE))
        .until(() -> site.jobs().get(id).status() == JobStatus.COMPLETED);
    assertThat(job.workerId()).contains(worker.workerId());
    assertThat(site.jobs().attempts(id)).hasSize(1);
    assertThat(site.settle(Site.PATIENCE).mustBalance().executions()).isEqualTo(1);
  }

  @Test
  void aWorkerThatWasFrozenCannotCommitOverTheNewOwner() {
    site.runtime();
    Node frozen = site.start(site.worker("frozen", 4).maintenance(false)).awaitReady();
    List<UUID> ids = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      ids.add(site.submit(Action.STUBBORN, 15_000));
    }
    ids.forEach(frozen::awaitStarted);
    frozen.freeze();
    long start = System.nanoTime();
    Node owner = site.start(site.worker("owner", 4)).awaitReady();
    ids.forEach(owner::awaitStarted);
    if (FaultSettings.isFull()) {
      Site.sleep(Duration.ofSeconds(60).minus(Figures.since(start)));
    }
    frozen.thaw();
    ids.forEach(id -> site.awaitStatus(id, JobStatus.COMPLETED));
    String winner = owner.workerId();
    for (UUID id : ids) {
      assertThat(site.jobs().get(id).workerId()).contains(winner);
      assertThat(site.jobs().attempts(id))
          .extracting(JobAttempt::outcome)
          .containsExactly(JobAttempt.Outcome.LOST, JobAttempt.Outcome.COMPLETED);
    }
    // The thawed worker works on
    owner.kill();
    UUID more = site.submit(Action.WORK, 1);
    assertThat(site.awaitStatus(more, JobStatus.COMPLETED).workerId()).contains(frozen.workerId());
    site.settle(Site.PATIENCE).mustBalance();
  }

  @Tag("thorough")
  @Test
  void aWorkerThatIsCutOffLosesItsJobsAndCannotCommitThem() {
    site.runtime();
    TcpProxy network = TcpProxy.to("127.0.0.1", site.postgres().port());
    site.afterNodes(network::close);
    Node cutOff =
        site.start(site.worker("cut-off", 2).maintenance(false).url(site.urlBy(network.port())))
            .awaitReady();
    UUID id = site.submit(Action.STUBBORN, 15_000);
    cutOff.awaitStarted(id);
    network.cut();
    Node owner = site.start(site.worker("owner", 2)).awaitReady();
    owner.awaitStarted(id);
    network.restore();
    Job job = site.awaitStatus(id, JobStatus.COMPLETED);
    assertThat(job.workerId()).contains(owner.workerId());
    assertThat(site.jobs().attempts(id))
        .extracting(JobAttempt::outcome)
        .containsExactly(JobAttempt.Outcome.LOST, JobAttempt.Outcome.COMPLETED);
    site.settle(Site.PATIENCE).mustBalance();
  }
}
