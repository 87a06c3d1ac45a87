package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.SQLDialect;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.operate.JobSchedule;
import dev.tenon.jobs.operate.ScheduleOptions;
import dev.tenon.jobs.operate.Timing;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The maintenance tasks beside each other. */
class MaintenanceTest {

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
    return jobs
        .submitAll(
            TestJobs.PURGED, Collections.nCopies(count, new Order("x", 1)), SubmitOptions.by("t"))
        .stream()
        .map(Submitted::jobId)
        .toList();
  }

  private void giveToADeadWorker(UUID id, String worker) {
    sql.execute(
        "INSERT INTO tenon.workers (id, host, process_id, concurrency) VALUES ({0}, 'h', 1, 1)",
        DSL.val(worker));
    sql.execute(
        "UPDATE /* by the test */ by_test.jobs SET status = 'running', lease = lease + 1, worker_id = {0}, attempts ="
            + " 1, started_at = now() WHERE id = {1}",
        DSL.val(worker), DSL.val(id));
  }

  private void awaitAWait() {
    await("a task waits for the row").atMost(Fixture.PATIENCE).until(this::somebodyWaits);
  }

  private boolean somebodyWaits() {
    return sql.fetchCount(
            DSL.table("pg_stat_activity"),
            DSL.condition("wait_event_type = 'Lock' AND datname = current_database()"))
        > 0;
  }

  /** Waits until the job is rescued. Whether somebody waits for a lock at that moment. */
  private boolean rescuedDuringAWait(UUID id) {
    await("the rescue")
        .atMost(Fixture.PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> jobs.get(id).status() != JobStatus.RUNNING);
    return somebodyWaits();
  }

  @Tag("thorough")
  @Test
  void aTaskThatWaitsHoldsUpNeitherTheRescueNorTheLead() throws SQLException {
    UUID id = submit(1).get(0);
    Fixture.awaitStatus(jobs, id, JobStatus.QUEUED);
    try (Connection other = fixture.database().connect()) {
      other.setAutoCommit(false);
      // No task waits for the row of a job
      DSL.using(other).execute("SELECT FROM tenon.job_statistics_state FOR UPDATE");
      // On a busy machine a wait, which lasts five seconds, may be over before the rescue
      boolean beside = false;
      for (int round = 0; round < 5 && !beside; round++) {
        awaitAWait();
        giveToADeadWorker(id, "dead " + round);
        beside = rescuedDuringAWait(id);
      }
      assertThat(beside).as("a job is rescued while the statistics wait").isTrue();
      assertThat(sql.fetchValue("SELECT max(token) FROM tenon.leaders")).isEqualTo(1L);
      other.rollback();
    }
  }

  @Tag("thorough")
  @Test
  void aTaskThatWaitsHoldsUpNoSchedule() throws SQLException {
    JobSchedule unused =
        jobs.schedules()
            .put(
                "test.yearly",
                TestJobs.PURGED,
                new Order("x", 1),
                Timing.cron("0 0 1 1 *", ZoneOffset.UTC),
                ScheduleOptions.defaults(),
                Actor.of("tester"));
    try (Connection other = fixture.database().connect()) {
      other.setAutoCommit(false);
      DSL.using(other).execute("SELECT FROM tenon.job_statistics_state FOR UPDATE");
      boolean beside = false;
      for (int round = 0; round < 5 && !beside; round++) {
        awaitAWait();
        sql.execute("UPDATE tenon.job_schedules SET next_run_at = now()");
        await("the run")
            .atMost(Fixture.PATIENCE)
            .pollInterval(Duration.ofMillis(10))
            .until(
                () ->
                    sql.fetchCount(
                            DSL.table("tenon.job_schedules"), DSL.condition("next_run_at > now()"))
                        == 1);
        beside = somebodyWaits();
      }
      assertThat(beside).as("a schedule is moved on while the statistics wait").isTrue();
      other.rollback();
    }
  }

  @Test
  void aRescuedJobGoesBeforeTheOnesThatWait() {
    List<UUID> waiting = submit(20);
    waiting.forEach(id -> Fixture.awaitStatus(jobs, id, JobStatus.QUEUED));
    UUID rescued = waiting.get(19);
    giveToADeadWorker(rescued, "dead");
    Fixture.awaitStatus(jobs, rescued, JobStatus.QUEUED);
    await()
        .atMost(Fixture.PATIENCE)
        .until(() -> fixture.host().ready(TestJobs.PURGED.routingKey()) >= 21);
    List<String> order = fixture.host().bodies(TestJobs.PURGED.routingKey(), 1);
    assertThat(order.get(0)).contains(rescued.toString());
  }
}
