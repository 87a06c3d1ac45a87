package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.faults.FaultJobs.Action;
import dev.tenon.jobs.faults.NodeMain.Submitting;
import dev.tenon.jobs.options.RabbitMqOptions;
import dev.tenon.jobs.options.RabbitMqOptions.QueueKind;
import dev.tenon.jobs.testservers.RabbitServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Quorum queues on a cluster of three RabbitMQ nodes, of which one or two are killed. */
@Tag("thorough")
@Tag("full")
@SharesServers
class ClusterTest {

  private static final int JOBS = 2_000;

  /** What is promised, and a moment for the job itself. */
  private static final Duration FROM_THE_TABLE =
      FaultSettings.promised(Duration.ofSeconds(10)).plusSeconds(2);

  private Site site;
  private final List<RabbitServer> cluster = new ArrayList<>();

  @BeforeEach
  void open() {
    site = new Site();
    for (int i = 0; i < 3; i++) {
      cluster.add(RabbitServer.launch());
    }
    cluster.get(1).join(cluster.get(0));
    cluster.get(2).join(cluster.get(0));
  }

  @AfterEach
  void close() {
    site.close();
    cluster.forEach(RabbitServer::close);
  }

  private String[] uris() {
    return cluster.stream().map(RabbitServer::uri).toArray(String[]::new);
  }

  private Node.Builder inCluster(Node.Builder builder) {
    return builder.amqpUris(uris()).queueKind(QueueKind.QUORUM);
  }

  private void startRuntime() {
    site.runtime(
        site.runtimeBuilder()
            .rabbitMq(
                RabbitMqOptions.of(uris())
                    .withNamePrefix(site.rabbitOptions().namePrefix())
                    .withQueueKind(QueueKind.QUORUM)));
  }

  /** The node that is left takes connections, and none of its queues takes or gives messages. */
  @Test
  void withoutAMajorityJobsStartFromTheTable() {
    startRuntime();
    site.start(inCluster(site.worker("first", 5))).awaitReady();
    site.start(inCluster(site.worker("second", 5))).awaitReady();
    Node submitter =
        site.start(
            inCluster(site.submitter("submitter", JOBS, Submitting.SINGLE)).submitsPerSecond(20));
    submitter.awaitReady();
    Site.sleep(Duration.ofSeconds(5));
    cluster.get(1).kill();
    cluster.get(2).kill();
    Site.sleep(Duration.ofSeconds(60));
    cluster.get(1).start();
    cluster.get(2).start();
    submitter.process().awaitLine(Node.SUBMITTED::equals, Site.PATIENCE.multipliedBy(3));
    BooksReport report = site.settle(Site.PATIENCE.multipliedBy(2)).mustBalance();
    long millis =
        site.number(
            """
            SELECT (max(extract(epoch FROM started - submitted_at)) * 1000)::bigint FROM (
              SELECT j.submitted_at, min(a.started_at) AS started
              FROM tenon.jobs j JOIN tenon.job_attempts a ON a.job_id = j.id GROUP BY j.id, j.submitted_at) AS first
            """);
    Figures.report(
        "cluster-without-majority",
        "Two of three RabbitMQ nodes away for a minute: the latest job started %d ms after its submit; %s"
            .formatted(millis, report));
    assertThat(report.failed()).isZero();
    assertThat(Duration.ofMillis(millis)).isLessThan(FROM_THE_TABLE);
  }

  @Test
  void theDeathOfOneNodeAtATimeLosesNothing() {
    startRuntime();
    site.start(inCluster(site.worker("first", 5))).awaitReady();
    Node second = site.start(inCluster(site.worker("second", 5))).awaitReady();
    Node submitter =
        site.start(
            inCluster(site.submitter("submitter", JOBS, Submitting.SINGLE)).submitsPerSecond(50));
    submitter.awaitReady();
    for (RabbitServer node : cluster) {
      Site.sleep(Duration.ofSeconds(3));
      node.kill();
      Site.sleep(Duration.ofSeconds(6));
      node.start();
    }
    second.kill();
    submitter.process().awaitLine(Node.SUBMITTED::equals, Site.PATIENCE.multipliedBy(3));
    BooksReport report = site.settle(Site.PATIENCE.multipliedBy(2)).mustBalance();
    Figures.report("cluster", "Three RabbitMQ nodes, quorum queues, each killed once: " + report);
    assertThat(report.completed()).isGreaterThanOrEqualTo(JOBS);
    assertThat(report.failed()).isZero();
    site.awaitStatus(site.submit(Action.WORK, 1), JobStatus.COMPLETED);
  }
}
