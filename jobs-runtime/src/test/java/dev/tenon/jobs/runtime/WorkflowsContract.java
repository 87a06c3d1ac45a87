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
import dev.tenon.jobs.workflow.WorkflowNotFoundException;
import dev.tenon.jobs.workflow.WorkflowState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Workflows on the real servers, with RabbitMQ and without. */
@Tag("servers")
abstract class WorkflowsContract {

  private Fixture fixture;
  private JobService jobs;
  private TypedJobs<Order, Receipt> task;
  private TypedJobs<Order, Receipt> other;
  private TypedJobs<Order, Receipt> event;

  /** Has two attempts. */
  private TypedJobs<Order, Receipt> retried;

  /** The names of the orders that were handled, in the order of their ends. */
  private final List<String> handled = Collections.synchronizedList(new ArrayList<>());

  /** The names of orders that fail. */
  private final Set<String> failing = ConcurrentHashMap.newKeySet();

  private final Map<String, CountDownLatch> held = new ConcurrentHashMap<>();

  abstract Fixture open();

  @BeforeEach
  void start() {
    fixture = open();
    JobsRuntime runtime = fixture.start();
    jobs = runtime.jobs();
    task = FlowJobs.task(jobs);
    other = FlowJobs.other(jobs);
    event = FlowJobs.event(jobs);
    retried = FlowJobs.other(jobs);
  }

  @AfterEach
  void close() {
    held.values().forEach(CountDownLatch::countDown);
    fixture.close();
  }

  private void startWorker() {
    fixture
        .start()
        .startWorker(
            TestJobs.handlers()
                .with(FlowJobs.TASK, this::handle)
                .with(FlowJobs.OTHER, this::handle)
                .with(FlowJobs.EVENT, this::handle),
            WorkerOptions.defaults().withConcurrency(10));
  }

  private Receipt handle(Order order, JobContext context) throws Exception {
    CountDownLatch latch = held.get(order.name());
    if (latch != null) {
      latch.await();
    }
    handled.add(order.name());
    if (failing.contains(order.name()) && context.type().equals(FlowJobs.OTHER.type())) {
      throw new IllegalStateException("It was told to fail, and may be tried again.");
    }
    if (failing.contains(order.name())) {
      throw new PermanentJobException("It was told to fail.");
    }
    return new Receipt(order.name() + "'");
  }

