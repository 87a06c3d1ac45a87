package dev.tenon.jobs.runtime;

import static dev.tenon.jobs.TestJobs.ORDER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.MetricsTrackerFactory;
import dev.tenon.jobs.CapturedLog;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.options.WorkerOptions;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** How many connections a process holds, what they are called, and what is copied for them. */
class ConnectionsTest {

  private static final String HOUSEKEEPING = "com.zaxxer.hikari.housekeeping.periodMs";

  private final Fixture fixture = Fixture.withoutRabbit();

  @AfterEach
  void close() {
    fixture.close();
    System.clearProperty(HOUSEKEEPING);
  }

  /**
   * For pools that are made later. A pool that looks so often also warns of starvation when it is
   * late by 250 ms.
   */
  private static void poolsShrinkSoon() {
    System.setProperty(HOUSEKEEPING, "500");
  }

  @Test
  void aConnectionToAServerThatHasBecomeReadOnlyIsReplaced() throws Exception {
    var database = fixture.database();
    try (DataSources sources =
        DataSources.open(database.url(), database.user(), database.password())) {
      try (Connection connection = sources.heartbeat().getConnection();
          Statement statement = connection.createStatement()) {
        // As every session on a standby
        statement.execute("SET default_transaction_read_only = on");
      }
      try (Connection connection = sources.heartbeat().getConnection();
          Statement statement = connection.createStatement()) {
        assertThatThrownBy(() -> statement.execute("CREATE TABLE written ()"))
            .isInstanceOfSatisfying(
                SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("25006"));
      }
      try (Connection connection = sources.heartbeat().getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE written ()");
      }
    }
  }

  @Test
  void aHostThatHangsLeavesTimeForTheNext() throws Exception {
    try (ServerSocket hangs = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String url = withAnotherHost(hangs.getLocalPort());
      JobsRuntime runtime =
          fixture.start(fixture.builder().database(url, fixture.database().user(), ""));
      UUID id = runtime.jobs().submit(ORDER, new Order("a", 1), SubmitOptions.by("test")).jobId();
      assertThat(runtime.jobs().get(id).status().isTerminal()).isFalse();
    }
  }

  @Test
  void onceLoggedInAServerOfSeveralMayBeSilentForAsLongAsOne() throws Exception {
    try (ServerSocket hangs = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String url = withAnotherHost(hangs.getLocalPort());
      try (DataSources sources = DataSources.open(url, fixture.database().user(), "")) {
        assertThat(silence(sources.main())).hasSeconds(60);
        assertThat(silence(sources.control())).hasSeconds(10);
        assertThat(silence(sources.heartbeat())).hasSeconds(5);
        assertThat(silence(sources.listening())).isZero();
      }
      String own = url + "&socketTimeout=7";
      try (DataSources sources = DataSources.open(own, fixture.database().user(), "")) {
        assertThat(silence(sources.main())).hasSeconds(7);
      }
    }
  }

  @Test
  void theServerEndsStatementsBeforeTheirClientsGiveUp() throws Exception {
    String url = fixture.database().url();
    String user = fixture.database().user();
    try (DataSources sources = DataSources.open(url, user, "")) {
      assertThat(bounds(sources.control())).isEqualTo("9s 4500ms");
      assertThat(bounds(sources.heartbeat())).isEqualTo("4500ms 2250ms");
      assertThat(bounds(sources.main())).as("not those of callers").isEqualTo("0 0");
    }
    String own = url + (url.contains("?") ? "&" : "?") + "socketTimeout=4";
    try (DataSources sources = DataSources.open(own, user, "")) {
      assertThat(bounds(sources.control())).isEqualTo("3600ms 1800ms");
    }
    String tight = own + "&options=-c%20statement_timeout=1000";
    try (DataSources sources = DataSources.open(tight, user, "")) {
      assertThat(bounds(sources.control())).as("the caller's own").isEqualTo("1s 1800ms");
    }
  }

