package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.operate.JobsHealth;
import dev.tenon.jobs.testservers.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What workers cost that have nothing to do. Runtimes in one JVM are as many processes for
 * PostgreSQL. The counts are upper bounds: on a busy machine everything is done less often.
 */
@Tag("thorough")
@Tag("servers")
class IdleCostTest {

  private static final int WORKERS = 20;
  private static final Duration WINDOW = Duration.ofSeconds(10);

  /**
   * For 20 workers; about 25 are measured. That leaves room for what is not idling: a task that is
   * done every ten seconds and happens to come twice, autovacuum, and this test's own statements.
   */
  private static final double MAX_TRANSACTIONS_PER_SECOND = 40;

  /** As many processes have more connections than a server allows by default. */
  private static final PostgresServer SERVER =
      PostgresServer.builder().setting("max_connections", "300").launch();

  /** Looks every two seconds would find the median of the jobs 0.8 to 1.2 s late. */
  private static final Duration IN_TIME = Duration.ofMillis(700);

  private final List<Fixture> fixtures = new ArrayList<>();

  @RegisterExtension final AfterEachCallback closing = context -> fixtures.forEach(Fixture::close);

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  /** What PostgreSQL has counted. */
  private record Counts(Instant at, long transactions, long scansOfJobs) {

    static Counts read(Statement statement) throws SQLException {
      try (ResultSet row =
          statement.executeQuery(
              """
              SELECT clock_timestamp(), d.xact_commit + d.xact_rollback,
                (SELECT sum(t.seq_scan) FROM pg_stat_user_tables t
                  WHERE t.schemaname = 'tenon' AND t.relname IN ('live_jobs', 'job_data', 'ended_jobs'))
              FROM pg_stat_database d
              WHERE d.datname = current_database()
              """)) {
        assertThat(row.next()).isTrue();
        return new Counts(row.getTimestamp(1).toInstant(), row.getLong(2), row.getLong(3));
      }
    }

    double transactionsPerSecond(Counts later) {
      return (later.transactions - transactions)
          / (Duration.between(at, later.at).toMillis() / 1000.0);
    }
  }

  private Fixture opened(Fixture fixture) {
    fixtures.add(fixture);
    return fixture;
  }

  private static void startWorker(JobsRuntime runtime) {
    runtime.startWorker(
        TestJobs.handlers()
            .with(TestJobs.QUIET, (order, context) -> null)
            .with(TestJobs.LIMITED, (order, context) -> null));
  }

  private List<JobsRuntime> startProcesses(Fixture fixture) {
    List<JobsRuntime> runtimes = new ArrayList<>();
    for (int i = 0; i < WORKERS; i++) {
      JobsRuntime runtime = fixture.start();
      startWorker(runtime);
      runtimes.add(runtime);
    }
    return runtimes;
  }

  /** Waits until a window was idle: the start costs more, and ends at no known time. */
  private static void assertIdlesCheaply(Fixture fixture) throws SQLException {
    try (Connection connection = fixture.database().connect();
        Statement statement = connection.createStatement()) {
      List<String> windows = new ArrayList<>();
      await("a window of cheap idling")
          .atMost(Duration.ofSeconds(90))
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(100))
          .untilAsserted(
              () -> {
                Counts before = Counts.read(statement);
                statement.execute("SELECT pg_sleep(" + WINDOW.toSeconds() + ")");
                Counts after = Counts.read(statement);
                double perSecond = before.transactionsPerSecond(after);
                long scans = after.scansOfJobs() - before.scansOfJobs();
                windows.add("%.1f transactions/s, %d scans".formatted(perSecond, scans));
                assertThat(perSecond).as("%s", windows).isLessThan(MAX_TRANSACTIONS_PER_SECOND);
                assertThat(scans).as("%s", windows).isZero();
              });
    }
  }

  @Test
  void twentyProcessesWithRabbitMq() throws Exception {
    Fixture fixture = opened(Fixture.withRabbitOn(SERVER.createDatabase()));
    List<JobsRuntime> runtimes = startProcesses(fixture);
    assertIdlesCheaply(fixture);
    await().atMost(Fixture.PATIENCE).until(runtimes.get(0)::health, JobsHealth::isHealthy);
  }

  @Test
  void twentyProcessesWithoutRabbitMq() throws Exception {
    Fixture fixture = opened(Fixture.on(SERVER.createDatabase()));
    List<JobsRuntime> runtimes = startProcesses(fixture);
    assertIdlesCheaply(fixture);
    await().atMost(Fixture.PATIENCE).until(runtimes.get(0)::health, JobsHealth::isHealthy);
  }

  @Test
  void twentyProcessesWithADelayedJobOfALimitedType() throws Exception {
    Fixture fixture = opened(Fixture.withRabbitOn(SERVER.createDatabase()));
    List<JobsRuntime> runtimes = startProcesses(fixture);
    SubmitOptions inAnHour = SubmitOptions.by("t").withDelay(Duration.ofHours(1));
    UUID unused =
        runtimes.get(0).jobs().submit(TestJobs.LIMITED, new Order("x", 1), inAnHour).jobId();
    assertIdlesCheaply(fixture);
  }

  @Test
  void twentyWorkersInOneProcess() throws Exception {
    Fixture fixture = opened(Fixture.withRabbitOn(SERVER.createDatabase()));
    JobsRuntime runtime = fixture.start();
    for (int i = 0; i < WORKERS; i++) {
      startWorker(runtime);
    }
    assertIdlesCheaply(fixture);
  }

  @Test
  void delayedJobsStartInTimeThoughTheWorkerLooksRarely() {
    Fixture fixture = opened(Fixture.on(SERVER.createDatabase()));
    startWorker(fixture.start());
    JobsRuntime submitter = fixture.start();
    List<UUID> ids = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      // So far apart that the worker has nothing to do in between
      SubmitOptions options = SubmitOptions.by("t").withDelay(Duration.ofMillis(5300L * i));
      ids.add(submitter.jobs().submit(TestJobs.QUIET, new Order("x", 1), options).jobId());
    }
    List<Duration> late = new ArrayList<>();
    for (UUID id : ids) {
      Job job = Fixture.awaitStatus(submitter.jobs(), id, JobStatus.COMPLETED);
      late.add(Duration.between(job.runAt(), job.startedAt().orElse(null)));
    }
    assertThat(late.stream().sorted().toList().get(ids.size() / 2))
        .as("%s", late)
        .isLessThan(IN_TIME);
  }
}
