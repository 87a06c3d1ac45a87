package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.dashboard.DashboardServer;
import dev.tenon.jobs.dashboard.DashboardUser;
import dev.tenon.jobs.dashboard.JobDashboard;
import dev.tenon.jobs.dashboard.Right;
import dev.tenon.jobs.faults.NodeMain.Submitting;
import dev.tenon.jobs.faults.Outages.Effect;
import dev.tenon.jobs.options.RabbitMqOptions;
import dev.tenon.jobs.options.RabbitMqOptions.QueueKind;
import dev.tenon.jobs.testservers.EtcdServer;
import dev.tenon.jobs.testservers.PatroniCluster;
import dev.tenon.jobs.testservers.RabbitServer;
import dev.tenon.jobs.testservers.TcpProxy;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A system as users run it: on each of three machines a PostgreSQL under Patroni, a member of etcd
 * and a RabbitMQ node with quorum queues, and in addition three workers, a submitter and the
 * dashboard. {@code ./dev cluster} runs it, and prints what happened.
 */
@Tag("thorough")
@Tag("full")
@SharesServers
class WholeClusterTest {

  private static final int MACHINES = 3;
  private static final int PER_SECOND = 40;
  private static final int JOB_MILLIS = 50;
  private static final int SLOTS = 5;

  /** How long something stays broken that jobs do not wait for. */
  private static final Duration SHORT = Duration.ofSeconds(5);

  /**
   * Longer than workers need to turn to the table, a primary to step down without etcd, and others
   * to rescue the jobs of a silent worker.
   */
  private static final Duration NOTICED = Duration.ofSeconds(17);

  /** The default of the runtime, as users have it. */
  private static final Duration HEARTBEAT = Duration.ofSeconds(5);

  private final List<RabbitServer> brokers = new CopyOnWriteArrayList<>();
  private final List<TcpProxy> waysToBrokers = new ArrayList<>();
  private final List<TcpProxy> waysOfAWorker = new ArrayList<>();
  private PatroniCluster postgres;
  private Site site;
  private JobDashboard dashboard;
  private DashboardServer pages;

  /** What happens to a machine. */
  private enum Way {
    KILLED,
    FROZEN,
    CUT_OFF;

    String words() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  @BeforeEach
  void open() throws IOException {
    Parallel.run(
        () -> postgres = PatroniCluster.launch(),
        Servers::rabbit,
        this::launchBroker,
        this::launchBroker,
        this::launchBroker);
    brokers.get(1).join(brokers.get(0));
    brokers.get(2).join(brokers.get(0));
    brokers.forEach(broker -> waysToBrokers.add(TcpProxy.to("127.0.0.1", broker.port())));
    site = new Site(postgres.createDatabase());
    site.runtime(
        site.runtimeBuilder()
            .heartbeatInterval(HEARTBEAT)
            .rabbitMq(
                RabbitMqOptions.of(uris(waysToBrokers))
                    .withNamePrefix(site.rabbitOptions().namePrefix())
                    .withQueueKind(QueueKind.QUORUM)));
    dashboard =
        JobDashboard.builder(site.runtime())
            .accessPolicy(request -> DashboardUser.of("cluster", Right.READ))
            .build();
    pages = DashboardServer.start(dashboard, 0);
  }

  private void launchBroker() {
    brokers.add(
        RabbitServer.builder().setting("cluster_partition_handling", "pause_minority").launch());
  }

  @AfterEach
  void close() {
    if (pages != null) {
      pages.close();
      dashboard.close();
    }
    if (site != null) {
      site.close();
    }
    waysOfAWorker.forEach(TcpProxy::close);
    waysToBrokers.forEach(TcpProxy::close);
    brokers.forEach(RabbitServer::close);
    if (postgres != null) {
      postgres.close();
    }
  }

  @Test
  void everyNodeIsKilledFrozenAndCutOffInTurn() throws Exception {
    Node first = startWorker("first");
    Node second = startWorker("second");
    startWorkerBehindProxies();
    Node submitter =
        site.start(
            inCluster(site.submitter("submitter", Integer.MAX_VALUE, Submitting.SINGLE))
                .payload(FaultJobs.Action.WORK, JOB_MILLIS)
                .submitsPerSecond(PER_SECOND));
    submitter.awaitReady();
    final Instant begin = Instant.now();
    Site.sleep(SHORT);
    Outages outages = new Outages(site);

    for (Way way : Way.values()) {
      breakEachMachine(outages, way);
    }
    breakMostBrokers(outages);
    breakMostOfEtcd(outages);
    assertThat(site.number("SELECT count(*) FROM tenon.job_attempts WHERE outcome = 'lost'"))
        .as("jobs that were taken from a live worker")
        .isZero();
    breakWorkers(outages, first, second);

    Site.sleep(SHORT);
    submitter.kill();
    BooksReport report = site.settle(Site.PATIENCE).mustBalance();
    StartsChart chart = new StartsChart(begin, outages.startsBySecond(begin), outages.all());
    Path svg = Path.of("target", "figures", "cluster.svg");
    chart.write(svg);
    Figures.report(
        "cluster-as-users-run-it",
        String.join(
            System.lineSeparator(),
            chart.text(),
            outages.effects().stream()
                .map(Effect::line)
                .collect(Collectors.joining(System.lineSeparator())),
            "Books: " + report,
            "Chart: " + svg.toAbsolutePath()));
    assertThat(report.completed()).isEqualTo(report.jobs());
  }

