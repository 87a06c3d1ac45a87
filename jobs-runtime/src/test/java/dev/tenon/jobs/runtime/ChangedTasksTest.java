package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.workflow.SubmittedWorkflow;
import dev.tenon.jobs.workflow.Task;
import dev.tenon.jobs.workflow.Workflow;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What follows from the end of a job writes to tasks and edges at the places at which it has read
 * them. A row that another transaction changes in between has another place by then: so whoever
 * changes one locks the workflow before, and is waited for.
 */
@Tag("servers")
class ChangedTasksTest {

  private final ExecutorService settler = Executors.newSingleThreadExecutor();
  private Fixture fixture;
  private JobService jobs;
  private UUID workflowId;
  private UUID first;
  private UUID second;
  private UUID third;

  @BeforeEach
  void open() {
    fixture = Fixture.withoutRabbit();
    jobs = fixture.start(fixture.builder().maintenance(false)).jobs();
    Workflow chain = Workflow.named("chain").submittedBy("t");
    Task<Receipt> a = chain.add(FlowJobs.task(jobs), new Order("a", 1));
    Task<Receipt> b = chain.add(FlowJobs.task(jobs), new Order("b", 1)).after(a);
    Task<Receipt> c = chain.add(FlowJobs.task(jobs), new Order("c", 1)).after(b);
    SubmittedWorkflow submitted = jobs.submit(chain);
    workflowId = submitted.id();
    first = submitted.idOf(a);
    second = submitted.idOf(b);
    third = submitted.idOf(c);
  }

  @AfterEach
  void close() {
    settler.shutdownNow();
    fixture.close();
  }

  @Test
  void tasksThatSomebodyChangesMeanwhileEndAndStartAgain() throws Exception {
    settleDuringAChange("tenon.end_waiting_jobs(ARRAY[uuid '" + first + "'], 'failed')");
    assertThat(jobs.get(second).status()).isEqualTo(JobStatus.CANCELLED);
    assertThat(jobs.get(third).status()).isEqualTo(JobStatus.CANCELLED);
    assertThat(tasks("is_stopped AND waits_for = 0 AND broken = 1")).isEqualTo(2);
    assertThat(jobs.workflows().find(workflowId).orElseThrow().skipped()).isEqualTo(2);

    settleDuringAChange("tenon.restore_jobs(ARRAY[uuid '" + first + "'], ARRAY[now()])");
    assertThat(jobs.get(second).status()).isEqualTo(JobStatus.PENDING);
    assertThat(jobs.get(third).status()).isEqualTo(JobStatus.PENDING);
    assertThat(tasks("NOT is_stopped AND waits_for = 1 AND broken = 0")).isEqualTo(2);
    assertThat(jobs.workflows().find(workflowId).orElseThrow().skipped()).isZero();

    settleDuringAChange("tenon.end_waiting_jobs(ARRAY[uuid '" + first + "'], 'completed')");
    assertThat(tasks("id = '" + second + "' AND is_released AND waits_for = 0")).isEqualTo(1);
  }

  /** Changes the first task and settles, while somebody who has the lock changes all rows. */
  private void settleDuringAChange(String change) throws Exception {
    try (Connection other = fixture.database().connect();
        Connection settling = fixture.database().connect();
        Connection onlooker = fixture.database().connect()) {
      other.setAutoCommit(false);
      execute(other, "SELECT FROM tenon.workflows FOR NO KEY UPDATE");
      execute(other, "UPDATE tenon.workflow_tasks SET delay_millis = delay_millis");
      execute(other, "UPDATE tenon.workflow_edges SET leads_out = leads_out");
      settling.setAutoCommit(false);
      Future<?> settled =
          settler.submit(
              () -> {
                execute(settling, "SELECT /* by the test */ FROM " + change);
                execute(settling, "SELECT FROM tenon.settle_workflows()");
                settling.commit();
                return null;
              });
      await("the settlement waits")
          .atMost(Fixture.PATIENCE)
          .pollInterval(Duration.ofMillis(10))
          .until(() -> somebodyWaits(onlooker));
      other.commit();
      settled.get(Fixture.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private long tasks(String condition) throws SQLException {
    try (Connection connection = fixture.database().connect();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT count(*) FROM tenon.workflow_tasks WHERE " + condition)) {
      row.next();
      return row.getLong(1);
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

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      boolean unused = statement.execute(sql);
    }
  }
}
