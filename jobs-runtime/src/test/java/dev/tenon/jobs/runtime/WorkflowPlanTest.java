package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.JobService;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.TouchedPages;
import dev.tenon.jobs.workflow.SubmittedWorkflow;
import dev.tenon.jobs.workflow.Task;
import dev.tenon.jobs.workflow.Workflow;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What follows from the end of a task costs the same, however many jobs and workflows there are,
 * whatever the statistics say, and whatever the tables were like when PostgreSQL planned it: all
 * calls of a test use one connection.
 */
@Tag("servers")
@Tag("thorough")
class WorkflowPlanTest {

  private static final int OTHERS = 30_000;
  private static final int CALLS = 20;

  /** Some jobs and edges are found by their ids, and each is in a dozen of indexes. */
  private static final int MAX_PAGES = 1_000;

  private static final String DATA =
      """
      INSERT INTO tenon.job_data (id, type, routing_key, priority, max_attempts, submitted_by, retention_seconds, payload)
      SELECT gen_random_uuid(), 'test.other', 'jobs.x', 1, 3, 'tester', 60, '{}' FROM generate_series(1, %d)
      RETURNING id, type
      """
          .formatted(OTHERS);

  private final Fixture fixture = Fixture.withoutRabbit();
  private JobService jobs;
  private Connection connection;

  @BeforeEach
  void open() throws SQLException {
    jobs = fixture.start(fixture.builder().maintenance(false)).jobs();
    connection = fixture.database().connect();
    for (String table :
        new String[] {
          "job_data", "live_jobs", "ended_jobs", "workflows", "workflow_tasks", "workflow_edges"
        }) {
      execute("ALTER TABLE tenon." + table + " SET (autovacuum_enabled = false)");
    }
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    fixture.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"never analyzed", "analyzed", "analyzed while it was empty"})
  void aTaskThatCompletesLetsTheNextOneGo(String statistics) throws SQLException {
    costsLittle(statistics, ended("completed"), "pending");
  }

  @ParameterizedTest
  @ValueSource(strings = {"never analyzed", "analyzed", "analyzed while it was empty"})
  void aTaskThatFailsEndsTheNextOne(String statistics) throws SQLException {
    costsLittle(statistics, ended("failed"), "cancelled");
  }

  @ParameterizedTest
  @ValueSource(strings = {"never analyzed", "analyzed", "analyzed while it was empty"})
  void aTaskThatIsRetriedTakesBackTheEndOfTheNextOne(String statistics) throws SQLException {
    costsLittle(
        statistics,
        ended("failed"),
        "cancelled",
        "tenon.restore_jobs(ARRAY[uuid '%s'], ARRAY[now()])",
        "pending");
  }

  private static String ended(String status) {
    return "tenon.end_waiting_jobs(ARRAY[uuid '%s'], '" + status + "')";
  }

  /**
   * The functions that change the first task, each with the status that the second one has
   * afterwards.
   */
  private void costsLittle(String statistics, String... changes) throws SQLException {
    if (statistics.equals("analyzed while it was empty")) {
      execute("VACUUM ANALYZE");
    }
    // Plans that are made now are kept, unless something is analyzed later
    for (int i = 0; i < 3; i++) {
      var unused = settle(changes);
    }
    insertLive("queued");
    insertLive("running");
    insertEnded();
    insertWorkflows();
    if (statistics.equals("analyzed")) {
      execute("ANALYZE");
    }
    // The first one also reads what the server knows of the tables
    var unused = settle(changes);
    for (int call = 0; call < CALLS; call++) {
      assertThat(settle(changes)).as("pages of call %d", call).isLessThan(MAX_PAGES);
    }
  }

  /** Submits a chain, changes its first task, and returns the pages that what followed touched. */
  private long settle(String... changes) throws SQLException {
    Workflow chain = Workflow.named("chain").submittedBy("t");
    Task<Receipt> first = chain.add(FlowJobs.task(jobs), new Order("a", 1));
    Task<Receipt> second = chain.add(FlowJobs.task(jobs), new Order("b", 1)).after(first);
    SubmittedWorkflow submitted = jobs.submit(chain);
    long most = 0;
    for (int i = 0; i < changes.length; i += 2) {
      connection.setAutoCommit(false);
      String change = changes[i].formatted(submitted.idOf(first));
      most = Math.max(most, TouchedPages.of(connection, "SELECT /* by the test */ FROM " + change));
      most = Math.max(most, TouchedPages.of(connection, "SELECT * FROM tenon.settle_workflows()"));
      connection.commit();
      connection.setAutoCommit(true);
      assertThat(jobs.get(submitted.idOf(second)).status().code()).isEqualTo(changes[i + 1]);
    }
    return most;
  }

  private void insertLive(String status) throws SQLException {
    execute(
        """
        WITH data AS (%s)
        INSERT /* by the test */ INTO tenon.live_jobs (id, type, priority, status, lease, worker_id, max_attempts,
          retention_seconds, routing_key, payload_bytes)
        SELECT d.id, d.type, 1, '%s', 1, 'w', 3, 60, 'jobs.x', 2 FROM data d
        """
            .formatted(DATA, status));
  }

  private void insertEnded() throws SQLException {
    execute(
        """
        WITH data AS (%s)
        INSERT /* by the test */ INTO tenon.ended_jobs (id, type, status, lease, attempts, crashes, run_at, finished_at,
          delete_at, progress)
        SELECT d.id, d.type, 'completed', 1, 1, 0, now(), now(), now() + interval '1 day', 100 FROM data d
        """
            .formatted(DATA));
  }

  /** Each has a task that waits for another one, and nothing has ended. */
  private void insertWorkflows() throws SQLException {
    execute(
        "CREATE TABLE tenon.others AS SELECT gen_random_uuid() AS workflow, gen_random_uuid() AS first,"
            + " gen_random_uuid() AS second FROM generate_series(1, "
            + OTHERS
            + ")");
    execute(
        "INSERT INTO tenon.workflows (id, name, submitted_by, is_open, members, unsettled, unattempted)"
            + " SELECT workflow, 'other', 't', false, 2, 2, 2 FROM tenon.others");
    execute(
        "INSERT INTO tenon.workflow_tasks (id, workflow_id, type, waits_for)"
            + " SELECT first, workflow, 'test.other', 0 FROM tenon.others UNION ALL"
            + " SELECT second, workflow, 'test.other', 1 FROM tenon.others");
    execute(
        "INSERT INTO tenon.workflow_edges (predecessor, successor, condition, leads_out)"
            + " SELECT first, second, 'succeeded', false FROM tenon.others");
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
