package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.options.WorkerOptions;
import dev.tenon.jobs.workflow.Workflow;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody's transaction has locked a workflow, and does not end. */
@Tag("servers")
class LockedWorkflowTest {

  private static final int JOBS_OF_EACH = 10;

  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private Fixture fixture;
  private JobService jobs;
  private TypedJobs<Order, Receipt> task;

  @BeforeEach
  void open() {
    fixture = Fixture.withoutRabbit();
    jobs = runtime().jobs();
    task = FlowJobs.task(jobs);
  }

  private JobsRuntime runtime() {
    return fixture.start(fixture.builder().heartbeatInterval(Duration.ofMillis(500)));
  }

  @AfterEach
  void close() {
    mayEnd.countDown();
    fixture.close();
  }

  private Receipt waitForTheLock(Order order, JobContext context) throws InterruptedException {
    mayEnd.await();
    return new Receipt(order.name());
  }

  private UUID batch(String name) {
    Workflow batch = Workflow.named(name).submittedBy("tester");
    for (int i = 0; i < JOBS_OF_EACH; i++) {
      batch.add(task, new Order(name, 1));
    }
    return jobs.submit(batch).id();
  }

  /**
   * Locks the workflow; or one that waits for it, which is also needed when one of its jobs ends.
   */
  private void lock(Statement statement, UUID workflowId, boolean byFollower) throws SQLException {
    UUID locked = workflowId;
    if (byFollower) {
      Workflow follower = Workflow.named("follower").submittedBy("tester").after(workflowId);
      follower.add(task, new Order("follower", 1));
      locked = jobs.submit(follower).id();
    }
    statement.execute("SELECT FROM tenon.workflows WHERE id = '" + locked + "' FOR UPDATE");
  }

  private void awaitRunning(int count) throws SQLException {
    try (Connection connection = fixture.database().connect();
        Statement statement = connection.createStatement()) {
      await("all jobs run")
          .atMost(Fixture.PATIENCE)
          .until(
              () -> {
                try (var row =
                    statement.executeQuery(
                        "SELECT count(*) FROM tenon.jobs WHERE status = 'running'")) {
                  row.next();
                  return row.getInt(1) == count;
                }
              });
    }
  }

  private Optional<JobStatus> outcome(UUID workflowId) {
    return jobs.workflows().find(workflowId).orElseThrow().outcome();
  }

