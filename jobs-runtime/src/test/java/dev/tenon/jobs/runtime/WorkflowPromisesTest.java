package dev.tenon.jobs.runtime;

import static dev.tenon.jobs.runtime.FlowJobs.orders;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStateException;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.WaitReason;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Workflows that are changed at odd moments. */
@Tag("servers")
class WorkflowPromisesTest {

  private static final Actor OPS = Actor.of("ops", "a test");

  private final ExecutorService operator = Executors.newCachedThreadPool();
  private Fixture fixture;
  private JobService jobs;
  private TypedJobs<Order, Receipt> task;
  private TypedJobs<Order, Receipt> event;
  private final List<String> handled = Collections.synchronizedList(new ArrayList<>());
  private final Set<String> failing = ConcurrentHashMap.newKeySet();
  private final Map<String, CountDownLatch> held = new ConcurrentHashMap<>();

  @BeforeEach
  void open() {
    fixture = Fixture.withoutRabbit();
    jobs = fixture.start().jobs();
    task = FlowJobs.task(jobs);
    event = FlowJobs.event(jobs);
  }

  @AfterEach
  void close() {
    held.values().forEach(CountDownLatch::countDown);
    operator.shutdownNow();
    fixture.close();
  }

  private void startWorker() {
    fixture
        .start()
        .startWorker(
            TestJobs.handlers()
                .with(FlowJobs.TASK, this::handle)
                .with(FlowJobs.EVENT, this::handle)
                .with(TestJobs.FORGOTTEN, (order, context) -> null),
            WorkerOptions.defaults().withConcurrency(10));
  }

