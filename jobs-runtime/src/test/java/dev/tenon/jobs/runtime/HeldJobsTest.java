package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.options.WorkerOptions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An application has locked jobs in a transaction that stays open: it holds up these alone. */
@Tag("servers")
class HeldJobsTest {

  private static final int WORKERS = 3;

  private final Fixture fixture = Fixture.withRabbit();

  @AfterEach
  void close() {
    fixture.close();
  }

  private JobService startWorkers() {
    JobService jobs = null;
    for (int i = 0; i < WORKERS; i++) {
      JobsRuntime runtime = fixture.start();
      runtime.startWorker(
          TestJobs.handlers().with(TestJobs.QUIET, (order, context) -> null),
          WorkerOptions.defaults().withConcurrency(4));
      jobs = runtime.jobs();
    }
    return java.util.Objects.requireNonNull(jobs);
  }

  private static List<UUID> submit(JobService jobs, int count) {
    List<UUID> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(jobs.submit(TestJobs.QUIET, new Order("x", 1), SubmitOptions.by("t")).jobId());
    }
    return ids;
  }

  private static long count(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  @Test
  void otherJobsRunAndNobodyWaitsForThoseThatAreLocked() throws Exception {
    JobService submitter = fixture.start().jobs();
    List<UUID> held = submit(submitter, 2);
    held.forEach(id -> Fixture.awaitStatus(submitter, id, JobStatus.QUEUED));
    try (Connection other = fixture.database().connect();
        Statement lock = other.createStatement();
        Connection third = fixture.database().connect();
        Statement look = third.createStatement()) {
      other.setAutoCommit(false);
      lock.execute("SELECT FROM tenon.live_jobs FOR UPDATE");
      JobService jobs = startWorkers();
      await("both were passed over")
          .atMost(Fixture.PATIENCE)
          .until(() -> count(look, "SELECT count(DISTINCT job_id) FROM tenon.skipped_jobs") == 2);
      for (int i = 0; i < 5; i++) {
        submit(jobs, 20).forEach(id -> Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED));
        assertThat(
                count(
                    look,
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                        + " AND wait_event_type = 'Lock'"))
            .as("backends that wait for the application")
            .isZero();
      }
      assertThat(
              count(
                  look,
                  "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                      + " AND application_name LIKE 'tenon-control'"))
          .as("connections, of at most five each")
          .isLessThanOrEqualTo(5 * (WORKERS + 1));
      held.forEach(id -> assertThat(jobs.get(id).status()).isEqualTo(JobStatus.QUEUED));
      other.rollback();
      held.forEach(id -> Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED));
      await("nothing is noted any more")
          .atMost(Fixture.PATIENCE)
          .until(() -> count(look, "SELECT count(*) FROM tenon.skipped_jobs") == 0);
    }
  }
}
