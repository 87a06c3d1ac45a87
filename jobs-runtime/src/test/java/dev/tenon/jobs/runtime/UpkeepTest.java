package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.SQLDialect;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The tasks of the upkeep beside each other. */
class UpkeepTest {

  private static final Duration HEARTBEAT = Duration.ofMillis(500);

  private Fixture fixture;
  private Connection connection;
  private DSLContext sql;
  private JobService jobs;

  @BeforeEach
  void open() throws SQLException {
    fixture = Fixture.withRabbit();
    jobs = fixture.start(fixture.builder().heartbeatInterval(HEARTBEAT)).jobs();
    connection = fixture.database().connect();
    sql = DSL.using(connection, SQLDialect.POSTGRES);
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    fixture.close();
  }

  private List<UUID> submit(int count) {
    return jobs.submitAll(
        TestJobs.PURGED,
        Collections.nCopies(count, new Order("x", 1)),
        "t",
        SubmitOptions.defaults());
  }

  private void giveToADeadWorker(UUID id) {
    sql.execute(
        "INSERT INTO tenon.workers (id, host, process_id, concurrency) VALUES ('dead', 'h', 1, 1)");
    sql.execute(
        "UPDATE tenon.jobs SET status = 'running', lease = lease + 1, worker_id = 'dead', attempts ="
            + " 1, started_at = now() WHERE id = {0}",
        DSL.val(id));
  }

  /** The processes that wait for a lock. */
  private List<Integer> waiting() {
    return sql.fetch(
            "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname ="
                + " current_database()")
        .getValues(0, Integer.class);
  }

  @Test
  void aTaskThatWaitsHoldsUpNeitherTheRescueNorTheLead() throws SQLException {
    List<UUID> ids = submit(2);
    ids.forEach(id -> Fixture.awaitStatus(jobs, id, JobStatus.QUEUED));
    try (Connection other = fixture.database().connect()) {
      other.setAutoCommit(false);
      DSL.using(other)
          .execute("SELECT FROM tenon.jobs WHERE id = {0} FOR UPDATE", DSL.val(ids.get(0)));
      fixture.host().purge(TestJobs.PURGED.routingKey());
      await("the reconciliation waits for the row")
          .atMost(Fixture.PATIENCE)
          .until(() -> !waiting().isEmpty());
      giveToADeadWorker(ids.get(1));
      List<Integer> waiting = waiting();
      await("the rescue")
          .atMost(Fixture.PATIENCE)
          .until(() -> jobs.get(ids.get(1)).status() != JobStatus.RUNNING);
      assertThat(waiting()).as("still waits").containsAnyElementsOf(waiting);
      assertThat(sql.fetchValue("SELECT max(token) FROM tenon.leaders")).isEqualTo(1L);
      other.rollback();
    }
  }

  @Test
  void aRescuedJobGoesBeforeTheOnesThatWait() {
    List<UUID> waiting = submit(20);
    waiting.forEach(id -> Fixture.awaitStatus(jobs, id, JobStatus.QUEUED));
    UUID rescued = waiting.get(19);
    giveToADeadWorker(rescued);
    Fixture.awaitStatus(jobs, rescued, JobStatus.QUEUED);
    await()
        .atMost(Fixture.PATIENCE)
        .until(() -> fixture.host().ready(TestJobs.PURGED.routingKey()) >= 21);
    List<String> order = fixture.host().bodies(TestJobs.PURGED.routingKey(), 1);
    assertThat(order.get(0)).contains(rescued.toString());
  }
}
