package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.workflow.SubmittedWorkflow;
import dev.tenon.jobs.workflow.Task;
import dev.tenon.jobs.workflow.Workflow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whoever ends a job locks the job first and its workflow then; whoever changes one that waits does
 * it the other way round. An operator hears nothing of it when both meet.
 */
@Tag("servers")
class WorkflowDeadlockTest {

  /** https://www.postgresql.org/docs/current/errcodes-appendix.html */
  private static final String DEADLOCK = "40P01";

  private final ExecutorService operator = Executors.newSingleThreadExecutor();
  private Fixture fixture;
  private JobService jobs;
  private UUID workflowId;
  private UUID jobId;

  @BeforeEach
  void open() throws SQLException {
    fixture = Fixture.withoutRabbit();
    // PostgreSQL looks for a deadlock once in each wait: it is the operator's, who waits first,
    // that has to find it
    execute(
        "DO $$BEGIN EXECUTE format('ALTER DATABASE %I SET deadlock_timeout = ''1600ms''',"
            + " current_database()); END$$");
    jobs = fixture.start(fixture.builder().maintenance(false)).jobs();
    submit();
  }

  private void submit() {
    Workflow workflow = Workflow.named("w").submittedBy("t");
    Task<Receipt> task = workflow.add(FlowJobs.task(jobs), new Order("a", 1));
    SubmittedWorkflow submitted = jobs.submit(workflow);
    workflowId = submitted.id();
    jobId = submitted.idOf(task);
  }

  @AfterEach
  void close() {
    operator.shutdownNow();
    fixture.close();
  }

  @Test
  void aCancellation() throws Exception {
    assertThat(duringTheEndOfTheJob(() -> jobs.cancel(jobId, Actor.of("ann"))))
        .isEqualTo(JobService.CancelResult.CANCELLED);
  }

  @Test
  void aPause() throws Exception {
    var unused =
        duringTheEndOfTheJob(
            () -> {
              jobs.workflows().pause(workflowId, Actor.of("ann", "to see"));
              return workflowId;
            });
    assertThat(jobs.workflows().find(workflowId).orElseThrow().pause()).isPresent();
    assertThat(jobs.get(jobId).runAt()).isAfter(jobs.get(jobId).submittedAt().plusSeconds(60));
  }

  private <T> T duringTheEndOfTheJob(Callable<T> change) throws Exception {
    for (int attempt = 1; ; attempt++) {
      try {
        return whileTheJobEnds(change);
      } catch (SQLException e) {
        // The other side has found the deadlock: it came so late that the operator had looked
        if (!DEADLOCK.equals(e.getSQLState()) || attempt == 5) {
          throw e;
        }
        submit();
      }
    }
  }

  private <T> T whileTheJobEnds(Callable<T> change) throws Exception {
    Future<T> changed;
    try (Connection other = fixture.database().connect();
        Connection onlooker = fixture.database().connect()) {
      other.setAutoCommit(false);
      lock(other, "live_jobs", jobId);
      changed = operator.submit(change);
      await()
          .atMost(Fixture.PATIENCE)
          .pollInterval(Duration.ofMillis(10))
          .until(() -> somebodyWaits(onlooker));
      lock(other, "workflows", workflowId);
      other.commit();
    }
    return changed.get(Fixture.PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = fixture.database().connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void lock(Connection connection, String table, UUID id) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT 1 FROM tenon." + table + " WHERE id = ? FOR NO KEY UPDATE")) {
      statement.setObject(1, id);
      assertThat(statement.execute()).isTrue();
    }
  }

  private static boolean somebodyWaits(Connection onlooker) throws SQLException {
    try (Statement statement = onlooker.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT count(*) FROM pg_stat_activity"
                    + " WHERE datname = current_database() AND wait_event_type = 'Lock'")) {
      return row.next() && row.getInt(1) > 0;
    }
  }
}
