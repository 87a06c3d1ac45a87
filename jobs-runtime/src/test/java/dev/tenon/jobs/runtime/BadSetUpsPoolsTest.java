package dev.tenon.jobs.runtime;

import static dev.tenon.jobs.runtime.BadSetUp.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.tenon.jobs.JobsStartException;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The matrix of bad set-ups: pools of the application. */
@Tag("servers")
class BadSetUpsPoolsTest {

  private static final List<AutoCloseable> OPEN = new ArrayList<>();

  private static BadSetUpServer server;
  private static PostgresDatabase database;

  @BeforeAll
  static void open() {
    server = new BadSetUpServer();
    database = server.database();
  }

  @AfterAll
  static void close() throws Exception {
    for (AutoCloseable each : OPEN) {
      each.close();
    }
    server.close();
  }

  private static DynamicTest refused(String name, BadSetUp.SetUp setUp, String... parts) {
    return BadSetUp.refused(name, JobsStartException.class, setUp, parts);
  }

  private static HikariDataSource pool(Consumer<HikariConfig> settings) {
    return pool(database, settings);
  }

  private static HikariDataSource pool(PostgresDatabase to, Consumer<HikariConfig> settings) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(to.url());
    config.setUsername("postgres");
    config.setPassword(PASSWORD);
    config.setInitializationFailTimeout(-1);
    config.setMinimumIdle(0);
    settings.accept(config);
    HikariDataSource pool = new HikariDataSource(config);
    OPEN.add(pool);
    return pool;
  }

  private static JobsRuntimeBuilder over(DataSource pool) {
    return JobsRuntime.builder().dataSource(pool);
  }

  /** Hides what kind of pool it is. */
  private static DataSource wrapped(HikariDataSource pool) {
    return new PhysicalConnections(pool::getConnection);
  }

  @TestFactory
  Stream<DynamicTest> poolsThatGiveNoConnection() {
    return Stream.of(
        refused(
            "closed",
            () -> {
              HikariDataSource pool = pool(config -> {});
              pool.close();
              return over(pool);
            },
            "The pool passed to dataSource(…) is closed"),
        refused(
            "control pool closed",
            () -> {
              HikariDataSource control = pool(config -> {});
              control.close();
              return over(pool(config -> {})).controlDataSource(control);
            },
            "The pool passed to controlDataSource(…) is closed"),
        refused(
            "used up, and waiting long",
            () -> usedUp(30_000),
            "dataSource(…) provides no connection within 9 s (of 2 connections 2 are in use)",
            "Raise the size of the pool"),
        refused(
            "used up, and waiting briefly",
            () -> usedUp(500),
            "dataSource(…) provides no connection",
            "Raise the size of the pool"),
        refused(
            "wrong password",
            () -> {
              String role = server.role("");
              server.sql(database, "CREATE ROLE secured", "GRANT secured TO " + role);
              server.sql(database, "ALTER ROLE " + role + " PASSWORD 'another'");
              return over(pool(config -> config.setUsername(role)));
            },
            "PostgreSQL at 127.0.0.1:",
            "refuses the login (FATAL: password authentication failed for user",
            "Check user and password"),
        refused(
            "wrong password, of a data source that is no HikariDataSource",
            () ->
                over(
                    wrapped(
                        pool(
                            config -> {
                              config.setUsername("nobody-knows");
                              config.setConnectionTimeout(2_000);
                            }))),
            "PostgreSQL behind dataSource(…) refuses the login"),
        refused(
            "the driver is missing",
            () ->
                over(
                    new PhysicalConnections(
                        () -> {
                          throw new SQLException(
                              "No suitable driver found for jdbc:x:?password=" + PASSWORD, "08001");
                        })),
            "PostgreSQL behind dataSource(…) does not accept a connection"));
  }

  private static JobsRuntimeBuilder usedUp(long patience) throws Exception {
    HikariDataSource pool =
        pool(
            config -> {
              config.setMaximumPoolSize(2);
              config.setConnectionTimeout(patience);
            });
    for (int i = 0; i < 2; i++) {
      Connection taken = pool.getConnection();
      OPEN.add(0, taken);
    }
    return over(pool);
  }

  @TestFactory
  Stream<DynamicTest> poolsThatAreTooSmallOrOdd() {
    return Stream.of(
        refused(
            "a control pool of one",
            () ->
                over(pool(config -> {}))
                    .controlDataSource(pool(config -> config.setMaximumPoolSize(1))),
            "controlDataSource(…) provides only 1 connection at a time",
            "Tenon needs 4. Raise the size of its pool"),
        refused(
            "a pool of two that is no HikariDataSource",
            () ->
                over(
                    wrapped(
                        pool(
                            config -> {
                              config.setMaximumPoolSize(2);
                              config.setConnectionTimeout(1_000);
                            }))),
            "dataSource(…) provides only 2 connections at a time",
            "Tenon needs 4",
            "or set controlDataSource(…)"),
        refused(
            "read-only",
            () -> over(pool(config -> config.setReadOnly(true))),
            "The pool or the URL makes connections read-only",
            "setReadOnly(true)"),
        refused(
            "a read-only control pool",
            () ->
                over(pool(config -> {}))
                    .controlDataSource(pool(config -> config.setReadOnly(true))),
            "The pool or the URL makes connections read-only"),
        refused(
            "a control pool to another database",
            () -> over(pool(config -> {})).controlDataSource(pool(server.database(), config -> {})),
            "dataSource(…) connects to the database "
                + database.name()
                + ", but controlDataSource(…) to",
            "Pass two pools for the same database"),
        refused(
            "a control pool with another isolation",
            () ->
                over(pool(config -> {}))
                    .controlDataSource(
                        pool(config -> config.setTransactionIsolation("TRANSACTION_SERIALIZABLE"))),
            "The transactions of controlDataSource(…) are serializable",
            "Set transactionIsolation"),
        refused(
            "a control pool whose user lacks rights",
            () -> {
              PostgresDatabase migrated = server.migrated();
              String role = server.role("");
              return over(pool(migrated, config -> {}))
                  .controlDataSource(pool(migrated, config -> config.setUsername(role)));
            },
            "GRANT USAGE ON SCHEMA tenon TO app",
            "GRANT SELECT, INSERT, UPDATE ON tenon.leaders TO app"));
  }

  @Test
  void theSmallestPoolsAreTaken() throws Exception {
    try (HikariDataSource pool = pool(config -> config.setMaximumPoolSize(2));
        HikariDataSource control = pool(config -> config.setMaximumPoolSize(4));
        JobsRuntime runtime =
            JobsRuntime.builder()
                .dataSource(wrapped(pool))
                .controlDataSource(control)
                .closeOnShutdown(false)
                .start()) {
      assertThat(runtime.health().checks()).isNotEmpty();
    }
  }
}
