package dev.tenon.jobs.runtime;

import static dev.tenon.jobs.runtime.FlowJobs.orders;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.options.WorkerOptions;
import dev.tenon.jobs.workflow.SubmittedWorkflow;
import dev.tenon.jobs.workflow.Task;
import dev.tenon.jobs.workflow.Workflow;
import dev.tenon.jobs.workflow.WorkflowState;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Changes of whole workflows: nothing happens between their parts. */
@Tag("servers")
class WholeWorkflowsTest {

  private static final Actor OPS = Actor.of("ops", "a test");

  private Fixture fixture;
  private JobService jobs;
  private TypedJobs<Order, Receipt> task;
  private TypedJobs<Order, Receipt> event;
  private final List<String> handled = Collections.synchronizedList(new ArrayList<>());
  private final Set<String> failing = ConcurrentHashMap.newKeySet();

  @BeforeEach
  void open() {
    fixture = Fixture.withoutRabbit();
    jobs = fixture.start().jobs();
    task = FlowJobs.task(jobs);
    event = FlowJobs.event(jobs);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private void startWorker() {
    fixture
        .start()
        .startWorker(
            TestJobs.handlers()
                .with(FlowJobs.TASK, this::handle)
                .with(FlowJobs.EVENT, this::handle),
            WorkerOptions.defaults().withConcurrency(10));
  }

  private Receipt handle(Order order, JobContext context) throws Exception {
    handled.add(order.name());
    if (failing.contains(order.name())) {
      throw new PermanentJobException("It was told to fail.");
    }
    return new Receipt(order.name() + "'");
  }

  private WorkflowState settled(UUID id) {
    return await("the workflow has ended")
        .atMost(Fixture.PATIENCE)
        .until(() -> jobs.workflows().find(id).orElseThrow(), state -> state.outcome().isPresent());
  }

  private long number(String sql) throws SQLException {
    try (Connection connection = fixture.database().connect();
        ResultSet row = connection.createStatement().executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      var unused = statement.execute(sql);
    }
  }

  // Cancel

  @Test
  void aCompensationCannotStartBeforeItIsCancelledItself() throws Exception {
    Workflow flow = Workflow.named("w").submittedBy("t");
    Task<Receipt> a = flow.add(task, new Order("a", 1)).with(later());
    Task<Receipt> held = flow.add(task, new Order("held", 1));
    Workflow inner = Workflow.named("inner");
    inner.add(task, new Order("in", 1)).with(later());
    held.after(flow.add(inner));
    Task<Receipt> rollback = flow.add(task, new Order("roll back", 1)).afterFailureOf(a);
    SubmittedWorkflow submitted = jobs.submit(flow);
    try (Connection other = fixture.database().connect()) {
      other.setAutoCommit(false);
      execute(
          other,
          "SELECT FROM tenon.live_jobs WHERE id = '" + submitted.idOf(held) + "' FOR UPDATE");
      assertThatThrownBy(() -> jobs.workflows().cancel(submitted.id(), OPS))
          .isInstanceOf(JobStoreException.class)
          .hasMessageContaining("another transaction holds");
      assertThat(jobs.get(submitted.idOf(rollback)).status()).isEqualTo(JobStatus.PENDING);
      assertThat(number("SELECT count(*) FROM tenon.live_jobs WHERE run_at <= now()"))
          .as("jobs that can start")
          .isZero();
      assertThat(jobs.get(submitted.idOf(a)).status()).isEqualTo(JobStatus.PENDING);
      other.rollback();
    }
    assertThat(jobs.workflows().cancel(submitted.id(), OPS)).isEqualTo(4);
    assertThat(jobs.get(submitted.idOf(rollback)).status()).isEqualTo(JobStatus.CANCELLED);
    assertThat(settled(submitted.id()).outcome()).contains(JobStatus.CANCELLED);
    assertThat(number("SELECT count(DISTINCT xmin::text) FROM tenon.ended_jobs")).isEqualTo(1);
  }

  private static SubmitOptions later() {
    return SubmitOptions.defaults().withDelay(Duration.ofHours(1));
  }

  // Retry

  @Test
  void manyJobsAreRetriedInOneTransaction() throws Exception {
    Workflow batch = Workflow.named("batch").submittedBy("t");
    orders("m", 1_200).forEach(order -> batch.add(task, order));
    UUID id = jobs.submit(batch).id();
    assertThat(jobs.workflows().cancel(id, OPS)).isEqualTo(1_200);

    assertThat(jobs.workflows().retry(id, OPS)).isEqualTo(1_200);

    assertThat(number("SELECT count(*) FROM tenon.live_jobs")).isEqualTo(1_200);
    assertThat(number("SELECT count(DISTINCT xmin::text) FROM tenon.live_jobs")).isEqualTo(1);
  }

  @Test
  void aBulkRetryRunsNoFollowUpWhoseEventCanOccurAgain() {
    failing.addAll(List.of("m", "failure", "end"));
    startWorker();
    Workflow batch = Workflow.named("batch").submittedBy("t").leftOpen();
    Task<Receipt> failure = batch.onFirstFailure(event, new Order("failure", 1));
    Task<Receipt> end = batch.onAllSettled(event, new Order("end", 1));
    SubmittedWorkflow submitted = jobs.submit(batch);
    // The member is in a later transaction of the bulk operation than the follow-ups
    Workflow between = Workflow.named("between").submittedBy("t");
    orders("between", 600).forEach(order -> between.add(task, order).with(later()));
    UUID betweenId = jobs.submit(between).id();
    jobs.workflows().cancel(betweenId, OPS);
    var unused = jobs.workflows().add(submitted.id(), task, List.of(new Order("m", 1)));
    jobs.workflows().close(submitted.id());
    Fixture.awaitStatus(jobs, submitted.idOf(failure), JobStatus.FAILED);
    Fixture.awaitStatus(jobs, submitted.idOf(end), JobStatus.FAILED);
    failing.clear();
    handled.clear();

    var operation =
        jobs.bulk()
            .retry(
                JobQuery.all().withTypes(List.of(FlowJobs.TASK.type(), FlowJobs.EVENT.type())),
                OPS);

    assertThat(operation.counts().changed()).isEqualTo(601);
    assertThat(operation.counts().skipped()).isEqualTo(2);
    assertThat(jobs.get(submitted.idOf(failure)).status()).isEqualTo(JobStatus.FAILED);
    assertThat(jobs.get(submitted.idOf(end)).status()).isEqualTo(JobStatus.FAILED);
    await().atMost(Fixture.PATIENCE).until(() -> handled.contains("end"));
    assertThat(settled(submitted.id()).outcome()).contains(JobStatus.COMPLETED);
    assertThat(handled).doesNotContain("failure").containsOnlyOnce("end");
  }

  @Test
  void aBulkRetryRunsAFollowUpAgainWhoseEventCannotOccurAgain() {
    failing.addAll(List.of("m", "failure"));
    startWorker();
    Workflow batch = Workflow.named("batch").submittedBy("t");
    batch.add(task, new Order("m", 1));
    Task<Receipt> failure = batch.onFirstFailure(event, new Order("failure", 1));
    SubmittedWorkflow submitted = jobs.submit(batch);
    Fixture.awaitStatus(jobs, submitted.idOf(failure), JobStatus.FAILED);
    failing.clear();

    var operation = jobs.bulk().retry(JobQuery.all().withType(FlowJobs.EVENT), OPS);

    assertThat(operation.counts().changed()).isEqualTo(1);
    Fixture.awaitStatus(jobs, submitted.idOf(failure), JobStatus.COMPLETED);
  }

  // What completedOf means

  @Test
  void afterCompletedOfWaitsUntilAllJobsHaveEndedThoughSomeFail() {
    failing.add("p1");
    startWorker();
    Workflow flow = Workflow.named("tolerant").submittedBy("t");
    Task<List<Receipt>> many = flow.addAll(task, orders("p", 3));
    Task<Receipt> next = flow.add(task, new Order("next", 1)).after(flow.completedOf(many));
    SubmittedWorkflow submitted = jobs.submit(flow);

    assertThat(settled(submitted.id()).outcome()).contains(JobStatus.FAILED);
    assertThat(jobs.get(submitted.idOf(next)).status()).isEqualTo(JobStatus.COMPLETED);
    assertThat(handled.get(3)).isEqualTo("next");
  }

  @Test
  void whatTakesCompletedOfASkippedTaskIsSkippedToo() {
    failing.add("a");
    startWorker();
    Workflow flow = Workflow.named("skipped").submittedBy("t");
    Task<Receipt> a = flow.add(task, new Order("a", 1));
    Task<List<Receipt>> each = flow.addEach(task, FlowJobs.EACH_CHARACTER, a);
    Task<List<Receipt>> many = flow.addAll(task, orders("p", 3)).after(a);
    Task<Receipt> taken = flow.add(task, FlowJobs.OF_ALL, flow.completedOf(each));
    Task<Receipt> after = flow.add(task, new Order("after", 1)).after(flow.completedOf(many));
    Task<Receipt> last = flow.add(task, new Order("last", 1)).afterEndOf(flow.completedOf(many));
    SubmittedWorkflow submitted = jobs.submit(flow);

    WorkflowState state = settled(submitted.id());
    assertThat(state.outcome()).contains(JobStatus.FAILED);
    assertThat(state.skipped()).isEqualTo(4);
    assertThat(handled).containsExactly("a", "last");
    assertThat(jobs.get(submitted.idOf(last)).status()).isEqualTo(JobStatus.COMPLETED);

    failing.clear();
    jobs.workflows().retry(submitted.id(), OPS);
    Fixture.awaitStatus(jobs, submitted.idOf(taken), JobStatus.COMPLETED);
    Fixture.awaitStatus(jobs, submitted.idOf(after), JobStatus.COMPLETED);
    assertThat(handled).contains("[a','']");
  }
}
