package dev.tenon.jobs.testservers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("servers")
@Tag("thorough")
class PostgresServerTest {

  private static PostgresServer server;

  @BeforeAll
  static void launch() {
    server = PostgresServer.builder().setting("work_mem", "5MB").launch();
  }

  @AfterAll
  static void close() {
    server.close();
  }

  @BeforeEach
  void isRunning() {
    if (!server.isRunning()) {
      server.start();
    }
  }

  @Test
  void syncsByDefault() throws SQLException {
    assertThat(ask("SHOW fsync")).isEqualTo("on");
    assertThat(ask("SHOW work_mem")).isEqualTo("5MB");
    try (PostgresServer fast = PostgresServer.builder().durable(false).launch();
        PostgresDatabase database = fast.createDatabase()) {
      assertThat(ask(database.url(), "SHOW fsync")).isEqualTo("off");
    }
  }

  @Test
  void keepsPortAndDataOverStopAndKill() throws SQLException {
    try (PostgresDatabase database = server.createDatabase()) {
      change(database.url(), "CREATE TABLE kept AS SELECT 1 AS n");
      server.restart();
      change(database.url(), "INSERT INTO kept VALUES (2)");
      server.kill();
      assertThat(server.isRunning()).isFalse();
      assertThatThrownBy(database::connect).hasMessageContaining("refused");
      server.start();
      assertThat(ask(database.url(), "SELECT sum(n) FROM kept")).isEqualTo("3");
    }
  }

  @Test
  void killEndsOpenConnections() throws SQLException {
    try (Connection open = DriverManager.getConnection(server.url(), server.user(), "")) {
      server.kill();
      assertThatThrownBy(() -> ask(open, "SELECT 1")).isInstanceOf(SQLException.class);
    }
  }

  @Test
  void isSilentWhileItIsFrozen() throws Exception {
    try (Connection open = DriverManager.getConnection(server.url(), server.user(), "")) {
      server.freeze();
      CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> asked(open));
      assertThat(answer).failsWithin(Duration.ofMillis(500));
      assertThatThrownBy(PostgresServerTest::connectInASecond).isInstanceOf(SQLException.class);
      server.thaw();
      assertThat(answer.handle((text, e) -> text).get(10, TimeUnit.SECONDS)).isEqualTo("1");
    }
    assertThat(ask("SELECT 1")).isEqualTo("1");
  }

  @Test
  void canBeKilledAndStoppedWhileItIsFrozen() throws SQLException {
    server.freeze();
    server.kill();
    server.start();
    assertThat(ask("SELECT 1")).isEqualTo("1");
  }

  @Test
  void beginsWithNothingAfterWipe() throws SQLException {
    PostgresDatabase database = server.createDatabase();
    server.wipe();
    assertThat(server.isRunning()).isFalse();
    server.start();
    assertThatThrownBy(database::connect).hasMessageContaining("does not exist");
    database.close();
  }

  @Test
  void aStandbyFollowsAndBecomesThePrimary() throws SQLException {
    try (PostgresServer primary = PostgresServer.builder().durable(false).launch();
        PostgresServer standby = primary.launchStandby();
        PostgresDatabase database = primary.createDatabase(standby)) {
      change(database.url(), "CREATE TABLE kept AS SELECT 1 AS n");
      String alone = standby.url().replace("/postgres", "/" + database.name());
      // The standby may not know the database yet
      await()
          .atMost(Duration.ofMinutes(1))
          .ignoreExceptions()
          .until(() -> ask(alone, "SELECT to_regclass('kept') IS NOT NULL").equals("t"));
      assertThatThrownBy(() -> change(alone, "INSERT INTO kept VALUES (2)"))
          .hasMessageContaining("read-only transaction");
      primary.kill();
      standby.promote();
      change(database.url(), "INSERT INTO kept VALUES (2)");
      assertThat(ask(database.url(), "SELECT sum(n) FROM kept")).isEqualTo("3");
      // The old primary comes back as a standby of the new one
      primary.startAsStandbyOf(standby, standby.port());
      standby.kill();
      primary.promote();
      assertThat(ask(database.url(), "SELECT sum(n) FROM kept")).isEqualTo("3");
      assertThatThrownBy(primary::promote).isInstanceOf(TestServerException.class);
    }
  }

  @Test
  void refusesWhatDoesNotFitItsState() {
    assertThatThrownBy(server::start).isInstanceOf(IllegalStateException.class);
    server.stop();
    assertThatThrownBy(server::stop).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(server::freeze).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void saysWhyItDoesNotStart() {
    PostgresServer.Builder wrong = PostgresServer.builder().setting("no_such_setting", "1");
    assertThatThrownBy(wrong::launch)
        .isInstanceOf(TestServerException.class)
        .hasMessageContaining("no_such_setting");
  }

  @Test
  void leavesItsLogAndNothingElse() {
    PostgresServer closed = PostgresServer.builder().durable(false).launch();
    PostgresServer killed = PostgresServer.builder().durable(false).launch();
    PostgresServer frozen = PostgresServer.builder().durable(false).launch();
    List<String> segments =
        Stream.of(closed, killed, frozen).map(PostgresServerTest::sharedMemory).toList();
    assertThat(allSharedMemory()).containsAll(segments);
    killed.kill();
    frozen.freeze();
    for (PostgresServer ended : List.of(closed, killed, frozen)) {
      ended.close();
      ended.close();
      assertThat(ended.isRunning()).isFalse();
      assertThat(ended.log()).content().contains("ready to accept connections");
      assertThat(ended.folder()).doesNotExist();
    }
    assertThat(allSharedMemory()).doesNotContainAnyElementsOf(segments);
  }

  /** The id of the server's segment, which PostgreSQL itself notes in the seventh line. */
  private static String sharedMemory(PostgresServer running) {
    Path noted = running.folder().resolve("data").resolve("postmaster.pid");
    return Folders.read(noted).get(6).trim().split("\\s+", 2)[1];
  }

  private static List<String> allSharedMemory() {
    return CommandResult.of(List.of("ipcs", "-m")).lines().stream()
        .map(line -> line.split("\\s+", 3))
        .filter(columns -> columns.length > 1)
        .map(columns -> columns[1])
        .toList();
  }

  private static String ask(String sql) throws SQLException {
    return ask(server.url(), sql);
  }

  private static String ask(String url, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, server.user(), "")) {
      return ask(connection, sql);
    }
  }

  private static String ask(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  private static String asked(Connection connection) {
    try {
      return ask(connection, "SELECT 1");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void change(String url, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, server.user(), "");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void connectInASecond() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", server.user());
    properties.setProperty("socketTimeout", "1");
    DriverManager.getConnection(server.url(), properties).close();
  }
}
