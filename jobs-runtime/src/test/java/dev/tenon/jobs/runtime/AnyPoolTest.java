package dev.tenon.jobs.runtime;

import static dev.tenon.jobs.TestJobs.ORDER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobService.CancelResult;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.operate.JobsHealth;
import dev.tenon.jobs.options.WorkerOptions;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whatever pool is given: what Tenon does is committed, and the pool is as it was. */
class AnyPoolTest {

  private final Fixture fixture = Fixture.withoutRabbit();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void aHikariPoolWithoutAutoCommitLosesNothing() throws SQLException {
    try (HikariDataSource pool = pool(4, false)) {
      everythingIsCommitted(JobsRuntime.builder().dataSource(pool));
      try (Connection connection = pool.getConnection()) {
        assertThat(connection.getAutoCommit()).as("the pool's setting stays").isFalse();
      }
    }
  }

  @Test
  void aControlPoolWithoutAutoCommitLosesNothing() throws SQLException {
    try (HikariDataSource pool = pool(4, false);
        HikariDataSource control = pool(5, false)) {
      everythingIsCommitted(JobsRuntime.builder().dataSource(pool).controlDataSource(control));
    }
  }

  @Test
  void aDataSourceWithoutAutoCommitLosesNothing() throws SQLException {
    everythingIsCommitted(JobsRuntime.builder().dataSource(withoutAutoCommit()));
  }

  @Test
  void aHikariPoolOfOneConnectionIsEnough() throws SQLException {
    try (HikariDataSource pool = pool(1, true)) {
      everythingIsCommitted(JobsRuntime.builder().dataSource(pool));
    }
  }

  /** A pool that takes back a connection gives the same one to others. */
  @Test
  void aConnectionGoesBackToAPoolAsItCame() throws SQLException {
    try (Connection only = fixture.database().connect()) {
      only.setAutoCommit(false);
      DataSource pool = new PhysicalConnections(() -> KeptOpen.of(only));
      JobsRuntime runtime =
          fixture.start(
              JobsRuntime.builder()
                  .dataSource(pool)
                  .controlDataSource(fixture.database().dataSource())
                  .closeOnShutdown(false)
                  .maintenance(false));
      UUID id = submit(runtime.jobs(), "a");
      assertThat(only.getAutoCommit()).isFalse();
      assertThat(statusInTable(id)).isEqualTo("pending");
    }
  }

  private void everythingIsCommitted(JobsRuntimeBuilder builder) throws SQLException {
    JobsRuntime runtime = fixture.start(builder.closeOnShutdown(false));
    JobService jobs = runtime.jobs();
    UUID waiting = submit(jobs, "waiting");
    assertThat(statusInTable(waiting)).isEqualTo("pending");
    assertThat(jobs.cancel(waiting, Actor.of("ann"))).isEqualTo(CancelResult.CANCELLED);
    assertThat(statusInTable(waiting)).isEqualTo("cancelled");

    JobWorker worker =
        runtime.startWorker(
            TestJobs.handlers()
                .with(
                    ORDER,
                    (order, context) -> {
                      context.log().info("line");
                      if (context.attempt() == 1) {
                        throw new IllegalStateException("again");
                      }
                      return new Receipt(order.name());
                    }),
            WorkerOptions.defaults().withConcurrency(4));
    UUID id = submit(jobs, "run");
    Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED);
    assertThat(statusInTable(id)).isEqualTo("completed");
    assertThat(count("job_attempts WHERE job_id = '" + id + "'")).isEqualTo(2);
    assertThat(count("workers WHERE id = '" + worker.id() + "'")).isEqualTo(1);
    await("log lines are written")
        .atMost(Fixture.PATIENCE)
        .untilAsserted(
            () -> assertThat(count("job_logs WHERE job_id = '" + id + "'")).isEqualTo(2));
    await("maintenance has written that it ran")
        .atMost(Fixture.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(runtime.health().checks())
                    .filteredOn(check -> check.name().startsWith("maintenance: "))
                    .isNotEmpty()
                    .allMatch(JobsHealth.Check::isHealthy));
    worker.close();
    assertThat(count("workers WHERE id = '" + worker.id() + "'")).isZero();
  }

  private static UUID submit(JobService jobs, String name) {
    return jobs.submit(ORDER, new Order(name, 1), SubmitOptions.by("test")).jobId();
  }

  private HikariDataSource pool(int size, boolean autoCommit) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(fixture.database().url());
    config.setUsername(fixture.database().user());
    config.setPassword(fixture.database().password());
    config.setMaximumPoolSize(size);
    config.setAutoCommit(autoCommit);
    config.setConnectionTimeout(Duration.ofSeconds(20).toMillis());
    return new HikariDataSource(config);
  }

  private DataSource withoutAutoCommit() {
    return new PhysicalConnections(
        () -> {
          Connection connection = fixture.database().connect();
          connection.setAutoCommit(false);
          return connection;
        });
  }

  private String statusInTable(UUID id) throws SQLException {
    return query("SELECT status FROM tenon.jobs WHERE id = '" + id + "'");
  }

  private int count(String from) throws SQLException {
    return Integer.parseInt(query("SELECT count(*)::text FROM tenon." + from));
  }

  private String query(String sql) throws SQLException {
    try (Connection connection = fixture.database().connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).as("a row of %s", sql).isTrue();
      return rows.getString(1);
    }
  }

  /** A connection that a pool takes back instead of closing it. */
  private static final class KeptOpen {

    private KeptOpen() {}

    static Connection of(Connection connection) {
      return (Connection)
          Proxy.newProxyInstance(
              KeptOpen.class.getClassLoader(),
              new Class<?>[] {Connection.class},
              (proxy, method, arguments) -> {
                if (method.getName().equals("close")) {
                  return null;
                }
                try {
                  return method.invoke(connection, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }
  }
}
