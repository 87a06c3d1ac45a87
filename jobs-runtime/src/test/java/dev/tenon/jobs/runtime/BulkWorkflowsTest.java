package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.internal.operate.StoredOperation.StoredCounts;
import dev.tenon.jobs.operate.JobOperation;
import dev.tenon.jobs.workflow.SubmittedWorkflow;
import dev.tenon.jobs.workflow.Task;
import dev.tenon.jobs.workflow.Workflow;
import dev.tenon.jobs.workflow.WorkflowState;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Bulk operations on jobs that belong to workflows. */
@Tag("servers")
class BulkWorkflowsTest {

  private static final Actor OPS = Actor.of("ops", "a test");
  private static final JobQuery TASKS = JobQuery.all().withType(FlowJobs.TASK);

  private final Fixture fixture = Fixture.withRabbit();
  private final AtomicBoolean isFixed = new AtomicBoolean();
  private JobService jobs;
  private Task<Receipt> first;
  private Task<Receipt> second;
  private final ExecutorService operator = Executors.newCachedThreadPool();
  private SubmittedWorkflow workflow;

  @BeforeEach
  void submit() {
    jobs = fixture.start().jobs();
    TypedJobs<Order, Receipt> task = FlowJobs.task(jobs);
    Workflow chain = Workflow.named("chain").submittedBy("t");
    first = chain.add(task, new Order("a", 1));
    second = chain.add(task, new Order("b", 1)).after(first);
    workflow = jobs.submit(chain);
  }

  @AfterEach
  void close() {
    operator.shutdownNow();
    fixture.close();
  }

  private void startWorker() {
    fixture
        .start()
        .startWorker(
            TestJobs.handlers()
                .with(
                    FlowJobs.TASK,
                    (order, context) -> {
                      if (!isFixed.get()) {
                        throw new PermanentJobException("not yet");
                      }
                      return new Receipt("done");
                    }));
  }

  private WorkflowState settled(JobStatus outcome) {
    return await()
        .atMost(Fixture.PATIENCE)
        .until(
            () -> jobs.workflows().find(workflow.id()).orElseThrow(),
            state -> state.outcome().equals(Optional.of(outcome)));
  }

  @Tag("thorough")
  @Test
  void aTaskThatWaitsForAnotherIsNotReleasedByAnotherTimeOrQueueOrPriority() {
    assertThat(jobs.bulk().reschedule(TASKS, Instant.now(), OPS).counts())
        .isEqualTo(new StoredCounts(2, 1, 0, 1, 0));
    assertThat(jobs.bulk().reprioritize(TASKS, JobPriority.HIGH, OPS).counts().changed())
        .isEqualTo(2);
    assertThat(jobs.bulk().move(TASKS, "jobs.elsewhere", OPS).counts().changed()).isEqualTo(2);
    Fixture.awaitStatus(jobs, workflow.idOf(first), JobStatus.QUEUED);
    assertThat(jobs.get(workflow.idOf(second)).status()).isEqualTo(JobStatus.PENDING);
    assertThat(fixture.host().bodies("jobs.elsewhere", 1).get(0))
        .contains(workflow.idOf(first).toString());
  }

  @Test
  void cancelledTasksSettleTheirWorkflowAndAreNotDeletedSeparately() {
    assertThat(jobs.bulk().cancel(TASKS, OPS).counts()).isEqualTo(new StoredCounts(2, 2, 0, 0, 0));
    settled(JobStatus.CANCELLED);
    assertThat(jobs.bulk().delete(TASKS, OPS).counts()).isEqualTo(new StoredCounts(2, 0, 0, 2, 0));
  }

  @Test
  void aStoppedTaskIsNotRetriedOnItsOwnAndRunsAfterTheOneThatFailed() {
    startWorker();
    settled(JobStatus.FAILED);
    isFixed.set(true);
    assertThat(jobs.bulk().retry(TASKS, OPS).counts()).isEqualTo(new StoredCounts(2, 1, 0, 1, 0));
    assertThat(settled(JobStatus.COMPLETED).completed()).isEqualTo(2);
  }

  @Test
  void aWorkflowThatATransactionHoldsHoldsUpNoOther() throws Exception {
    Workflow alone = Workflow.named("alone").submittedBy("t");
    alone.add(FlowJobs.task(jobs), new Order("c", 1));
    var unused = jobs.submit(alone);
    try (Connection other = fixture.database().connect()) {
      other.setAutoCommit(false);
      execute(other, "SELECT FROM tenon.workflows WHERE name = 'chain' FOR UPDATE");
      Future<JobOperation> cancelled = operator.submit(() -> jobs.bulk().cancel(TASKS, OPS));
      assertThat(cancelled.get(60, TimeUnit.SECONDS).counts())
          .isEqualTo(new StoredCounts(3, 1, 0, 0, 2));
      other.rollback();
    }
    assertThat(jobs.bulk().cancel(TASKS, OPS).counts()).isEqualTo(new StoredCounts(3, 2, 0, 1, 0));
    settled(JobStatus.CANCELLED);
  }