  /** The machines of the standbys, and at last that of the primary, so there is one failover. */
  private void breakEachMachine(Outages outages, Way way) throws Exception {
    int primary = postgres.nodes().indexOf(postgres.primary());
    for (int next = 1; next <= MACHINES; next++) {
      int machine = (primary + next) % MACHINES;
      String role = machine == primary ? "primary" : "standby";
      outages.happen(
          "machine %d is %s (%s)".formatted(machine + 1, way.words(), role),
          SHORT,
          () -> breakMachine(way, machine),
          () -> healMachine(way, machine));
      awaitHealthy();
    }
  }

  private void breakMachine(Way way, int machine) {
    RabbitServer broker = brokers.get(machine);
    EtcdServer etcd = postgres.etcd().get(machine);
    switch (way) {
      case KILLED -> {
        postgres.nodes().get(machine).kill();
        etcd.kill();
        broker.kill();
      }
      case FROZEN -> {
        postgres.nodes().get(machine).freeze();
        etcd.freeze();
        broker.freeze();
      }
      case CUT_OFF -> {
        postgres.nodes().get(machine).cutOff();
        // Without the others it has no majority, and answers nobody
        etcd.freeze();
        waysToBrokers.get(machine).stall();
        broker.cutOffFrom(othersThan(broker));
      }
    }
  }

  private void healMachine(Way way, int machine) {
    RabbitServer broker = brokers.get(machine);
    EtcdServer etcd = postgres.etcd().get(machine);
    switch (way) {
      case KILLED -> {
        etcd.start();
        postgres.nodes().get(machine).start();
        broker.start();
      }
      case FROZEN -> {
        etcd.thaw();
        postgres.nodes().get(machine).thaw();
        broker.thaw();
      }
      case CUT_OFF -> {
        etcd.thaw();
        postgres.nodes().get(machine).reconnect();
        waysToBrokers.get(machine).resume();
        broker.reconnectTo(othersThan(broker));
      }
    }
  }

  private List<RabbitServer> othersThan(RabbitServer broker) {
    return brokers.stream().filter(each -> each != broker).toList();
  }

  /** The node that is left takes nothing, so jobs start from the table. */
  private void breakMostBrokers(Outages outages) throws Exception {
    List<RabbitServer> most = brokers.subList(1, MACHINES);
    outages.happen(
        "two of three brokers are killed",
        NOTICED,
        () -> most.forEach(RabbitServer::kill),
        () -> Parallel.run(most.get(0)::start, most.get(1)::start));
    awaitHealthy();
  }

  private void breakMostOfEtcd(Outages outages) throws Exception {
    breakMostOfEtcd(outages, "without failsafe_mode");
    postgres.enableFailsafe();
    breakMostOfEtcd(outages, "with failsafe_mode");
  }

  private void breakMostOfEtcd(Outages outages, String how) throws Exception {
    List<EtcdServer> most = postgres.etcd().subList(1, MACHINES);
    outages.happen(
        "two of three members of etcd are killed, " + how,
        NOTICED,
        () -> most.forEach(EtcdServer::kill),
        () -> most.forEach(EtcdServer::start));
    awaitHealthy();
  }

  private void breakWorkers(Outages outages, Node first, Node second) {
    outages.happen(
        "a worker is killed", SHORT, first::kill, () -> startWorker("first again").awaitReady());
    outages.happen(
        "one worker is frozen, another one is cut off",
        NOTICED,
        () -> {
          second.freeze();
          waysOfAWorker.forEach(TcpProxy::stall);
        },
        () -> {
          second.thaw();
          waysOfAWorker.forEach(TcpProxy::resume);
        });
  }

  /** Until everything has come back that was broken, and the dashboard shows jobs. */
  private void awaitHealthy() throws Exception {
    postgres.awaitHealthy();
    await("all brokers run")
        .atMost(Site.PATIENCE.multipliedBy(2))
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> brokers.get(0).rabbitmqctl("eval", "length(rabbit_nodes:list_running()).").get(0),
            String.valueOf(MACHINES)::equals);
    URI jobs = pages.uri().resolve("jobs");
    await("the dashboard shows jobs")
        .atMost(Site.PATIENCE)
        .ignoreExceptions()
        .until(
            () ->
                HttpClient.newHttpClient()
                    .send(
                        HttpRequest.newBuilder(jobs).timeout(Duration.ofSeconds(10)).build(),
                        BodyHandlers.discarding())
                    .statusCode(),
            Integer.valueOf(200)::equals);
  }

  private static String[] uris(List<TcpProxy> ways) {
    return ways.stream()
        .map(way -> "amqp://guest:guest@127.0.0.1:" + way.port())
        .toArray(String[]::new);
  }

  private Node.Builder inCluster(Node.Builder builder) {
    return builder.heartbeat(HEARTBEAT).amqpUris(uris(waysToBrokers)).queueKind(QueueKind.QUORUM);
  }

  private Node startWorker(String name) {
    return site.start(inCluster(site.worker(name, SLOTS))).awaitReady();
  }

  /** A worker that can be cut off from all servers. */
  private void startWorkerBehindProxies() {
    String url = site.database().url();
    for (var node : postgres.nodes()) {
      TcpProxy way = TcpProxy.to("127.0.0.1", node.port());
      waysOfAWorker.add(way);
      url = url.replace(":" + node.port(), ":" + way.port());
    }
    List<TcpProxy> toBrokers =
        waysToBrokers.stream().map(way -> TcpProxy.to("127.0.0.1", way.port())).toList();
    waysOfAWorker.addAll(toBrokers);
    Node unused =
        site.start(inCluster(site.worker("third", SLOTS)).url(url).amqpUris(uris(toBrokers)))
            .awaitReady();
  }
}
