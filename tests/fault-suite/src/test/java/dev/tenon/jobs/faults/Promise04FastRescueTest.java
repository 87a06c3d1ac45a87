package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.faults.FaultJobs.Action;
import dev.tenon.jobs.testservers.TcpProxy;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Promise 4: a process that has provably ended need not be silent before its jobs run elsewhere,
 * and one that is frozen or cut off keeps them.
 */
@SharesServers
class Promise04FastRescueTest {

  /** A worker is silent for too long after 30 s. */
  private static final Duration HEARTBEAT = Duration.ofSeconds(10);

  /** By then every process has looked once more, and has asked the ports that it has found. */
  private static final Duration ACQUAINTED = Duration.ofSeconds(8);

  private static final Duration PAUSE = Duration.ofSeconds(10);

  private Site site;

  @BeforeEach
  void open() {
    site = new Site();
    site.runtime(site.runtimeBuilder().heartbeatInterval(HEARTBEAT).maintenance(false));
  }

  @AfterEach
  void close() {
    site.close();
  }

  private void awaitSessions(int count) {
    await()
        .atMost(Site.PATIENCE)
        .until(
            () ->
                site.number("SELECT count(*) FROM tenon.workers WHERE session_key IS NOT NULL")
                    == count);
  }

  /** How many workers have a session that no longer holds its lock. */
  private long endedSessions() {
    return site.number(
        "SELECT count(*) FROM tenon.workers WHERE pg_try_advisory_xact_lock_shared(session_key)");
  }

  @Test
  void theJobsOfAKilledLeaderRunElsewhereBeforeItIsSilent() {
    Node killed = site.start(site.worker("killed", 2).heartbeat(HEARTBEAT)).awaitReady();
    UUID id = site.submit(Action.ENDLESS, 0);
    killed.awaitStarted(id);
    Node next = site.start(site.worker("next", 2).heartbeat(HEARTBEAT)).awaitReady();
    awaitSessions(2);
    await()
        .atMost(Site.PATIENCE)
        .until(() -> site.value("SELECT session_key FROM tenon.leaders").isPresent());
    Site.sleep(ACQUAINTED);
    killed.kill();
    next.awaitStarted(id);
    assertThat(next.logged("The process that did maintenance has ended")).isTrue();
    assertThat(next.logged(killed.workerId() + " is lost: its process has ended")).isTrue();
    site.jobs().cancel(id, Actor.of("ann"));
    site.awaitStatus(id, JobStatus.CANCELLED);
    assertThat(site.jobs().attempts(id))
        .extracting(JobAttempt::outcome)
        .containsExactly(JobAttempt.Outcome.LOST, JobAttempt.Outcome.CANCELLED);
    assertThat(site.number("SELECT max(crashes) FROM tenon.jobs")).isEqualTo(1);
    site.settle(Site.PATIENCE).mustBalance();
  }

  @Tag("thorough")
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aWorkerThatLosesItsConnectionsForTenSecondsKeepsItsJobs(boolean isFrozen) {
    TcpProxy network = TcpProxy.to("127.0.0.1", site.postgres().port());
    site.afterNodes(network::close);
    Node worker =
        site.start(site.worker("worker", 2).heartbeat(HEARTBEAT).url(site.urlBy(network.port())))
            .awaitReady();
    UUID id = site.submit(Action.STUBBORN, 30_000);
    worker.awaitStarted(id);
    Node watching = site.start(site.worker("watching", 2).heartbeat(HEARTBEAT)).awaitReady();
    awaitSessions(2);
    Site.sleep(ACQUAINTED);
    if (isFrozen) {
      worker.freeze();
    }
    network.cut();
    await().atMost(Site.PATIENCE).until(() -> endedSessions() == 1);
    Site.sleep(PAUSE);
    network.restore();
    if (isFrozen) {
      worker.thaw();
    }
    Job job = site.awaitStatus(id, JobStatus.COMPLETED);
    assertThat(job.workerId()).contains(worker.workerId());
    assertThat(site.jobs().attempts(id)).hasSize(1);
    assertThat(watching.logged("is lost")).isFalse();
    await("a new session").atMost(Site.PATIENCE).until(() -> endedSessions() == 0);
    awaitSessions(2);
    assertThat(site.settle(Site.PATIENCE).mustBalance().executions()).isEqualTo(1);
  }
}
