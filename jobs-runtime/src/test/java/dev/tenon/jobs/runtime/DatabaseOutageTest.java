package dev.tenon.jobs.runtime;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.options.WorkerOptions;
import dev.tenon.jobs.testservers.PostgresDatabase;
import dev.tenon.jobs.testservers.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Long jobs on two workers, whose database goes away for longer than a worker may be silent. */
class DatabaseOutageTest {

  private static final Duration HEARTBEAT = Duration.ofMillis(500);
  private static final Duration SILENCE = HEARTBEAT.multipliedBy(3);
  private static final int JOBS = 8;

  private final AtomicInteger started = new AtomicInteger();
  private final CountDownLatch go = new CountDownLatch(1);
  private final List<JobsRuntime> runtimes = new ArrayList<>();
  private PostgresServer server;
  private PostgresDatabase database;
  private JobService jobs;
  private List<UUID> ids;

  @BeforeEach
  void startJobs() {
    server = PostgresServer.builder().setting("fsync", "off").launch();
    database = server.createDatabase();
    for (int i = 0; i < 2; i++) {
      JobsRuntime runtime =
          JobsRuntime.builder()
              .database(database.url(), database.user(), "")
              .heartbeatInterval(HEARTBEAT)
              .closeOnShutdown(false)
              .start();
      runtimes.add(runtime);
      runtime.startWorker(
          TestJobs.handlers()
              .with(
                  TestJobs.LONG,
                  (order, context) -> {
                    started.incrementAndGet();
                    go.await();
                    return new Receipt("done");
                  }),
          WorkerOptions.defaults().withConcurrency(JOBS / 2));
    }
    jobs = runtimes.get(0).jobs();
    ids =
        jobs
            .submitAll(
                TestJobs.LONG,
                Collections.nCopies(JOBS, new Order("long", 1)),
                SubmitOptions.by("t"))
            .stream()
            .map(Submitted::jobId)
            .toList();
    await().atMost(Fixture.PATIENCE).until(() -> started.get() == JOBS);
  }

  @AfterEach
  void close() {
    go.countDown();
    runtimes.forEach(JobsRuntime::close);
    server.close();
  }

  private long number(String sql) {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).isTrue();
      return rows.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void execute(String sql) {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void pass(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    await().atMost(time.multipliedBy(10)).until(() -> System.nanoTime() - end > 0);
  }

  /** Lets the rescue look for twice the silence, ends the jobs, and counts. */
  private void eachJobMustRunOnce() throws InterruptedException {
    String rescues =
        "SELECT (extract(epoch FROM last_run_at) * 1000)::bigint FROM tenon.maintenance_tasks WHERE name"
            + " = 'rescue'";
    long before = number(rescues);
    await().atMost(Fixture.PATIENCE).until(() -> number(rescues) > before + SILENCE.toMillis() * 2);
    go.countDown();
    for (UUID id : ids) {
      Job job = Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED);
      assertThat(job.crashes()).isZero();
      assertThat(jobs.attempts(id)).hasSize(1);
    }
    assertThat(started).hasValue(JOBS);
    assertThat(go.await(0, SECONDS)).isTrue();
  }

  @Test
  void anOutageMakesNoJobRunTwice() throws Exception {
    server.stop();
    pass(SILENCE.multipliedBy(4));
    server.start();
    eachJobMustRunOnce();
  }

  @Tag("thorough")
  @Test
  void aDatabaseThatHangsMakesNoJobRunTwice() throws Exception {
    server.freeze();
    pass(SILENCE.multipliedBy(4));
    server.thaw();
    eachJobMustRunOnce();
  }

  @Test
  void aClockThatJumpsMakesNoJobRunTwice() throws Exception {
    // From here on the heartbeats look as if the clock of the database had gone on by an hour
    execute(
        "CREATE FUNCTION tenon.an_hour_ago() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            + " NEW.heartbeat_at := clock_timestamp() - interval '1 hour'; RETURN NEW; END $$");
    execute(
        "CREATE TRIGGER an_hour_ago BEFORE UPDATE ON tenon.workers FOR EACH ROW EXECUTE FUNCTION"
            + " tenon.an_hour_ago()");
    await()
        .atMost(Fixture.PATIENCE)
        .until(
            () ->
                number(
                        "SELECT count(*) FROM tenon.workers WHERE heartbeat_at < now() - interval"
                            + " '1 minute'")
                    == 2);
    eachJobMustRunOnce();
  }
}