  private WorkflowState settled(SubmittedWorkflow workflow) {
    return settled(workflow.id());
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
  void aChainHandsResultsOver() {
    startWorker();
    Workflow chain = Workflow.named("chain").submittedBy("t");
    Task<Receipt> a = chain.add(task, new Order("a", 1));
    Task<Receipt> b = chain.add(other, FlowJobs.OF_RECEIPT, a);
    Task<Receipt> c = chain.add(task, FlowJobs.WITH_DRAFT.with(new Order("draft", 7)), b);

    SubmittedWorkflow submitted = jobs.submit(chain);

    WorkflowState state = settled(submitted);
    assertThat(state.outcome()).contains(JobStatus.COMPLETED);
    assertThat(state.completed()).isEqualTo(3);
    assertThat(handled).containsExactly("a", "a'", "draft:a''");
    assertThat(task.find(submitted.idOf(c)).orElseThrow().payload())
        .isEqualTo(new Order("draft:a''", 7));
  }

  @Test
  void nothingRunsBeforeWhatItWaitsFor() {
    held.put("a", new CountDownLatch(1));
    Workflow flow = Workflow.named("diamond").submittedBy("t");
    Task<Receipt> a = flow.add(task, new Order("a", 1));
    Task<Receipt> b = flow.add(task, new Order("b", 1)).after(a);
    Task<Receipt> c = flow.add(task, new Order("c", 1)).after(a);
    Task<Receipt> d = flow.add(task, FlowJobs.OF_BOTH, b, c);
    SubmittedWorkflow submitted = jobs.submit(flow);

    assertThat(jobs.whyWaiting(submitted.idOf(d)))
        .hasValueSatisfying(
            reason ->
                assertThat(((WaitReason.AfterOthers) reason).predecessors())
                    .containsExactlyInAnyOrder(submitted.idOf(b), submitted.idOf(c)));
    startWorker();
    await().until(() -> jobs.get(submitted.idOf(a)).status() == JobStatus.RUNNING);
    assertThat(handled).isEmpty();
    assertThat(jobs.get(submitted.idOf(b)).status()).isEqualTo(JobStatus.PENDING);

    held.get("a").countDown();
    settled(submitted);
    assertThat(handled.get(0)).isEqualTo("a");
    assertThat(handled.subList(1, 3)).containsExactlyInAnyOrder("b", "c");
    assertThat(handled.get(3)).isEqualTo("b'+c'");
  }

  @Test
  void aFailureStopsWhatWaitsForSuccessAndStartsACompensation() {
    failing.add("a");
    startWorker();
    Workflow flow = Workflow.named("failing").submittedBy("t");
    Task<Receipt> a = flow.add(task, new Order("a", 1));
    Task<Receipt> b = flow.add(task, new Order("b", 1)).after(a);
    Task<Receipt> c = flow.add(task, new Order("c", 1)).after(b);
    Task<Receipt> undo = flow.add(task, new Order("undo", 1)).afterFailureOf(a);
    Task<Receipt> always = flow.add(task, new Order("always", 1)).afterEndOf(c);
    SubmittedWorkflow submitted = jobs.submit(flow);

    WorkflowState state = settled(submitted);
    assertThat(state.outcome()).contains(JobStatus.FAILED);
    assertThat(List.of(state.completed(), state.failed(), state.skipped()))
        .containsExactly(2, 1, 2);
    assertThat(handled).containsExactlyInAnyOrder("a", "undo", "always");
    assertThat(jobs.get(submitted.idOf(b)).status()).isEqualTo(JobStatus.CANCELLED);
    assertThatThrownBy(() -> jobs.retry(submitted.idOf(b), Actor.of("ann")))
        .isInstanceOf(JobStateException.class)
        .hasMessageContaining("an earlier task did not meet its condition");

    // Retried, it completes, and what was stopped starts after all
    failing.clear();
    handled.clear();
    assertThat(jobs.workflows().retry(submitted.id(), Actor.of("ann"))).isEqualTo(1);
    await().until(() -> jobs.get(submitted.idOf(c)).status() == JobStatus.COMPLETED);
    assertThat(settled(submitted).outcome()).contains(JobStatus.COMPLETED);
    assertThat(handled).containsExactly("a", "b", "c");
    assertThat(jobs.get(submitted.idOf(undo)).status()).isEqualTo(JobStatus.COMPLETED);
    assertThat(jobs.get(submitted.idOf(always)).status()).isEqualTo(JobStatus.COMPLETED);
  }

  @Test
  void aResultMakesAsManyJobsAsItGivesReasonFor() {
    startWorker();
    Workflow flow = Workflow.named("each").submittedBy("t");
    Task<Receipt> a = flow.add(task, new Order("xyz", 1));
    Task<List<Receipt>> each =
        flow.addEach(other, FlowJobs.EACH_CHARACTER, a)
            .with(SubmitOptions.defaults().withItemId("item-1"));
    flow.add(task, FlowJobs.OF_ALL, each);
    SubmittedWorkflow submitted = jobs.submit(flow);

    assertThat(settled(submitted).outcome()).contains(JobStatus.COMPLETED);
    assertThat(handled.get(0)).isEqualTo("xyz");
    assertThat(handled.subList(1, 5)).containsExactlyInAnyOrder("x", "y", "z", "'");
    assertThat(handled.get(5)).isEqualTo("[x',y',z','']");
    assertThat(jobs.count(JobQuery.all().withItemId("item-1"))).isEqualTo(4);
    assertThat(jobs.workflows().find(submitted.idOf(each)).orElseThrow().completed()).isEqualTo(4);
  }

  @Test
  void theResultsOfManyJobsAreTakenThoughSomeHaveFailed() {
    failing.add("p1");
    startWorker();
    Workflow flow = Workflow.named("tolerant").submittedBy("t");
    Task<List<Receipt>> many = flow.addAll(task, orders("p", 3));
    flow.add(task, FlowJobs.OF_ALL, flow.completedOf(many));
    Task<Receipt> strict = flow.add(task, FlowJobs.OF_ALL, many);
    SubmittedWorkflow submitted = jobs.submit(flow);

    assertThat(settled(submitted).outcome()).contains(JobStatus.FAILED);
    assertThat(handled).contains("[p0',p2']").doesNotContain("[p0',p1',p2']");
    assertThat(jobs.get(submitted.idOf(strict)).status()).isEqualTo(JobStatus.CANCELLED);

    failing.clear();
    jobs.workflows().retry(submitted.id(), Actor.of("ann"));
    await().until(() -> jobs.get(submitted.idOf(strict)).status() == JobStatus.COMPLETED);
    assertThat(handled).contains("[p0',p1',p2']");
  }

  @Test
  void aTaskThatIsNotNeededEndsAndStopsWhatFollows() {
    startWorker();
    Workflow flow = Workflow.named("condition").submittedBy("t");
    Task<Receipt> a = flow.add(task, new Order("a", 1));
    Task<Receipt> b = flow.add(task, FlowJobs.IF_LONG, a);
    Task<Receipt> c = flow.add(task, FlowJobs.OF_RECEIPT, b);
    SubmittedWorkflow submitted = jobs.submit(flow);

    WorkflowState state = settled(submitted);
    assertThat(state.outcome()).contains(JobStatus.COMPLETED);
    assertThat(state.skipped()).isEqualTo(2);
    assertThat(handled).containsExactly("a");
    assertThat(jobs.get(submitted.idOf(c)).status()).isEqualTo(JobStatus.CANCELLED);
  }

  @Test
  void aPayloadThatCannotBeMadeFailsTheTaskAndCanBeMadeLater() {
    startWorker();
    Workflow flow = Workflow.named("throwing").submittedBy("t");
    Task<Receipt> a = flow.add(task, new Order("a", 1));
    Task<Receipt> throwing = flow.add(task, FlowJobs.THROWS, a);
    Task<Receipt> invalid = flow.add(task, FlowJobs.INVALID, a);
    SubmittedWorkflow submitted = jobs.submit(flow);

    assertThat(settled(submitted).outcome()).contains(JobStatus.FAILED);
    Job failed = jobs.get(submitted.idOf(throwing));
    assertThat(failed.status()).isEqualTo(JobStatus.FAILED);
    assertThat(failed.error().orElseThrow().message().orElseThrow())
        .contains("Order.throwing has thrown java.lang.IllegalStateException")
        .doesNotContain("secret");
    assertThat(jobs.get(submitted.idOf(invalid)).error().orElseThrow().message().orElseThrow())
        .contains("quantity must be at least 0");

    // It is made again, not run with what it had before
    jobs.retry(submitted.idOf(throwing), Actor.of("ann"));
    await().until(() -> jobs.get(submitted.idOf(throwing)).status() == JobStatus.FAILED);
    assertThat(handled).containsExactly("a");
  }

  @Test
  void eventsOfABatchComeOnceAndAgainAfterARetry() {
    failing.add("p1");
    startWorker();
    Workflow batch = Workflow.named("batch").submittedBy("t");
    batch.addAll(task, orders("p", 3));
    for (Order order : orders("q", 2)) {
      batch.add(task, order);
    }
    batch.onFirstFailure(event, new Order("failure", 1));
    batch.onAllAttempted(event, new Order("attempted", 1));
    batch.onAllSucceeded(event, new Order("succeeded", 1));
    batch.onAllSettled(event, new Order("settled", 1));
    SubmittedWorkflow submitted = jobs.submit(batch);

    await().until(() -> handled.containsAll(List.of("failure", "attempted", "settled")));
    assertThat(settled(submitted).outcome()).contains(JobStatus.FAILED);
    assertThat(handled).hasSize(8).doesNotContain("succeeded");

    handled.clear();
    jobs.workflows().retry(submitted.id(), Actor.of("ann"));
    await().until(() -> handled.containsAll(List.of("p1", "failure", "attempted", "settled")));
    assertThat(handled).hasSize(4);

    failing.clear();
    handled.clear();
    jobs.workflows().retry(submitted.id(), Actor.of("ann"));
    await().until(() -> handled.containsAll(List.of("p1", "succeeded", "attempted", "settled")));
    assertThat(handled).hasSize(4);
    assertThat(settled(submitted).outcome()).contains(JobStatus.COMPLETED);
  }

  @Test
  void aBatchOfNothingHasSucceeded() {
    startWorker();
    Workflow batch = Workflow.named("empty").submittedBy("t");
    batch.onAllSucceeded(event, new Order("succeeded", 1));
    batch.onAllSettled(event, new Order("settled", 1));
    batch.onFirstFailure(event, new Order("failure", 1));
    SubmittedWorkflow submitted = jobs.submit(batch);

    assertThat(settled(submitted).outcome()).contains(JobStatus.COMPLETED);
    await().until(() -> handled.containsAll(List.of("succeeded", "settled")));
    assertThat(handled).hasSize(2);
  }

  @Test
  void anOpenBatchGrowsAndEndsWhenItIsClosed() {
    startWorker();
    Workflow batch = Workflow.named("open").submittedBy("t").leftOpen();
    batch.add(task, new Order("first", 1));
    batch.onAllSettled(event, new Order("settled", 1));
    SubmittedWorkflow submitted = jobs.submit(batch);
    await().until(() -> handled.contains("first"));

    List<UUID> added = jobs.workflows().add(submitted.id(), task, orders("more", 3));
    added.forEach(this::ended);
    assertThat(jobs.workflows().find(submitted.id()).orElseThrow().outcome()).isEmpty();
    assertThat(handled).doesNotContain("settled");

    jobs.workflows().close(submitted.id());
    assertThat(settled(submitted).completed()).isEqualTo(4);
    await().until(() -> handled.contains("settled"));
    assertThatThrownBy(() -> jobs.workflows().add(submitted.id(), task, orders("late", 1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has ended, so nothing can be added to it");
  }

  @Test
  void aBatchWaitsForBatches() {
    startWorker();
    held.put("a0", new CountDownLatch(1));
    Workflow first = Workflow.named("first").submittedBy("t");
    first.addAll(task, orders("a", 2));
    SubmittedWorkflow before = jobs.submit(first);
    Workflow second = Workflow.named("second").submittedBy("t").after(before.id());
    second.addAll(task, orders("b", 2));
    SubmittedWorkflow submitted = jobs.submit(second);
    Workflow inner = Workflow.named("inner");
    inner.add(task, new Order("inner", 1));
    Workflow outer = Workflow.named("outer").submittedBy("t");
    Task<Void> nested = outer.add(inner);
    outer.add(task, new Order("outer", 1)).after(nested);
    SubmittedWorkflow outerSubmitted = jobs.submit(outer);

    settled(outerSubmitted);
    await().until(() -> handled.contains("a1"));
    assertThat(handled).containsSubsequence("inner", "outer").doesNotContain("b0", "b1");
    held.get("a0").countDown();
    settled(submitted);
    assertThat(handled).containsSubsequence("a0", "b0").containsSubsequence("a0", "b1");

    // One that has ended already
    Workflow third = Workflow.named("third").submittedBy("t").after(before.id());
    third.add(task, new Order("c", 1));
    settled(jobs.submit(third));
    assertThatThrownBy(
            () -> jobs.submit(Workflow.named("x").submittedBy("t").after(new UUID(1, 2))))
        .isInstanceOf(WorkflowNotFoundException.class);
  }

  @Test
  void cancelPauseAndResume() {
    startWorker();
    held.put("a", new CountDownLatch(1));
    Workflow flow = Workflow.named("paused").submittedBy("t");
    Task<Receipt> a = flow.add(task, new Order("a", 1));
    Task<Receipt> b = flow.add(task, new Order("b", 1)).after(a);
    SubmittedWorkflow submitted = jobs.submit(flow);
    await().until(() -> jobs.get(submitted.idOf(a)).status() == JobStatus.RUNNING);
    jobs.workflows().pause(submitted.id(), Actor.of("operator", "maintenance"));
    held.get("a").countDown();
    ended(submitted.idOf(a));
    assertThat(jobs.whyWaiting(submitted.idOf(b)))
        .hasValueSatisfying(
            reason -> assertThat(reason.describe()).contains("paused", "operator", "maintenance"));
    jobs.workflows().resume(submitted.id(), Actor.of("ann"));
    settled(submitted);

    Workflow cancelled = Workflow.named("cancelled").submittedBy("t");
    held.put("c", new CountDownLatch(1));
    Task<Receipt> c = cancelled.add(task, new Order("c", 1));
    Task<Receipt> d = cancelled.add(task, new Order("d", 1)).after(c);
    cancelled.onAllSettled(event, new Order("settled", 1));
    SubmittedWorkflow other = jobs.submit(cancelled);
    await().until(() -> jobs.get(other.idOf(c)).status() == JobStatus.RUNNING);
    assertThat(jobs.workflows().cancel(other.id(), Actor.of("ann"))).isGreaterThanOrEqualTo(2);
    assertThat(settled(other).outcome()).contains(JobStatus.CANCELLED);
    assertThat(jobs.get(other.idOf(d)).status()).isEqualTo(JobStatus.CANCELLED);
  }

  @Test
  void aCancelLeavesFollowUpsAlone() {
    Workflow flow = Workflow.named("cancelled").submittedBy("t");
    Task<Receipt> a = flow.add(task, new Order("a", 1));
    flow.add(task, new Order("b", 1)).after(a);
    flow.addEach(task, FlowJobs.EACH_CHARACTER, a);
    flow.onAllSettled(event, new Order("settled", 1));
    SubmittedWorkflow submitted = jobs.submit(flow);

    assertThat(jobs.workflows().cancel(submitted.id(), Actor.of("ann"))).isEqualTo(2);
    assertThat(settled(submitted).outcome()).contains(JobStatus.CANCELLED);
    startWorker();
    await().until(() -> handled.contains("settled"));
    assertThat(handled).containsExactly("settled");
  }

  @Test
  void whatWasCancelledBeforeItHadAPayloadGetsOneWhenItIsRun() {
    Workflow flow = Workflow.named("retried").submittedBy("t");
    Task<Receipt> a = flow.add(task, new Order("abc", 1));
    Task<Receipt> b = flow.add(task, FlowJobs.OF_RECEIPT, a);
    Task<List<Receipt>> c = flow.addEach(task, FlowJobs.EACH_CHARACTER, a);
    flow.add(task, FlowJobs.OF_ALL, c);
    SubmittedWorkflow submitted = jobs.submit(flow);
    jobs.workflows().cancel(submitted.id(), Actor.of("ann"));
    assertThat(settled(submitted).outcome()).contains(JobStatus.CANCELLED);

    startWorker();
    jobs.workflows().retry(submitted.id(), Actor.of("ann"));
    await()
        .atMost(Fixture.PATIENCE)
        .until(() -> settled(submitted).outcome().equals(Optional.of(JobStatus.COMPLETED)));
    assertThat(handled).contains("abc'", "a", "b", "c", "'", "[a',b',c','']");
    assertThat(jobs.get(submitted.idOf(b)).status()).isEqualTo(JobStatus.COMPLETED);
  }

  @Test
  void aPauseHoldsWhatIsToBeAttemptedAgain() {
    startWorker();
    held.put("a", new CountDownLatch(1));
    failing.add("a");
    Workflow flow = Workflow.named("paused").submittedBy("t").leftOpen();
    Task<Receipt> a = flow.add(retried, new Order("a", 1));
    SubmittedWorkflow submitted = jobs.submit(flow);
    await().until(() -> jobs.get(submitted.idOf(a)).status() == JobStatus.RUNNING);
    jobs.workflows().pause(submitted.id(), Actor.of("operator", "maintenance"));
    jobs.workflows().add(submitted.id(), task, orders("new", 1));
    held.get("a").countDown();
    await().until(() -> jobs.get(submitted.idOf(a)).status() == JobStatus.PENDING);
    assertThat(jobs.whyWaiting(submitted.idOf(a)))
        .hasValueSatisfying(reason -> assertThat(reason.describe()).contains("paused"));

    failing.clear();
    jobs.workflows().resume(submitted.id(), Actor.of("ann"));
    jobs.workflows().close(submitted.id());
    assertThat(settled(submitted).outcome()).contains(JobStatus.COMPLETED);
    assertThat(handled).containsExactlyInAnyOrder("a", "a", "new0");
  }

  @Test
  void aTaskWithoutJobsEndsWhenTheTasksBeforeItHave() {
    Workflow flow = Workflow.named("nothing").submittedBy("t");
    Task<Receipt> a = flow.add(task, new Order("a", 1));
    Task<List<Receipt>> none = flow.addAll(task, List.<Order>of()).after(a);
    Task<Void> empty = flow.add(Workflow.named("empty")).after(none);
    Task<Receipt> b = flow.add(task, new Order("b", 1)).after(empty);
    SubmittedWorkflow submitted = jobs.submit(flow);
    assertThat(jobs.workflows().find(submitted.id()).orElseThrow().ended()).isZero();
    assertThat(jobs.whyWaiting(submitted.idOf(b))).containsInstanceOf(WaitReason.AfterOthers.class);
    startWorker();
    assertThat(settled(submitted).completed()).isEqualTo(4);
    assertThat(handled).containsExactly("a", "b");
  }

  @Test
  void aResultMayBeTakenTwiceAndAlsoWaitedFor() {
    startWorker();
    Workflow flow = Workflow.named("twice").submittedBy("t");
    Task<Receipt> a = flow.add(task, new Order("a", 1));
    Task<Receipt> b = flow.add(task, FlowJobs.OF_BOTH, a, a).after(a).afterEndOf(a);
    SubmittedWorkflow submitted = jobs.submit(flow);
    assertThat(settled(submitted).outcome()).contains(JobStatus.COMPLETED);
    assertThat(handled).containsExactly("a", "a'+a'");
    assertThat(jobs.get(submitted.idOf(b)).status()).isEqualTo(JobStatus.COMPLETED);
  }

  @Test
  void nothingOfAWorkflowIsStartedIfTheOneBeforeItFails() {
    failing.add("a");
    startWorker();
    Workflow first = Workflow.named("first").submittedBy("t");
    first.add(task, new Order("a", 1));
    Workflow second = Workflow.named("second").submittedBy("t").after(jobs.submit(first).id());
    Task<Receipt> b = second.add(task, new Order("b", 1));
    second.add(task, new Order("always", 1)).afterEndOf(b);
    WorkflowState state = settled(jobs.submit(second));
    assertThat(state.skipped()).isEqualTo(2);
    assertThat(handled).containsExactly("a");
  }

  @Test
  void tasksAndFollowUpsCannotWaitForEachOther() {
    Workflow flow = Workflow.named("events").submittedBy("t");
    Task<Receipt> a = flow.add(task, new Order("a", 1));
    Task<Receipt> settled = flow.onAllSettled(event, new Order("settled", 1));
    assertThatThrownBy(() -> a.after(settled))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("or a task for a follow-up");
    assertThatThrownBy(() -> settled.after(a))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("In the workflow 'events', a follow-up cannot wait for a task");
    Workflow inner = Workflow.named("inner");
    flow.add(inner);
    assertThatThrownBy(() -> inner.add(flow))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("The workflow 'inner' cannot be a task of itself");
  }

  @Test
  void tasksThatWaitForEachOtherAreRefusedAsAWhole() {
    Workflow flow = Workflow.named("circle").submittedBy("t");
    Task<Receipt> a = flow.add(task, new Order("a", 1));
    Task<Receipt> b = flow.add(task, new Order("b", 1)).after(a);
    a.after(b);
    assertThatThrownBy(() -> jobs.submit(flow))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("wait for each other in a circle")
        .hasMessageContaining("task 1 of job type 'test.flow.task'");
    Task<Receipt> stranger = Workflow.named("other").add(task, new Order("x", 1));
    assertThatThrownBy(() -> b.after(stranger))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot wait for a task of the workflow 'other'");
    assertThat(jobs.count(JobQuery.all())).isZero();
  }

  @Test
  void aLongChainIsStoppedAndRun() {
    Workflow flow = Workflow.named("long").submittedBy("t");
    Task<Receipt> last = flow.add(task, new Order("0", 1));
    Task<Receipt> first = last;
    for (int i = 1; i < 300; i++) {
      last = flow.add(task, new Order(Integer.toString(i), 1)).after(last);
    }
    SubmittedWorkflow submitted = jobs.submit(flow);
    jobs.cancel(submitted.idOf(first), Actor.of("ann"));
    WorkflowState state = settled(submitted);
    assertThat(state.skipped()).isEqualTo(299);
    jobs.workflows().retry(submitted.id(), Actor.of("ann"));
    startWorker();
    await()
        .atMost(Fixture.PATIENCE)
        .until(
            () ->
                jobs.workflows()
                    .find(submitted.id())
                    .orElseThrow()
                    .outcome()
                    .equals(Optional.of(JobStatus.COMPLETED)));
    assertThat(handled).hasSize(300);
    for (int i = 0; i < 300; i++) {
      assertThat(handled.get(i)).isEqualTo(Integer.toString(i));
    }
  }
}