  private Receipt handle(Order order, JobContext context) throws Exception {
    handled.add(order.name());
    CountDownLatch latch = held.get(order.name());
    if (latch != null) {
      latch.await();
    }
    if (order.name().startsWith("adds")) {
      var unused =
          jobs.workflows()
              .add(context.workflowId().orElseThrow(), event, List.of(new Order("added", 1)));
    }
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

  private Job ended(UUID jobId) {
    return await("the job has ended")
        .atMost(Fixture.PATIENCE)
        .until(() -> jobs.get(jobId), job -> job.status().isTerminal());
  }

  @Test
  void aChainThatWasCancelledInBulkRunsWhenItIsRetriedInBulk() {
    Workflow chain = Workflow.named("chain").submittedBy("t");
    Task<Receipt> a = chain.add(task, new Order("a", 1));
    chain.add(task, new Order("b", 1)).after(a);
    UUID id = jobs.submit(chain).id();
    JobQuery all = JobQuery.all().withWorkflowId(id);
    jobs.bulk().cancel(all, OPS);
    jobs.bulk().retry(all, OPS);
    startWorker();
    assertThat(settled(id).outcome()).contains(JobStatus.COMPLETED);
    assertThat(handled).containsExactly("a", "b");
  }

  @Test
  void theErrorSaysWhatToDoAboutATaskThatWasCancelledBeforeItsTurn() {
    Workflow chain = Workflow.named("chain").submittedBy("t");
    Task<Receipt> a = chain.add(task, new Order("a", 1));
    Task<Receipt> b = chain.add(task, new Order("b", 1)).after(a);
    SubmittedWorkflow submitted = jobs.submit(chain);
    var first = jobs.cancel(submitted.idOf(b), Actor.of("ann"));
    var second = jobs.cancel(submitted.idOf(a), Actor.of("ann"));
    assertThat(List.of(first, second)).containsOnly(JobService.CancelResult.CANCELLED);
    assertThatThrownBy(() -> jobs.retry(submitted.idOf(b), Actor.of("ann")))
        .isInstanceOf(JobStateException.class)
        .hasMessageContaining(
            "Retry that task first, and then this one; or retry the whole workflow.");
    jobs.retry(submitted.idOf(a), Actor.of("ann"));
    jobs.retry(submitted.idOf(b), Actor.of("ann"));
    startWorker();
    assertThat(settled(submitted.id()).outcome()).contains(JobStatus.COMPLETED);
    assertThat(handled).containsExactly("a", "b");
  }

  @Test
  void aTaskThatWasCancelledBeforeItsTurnIsNotCancelledAgain() {
    Workflow flow = Workflow.named("backwards").submittedBy("t");
    Task<Receipt> b = flow.add(task, new Order("b", 1));
    Task<Receipt> a = flow.add(task, new Order("a", 1));
    b.after(a);
    held.put("b", new CountDownLatch(1));
    SubmittedWorkflow submitted = jobs.submit(flow);
    jobs.workflows().cancel(submitted.id(), Actor.of("ann"));
    jobs.workflows().retry(submitted.id(), Actor.of("ann"));
    startWorker();
    Job running = Fixture.awaitStatus(jobs, submitted.idOf(b), JobStatus.RUNNING);
    assertThat(running.cancelRequestedAt()).isEmpty();
  }

  @Test
  void aPauseThatIsStillUnderWayHoldsNothingOfAWorkflowThatWasResumed() throws Exception {
    Workflow flow = Workflow.named("w").submittedBy("t");
    Task<Receipt> a = flow.add(task, new Order("a", 1));
    SubmittedWorkflow submitted = jobs.submit(flow);
    try (Connection other = fixture.database().connect()) {
      other.setAutoCommit(false);
      execute(other, "LOCK TABLE tenon.live_jobs IN ACCESS EXCLUSIVE MODE");
      Future<?> paused =
          operator.submit(() -> jobs.workflows().pause(submitted.id(), Actor.of("ann", "to see")));
      await().atMost(Fixture.PATIENCE).until(() -> isPaused(submitted));
      // As somebody who resumes it, and has gone through its jobs before
      execute(other, "UPDATE tenon.workflows SET paused_at = NULL WHERE paused_at IS NOT NULL");
      other.commit();
      paused.get(Fixture.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
    startWorker();
    assertThat(ended(submitted.idOf(a)).status()).isEqualTo(JobStatus.COMPLETED);
  }

  @Test
  void aResumeThatFailsHalfwayLeavesAWorkflowThatIsPaused() throws Exception {
    Workflow flow = Workflow.named("w").submittedBy("t");
    Task<Receipt> a = flow.add(task, new Order("a", 1));
    SubmittedWorkflow submitted = jobs.submit(flow);
    jobs.workflows().pause(submitted.id(), Actor.of("ann", "to see"));
    try (Connection other = fixture.database().connect()) {
      other.setAutoCommit(false);
      execute(other, "SELECT FROM tenon.live_jobs FOR UPDATE");
      assertThatThrownBy(() -> jobs.workflows().resume(submitted.id(), Actor.of("ann")))
          .isInstanceOf(JobStoreException.class);
      assertThat(isPaused(submitted)).as("so that people see it and resume it again").isTrue();
      other.rollback();
    }
    jobs.workflows().resume(submitted.id(), Actor.of("ann"));
    assertThat(isPaused(submitted)).isFalse();
    startWorker();
    assertThat(ended(submitted.idOf(a)).status()).isEqualTo(JobStatus.COMPLETED);
  }

  @Tag("thorough")
  @Test
  void aWorkflowIsKeptUntilAFollowUpOfANestedOneHasEnded() throws Exception {
    TypedJobs<Order, Void> forgotten = new TypedJobs<>(TestJobs.FORGOTTEN, jobs, jobs);
    held.put("late", new CountDownLatch(1));
    startWorker();
    Workflow inner = Workflow.named("inner");
    inner.add(forgotten, new Order("a", 1));
    Task<Receipt> late = inner.onAllSettled(event, new Order("late", 1));
    Workflow outer = Workflow.named("outer").submittedBy("t");
    outer.add(inner);
    UUID id = jobs.submit(outer).id();
    settled(id);
    await().until(() -> handled.contains("late"));
    assertThat(late).isNotNull();
    var unused = forgotten.submit(new Order("alone", 1), SubmitOptions.by("t")).jobId();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> jobs.count(JobQuery.all().withType(TestJobs.FORGOTTEN)) < 2);
    assertThat(jobs.workflows().find(id)).isPresent();
    assertThat(jobs.count(JobQuery.all().withType(FlowJobs.EVENT))).isEqualTo(1);
  }

  @Test
  void whatIsAddedToABatchThatWaitsForAnotherWaitsToo() {
    startWorker();
    held.put("before", new CountDownLatch(1));
    Workflow first = Workflow.named("first").submittedBy("t");
    first.add(task, new Order("before", 1));
    Workflow second =
        Workflow.named("second").submittedBy("t").after(jobs.submit(first).id()).leftOpen();
    UUID id = jobs.submit(second).id();
    UUID early = jobs.workflows().add(id, task, orders("early", 1)).get(0);
    assertThat(jobs.whyWaiting(early)).containsInstanceOf(WaitReason.AfterOthers.class);
    held.get("before").countDown();
    assertThat(ended(early).status()).isEqualTo(JobStatus.COMPLETED);
    UUID late = jobs.workflows().add(id, task, orders("late", 1)).get(0);
    assertThat(ended(late).status()).isEqualTo(JobStatus.COMPLETED);
    jobs.workflows().close(id);
    assertThat(settled(id).completed()).isEqualTo(2);
    assertThat(handled).containsExactly("before", "early0", "late0");
  }

  @Test
  void nothingThatIsAddedStartsIfTheWorkflowBeforeHasFailed() {
    failing.add("before");
    startWorker();
    Workflow first = Workflow.named("first").submittedBy("t");
    first.add(task, new Order("before", 1));
    UUID before = jobs.submit(first).id();
    Workflow second = Workflow.named("second").submittedBy("t").after(before).leftOpen();
    UUID id = jobs.submit(second).id();
    settled(before);
    UUID added = jobs.workflows().add(id, task, orders("added", 1)).get(0);
    assertThat(jobs.get(added).status()).isEqualTo(JobStatus.CANCELLED);
    assertThat(jobs.workflows().find(id).orElseThrow().skipped()).isEqualTo(1);

    failing.clear();
    jobs.workflows().retry(before, Actor.of("ann"));
    jobs.workflows().close(id);
    await()
        .atMost(Fixture.PATIENCE)
        .until(() -> jobs.workflows().find(id).orElseThrow().completed() == 1);
    assertThat(handled).containsExactly("before", "before", "added0");
  }

  @Test
  void whatIsAddedToATaskThatWaitsWaitsToo() {
    Workflow flow = Workflow.named("w").submittedBy("t");
    Task<Receipt> a = flow.add(task, new Order("a", 1));
    Task<List<Receipt>> many = flow.addAll(task, orders("m", 2)).after(a);
    SubmittedWorkflow submitted = jobs.submit(flow);
    UUID added = jobs.workflows().add(submitted.idOf(many), task, orders("added", 1)).get(0);
    assertThat(jobs.whyWaiting(added)).containsInstanceOf(WaitReason.AfterOthers.class);
    startWorker();
    assertThat(settled(submitted.id()).outcome()).contains(JobStatus.COMPLETED);
    assertThat(handled).startsWith("a").contains("m0", "m1", "added0");
  }

  @Test
  void whatIsAddedToAnOpenTaskStartsIfTheJobBeforeItHasEnded() {
    startWorker();
    Workflow flow = Workflow.named("w").submittedBy("t");
    Task<Receipt> a = flow.add(task, new Order("a", 1));
    Task<?> inner = flow.add(Workflow.named("inner").leftOpen()).after(a);
    SubmittedWorkflow submitted = jobs.submit(flow);
    assertThat(ended(submitted.idOf(a)).status()).isEqualTo(JobStatus.COMPLETED);
    UUID innerId = submitted.idOf(inner);
    UUID added = jobs.workflows().add(innerId, task, orders("added", 1)).get(0);
    assertThat(ended(added).status()).isEqualTo(JobStatus.COMPLETED);
    jobs.workflows().close(innerId);
    assertThat(settled(submitted.id()).outcome()).contains(JobStatus.COMPLETED);
  }

  @Test
  void anEmptyBatchThatWaitsForAnotherDoesNotEndBeforeIt() {
    failing.add("before");
    held.put("before", new CountDownLatch(1));
    startWorker();
    Workflow first = Workflow.named("first").submittedBy("t");
    first.add(task, new Order("before", 1));
    UUID before = jobs.submit(first).id();
    Workflow second = Workflow.named("second").submittedBy("t").after(before);
    second.onAllSucceeded(event, new Order("succeeded", 1));
    second.onAllSettled(event, new Order("settled", 1));
    UUID id = jobs.submit(second).id();
    assertThat(jobs.workflows().find(id).orElseThrow().outcome()).isEmpty();
    held.get("before").countDown();
    assertThat(settled(id).outcome()).contains(JobStatus.CANCELLED);
    await().atMost(Fixture.PATIENCE).until(() -> handled.contains("settled"));
    assertThat(handled).doesNotContain("succeeded");

    failing.clear();
    jobs.workflows().retry(before, Actor.of("ann"));
    await().atMost(Fixture.PATIENCE).until(() -> handled.contains("succeeded"));
    assertThat(settled(id).outcome()).contains(JobStatus.COMPLETED);
  }

  @Test
  void theDelayOfANestedWorkflowIsNotIgnored() {
    Workflow inner = Workflow.named("inner");
    inner.add(task, new Order("a", 1));
    Workflow outer = Workflow.named("outer").submittedBy("t");
    assertThatThrownBy(
            () -> outer.add(inner).with(SubmitOptions.defaults().withDelay(Duration.ofHours(1))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aRetryOfAWholeBatchBringsItsEventsOnce() {
    List<Order> orders = orders("p", 300);
    orders.forEach(order -> failing.add(order.name()));
    startWorker();
    Workflow batch = Workflow.named("batch").submittedBy("t");
    orders.forEach(order -> batch.add(task, order));
    batch.onAllSettled(event, new Order("settled", 1));
    SubmittedWorkflow submitted = jobs.submit(batch);
    await().atMost(Fixture.PATIENCE).until(() -> handled.contains("settled"));
    failing.clear();
    handled.clear();
    assertThat(jobs.workflows().retry(submitted.id(), Actor.of("ann"))).isEqualTo(300);
    await()
        .atMost(Fixture.PATIENCE)
        .until(() -> jobs.count(JobQuery.all().withStatus(JobStatus.COMPLETED)) >= 302);
    assertThat(handled).hasSize(301).containsOnlyOnce("settled").endsWith("settled");
  }

  @Test
  void aJobThatIsAddedToATaskDoesNotGetIntoItsResults() {
    startWorker();
    Workflow flow = Workflow.named("w").submittedBy("t");
    Task<List<Receipt>> many = flow.addAll(task, List.of(new Order("adds1", 1), new Order("b", 1)));
    flow.add(task, FlowJobs.OF_ALL, many);
    UUID id = jobs.submit(flow).id();
    assertThat(settled(id).outcome()).contains(JobStatus.COMPLETED);
    assertThat(handled).contains("[adds1',b']");
  }

  @Test
  void theTransactionOfACallerHoldsUpNoWorker() throws Exception {
    Workflow first = Workflow.named("first").submittedBy("t").leftOpen();
    Task<Receipt> a = first.add(task, new Order("a", 1));
    SubmittedWorkflow before = jobs.submit(first);
    try (Connection caller = fixture.database().connect()) {
      caller.setAutoCommit(false);
      Workflow second = Workflow.named("second").submittedBy("t").after(before.id());
      second.add(task, new Order("b", 1));
      var unused = jobs.in(caller).submit(second);
      startWorker();
      await().until(() -> handled.contains("a"));
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> jobs.get(before.idOf(a)).status() == JobStatus.COMPLETED);
      caller.commit();
    }
    jobs.workflows().close(before.id());
    await().atMost(Fixture.PATIENCE).until(() -> handled.contains("b"));
  }

  @Test
  void closingATaskDoesNotEndIt() {
    Workflow flow = Workflow.named("w").submittedBy("t");
    Task<Receipt> a = flow.add(task, new Order("xy", 1));
    Task<List<Receipt>> each = flow.addEach(task, FlowJobs.EACH_CHARACTER, a);
    SubmittedWorkflow submitted = jobs.submit(flow);
    jobs.workflows().close(submitted.idOf(each));
    assertThat(jobs.workflows().find(submitted.idOf(each)).orElseThrow().outcome()).isEmpty();
  }

  @Tag("thorough")
  @Test
  void whoeverChangesAWorkflowThatATransactionHoldsGetsAnError() throws Exception {
    Workflow flow = Workflow.named("w").submittedBy("t").leftOpen();
    flow.add(task, new Order("a", 1));
    UUID id = jobs.submit(flow).id();
    Map<String, Runnable> changes =
        Map.of(
            "add to", () -> jobs.workflows().add(id, task, orders("b", 1)),
            "close", () -> jobs.workflows().close(id),
            "cancel", () -> jobs.workflows().cancel(id, Actor.of("ann")),
            "retry", () -> jobs.workflows().retry(id, Actor.of("ann")),
            "pause", () -> jobs.workflows().pause(id, Actor.of("ann", "to see")),
            "resume", () -> jobs.workflows().resume(id, Actor.of("ann")));
    try (Connection other = fixture.database().connect()) {
      other.setAutoCommit(false);
      execute(other, "SELECT FROM tenon.workflows FOR UPDATE");
      Map<String, Future<?>> underWay = new HashMap<>();
      changes.forEach((what, change) -> underWay.put(what, operator.submit(change)));
      for (Map.Entry<String, Future<?>> each : underWay.entrySet()) {
        assertThatThrownBy(() -> each.getValue().get(30, TimeUnit.SECONDS))
            .cause()
            .isInstanceOf(JobStoreException.class)
            .hasMessageContaining("Could not " + each.getKey() + " workflow " + id)
            .hasMessageContaining("another transaction holds the workflow")
            .hasMessageContaining("look for a long-running transaction");
      }
      other.rollback();
    }
    jobs.workflows().close(id);
    startWorker();
    assertThat(settled(id).completed()).isEqualTo(1);
  }

  @Tag("thorough")
  @Test
  void whoeverSubmitsAWorkflowAfterOneThatATransactionHoldsGetsAnError() throws Exception {
    startWorker();
    Workflow first = Workflow.named("first").submittedBy("t");
    first.add(task, new Order("a", 1));
    UUID before = jobs.submit(first).id();
    settled(before);
    Workflow second = Workflow.named("second").submittedBy("t").after(before);
    second.add(task, new Order("b", 1));
    try (Connection other = fixture.database().connect()) {
      other.setAutoCommit(false);
      execute(other, "SELECT FROM tenon.workflows FOR NO KEY UPDATE");
      Future<?> submitted = operator.submit(() -> jobs.submit(second));
      assertThatThrownBy(() -> submitted.get(30, TimeUnit.SECONDS))
          .cause()
          .isInstanceOf(JobStoreException.class)
          .hasMessageContaining("look for a long-running transaction");
      other.rollback();
    }
  }

  @Test
  void whatTheCompletedOnesOfATaskWaitForIsWhatTheTaskWaitsFor() {
    failing.add("m1");
    held.put("a", new CountDownLatch(1));
    startWorker();
    Workflow flow = Workflow.named("w").submittedBy("t");
    Task<Receipt> a = flow.add(task, new Order("a", 1));
    Task<List<Receipt>> many = flow.addAll(task, orders("m", 2));
    Task<List<Receipt>> completed =
        flow.completedOf(many).after(a).with(SubmitOptions.defaults().withItemId("x"));
    flow.add(task, FlowJobs.OF_ALL, completed);
    SubmittedWorkflow submitted = jobs.submit(flow);
    await().atMost(Fixture.PATIENCE).until(() -> handled.contains("a"));
    assertThat(jobs.count(JobQuery.all().withItemId("x"))).isEqualTo(2);
    held.get("a").countDown();
    settled(submitted.id());
    assertThat(handled).startsWith("a").endsWith("[m0']");
  }

  @Test
  void aFollowUpThatFailedIsNotRunAgainIfItsEventComesAgain() {
    failing.add("a");
    failing.add("settled");
    startWorker();
    Workflow flow = Workflow.named("w").submittedBy("t");
    flow.add(task, new Order("a", 1));
    Task<Receipt> followUp = flow.onAllSettled(event, new Order("settled", 1));
    SubmittedWorkflow submitted = jobs.submit(flow);
    assertThat(ended(submitted.idOf(followUp)).status()).isEqualTo(JobStatus.FAILED);
    failing.remove("a");
    handled.clear();
    held.put("a", new CountDownLatch(1));
    assertThat(jobs.workflows().retry(submitted.id(), Actor.of("ann"))).isEqualTo(1);
    held.get("a").countDown();
    JobQuery events = JobQuery.all().withType(FlowJobs.EVENT).withStatus(JobStatus.FAILED);
    await().atMost(Fixture.PATIENCE).until(() -> jobs.count(events) == 2);
    assertThat(handled).containsExactly("a", "settled");

    // Its event does not come again, so that the last one is what is left to do
    failing.clear();
    handled.clear();
    assertThat(jobs.workflows().retry(submitted.id(), Actor.of("ann"))).isEqualTo(1);
    await().atMost(Fixture.PATIENCE).until(() -> jobs.count(events) == 1);
    await().atMost(Fixture.PATIENCE).until(() -> handled.equals(List.of("settled")));
  }

  @Test
  void theIdOfATaskIsReadFromItsOwnWorkflow() {
    Workflow inner = Workflow.named("inner");
    Task<Receipt> nested = inner.add(task, new Order("a", 1));
    Workflow flow = Workflow.named("w").submittedBy("t");
    Task<Void> all = flow.add(inner);
    SubmittedWorkflow submitted = jobs.submit(flow);
    assertThat(jobs.count(JobQuery.all().withWorkflowId(submitted.idOf(all)))).isEqualTo(1);
    assertThatThrownBy(() -> submitted.idOf(nested))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The task belongs to the workflow 'inner', not to 'w', which was submitted as %s. To find the jobs of a workflow that is a task, use JobQuery.withWorkflowId with the id of that task.",
            submitted.id());
    Task<Receipt> late = flow.add(task, new Order("late", 1));
    assertThatThrownBy(() -> submitted.idOf(late))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The task was added to the workflow 'w' after that was submitted as %s. Add all tasks before, or add jobs to the submitted workflow with JobWorkflows.add.",
            submitted.id());
  }

  /** On its way from one outcome to the other it has none for a moment, but nobody can see that. */
  @Test
  void anEventDoesNotComeAgainIfARetryOnlyChangesTheOutcome() {
    Workflow inner = Workflow.named("inner");
    Task<Receipt> a = inner.add(task, new Order("a", 1));
    inner
        .add(task, new Order("b", 1))
        .afterFailureOf(a)
        .with(SubmitOptions.defaults().withItemId("b"));
    Workflow flow = Workflow.named("w").submittedBy("t");
    flow.addAll(task, List.of()).after(flow.add(inner));
    Task<Receipt> followUp = flow.onAllSettled(event, new Order("settled", 1));
    SubmittedWorkflow submitted = jobs.submit(flow);
    assertThat(
            jobs.bulk()
                .cancel(JobQuery.all().withItemId("b"), Actor.of("t", "t"))
                .counts()
                .changed())
        .isEqualTo(1);
    startWorker();
    assertThat(settled(submitted.id()).outcome()).contains(JobStatus.CANCELLED);
    assertThat(ended(submitted.idOf(followUp)).status()).isEqualTo(JobStatus.COMPLETED);

    assertThat(jobs.workflows().retry(submitted.id(), Actor.of("ann"))).isZero();
    assertThat(settled(submitted.id()).outcome()).contains(JobStatus.COMPLETED);
    assertThat(jobs.count(JobQuery.all().withType(FlowJobs.EVENT))).isEqualTo(1);
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      var unused = statement.execute(sql);
    }
  }

  /** As it is committed; the jobs of the workflow follow. */
  private boolean isPaused(SubmittedWorkflow workflow) throws SQLException {
    try (Connection connection = fixture.database().connect();
        ResultSet row =
            connection
                .createStatement()
                .executeQuery(
                    "SELECT paused_at IS NOT NULL FROM tenon.workflows WHERE id = '"
                        + workflow.id()
                        + "'")) {
      return row.next() && row.getBoolean(1);
    }
  }
}
