package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.faults.FaultJobs.Action;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Promise 13: while PostgreSQL is away for a minute, long jobs go on where they run, each of them
 * runs once, and none is said to have lost a worker.
 */
@HurtsServers
class Promise13DatabaseOutageTest {

  private static final boolean FULL = FaultSettings.isFull();
  private static final Duration HEARTBEAT = FULL ? Duration.ofSeconds(5) : Duration.ofSeconds(3);
  private static final Duration OUTAGE = FULL ? Duration.ofSeconds(60) : Duration.ofSeconds(12);
  private static final int JOBS = 8;

  private Site site;

  @BeforeEach
  void open() {
    site = new Site();
    site.runtime(site.runtimeBuilder().heartbeatInterval(HEARTBEAT));
  }

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void longJobsRunOnceThroughAnOutage() {
    List<Node> nodes = new ArrayList<>();
    for (String name : List.of("one", "two")) {
      nodes.add(site.start(site.worker(name, JOBS / 2).heartbeat(HEARTBEAT)).awaitReady());
    }
    int millis = (int) OUTAGE.multipliedBy(2).toMillis();
    List<UUID> ids = site.submitAll(JOBS, Action.WORK, millis);
    ids.forEach(id -> site.awaitStatus(id, JobStatus.RUNNING));
    site.postgres().stop();
    Site.sleep(OUTAGE);
    site.postgres().start();
    BooksReport report = site.settle(OUTAGE.plus(Site.PATIENCE)).mustBalance();
    assertThat(report.executions()).as("each job ran once").isEqualTo(JOBS);
    for (UUID id : ids) {
      Job job = site.jobs().get(id);
      assertThat(job.status()).isEqualTo(JobStatus.COMPLETED);
      assertThat(job.crashes()).isZero();
      assertThat(site.jobs().attempts(id))
          .extracting(JobAttempt::outcome)
          .containsExactly(JobAttempt.Outcome.COMPLETED);
    }
    assertThat(nodes).allSatisfy(node -> assertThat(node.logged("is lost: it has")).isFalse());
  }
}
