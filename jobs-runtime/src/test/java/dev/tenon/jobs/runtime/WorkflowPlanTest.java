package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.JobService;
import dev.tenon.jobs.Step;
import dev.tenon.jobs.SubmittedWorkflow;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.TouchedPages;
import dev.tenon.jobs.Workflow;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What follows from the end of a step costs the same, however many jobs and workflows there are,
 * whatever the statistics say, and whatever the tables were like when PostgreSQL planned it: all
 * calls of a test use one connection.
 */
@Tag("servers")
class WorkflowPlanTest {

  private static final int OTHERS = 30_000;
  private static final int CALLS = 20;

  /** Some jobs and edges are found by their ids, and each is in a dozen of indexes. */
  private static final int MAX_PAGES = 1_000;

  private final Fixture fixture = Fixture.withoutRabbit();
  private JobService jobs;
  private Connection connection;

  @BeforeEach
  void open() throws SQLException {
    jobs = fixture.start(fixture.builder().upkeep(false)).jobs();
    connection = fixture.database().connect();
    for (String table : new String[] {"jobs", "workflows", "workflow_steps", "workflow_edges"}) {
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
  void aStepThatCompletesLetsTheNextOneGo(String statistics) throws SQLException {
    costsLittle(statistics, "status = 'completed'", "pending");
  }

  @ParameterizedTest
  @ValueSource(strings = {"never analyzed", "analyzed", "analyzed while it was empty"})
  void aStepThatFailsEndsTheNextOne(String statistics) throws SQLException {
    costsLittle(statistics, "status = 'failed'", "cancelled");
  }

  @ParameterizedTest
  @ValueSource(strings = {"never analyzed", "analyzed", "analyzed while it was empty"})
  void aStepThatIsRetriedTakesBackTheEndOfTheNextOne(String statistics) throws SQLException {
    costsLittle(statistics, "status = 'failed'", "cancelled", "status = 'pending'", "pending");
  }

  /** The changes of the first step, each with the status that the second one has afterwards. */
  private void costsLittle(String statistics, String... changes) throws SQLException {
    if (statistics.equals("analyzed while it was empty")) {
      execute("ANALYZE");
    }
    // Plans that are made now are kept, unless something is analyzed later
    for (int i = 0; i < 3; i++) {
      var unused = settle(changes);
    }
    insert("queued");
    insert("completed");
    insert("running");
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

  /** Submits a chain, changes its first step, and returns the pages that what followed touched. */
  private long settle(String... changes) throws SQLException {
    Workflow chain = Workflow.named("chain").submittedBy("t");
    Step<Receipt> first = chain.add(FlowJobs.step(jobs), new Order("a", 1));
    Step<Receipt> second = chain.add(FlowJobs.step(jobs), new Order("b", 1)).after(first);
    SubmittedWorkflow submitted = jobs.submit(chain);
    long most = 0;
    for (int i = 0; i < changes.length; i += 2) {
      connection.setAutoCommit(false);
      execute(
          "UPDATE /* by the test */ by_test.jobs SET "
              + changes[i]
              + " WHERE id = '"
              + submitted.idOf(first)
              + "'");
      most = Math.max(most, TouchedPages.of(connection, "SELECT * FROM tenon.settle_workflows()"));
      connection.commit();
      connection.setAutoCommit(true);
      assertThat(jobs.get(submitted.idOf(second)).status().code()).isEqualTo(changes[i + 1]);
    }
    return most;
  }

  private void insert(String status) throws SQLException {
    execute(
        "INSERT /* by the test */ INTO by_test.jobs (id, type, routing_key, status, priority, payload, payload_bytes,"
            + " submitted_by, max_attempts, retention_seconds, lease, worker_id)"
            + " SELECT gen_random_uuid(), 'test.other', 'jobs.x', '"
            + status
            + "', 1, '{}', 2, 'tester', 3, 60, 1, 'w' FROM generate_series(1, "
            + OTHERS
            + ")");
  }

  /** Each has a step that waits for another one, and nothing has ended. */
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
        "INSERT INTO tenon.workflow_steps (id, workflow_id, type, waits_for)"
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
