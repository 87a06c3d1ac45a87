package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.SQLDialect;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.testservers.JavaProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Workers in processes of their own: they share the load, drain when told to, and may be killed.
 */
class WorkerProcessTest {

  /** SIGTERM's 15 on top of 128. */
  private static final int TERMINATED = 143;

  /** A process may have to start more than once, on a machine that does other things, too. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private Fixture fixture;

  @BeforeEach
  void open() {
    fixture = Fixture.withRabbit();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private JavaProcess startProcess() {
    JavaProcess process = launchProcess(2);
    awaitWorking(process);
    return process;
  }

  private JavaProcess launchProcess(int concurrency, String... jvmArguments) {
    return WorkerProcess.start(
        fixture.database(), fixture.amqpUri(), concurrency, WorkerFleet.HEARTBEAT, jvmArguments);
  }

  private static void awaitWorking(JavaProcess process) {
    String unused = process.awaitLine("working"::equals, PATIENCE);
  }

  /** What only a leader does need not wait until the term of one that has died is over. */
  private void endTheTermOfTheLeader() throws SQLException {
    try (Connection connection = fixture.database().connect()) {
      int unused =
          DSL.using(connection, SQLDialect.POSTGRES)
              .execute("UPDATE tenon.leaders SET expires_at = now()");
    }
  }

  private static UUID submit(JobService jobs, String name) {
    return jobs.submit(TestJobs.ORDER, new Order(name, 1), SubmitOptions.by("tester")).jobId();
  }

