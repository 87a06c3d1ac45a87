package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.tenon.jobs.TenonDatabase;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Workflows against the real tables: whatever is done to them in whatever order, and by two at the
 * same moment, they stand as the model says. {@code -Dworkflows.seconds=600} looks for longer, and
 * {@code -Dworkflows.seed=7} begins with a seed that was named in a failure.
 */
@Tag("servers")
class WorkflowModelTest {

  private static final Logger LOG = LoggerFactory.getLogger(WorkflowModelTest.class);

  private static final Duration LONG_ENOUGH =
      Duration.ofSeconds(Integer.getInteger("workflows.seconds", 20));

  /** In so many runs a mistake is found, mostly in the first ones. */
  private static final int MAX_RUNS = 60;

  private static PostgresDatabase postgres;
  private static HikariDataSource pool;

  @BeforeAll
  static void open() {
    postgres = TenonDatabase.shared();
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(postgres.url());
    config.setUsername(postgres.user());
    config.setPassword(postgres.password());
    config.setMaximumPoolSize(8);
    config.addDataSourceProperty(
        "options", "-c plan_cache_mode=force_custom_plan -c synchronous_commit=off");
    pool = new HikariDataSource(config);
  }

  @AfterAll
  static void close() {
    pool.close();
    postgres.close();
  }

  private static int run(long seed) {
    Random random = new Random(seed);
    int tasks = random.nextInt(8) == 0 ? 200 : 3 + random.nextInt(30);
    try (WorkflowRun run = new WorkflowRun(seed, pool)) {
      run.run(tasks, Math.min(tasks * 3, 200));
      return run.operations();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("With -Dworkflows.seed=" + seed + ": " + e.getMessage(), e);
    }
  }

  @Test
  void whateverManyDoInParallelFitsTogetherAndNobodyIsRefused() {
    long seed = Long.getLong("workflows.seed", new Random().nextInt(1_000_000));
    for (int i = 0; i < 3; i++) {
      try (WorkflowStorm storm = new WorkflowStorm(seed + i, pool)) {
        storm.run(30, LONG_ENOUGH.dividedBy(6));
        LOG.info("{} batches of outcomes fit together.", storm.batches());
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("With -Dworkflows.seed=" + (seed + i) + ": " + e.getMessage(), e);
      }
    }
  }

  /** Parts of three edges, and each round another call, show what thousands of edges would. */
  @Test
  void whatIsSettledInPartsAgreesWithTheModel() throws SQLException {
    String source = source("settle_workflows");
    String inParts =
        source
            .replace("v_max_edges constant integer := 5000", "v_max_edges constant integer := 3")
            .replace("interval '1 second'", "interval '0'");
    assertThat(inParts).contains(":= 3", "interval '0'");
    String stop = source("stop_tasks");
    String start = source("start_tasks");
    execute(inParts);
    execute(stop.replace("5000", "2"));
    execute(start.replace("5000", "2"));
    try {
      theTablesAgreeWithTheModel();
      whateverManyDoInParallelFitsTogetherAndNobodyIsRefused();
    } finally {
      execute(source);
      execute(stop);
      execute(start);
    }
  }

  // Mistakes, each of which is made and taken back again

  @Test
  void settlingInALaterTransactionIsFound() throws SQLException {
    execute("ALTER TABLE tenon.workflow_changes DISABLE TRIGGER workflow_changes_settled");
    try {
      isFound(
          "settle_workflows", "c.transaction = v_transaction", "c.transaction <= v_transaction");
    } finally {
      execute("ALTER TABLE tenon.workflow_changes ENABLE TRIGGER workflow_changes_settled");
    }
  }

  @Test
  void anEventThatIsNotArmedAgainIsFound() throws SQLException {
    isFound("settle_workflows", "WHERE w.id = ANY (v_armed)", "WHERE false");
  }

  @Tag("thorough")
  @Test
  void aFirstFailureThatStaysInsideANestedWorkflowIsFound() throws SQLException {
    isFound("settle_workflows", "AND (u.has_failed OR", "AND (false OR");
  }

  @Test
  void aMissingLockIsFound() throws SQLException {
    isFound(
        "settle_workflows",
        Map.of(
            "FOR NO KEY UPDATE",
            "",
            "v_now := clock_timestamp();",
            "v_now := clock_timestamp(); PERFORM pg_sleep(0.003);"));
  }

  @Test
  void aRetryThatDoesNotStartWhatWasStoppedIsFound() throws SQLException {
    isFound("settle_workflows", "IF cardinality(v_start) > 0", "IF false");
  }

  @Test
  void aStoppedTaskThatCountsAsCancelledIsFound() throws SQLException {
    isFound("end_waiting_jobs", "WHEN p_is_skipped THEN 'skipped'", "WHEN false THEN 'skipped'");
  }

  @Test
  void aTaskThatStartsTooEarlyIsFound() throws SQLException {
    isFound(
        "settle_workflows",
        "is_released = s.waits_for + d.waits_for = 0",
        "is_released = s.waits_for + d.waits_for <= 1");
  }

  @Tag("thorough")
  @Test
  void aPauseThatLetsTasksGoIsFound() throws SQLException {
    isFound(
        "release_tasks",
        "s.input IS NULL\n"
            + "      AND (SELECT w.paused_at IS NULL FROM workflows w WHERE w.id ="
            + " s.workflow_id)",
        "s.input IS NULL");
  }

  @Tag("thorough")
  @Test
  void aPauseDuringWhichTheNextTaskIsClaimedIsFound() throws SQLException {
    isFound(
        "release_tasks",
        "s.delay_millis = 0\n"
            + "        AND (SELECT w.paused_at IS NULL FROM workflows w WHERE w.id ="
            + " s.workflow_id)",
        "s.delay_millis = 0");
  }

  private static void isFound(String function, String piece, String mistake) throws SQLException {
    isFound(function, Map.of(piece, mistake));
  }

  private static void isFound(String function, Map<String, String> mistakes) throws SQLException {
    String source = source(function);
    String wrong = source;
    for (Map.Entry<String, String> each : mistakes.entrySet()) {
      assertThat(source).contains(each.getKey());
      wrong = wrong.replace(each.getKey(), each.getValue());
    }
    execute(wrong);
    try {
      assertThatThrownBy(
              () -> {
                for (long seed = 0; seed < MAX_RUNS; seed++) {
                  try (WorkflowRun run = new WorkflowRun(seed, pool)) {
                    run.run(15, 60);
                  }
                }
              })
          .isInstanceOfAny(AssertionError.class, StoreException.class);
    } finally {
      execute(source);
    }
  }

  private static String source(String function) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT pg_get_functiondef('tenon." + function + "'::regproc)")) {
      row.next();
      return row.getString(1);
    }
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void theTablesAgreeWithTheModel() {
    long seed = Long.getLong("workflows.seed", new Random().nextInt(1_000_000));
    long end = System.nanoTime() + LONG_ENOUGH.toNanos();
    int operations = 0;
    int runs = 0;
    do {
      operations += run(seed++);
      runs++;
    } while (System.nanoTime() < end);
    LOG.info("{} operations in {} runs agree with the model.", operations, runs);
  }
}
