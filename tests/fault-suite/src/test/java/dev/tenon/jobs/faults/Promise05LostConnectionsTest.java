package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.faults.FaultJobs.Action;
import dev.tenon.jobs.faults.NodeMain.Submitting;
import dev.tenon.jobs.testservers.TcpProxy;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Promise 5: a worker or submitter that loses PostgreSQL or RabbitMQ for five minutes, once or
 * twenty times, resumes by itself, with consumers really consuming again, and says so.
 */
@Tag("thorough")
@SharesServers
class Promise05LostConnectionsTest {

  private static final Duration LONG =
      FaultSettings.choose(Duration.ofSeconds(6), Duration.ofMinutes(5));
  private static final Duration SHORT =
      FaultSettings.choose(Duration.ofMillis(1500), Duration.ofSeconds(10));
  private static final int TIMES = FaultSettings.choose(2, 20);

  private Site site;
  private TcpProxy postgres;
  private TcpProxy rabbit;
  private Node worker;

  @BeforeEach
  void open() {
    site = new Site();
    postgres = TcpProxy.to("127.0.0.1", site.postgres().port());
    rabbit = TcpProxy.to("127.0.0.1", site.rabbit().port());
    site.afterNodes(postgres::close);
    site.afterNodes(rabbit::close);
    site.runtime();
    worker =
        site.start(
                site.worker("worker", 4)
                    .url(site.urlBy(postgres.port()))
                    .amqpUris(site.amqpUriBy(rabbit.port())))
            .awaitReady();
    mustWork();
  }

  @AfterEach
  void close() {
    site.close();
  }

  /** The worker is reached by RabbitMQ and reaches PostgreSQL. */
  private void mustWork() {
    List<UUID> ids = site.submitAll(10, Action.WORK, 5);
    ids.forEach(id -> site.awaitStatus(id, JobStatus.COMPLETED));
    await("the worker consumes")
        .atMost(Site.PATIENCE)
        .until(() -> site.withChannel(c -> c.consumerCount(site.queue())) == 1);
    assertThat(worker.process().isAlive()).isTrue();
  }

  private void mustBalance() {
    site.settle(Site.PATIENCE).mustBalance();
  }

  @Test
  void postgresIsCutOff() {
    postgres.cut();
    site.submitAll(50, Action.WORK, 5);
    Site.sleep(LONG);
    postgres.restore();
    mustWork();
    worker
        .process()
        .awaitLine(
            line -> line.contains("Claiming jobs") && line.contains("works again"), Site.PATIENCE);
    worker.awaitLogged("FAIL database: does not answer", Site.PATIENCE);
    worker.awaitLogged(Node.HEALTHY, Site.PATIENCE);
    for (int i = 0; i < TIMES; i++) {
      site.submitAll(20, Action.WORK, 50);
      Site.sleep(Duration.ofMillis(200));
      postgres.cut();
      Site.sleep(SHORT);
      postgres.restore();
    }
    mustWork();
    mustBalance();
  }

  @Test
  void postgresIsSilent() {
    site.submitAll(50, Action.WORK, 50);
    postgres.stall();
    Site.sleep(LONG);
    postgres.resume();
    mustWork();
    for (int i = 0; i < TIMES; i++) {
      site.submitAll(20, Action.WORK, 50);
      postgres.stall();
      Site.sleep(SHORT);
      postgres.resume();
    }
    mustWork();
    mustBalance();
  }

  @Test
  void rabbitIsCutOff() {
    rabbit.cut();
    site.submitAll(50, Action.WORK, 5);
    Site.sleep(LONG);
    rabbit.restore();
    mustWork();
    for (int i = 0; i < TIMES; i++) {
      site.submitAll(20, Action.WORK, 50);
      Site.sleep(Duration.ofMillis(200));
      rabbit.cut();
      Site.sleep(SHORT);
      rabbit.restore();
    }
    mustWork();
    worker.awaitLogged("has lost its connection to RabbitMQ", Site.PATIENCE);
    worker.awaitLogged("FAIL rabbitmq: not connected", Site.PATIENCE);
    worker.awaitLogged(Node.HEALTHY, Site.PATIENCE);
    mustBalance();
  }

  @Test
  void rabbitIsSilent() {
    rabbit.stall();
    site.submitAll(50, Action.WORK, 5);
    Site.sleep(LONG);
    rabbit.resume();
    mustWork();
    for (int i = 0; i < TIMES; i++) {
      site.submitAll(20, Action.WORK, 50);
      rabbit.stall();
      Site.sleep(SHORT);
      rabbit.resume();
    }
    mustWork();
    mustBalance();
  }

  @Test
  void submittersContinueWhenPostgresAndRabbitAreBack() {
    Node submitter =
        site.start(
            site.submitter("submitter", 400, Submitting.SINGLE)
                .submitsPerSecond(40)
                .url(site.urlBy(postgres.port()))
                .amqpUris(site.amqpUriBy(rabbit.port())));
    submitter.awaitReady();
    for (int i = 0; i < TIMES; i++) {
      (i % 2 == 0 ? postgres : rabbit).cut();
      Site.sleep(SHORT);
      postgres.restore();
      rabbit.restore();
      Site.sleep(Duration.ofMillis(500));
    }
    submitter.process().awaitLine(Node.SUBMITTED::equals, Site.PATIENCE.multipliedBy(2));
    mustWork();
    BooksReport report = site.settle(Site.PATIENCE).mustBalance();
    assertThat(report.submitted()).isGreaterThanOrEqualTo(400);
  }

  @Test
  void connectionsThatAreForgottenByTheNetworkAreReplaced() {
    SilencingProxy database = new SilencingProxy(site.postgres().port());
    SilencingProxy broker = new SilencingProxy(site.rabbit().port());
    site.afterNodes(database::close);
    site.afterNodes(broker::close);
    worker.close();
    worker =
        site.start(
                site.worker("forgotten", 4)
                    .url(site.urlBy(database.port()))
                    .amqpUris(site.amqpUriBy(broker.port())))
            .awaitReady();
    mustWork();
    site.submitAll(20, Action.WORK, 100);
    assertThat(database.silence()).isPositive();
    assertThat(broker.silence()).isPositive();
    long start = System.nanoTime();
    await("jobs run again").atMost(Duration.ofMinutes(2)).until(() -> site.unfinished() == 0);
    Figures.report(
        "half-open",
        "From the silence of every connection until the worker is at work again",
        List.of(Figures.since(start)));
    mustWork();
    mustBalance();
  }
}