  @Test
  void aJobOfAKilledWorkerRunsElsewhere() {
    JobsRuntime runtime = fixture.start(fixture.builder().heartbeatInterval(WorkerFleet.HEARTBEAT));
    JobService jobs = runtime.jobs();
    try (JavaProcess process = startProcess()) {
      UUID id = submit(jobs, WorkerProcess.ENDLESS);
      process.awaitLine(("started " + id)::equals, Fixture.PATIENCE);
      process.kill();
      runtime.startWorker(
          TestJobs.handlers().with(TestJobs.ORDER, (order, context) -> new Receipt("here")));
      Job job = Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED);
      assertThat(job.attempts()).as("a lost attempt does not count").isEqualTo(1);
      List<JobAttempt> attempts = jobs.attempts(id);
      assertThat(attempts)
          .extracting(JobAttempt::outcome)
          .containsExactly(JobAttempt.Outcome.LOST, JobAttempt.Outcome.COMPLETED);
      assertThat(attempts.get(0).error().orElseThrow().message())
          .contains(
              "Worker %s stopped sending heartbeats while it ran the job."
                  .formatted(attempts.get(0).workerId()));
    }
  }

  @Test
  void aTerminatedWorkerFinishesWhatItRuns() {
    JobService jobs = fixture.start().jobs();
    try (JavaProcess process = startProcess()) {
      UUID id = submit(jobs, WorkerProcess.TWO_SECONDS);
      process.awaitLine(("started " + id)::equals, Fixture.PATIENCE);
      process.terminate();
      assertThat(process.awaitExit(Fixture.PATIENCE)).isEqualTo(TERMINATED);
      assertThat(jobs.get(id).status()).isEqualTo(JobStatus.COMPLETED);
      assertThat(jobs.get(id).attempts()).isEqualTo(1);
    }
  }

  @Tag("thorough")
  @Test
  void aJobThatKillsItsWorkersIsQuarantined() {
    JobsRuntime runtime =
        fixture.start(fixture.builder().heartbeatInterval(WorkerFleet.HEARTBEAT).maxCrashes(2));
    JobService jobs = runtime.jobs();
    UUID id = submit(jobs, WorkerProcess.DEADLY);
    for (int crash = 1; crash <= 2; crash++) {
      try (JavaProcess process = launchProcess(2)) {
        assertThat(process.awaitExit(PATIENCE)).isEqualTo(1);
      }
    }
    Job job = Fixture.awaitStatus(jobs, id, JobStatus.FAILED);
    assertThat(job.crashes()).isEqualTo(2);
    assertThat(job.attempts()).as("crashes are counted apart").isZero();
    assertThat(job.error().orElseThrow().message())
        .contains(
            "The job lost 2 workers and is not run again: it seems to kill them. Find out why, then"
                + " retry it.");
  }

  /** One process at a time, which does its own maintenance: nobody else is there to see a crash. */
  @Tag("thorough")
  @Test
  void aJobThatHaltsTheOnlyWorkerAgainAndAgainIsQuarantined() throws SQLException {
    JobService jobs = fixture.start(fixture.builder().maintenance(false)).jobs();
    UUID id = submit(jobs, WorkerProcess.DEADLY);
    for (int crash = 1; crash <= 3; crash++) {
      try (JavaProcess process = launchProcess(2)) {
        assertThat(process.awaitExit(PATIENCE)).isEqualTo(1);
        assertThat(jobs.get(id).crashes()).as("those that were seen").isEqualTo(crash - 1);
      }
      endTheTermOfTheLeader();
    }
    try (JavaProcess process = startProcess()) {
      Job job = Fixture.awaitStatus(jobs, id, JobStatus.FAILED);
      assertThat(job.crashes()).isEqualTo(3);
      assertThat(job.attempts()).isZero();
      assertThat(job.error().orElseThrow().reason()).isEqualTo(JobError.Reason.WORKER_LOST);
      assertThat(process.isAlive()).isTrue();
    }
  }

  @Tag("thorough")
  @Test
  void aHandlerThatCallsSystemExitCountsAsACrashAndOthersFinish() {
    JobService jobs = fixture.start(fixture.builder().maintenance(false)).jobs();
    UUID beside = submit(jobs, WorkerProcess.TWO_SECONDS);
    UUID id = null;
    for (int crash = 1; crash <= 3; crash++) {
      try (JavaProcess process = launchProcess(2)) {
        if (id == null) {
          process.awaitLine(("started " + beside)::equals, PATIENCE);
          id = submit(jobs, WorkerProcess.EXITING);
        }
        assertThat(process.awaitExit(PATIENCE)).isEqualTo(3);
        Job job = jobs.get(id);
        assertThat(job.crashes()).isEqualTo(crash);
        assertThat(job.attempts()).isZero();
        assertThat(job.error().orElseThrow().reason()).isEqualTo(JobError.Reason.PROCESS_ENDED);
      }
    }
    assertThat(jobs.get(id).status()).isEqualTo(JobStatus.FAILED);
    assertThat(jobs.get(id).error().orElseThrow().message().orElseThrow())
        .contains("by System.exit. After 3 such crashes, the job is not run again.");
    assertThat(jobs.attempts(id))
        .extracting(JobAttempt::outcome)
        .containsOnly(JobAttempt.Outcome.LOST)
        .hasSize(3);
    assertThat(jobs.get(beside).status()).isEqualTo(JobStatus.COMPLETED);
    assertThat(jobs.attempts(beside)).hasSize(1);
  }

  @Tag("thorough")
  @Test
  void twoWorkersShareTenThousandJobsAndRunEachOnce() throws Exception {
    int count = 10_000;
    JobService jobs = fixture.start().jobs();
    // With the compiler that they would have elsewhere, since they are measured
    String compiler = "-XX:TieredStopAtLevel=4";
    try (JavaProcess first = launchProcess(10, compiler);
        JavaProcess second = launchProcess(10, compiler)) {
      awaitWorking(first);
      awaitWorking(second);
      List<Order> orders =
          IntStream.rangeClosed(1, count).mapToObj(i -> new Order("order", i)).toList();
      long before = System.nanoTime();
      List<UUID> ids =
          jobs.submitAll(TestJobs.ORDER, orders, SubmitOptions.by("tester")).stream()
              .map(Submitted::jobId)
              .toList();
      assertThat(ids).hasSize(count);
      try (Connection connection = fixture.database().connect()) {
        DSLContext dsl = DSL.using(connection, SQLDialect.POSTGRES);
        await()
            .atMost(Duration.ofMinutes(3))
            .pollInterval(Duration.ofMillis(50))
            .until(
                () ->
                    dsl.fetchValue("SELECT count(*) FROM tenon.job_attempts").equals((long) count));
        double perSecond = count / ((System.nanoTime() - before) / 1e9);
        report(perSecond);
        assertThat(dsl.fetchValue("SELECT count(*) FROM tenon.jobs WHERE status = 'completed'"))
            .isEqualTo((long) count);
        assertThat(
                dsl.fetchValue(
                    // The lease may be higher: a job that a claim passed over gets a new pointer
                    "SELECT count(*) FROM tenon.job_attempts WHERE outcome = 'completed' AND attempt"
                        + " = 1"))
            .isEqualTo((long) count);
        assertThat(
                dsl.fetch("SELECT worker_id, count(*) FROM tenon.job_attempts GROUP BY worker_id")
                    .getValues(1, Long.class))
            .as("each worker does its share")
            .hasSize(2)
            .allSatisfy(share -> assertThat(share).isGreaterThan(count / 10));
      }
      first.terminate();
      second.terminate();
    }
  }

  /**
   * Prints the figure where the build shows it: a figure to compare, not one to pass or fail by.
   */
  private static void report(double jobsPerSecond) throws IOException {
    Path folder = Path.of("target", "figures");
    Files.createDirectories(folder);
    String line =
        String.format(
            Locale.ROOT, "10,000 jobs, two worker processes, RabbitMQ: %.0f jobs/s", jobsPerSecond);
    Files.writeString(folder.resolve("two-workers.txt"), line + System.lineSeparator());
    System.out.println(line);
  }
}
