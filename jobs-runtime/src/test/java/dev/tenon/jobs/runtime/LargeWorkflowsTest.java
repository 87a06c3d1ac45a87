package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.internal.workflow.WorkflowSizes;
import dev.tenon.jobs.options.WorkerOptions;
import dev.tenon.jobs.workflow.SubmittedWorkflow;
import dev.tenon.jobs.workflow.Task;
import dev.tenon.jobs.workflow.Workflow;
import dev.tenon.jobs.workflow.WorkflowState;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Collections;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What follows from the end of a job in a large workflow is done in parts that a client can wait
 * for, and what is too large for that is refused.
 */
@Tag("servers")
@Tag("thorough")
class LargeWorkflowsTest {

  private static final int JOBS = 12_000;

  /** How many edges one part of a settlement moves at most. */
  private static final int MAX_PART = 5_000;

  private final Fixture fixture = Fixture.withoutRabbit();
  private JobsRuntime runtime;
  private JobService jobs;
  private TypedJobs<Order, Receipt> task;

  @BeforeEach
  void open() {
    runtime = fixture.start();
    jobs = runtime.jobs();
    task = FlowJobs.task(jobs);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  /** A workflow and its first task. */
  private record Large(UUID id, UUID first) {}

  private Large submitFanOut() {
    Workflow fanOut = Workflow.named("fan-out").submittedBy("t");
    Task<Receipt> first = fanOut.add(task, new Order("first", 1));
    fanOut.addAll(task, Collections.nCopies(JOBS, new Order("b", 1))).after(first);
    fanOut.onAllSettled(FlowJobs.event(jobs), new Order("settled", 1));
    SubmittedWorkflow submitted = jobs.submit(fanOut);
    return new Large(submitted.id(), submitted.idOf(first));
  }

  /** Ends a job, settles what follows part by part, and returns how many parts that were. */
  private int settle(UUID jobId, String status) throws SQLException {
    try (Connection connection = fixture.database().connect();
        Statement statement = connection.createStatement()) {
      // With the statistics of this workflow alone, to read all of an index seems good
      statement.execute("ANALYZE");
      connection.setAutoCommit(false);
      statement.execute(
          "SELECT /* by the test */ FROM tenon.end_waiting_jobs(ARRAY[uuid '"
              + jobId
              + "'], '"
              + status
              + "')");
      int parts = 0;
      boolean hasMore = true;
      while (hasMore) {
        hasMore = false;
        try (ResultSet rows = statement.executeQuery("SELECT * FROM tenon.settle_workflows()")) {
          while (rows.next()) {
            hasMore |= rows.getBoolean("has_more");
          }
        }
        parts++;
      }
      connection.commit();
      return parts;
    }
  }

  private static long number(Statement statement, String query) throws SQLException {
    try (ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  private long number(String query) throws SQLException {
    try (Connection connection = fixture.database().connect();
        Statement statement = connection.createStatement()) {
      return number(statement, query);
    }
  }

  private WorkflowState state(Large large) {
    return jobs.workflows().find(large.id()).orElseThrow();
  }

  private static String tasks(String condition) {
    return "SELECT count(*) FROM tenon.workflow_tasks WHERE " + condition;
  }

  @Test
  void aFanOutThatCannotStartIsEndedAndStartedAgain() throws SQLException {
    Large large = submitFanOut();
    int parts = settle(large.first(), "failed");
    assertThat(parts).isPositive();
    assertThat(number(tasks("is_stopped"))).isEqualTo(JOBS);
    WorkflowState failed = state(large);
    assertThat(failed.outcome()).contains(JobStatus.FAILED);
    // The settled event has come, once
    assertThat(number(tasks("is_follow_up AND is_released"))).isEqualTo(1);

    jobs.retry(large.first(), Actor.of("ann"));
    assertThat(number(tasks("is_stopped"))).isZero();
    assertThat(state(large).outcome()).isEmpty();
    assertThat(number(tasks("is_follow_up AND NOT is_released"))).isEqualTo(1);

    parts = settle(large.first(), "completed");
    assertThat(parts).isPositive();
    assertThat(number(tasks("is_released AND NOT is_follow_up"))).isEqualTo(JOBS);
  }

  @Test
  void aChainWhoseFirstTaskFailsIsEndedInAFewParts() throws SQLException {
    Workflow chain = Workflow.named("chain").submittedBy("t");
    Task<Receipt> first = chain.add(task, new Order("a", 1));
    Task<Receipt> last = first;
    for (int i = 1; i < JOBS; i++) {
      last = chain.add(task, new Order("b", 1)).after(last);
    }
    SubmittedWorkflow submitted = jobs.submit(chain);
    Large large = new Large(submitted.id(), submitted.idOf(first));
    // Each part ends thousands of tasks, and one more part counts them; it was one level at a time
    assertThat(settle(large.first(), "failed")).isLessThanOrEqualTo(2 + JOBS / MAX_PART * 2);
    assertThat(state(large).skipped()).isEqualTo(JOBS - 1);
    jobs.retry(large.first(), Actor.of("ann"));
    assertThat(number(tasks("is_stopped"))).isZero();
    assertThat(number(tasks("waits_for = 1 AND broken = 0"))).isEqualTo(JOBS - 1);
  }

  @Test
  void aWorkerEndsALargeFanOut() {
    Large large = submitFanOut();
    runtime.startWorker(
        TestJobs.handlers()
            .with(
                FlowJobs.TASK,
                (order, context) -> {
                  throw new PermanentJobException("It was told to fail.");
                })
            .with(FlowJobs.EVENT, (order, context) -> new Receipt("done"))
            .with(TestJobs.FORGOTTEN, (order, context) -> null),
        WorkerOptions.defaults());
    WorkflowState state =
        await("the workflow has ended")
            .atMost(Fixture.PATIENCE)
            .until(() -> state(large), found -> found.outcome().isPresent());
    assertThat(state.outcome()).contains(JobStatus.FAILED);
    assertThat(state.failed()).isEqualTo(1);
  }

  /** One transaction for each of these jobs would be 2,000. */
  @Test
  void aWorkflowIsCancelledInBatches() throws SQLException {
    Workflow batch = Workflow.named("batch").submittedBy("t");
    batch.addAll(task, Collections.nCopies(2_000, new Order("b", 1)));
    UUID id = jobs.submit(batch).id();
    assertThat(jobs.workflows().cancel(id, Actor.of("ann"))).isEqualTo(2_000);
    assertThat(jobs.workflows().find(id).orElseThrow().outcome()).contains(JobStatus.CANCELLED);
    // A row has the transaction that changed it last
    assertThat(number("SELECT count(DISTINCT xmin::text) FROM tenon.ended_jobs"))
        .isLessThanOrEqualTo(4);
  }

  @Test
  void aWorkflowWithTooManyTasksIsRefused() {
    Workflow tooLarge = Workflow.named("too large").submittedBy("t");
    tooLarge.addAll(task, Collections.nCopies(WorkflowSizes.MAX_TASKS, new Order("b", 1)));
    assertThatThrownBy(() -> jobs.submit(tooLarge))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The workflow 'too large' has 100001 tasks and jobs, including those of nested workflows; the limit is 100000. Submit several workflows, each"
                + " with a part of them; one can wait for another with after(id).");
  }

  @Test
  void aWorkflowWithTooManyEdgesIsRefused() {
    Workflow tooDense = Workflow.named("too dense").submittedBy("t");
    Task<?>[] before = new Task<?>[51];
    for (int i = 0; i < before.length; i++) {
      before[i] = tooDense.add(task, new Order("a", 1));
    }
    tooDense
        .addAll(task, Collections.nCopies(10_000, new Order("b", 1)))
        .after(before[0], Arrays.copyOfRange(before, 1, before.length));
    assertThatThrownBy(() -> jobs.submit(tooDense))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'too dense' wait for each other in more than 500000 places");
  }

  @Test
  void whatWouldMakeAWorkflowTooLargeIsNotAdded() throws SQLException {
    Workflow open = Workflow.named("open").submittedBy("t").leftOpen();
    UUID id = jobs.submit(open).id();
    try (Connection connection = fixture.database().connect();
        Statement statement = connection.createStatement()) {
      statement.execute("UPDATE tenon.workflows SET members = 99999");
    }
    assertThatThrownBy(() -> jobs.workflows().add(id, task, FlowJobs.orders("b", 2)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("'open', has 99999 jobs, so 2 more cannot be added")
        .hasMessageContaining("up to 100000");
    assertThat(jobs.workflows().add(id, task, FlowJobs.orders("b", 1))).hasSize(1);
  }
}