  @Test
  void jobsOfAWorkflowThatWasHeldForAWhileAreChanged() throws Exception {
    try (Connection other = fixture.database().connect()) {
      other.setAutoCommit(false);
      execute(other, "SELECT FROM tenon.workflows FOR UPDATE");
      Future<JobOperation> cancelled = operator.submit(() -> jobs.bulk().cancel(TASKS, OPS));
      await().atMost(Fixture.PATIENCE).until(this::somebodyWaits);
      other.rollback();
      assertThat(cancelled.get(60, TimeUnit.SECONDS).counts())
          .isEqualTo(new StoredCounts(2, 2, 0, 0, 0));
    }
  }

  /** Workers need that lock to record the outcomes of the other jobs. */
  @Test
  void whileAJobIsWaitedForItsWorkflowIsFree() throws Exception {
    Workflow flow = Workflow.named("batch").submittedBy("t");
    flow.add(FlowJobs.task(jobs), new Order("c", 1));
    Task<Receipt> last = flow.add(FlowJobs.task(jobs), new Order("d", 1));
    SubmittedWorkflow batch = jobs.submit(flow);
    try (Connection other = fixture.database().connect();
        Connection worker = fixture.database().connect()) {
      other.setAutoCommit(false);
      execute(
          other, "SELECT FROM tenon.live_jobs WHERE id = '" + batch.idOf(last) + "' FOR UPDATE");
      JobQuery query = TASKS.withWorkflowId(batch.id());
      Future<JobOperation> cancelled = operator.submit(() -> jobs.bulk().cancel(query, OPS));
      await().atMost(Fixture.PATIENCE).until(this::theOperationWaitsForARow);
      execute(worker, "SELECT FROM tenon.workflows FOR NO KEY UPDATE NOWAIT");
      other.rollback();
      assertThat(cancelled.get(60, TimeUnit.SECONDS).counts())
          .isEqualTo(new StoredCounts(2, 2, 0, 0, 0));
    }
  }

  /** What follows from the end of the first task is an end of the second. */
  @Tag("thorough")
  @Test
  void anOperationEndsThatHasToWaitForATaskThatATransactionHolds() throws Exception {
    // Whoever notes that the first task was published may hold its row, and both would be left
    Fixture.awaitStatus(jobs, workflow.idOf(first), JobStatus.QUEUED);
    try (Connection other = fixture.database().connect()) {
      other.setAutoCommit(false);
      execute(
          other,
          "SELECT FROM tenon.live_jobs WHERE id = '" + workflow.idOf(second) + "' FOR UPDATE");
      Future<JobOperation> cancelled = operator.submit(() -> jobs.bulk().cancel(TASKS, OPS));
      assertThatThrownBy(() -> cancelled.get(60, TimeUnit.SECONDS))
          .cause()
          .isInstanceOf(JobStoreException.class)
          .hasMessageContaining("has ended early")
          .hasMessageContaining("another transaction holds the job's row");
      other.rollback();
    }
    assertThat(jobs.bulk().cancel(TASKS, OPS).counts()).isEqualTo(new StoredCounts(2, 2, 0, 0, 0));
  }

  @Test
  void tasksThatTransactionsHoldToTheEndAreCountedAsLocked() throws Exception {
    try (Connection other = fixture.database().connect();
        Connection whoNotes = fixture.database().connect()) {
      other.setAutoCommit(false);
      whoNotes.setAutoCommit(false);
      execute(
          other,
          "SELECT FROM tenon.live_jobs WHERE id = '" + workflow.idOf(second) + "' FOR UPDATE");
      execute(
          whoNotes,
          "SELECT FROM tenon.live_jobs WHERE id = '" + workflow.idOf(first) + "' FOR UPDATE");
      Future<JobOperation> cancelled = operator.submit(() -> jobs.bulk().cancel(TASKS, OPS));
      await().atMost(Fixture.PATIENCE).until(this::theOperationWaitsForARow);
      whoNotes.rollback();
      assertThat(cancelled.get(60, TimeUnit.SECONDS).counts())
          .isEqualTo(new StoredCounts(2, 0, 0, 0, 2));
      other.rollback();
    }
    assertThat(jobs.bulk().cancel(TASKS, OPS).counts()).isEqualTo(new StoredCounts(2, 2, 0, 0, 0));
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      var unused = statement.execute(sql);
    }
  }

  private boolean somebodyWaits() throws SQLException {
    return waits("true");
  }

  /** Others may wait as well, such as whoever notes that a job was published. */
  private boolean theOperationWaitsForARow() throws SQLException {
    return waits("query LIKE '%cancel_requested_at%for update%'");
  }

  private boolean waits(String condition) throws SQLException {
    try (Connection connection = fixture.database().connect();
        ResultSet row =
            connection
                .createStatement()
                .executeQuery(
                    "SELECT count(*) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND wait_event_type = 'Lock' AND "
                        + condition)) {
      return row.next() && row.getInt(1) > 0;
    }
  }
}
