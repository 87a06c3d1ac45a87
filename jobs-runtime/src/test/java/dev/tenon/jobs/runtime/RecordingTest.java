package dev.tenon.jobs.runtime;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.SQLDialect;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.options.SizeLimits;
import dev.tenon.jobs.options.WorkerOptions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of outcomes and log lines when PostgreSQL refuses some, or cannot keep up. */
class RecordingTest {

  private static final String REFUSED = "refused";
  private static final String STUCK = "stuck";

  private Fixture fixture;
  private JobsRuntime runtime;
  private JobService jobs;

  @BeforeEach
  void start() {
    fixture = Fixture.withoutRabbit();
    runtime = fixture.start(fixture.builder().heartbeatInterval(Duration.ofMillis(500)));
    jobs = runtime.jobs();
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  private UUID submit(String name) {
    return jobs.submit(
            TestJobs.ORDER, new Order(name, 1), SubmitOptions.by("tester").withItemId(name))
        .jobId();
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = fixture.database().connect()) {
      DSL.using(connection, SQLDialect.POSTGRES).execute(sql);
    }
  }

  @Test
  void anOutcomeThatIsRefusedHoldsUpNoOther() throws Exception {
    execute(
        "ALTER TABLE tenon.ended_jobs ADD CHECK (result IS NULL OR result::text NOT LIKE '%refused%')");
    execute(
        """
        CREATE FUNCTION refuse_stuck() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF EXISTS (SELECT FROM tenon.job_data WHERE type = NEW.type AND id = NEW.id AND item_id = 'stuck') THEN
            RAISE EXCEPTION 'The job is stuck.' USING ERRCODE = 'check_violation';
          END IF;
          RETURN NEW;
        END
        $$
        """);
    execute(
        "CREATE TRIGGER refuse_stuck BEFORE INSERT ON tenon.ended_jobs FOR EACH ROW EXECUTE FUNCTION refuse_stuck()");
    int count = 60;
    CountDownLatch allRun = new CountDownLatch(count);
    AtomicBoolean stuckMayEnd = new AtomicBoolean();
    runtime.startWorker(
        TestJobs.handlers()
            .with(
                TestJobs.ORDER,
                (order, context) -> {
                  if (order.name().equals(STUCK) && stuckMayEnd.get()) {
                    // Run again, since its first outcome could not be recorded in any form
                    throw context.snooze(Duration.ofHours(1));
                  }
                  allRun.countDown();
                  // They end together, so that their outcomes make one batch
                  assertThat(allRun.await(30, SECONDS)).isTrue();
                  stuckMayEnd.set(true);
                  return new Receipt(order.name());
                }),
        WorkerOptions.defaults().withConcurrency(count));
    List<UUID> good = new ArrayList<>();
    List<UUID> refused = new ArrayList<>();
    for (int i = 0; i < count - 1; i++) {
      (i % 20 == 7 ? refused : good).add(submit(i % 20 == 7 ? REFUSED : "good"));
    }
    UUID stuck = submit(STUCK);
    good.forEach(id -> Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED));
    for (UUID id : refused) {
      Job job = Fixture.awaitStatus(jobs, id, JobStatus.FAILED);
      assertThat(job.error().orElseThrow().reason()).isEqualTo(JobError.Reason.OUTCOME_REFUSED);
      assertThat(job.error().orElseThrow().message().orElseThrow())
          .startsWith("The outcome completed of the attempt could not be recorded:")
          .contains("SQL state 23514")
          .doesNotContain("good");
    }
    await("what cannot be recorded is released")
        .atMost(Fixture.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(jobs.attempts(stuck))
                    .extracting(JobAttempt::outcome)
                    .contains(JobAttempt.Outcome.RELEASED));
    Fixture.awaitStatus(jobs, submit("later"), JobStatus.COMPLETED);
  }

  @Test
  void aHandlerThatWritesManyLinesLosesNoneAndHoldsUpNoOutcome() {
    int lines = 60_000;
    AtomicInteger written = new AtomicInteger();
    AtomicBoolean otherHasEnded = new AtomicBoolean();
    AtomicBoolean otherEndedMeanwhile = new AtomicBoolean();
    CountDownLatch writes = new CountDownLatch(1);
    runtime.startWorker(
        TestJobs.handlers()
            .with(
                TestJobs.LONG,
                (order, context) -> {
                  // Until the other has ended; if that is held up, until the log is full
                  while (written.get() < lines
                      || (!otherHasEnded.get()
                          && written.get() < SizeLimits.defaults().logLines() - 1)) {
                    context.log().info("line " + written.incrementAndGet());
                    writes.countDown();
                  }
                  otherEndedMeanwhile.set(otherHasEnded.get());
                  return new Receipt("");
                })
            .with(
                TestJobs.ORDER,
                (order, context) -> {
                  assertThat(writes.await(30, SECONDS)).isTrue();
                  return new Receipt("");
                }),
        WorkerOptions.defaults().withConcurrency(2));
    UUID talkative =
        jobs.submit(TestJobs.LONG, new Order("x", 1), SubmitOptions.by("tester")).jobId();
    Fixture.awaitStatus(jobs, submit("quiet"), JobStatus.COMPLETED);
    otherHasEnded.set(true);
    await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> jobs.get(talkative).status() == JobStatus.COMPLETED);
    assertThat(otherEndedMeanwhile).isTrue();
    try (Connection connection = fixture.database().connect()) {
      DSLContext dsl = DSL.using(connection, SQLDialect.POSTGRES);
      assertThat(
              dsl.fetchValue(
                  "SELECT count(*) FROM (SELECT message, row_number() OVER (ORDER BY id) AS n FROM"
                      + " tenon.job_logs) l WHERE message = 'line ' || n"))
          .as("lines that are there, in their order")
          .isEqualTo((long) written.get());
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