  private static String bounds(DataSource source) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT current_setting('statement_timeout') || ' '"
                    + " || current_setting('lock_timeout')")) {
      row.next();
      return row.getString(1);
    }
  }

  /** The URL of the database, with a host before its own. */
  private String withAnotherHost(int port) {
    return fixture.database().url().replace("//", "//127.0.0.1:" + port + ",")
        + "?targetServerType=primary";
  }

  private static Duration silence(DataSource source) throws SQLException {
    try (Connection connection = source.getConnection()) {
      return Duration.ofMillis(connection.getNetworkTimeout());
    }
  }

  @Tag("thorough")
  @Test
  void anIdleProcessHoldsAtMostSevenConnectionsAndABusyOneAtMostFifteen() throws Exception {
    poolsShrinkSoon();
    JobsRuntime runtime = fixture.start();
    JobWorker worker =
        runtime.startWorker(
            TestJobs.handlers().with(ORDER, (order, context) -> new Receipt(order.name())),
            WorkerOptions.defaults().withConcurrency(50));

    AtomicReference<Map<String, Integer>> busiest = new AtomicReference<>(Map.of());
    List<UUID> ids = submitFromManyThreads(runtime, busiest);
    ids.forEach(id -> Fixture.awaitStatus(runtime.jobs(), id, JobStatus.COMPLETED));
    Fixture.awaitIdle(worker);

    assertThat(busiest.get().getOrDefault("tenon", 0)).isBetween(1, 8);
    assertThat(busiest.get().getOrDefault("tenon-control", 0)).isBetween(1, 7);
    assertThat(busiest.get()).containsEntry("tenon-heartbeat", 1);
    assertThat(total(busiest.get())).isLessThanOrEqualTo(17);
    Map<String, Integer> idle =
        await("the pools have shrunk")
            .atMost(Duration.ofSeconds(90))
            .until(this::connections, names -> total(names) <= 7);
    assertThat(idle).containsKeys("tenon", "tenon-control", "tenon-heartbeat");
  }

  @Test
  void closingTheRuntimeWarnsOfNothing() {
    JobsRuntime runtime = fixture.start();
    runtime.startWorker(TestJobs.handlers().with(ORDER, (order, context) -> new Receipt("x")));
    UUID id = runtime.jobs().submit(ORDER, new Order("a", 1), SubmitOptions.by("test")).jobId();
    Fixture.awaitStatus(runtime.jobs(), id, JobStatus.COMPLETED);
    try (CapturedLog log = CapturedLog.of("com.zaxxer.hikari")) {
      fixture.closeRuntimes();
      // Hikari's lines begin with the name of the pool; a pool of an earlier test may speak, too
      assertThat(log.warnings()).noneMatch(line -> line.startsWith("tenon"));
    }
  }

  @Test
  void aProcessThatOnlySubmitsHoldsNoConnectionForHeartbeats() {
    JobsRuntime runtime = fixture.start(fixture.builder().maintenance(false));
    runtime.jobs().submit(ORDER, new Order("a", 1), SubmitOptions.by("test"));

    await("the connections of the start are closed")
        .atMost(Fixture.PATIENCE)
        .untilAsserted(
            () -> assertThat(connections().keySet()).isSubsetOf("tenon", "tenon-control"));
    // A pool that finds its only connection in use adds a second one for a while
    assertThat(total(connections())).isLessThanOrEqualTo(4);
  }

  @Test
  void theApplicationsNameStaysAndSaysWhatTheConnectionsAreFor() {
    String url = fixture.database().url() + "?ApplicationName=shop&tcpKeepAlive=true";
    JobsRuntime runtime =
        fixture.start(fixture.builder().database(url, fixture.database().user(), ""));
    runtime.startWorker(TestJobs.handlers().with(ORDER, (order, context) -> new Receipt("x")));
    UUID id = runtime.jobs().submit(ORDER, new Order("a", 1), SubmitOptions.by("test")).jobId();
    Fixture.awaitStatus(runtime.jobs(), id, JobStatus.COMPLETED);

    await("all connections are open")
        .atMost(Fixture.PATIENCE)
        .until(
            () ->
                connections()
                    .keySet()
                    .containsAll(
                        List.of("shop-tenon", "shop-tenon-control", "shop-tenon-heartbeat")));
    assertThat(connections().keySet()).allMatch(name -> name.startsWith("shop-tenon"));
  }

  @Test
  void withAPoolOfTheApplicationThereAreAtMostSixMoreIdleConnections() {
    poolsShrinkSoon();
    try (HikariDataSource pool = new HikariDataSource(config("shop", 2))) {
      JobsRuntime runtime = fixture.start(over(pool));
      runtime.startWorker(TestJobs.handlers().with(ORDER, (order, context) -> new Receipt("x")));
      UUID id = runtime.jobs().submit(ORDER, new Order("a", 1), SubmitOptions.by("test")).jobId();
      Fixture.awaitStatus(runtime.jobs(), id, JobStatus.COMPLETED);

      Map<String, Integer> names =
          await("the pools have shrunk")
              .atMost(Duration.ofSeconds(90))
              .until(this::connections, all -> total(all) - all.getOrDefault("shop", 0) <= 6);
      assertThat(names).containsEntry("shop-tenon-heartbeat", 1).containsKey("shop-tenon-control");
    }
  }

  @Test
  void whatWatchesAPoolOfTheApplicationIsNotCopiedAndItsSettingsStay() {
    List<String> watched = new ArrayList<>();
    MetricsTrackerFactory metrics =
        (name, stats) -> {
          watched.add(name);
          return new com.zaxxer.hikari.metrics.IMetricsTracker() {};
        };
    HikariConfig config = config("shop", 3);
    config.setMetricsTrackerFactory(metrics);
    config.setRegisterMbeans(true);
    config.setLeakDetectionThreshold(2_000);
    config.setAllowPoolSuspension(true);
    config.setConnectionTestQuery("SELECT 1");
    config.setConnectionInitSql("SET application_name = 'init-sql'");
    try (HikariDataSource pool = new HikariDataSource(config)) {
      JobsRuntime runtime = fixture.start(over(pool));
      runtime.startWorker(TestJobs.handlers().with(ORDER, (order, context) -> new Receipt("x")));
      UUID id = runtime.jobs().submit(ORDER, new Order("a", 1), SubmitOptions.by("test")).jobId();
      Fixture.awaitStatus(runtime.jobs(), id, JobStatus.COMPLETED);

      assertThat(watched).containsExactly("shop-pool");
      assertThat(pool.getDataSourceProperties()).isEmpty();
      assertThat(connections().keySet()).as("the first statement is copied").contains("init-sql");
    }
  }

  @Test
  void aPoolOverADataSourceIsCopiedWithoutChangingTheDataSource() throws Exception {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(fixture.database().url());
    source.setUser(fixture.database().user());
    source.setPassword(fixture.database().password());
    HikariConfig config = new HikariConfig();
    config.setDataSource(source);
    config.setMaximumPoolSize(2);
    try (HikariDataSource pool = new HikariDataSource(config)) {
      pool.getConnection().close();
      int loginTimeout = source.getLoginTimeout();
      JobsRuntime runtime = fixture.start(over(pool));
      runtime.startWorker(TestJobs.handlers().with(ORDER, (order, context) -> new Receipt("x")));

      await("the connections have names")
          .until(
              () ->
                  connections().keySet().containsAll(List.of("tenon-control", "tenon-heartbeat")));
      assertThat(source.getLoginTimeout()).isEqualTo(loginTimeout);
      assertThat(source.getSocketTimeout()).isZero();
      assertThat(source.getApplicationName()).isNotEqualTo("tenon-control");
    }
  }

  @Test
  void aPoolWhosePasswordChangesIsAskedForItAtEachConnection() {
    class Rotating extends HikariDataSource {
      private volatile boolean asked;

      Rotating(HikariConfig config) {
        super(config);
      }

      @Override
      public String getPassword() {
        asked = true;
        return super.getPassword();
      }
    }
    try (Rotating pool = new Rotating(config("shop", 2))) {
      pool.asked = false;
      fixture.start(over(pool));

      await("the control pool has asked").until(() -> pool.asked);
    }
  }

  private HikariConfig config(String name, int size) {
    HikariConfig config = new HikariConfig();
    config.setPoolName(name + "-pool");
    config.setJdbcUrl(fixture.database().url() + "?ApplicationName=" + name);
    config.setUsername(fixture.database().user());
    config.setPassword(fixture.database().password());
    config.setMaximumPoolSize(size);
    return config;
  }

  private static JobsRuntimeBuilder over(HikariDataSource pool) {
    return JobsRuntime.builder().dataSource(pool).closeOnShutdown(false);
  }

  private List<UUID> submitFromManyThreads(
      JobsRuntime runtime, AtomicReference<Map<String, Integer>> busiest) throws Exception {
    List<UUID> ids = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(20);
    try {
      List<Future<UUID>> submitted = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        Order order = new Order("order " + i, 1);
        submitted.add(
            threads.submit(
                () -> runtime.jobs().submit(ORDER, order, SubmitOptions.by("test")).jobId()));
      }
      for (Future<UUID> each : submitted) {
        if (ids.size() % 50 == 0) {
          Map<String, Integer> now = connections();
          if (total(now) > total(busiest.get())) {
            busiest.set(now);
          }
        }
        ids.add(each.get());
      }
      return ids;
    } finally {
      threads.shutdownNow();
    }
  }

  private static int total(Map<String, Integer> connections) {
    return connections.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** How many connections there are to the database besides the one that asks, by their names. */
  private Map<String, Integer> connections() {
    Map<String, Integer> names = new TreeMap<>();
    String named = fixture.database().url() + "?ApplicationName=this-test";
    // What asked before may not have ended yet
    try (Connection connection = DriverManager.getConnection(named, fixture.database().user(), "");
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT application_name, count(*) FROM pg_stat_activity"
                    + " WHERE datname = current_database() AND application_name <> 'this-test'"
                    + " AND backend_type = 'client backend' GROUP BY 1")) {
      while (rows.next()) {
        names.put(rows.getString(1), rows.getInt(2));
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
    return names;
  }
}