  @Tag("thorough")
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void outcomesOfOtherJobsAndWorkflowsAreRecordedMeanwhile(boolean byFollower) throws Exception {
    // Of the two recorders of a worker, the one that also has the jobs outside of workflows
    UUID locked = await().until(() -> batch("locked"), id -> Math.floorMod(id.hashCode(), 2) == 0);
    List<UUID> free = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      free.add(batch("free"));
    }
    List<UUID> plain = new ArrayList<>();
    for (int i = 0; i < JOBS_OF_EACH; i++) {
      plain.add(task.submit(new Order("plain", 1), SubmitOptions.by("tester")).jobId());
    }
    int all = jobs.list(JobQuery.all().withLimit(1_000)).items().size();
    runtime()
        .startWorker(
            TestJobs.handlers().with(FlowJobs.TASK, this::waitForTheLock),
            WorkerOptions.defaults().withConcurrency(all));
    awaitRunning(all);
    try (Connection other = fixture.database().connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      lock(statement, locked, byFollower);
      // They end together, so that they are in the same batches
      mayEnd.countDown();
      plain.forEach(id -> Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED));
      for (UUID id : free) {
        await("the workflow that nobody has locked has ended")
            .atMost(Fixture.PATIENCE)
            .until(() -> outcome(id).equals(Optional.of(JobStatus.COMPLETED)));
      }
      for (int i = 0; i < 3; i++) {
        UUID later = task.submit(new Order("later", 1), SubmitOptions.by("tester")).jobId();
        Fixture.awaitStatus(jobs, later, JobStatus.COMPLETED);
      }
      assertThat(outcome(locked)).isEmpty();
      other.rollback();
    }
    await("the workflow ends once nobody locks it any more")
        .atMost(Fixture.PATIENCE)
        .until(() -> outcome(locked).equals(Optional.of(JobStatus.COMPLETED)));
  }

  @Tag("thorough")
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void otherJobsOfALostWorkerAreRescuedMeanwhile(boolean byFollower) throws Exception {
    UUID plain = task.submit(new Order("plain", 1), SubmitOptions.by("tester")).jobId();
    UUID free = batch("free");
    UUID locked = batch("locked");
    try (Connection other = fixture.database().connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      lock(statement, locked, byFollower);
      try (Connection third = fixture.database().connect();
          Statement running = third.createStatement()) {
        running.execute(
            """
            WITH lost AS (
              UPDATE /* by the test */ tenon.live_jobs SET
                status = 'running', lease = lease + 1, attempts = 1, worker_id = 'lost', started_at = now()
              WHERE run_at <= now()
              RETURNING id)
            INSERT INTO tenon.claims (worker_id, claimed_at, job_ids) SELECT 'lost', now(), array_agg(id) FROM lost
            """);
      }
      Fixture.awaitStatus(jobs, plain, JobStatus.PENDING);
      awaitAll(free, JobStatus.PENDING);
      assertThat(statuses(locked)).containsOnly(JobStatus.RUNNING);
      other.rollback();
    }
    awaitAll(locked, JobStatus.PENDING);
  }

  @Tag("thorough")
  @Test
  void outcomesOfOtherJobsAreRecordedThoughSomebodyHasLockedARunningJob() throws Exception {
    List<UUID> plain = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      plain.add(task.submit(new Order("plain", 1), SubmitOptions.by("tester")).jobId());
    }
    runtime()
        .startWorker(
            TestJobs.handlers().with(FlowJobs.TASK, this::waitForTheLock),
            WorkerOptions.defaults().withConcurrency(plain.size()));
    awaitRunning(plain.size());
    UUID locked = plain.remove(100);
    try (Connection other = fixture.database().connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      boolean unused =
          statement.execute("SELECT FROM tenon.live_jobs WHERE id = '" + locked + "' FOR UPDATE");
      // They end together, so that they are in the same batch
      mayEnd.countDown();
      await("all others are recorded")
          .atMost(Duration.ofSeconds(25))
          .until(
              () ->
                  jobs.list(JobQuery.all().withStatus(JobStatus.RUNNING)).items().stream()
                      .allMatch(job -> job.id().equals(locked)));
      assertThat(jobs.get(locked).status()).isEqualTo(JobStatus.RUNNING);
      other.rollback();
    }
    Fixture.awaitStatus(jobs, locked, JobStatus.COMPLETED);
  }

  @Tag("thorough")
  @Test
  void linesOfOtherJobsAreRecordedThoughSomebodyHasLockedARunningJob() throws Exception {
    CountDownLatch mayLog = new CountDownLatch(1);
    List<UUID> plain = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      plain.add(task.submit(new Order("plain", 1), SubmitOptions.by("tester")).jobId());
    }
    runtime()
        .startWorker(
            TestJobs.handlers()
                .with(
                    FlowJobs.TASK,
                    (order, context) -> {
                      mayLog.await();
                      context.log().info("a line");
                      return waitForTheLock(order, context);
                    }));
    awaitRunning(plain.size());
    UUID locked = plain.remove(0);
    try (Connection other = fixture.database().connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      boolean unused =
          statement.execute("SELECT FROM tenon.live_jobs WHERE id = '" + locked + "' FOR UPDATE");
      mayLog.countDown();
      for (UUID id : plain) {
        awaitLine(id);
      }
      other.rollback();
    }
    awaitLine(locked);
  }

  private void awaitLine(UUID id) {
    await("its line is recorded")
        .atMost(Fixture.PATIENCE)
        .until(() -> !jobs.logs(id).items().isEmpty());
  }

  private void awaitAll(UUID workflowId, JobStatus status) {
    await("all jobs of the workflow are " + status)
        .atMost(Fixture.PATIENCE)
        .until(() -> statuses(workflowId).stream().allMatch(status::equals));
  }

  private List<JobStatus> statuses(UUID workflowId) {
    return jobs.list(JobQuery.all().withWorkflowId(workflowId)).items().stream()
        .map(JobSummary::status)
        .toList();
  }
}
