package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.OrderRule;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Jobs that the functions of the database have submitted start as soon as others do. */
@Tag("servers")
@Tag("thorough")
class SqlSubmitStartsTest {

  private static final JobDefinition<Order, Receipt> PLAIN =
      TestCodecs.builder("test.starts.plain", Order.class, Receipt.class).build();
  private static final JobDefinition<Order, Receipt> ORDERED =
      TestCodecs.builder("test.starts.ordered", Order.class, Receipt.class)
          .order(OrderRule.ofAll())
          .build();

  private static final String PAYLOAD = "{\"name\":\"lamp\",\"quantity\":2}";

  private Fixture fixture = Fixture.withRabbit();

  @AfterEach
  void close() {
    fixture.close();
  }

  private JobsRuntime start() {
    JobsRuntime runtime =
        fixture.start(fixture.builder().modules(TestJobs.moduleOf(List.of(PLAIN, ORDERED))));
    runtime.startWorker(
        TestJobs.handlers()
            .with(PLAIN, (order, context) -> new Receipt("done"))
            .with(ORDERED, (order, context) -> new Receipt("done")));
    return runtime;
  }

  private SqlSubmitter submitter() throws SQLException {
    return SqlSubmitter.start(fixture.database(), PLAIN.type(), ORDERED.type());
  }

  /** Until then nobody publishes what the database notifies of. */
  private void awaitListener() {
    await()
        .until(
            () -> {
              try (Connection connection = fixture.database().connect();
                  Statement statement = connection.createStatement();
                  var rows =
                      statement.executeQuery(
                          "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                              + " AND query LIKE 'LISTEN%'")) {
                return rows.next() && rows.getInt(1) > 0;
              }
            });
  }

  @Test
  void theLeaderPublishesItAsSoonAsItIsCommitted() throws Exception {
    JobService jobs = start().jobs();
    awaitListener();
    try (SqlSubmitter sql = submitter()) {
      sql.connection().setAutoCommit(false);
      UUID id = sql.submit(PLAIN.type(), PAYLOAD, "").jobId();
      // The relay would publish it in an hour
      try (Statement statement = sql.connection().createStatement()) {
        statement.execute("RESET ROLE");
        statement.execute(
            "UPDATE /* by the test */ by_test.jobs SET publish_at = now() + interval '1 hour'");
        statement.execute("SET ROLE " + sql.role());
      }
      sql.connection().commit();
      sql.connection().setAutoCommit(true);
      Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED);
    }
  }

  @Test
  void theRelayPublishesItWithoutANotification() throws Exception {
    JobService jobs = start().jobs();
    try (SqlSubmitter sql = submitter()) {
      UUID id = sql.submit(PLAIN.type(), PAYLOAD, "notify => false").jobId();
      Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED);
    }
  }

  /** Each statement checks its constraints immediately, and the line waits for the commit. */
  @Test
  void aJobInALineStartsThoughConstraintsAreImmediate() throws Exception {
    JobService jobs = start().jobs();
    try (SqlSubmitter sql = submitter();
        Connection connection = fixture.database().connect()) {
      List<UUID> ids = new ArrayList<>();
      sql.connection().setAutoCommit(false);
      setImmediate(sql.connection());
      ids.add(sql.submit(ORDERED.type(), PAYLOAD, "").jobId());
      sql.connection().commit();
      connection.setAutoCommit(false);
      setImmediate(connection);
      ids.add(
          jobs.in(connection)
              .submit(ORDERED, new Order("lamp", 2), SubmitOptions.by("ann"))
              .jobId());
      connection.commit();
      for (UUID id : ids) {
        Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED);
      }
    }
  }

  private static void setImmediate(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET CONSTRAINTS ALL IMMEDIATE");
    }
  }

  @Test
  void jobsInALineStartOneAfterAnother() throws Exception {
    JobService jobs = start().jobs();
    try (SqlSubmitter sql = submitter()) {
      List<SqlSubmitter.Stands> all =
          sql.submitAll(ORDERED.type(), List.of(PAYLOAD, PAYLOAD, PAYLOAD), "");
      for (SqlSubmitter.Stands each : all) {
        Fixture.awaitStatus(jobs, each.jobId(), JobStatus.COMPLETED);
      }
      assertThat(jobs.get(all.get(0).jobId()).finishedAt().orElseThrow())
          .isBeforeOrEqualTo(jobs.get(all.get(1).jobId()).startedAt().orElseThrow());
    }
  }

  @Test
  void aRunningJobThatSqlCancelsIsStoppedOverRabbitMq() throws Exception {
    JobsRuntime runtime =
        fixture.start(fixture.builder().modules(TestJobs.moduleOf(List.of(PLAIN))));
    CountDownLatch started = new CountDownLatch(1);
    runtime.startWorker(
        TestJobs.handlers()
            .with(
                PLAIN,
                (order, context) -> {
                  started.countDown();
                  new CountDownLatch(1).await();
                  return new Receipt("never");
                }));
    awaitListener();
    try (SqlSubmitter sql = submitter()) {
      UUID id = sql.submit(PLAIN.type(), PAYLOAD, "").jobId();
      started.await();
      assertThat(sql.value("SELECT tenon.cancel_job('%s', 'ann')".formatted(id)))
          .isEqualTo("running");
      Fixture.awaitStatus(runtime.jobs(), id, JobStatus.CANCELLED);
    }
  }

  @Test
  void withoutRabbitMqWorkersHearOfIt() throws Exception {
    fixture.close();
    fixture = Fixture.withoutRabbit();
    JobService jobs = start().jobs();
    try (SqlSubmitter sql = submitter()) {
      for (String more : List.of("", "delay => '10 milliseconds'", "notify => false")) {
        UUID id = sql.submit(PLAIN.type(), PAYLOAD, more).jobId();
        Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED);
      }
    }
  }
}
