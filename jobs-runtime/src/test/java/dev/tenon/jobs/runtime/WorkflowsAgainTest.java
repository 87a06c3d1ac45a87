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
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.operate.AuditQuery;
import dev.tenon.jobs.options.WorkerOptions;
import dev.tenon.jobs.workflow.SubmittedWorkflow;
import dev.tenon.jobs.workflow.Task;
import dev.tenon.jobs.workflow.Workflow;
import dev.tenon.jobs.workflow.WorkflowNotFoundException;
import dev.tenon.jobs.workflow.WorkflowState;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Workflows that have ended run again from one of their tasks. */
@Tag("servers")
class WorkflowsAgainTest {

  private static final Actor OPS = Actor.of("ops", "a test");

  private Fixture fixture;
  private JobService jobs;
  private JobsRuntime runtime;
  private TypedJobs<Order, Receipt> task;
  private TypedJobs<Order, Receipt> event;
  private final List<String> handled = Collections.synchronizedList(new ArrayList<>());
  private final Set<String> failing = ConcurrentHashMap.newKeySet();

  /** The results of orders that have others than their own names. */
  private final Map<String, String> results = new ConcurrentHashMap<>();

  @BeforeEach
  void open() {
    fixture = Fixture.withoutRabbit();
    runtime = fixture.start();
    jobs = runtime.jobs();
    task = FlowJobs.task(jobs);
    event = FlowJobs.event(jobs);
    fixture
        .start()
        .startWorker(
            TestJobs.handlers()
                .with(FlowJobs.TASK, this::handle)
                .with(FlowJobs.EVENT, this::handle),
            WorkerOptions.defaults().withConcurrency(10));
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private Receipt handle(Order order, JobContext context) throws Exception {
    handled.add(order.name());
    if (failing.contains(order.name())) {
      throw new PermanentJobException("It was told to fail.");
    }
    return new Receipt(results.getOrDefault(order.name(), order.name()));
  }

  /** Waits until a workflow has ended, with its follow-ups. */
  private WorkflowState settled(UUID id) {
    return await("the workflow has ended")
        .atMost(Fixture.PATIENCE)
        .until(
            () -> jobs.workflows().find(id).orElseThrow(),
            state ->
                state.outcome().isPresent()
                    && state.jobs().keySet().stream().allMatch(JobStatus::isTerminal));
  }

  @Test
  void aTaskAndWhatDependsOnItStartAgainWithTheResultsOfWhatCameBefore() {
    Workflow flow = Workflow.named("chain").submittedBy("t");
    Task<Receipt> a = flow.add(task, new Order("a", 1));
    Task<Receipt> b = flow.add(task, FlowJobs.WITH_DRAFT.with(new Order("draft", 7)), a);
    Task<Receipt> c = flow.add(task, FlowJobs.OF_RECEIPT, b);
    Task<Receipt> other = flow.add(task, new Order("other", 1)).after(a);
    flow.onAllSettled(event, new Order("end", 1));
    SubmittedWorkflow submitted = jobs.submit(flow);
    settled(submitted.id());
    assertThat(handled).contains("a", "draft:a", "other", "end").hasSize(5);
    handled.clear();
    results.put("draft:a", "second");

    assertThat(jobs.workflows().runAgainFrom(submitted.id(), submitted.idOf(b), OPS)).isEqualTo(2);

    assertThat(settled(submitted.id()).outcome()).contains(JobStatus.COMPLETED);
    assertThat(handled).containsExactly("draft:a", "second", "end");
    assertThat(task.find(submitted.idOf(b)).orElseThrow().payload())
        .isEqualTo(new Order("draft:a", 7));
    assertThat(task.find(submitted.idOf(c)).orElseThrow().payload())
        .isEqualTo(new Order("second", 1));
    assertThat(jobs.attempts(submitted.idOf(b))).hasSize(2);
    assertThat(jobs.attempts(submitted.idOf(other))).hasSize(1);
    assertThat(runtime.monitor().audit().list(AuditQuery.all()).items())
        .anySatisfy(
            entry -> {
              assertThat(entry.action()).isEqualTo("run again from task");
              assertThat(entry.target()).isEqualTo(submitted.id().toString());
              assertThat(entry.by()).isEqualTo("ops");
              assertThat(entry.outcome()).contains("runs again from task " + submitted.idOf(b));
            });
  }

  @Test
  void jobsThatWereMadeFromResultsAreMadeAgain() {
    Workflow flow = Workflow.named("fan").submittedBy("t");
    Task<Receipt> a = flow.add(task, new Order("abc", 1));
    Task<List<Receipt>> each = flow.addEach(task, FlowJobs.EACH_CHARACTER, a);
    flow.add(task, FlowJobs.OF_ALL, each);
    SubmittedWorkflow submitted = jobs.submit(flow);
    settled(submitted.id());
    assertThat(handled).contains("abc", "a", "b", "c", "[a,b,c]");
    handled.clear();
    results.put("abc", "xy");

    assertThat(jobs.workflows().runAgainFrom(submitted.id(), submitted.idOf(a), OPS)).isEqualTo(3);

    assertThat(settled(submitted.id()).outcome()).contains(JobStatus.COMPLETED);
    assertThat(handled).startsWith("abc").contains("x", "y").endsWith("[x,y]").hasSize(4);
    assertThat(jobs.workflows().find(submitted.idOf(each)).orElseThrow().completed()).isEqualTo(2);
    handled.clear();

    assertThat(jobs.workflows().runAgainFrom(submitted.id(), submitted.idOf(each), OPS))
        .isEqualTo(2);
    settled(submitted.id());
    assertThat(handled).contains("x", "y").endsWith("[x,y]").hasSize(3);
  }

  @Test
  void compensationsAndFollowUpsGoWithTheNewEnd() {
    failing.add("a");
    Workflow flow = Workflow.named("saga").submittedBy("t");
    Task<Receipt> a = flow.add(task, new Order("a", 1));
    Task<Receipt> next = flow.add(task, new Order("next", 1)).after(a);
    Task<Receipt> undo = flow.add(task, new Order("undo", 1)).afterFailureOf(a);
    flow.onFirstFailure(event, new Order("failure", 1));
    flow.onAllSucceeded(event, new Order("success", 1));
    SubmittedWorkflow submitted = jobs.submit(flow);
    assertThat(settled(submitted.id()).outcome()).contains(JobStatus.FAILED);
    assertThat(handled).containsExactlyInAnyOrder("a", "undo", "failure");
    handled.clear();
    failing.clear();

    jobs.workflows().runAgainFrom(submitted.id(), submitted.idOf(a), OPS);

    WorkflowState state = settled(submitted.id());
    assertThat(state.outcome()).contains(JobStatus.COMPLETED);
    assertThat(handled).containsExactly("a", "next", "success");
    assertThat(state.skipped()).isEqualTo(1);
    assertThat(jobs.get(submitted.idOf(undo)).status()).isEqualTo(JobStatus.CANCELLED);
    assertThat(jobs.get(submitted.idOf(next)).status()).isEqualTo(JobStatus.COMPLETED);

    handled.clear();
    failing.add("a");
    jobs.workflows().runAgainFrom(submitted.id(), submitted.idOf(a), OPS);
    assertThat(settled(submitted.id()).outcome()).contains(JobStatus.FAILED);
    assertThat(handled).containsExactlyInAnyOrder("a", "undo", "failure");
  }

  @Test
  void whatWaitsForAWorkflowRunsAgainWithATaskInIt() {
    Workflow inner = Workflow.named("inner");
    Task<Receipt> a = inner.add(task, new Order("a", 1));
    inner.add(task, new Order("b", 1));
    inner.onAllSettled(event, new Order("inner end", 1));
    Workflow outer = Workflow.named("outer").submittedBy("t");
    outer.add(task, new Order("before", 1));
    Task<Void> nested = outer.add(inner);
    outer.add(task, new Order("after", 1)).after(nested);
    SubmittedWorkflow submitted = jobs.submit(outer);
    settled(submitted.id());
    settled(submitted.idOf(nested));
    assertThat(a).isNotNull();
    UUID first =
        jobs
            .list(JobQuery.all().withWorkflowId(submitted.idOf(nested)).withType(FlowJobs.TASK))
            .items()
            .stream()
            .filter(job -> task.find(job.id()).orElseThrow().payload().name().equals("a"))
            .findAny()
            .orElseThrow()
            .id();
    handled.clear();

    assertThat(jobs.workflows().runAgainFrom(submitted.idOf(nested), first, OPS)).isEqualTo(2);

    settled(submitted.id());
    settled(submitted.idOf(nested));
    assertThat(handled).startsWith("a").contains("inner end", "after").hasSize(3);
    handled.clear();

    jobs.workflows().runAgainFrom(submitted.id(), submitted.idOf(nested), OPS);
    settled(submitted.id());
    settled(submitted.idOf(nested));
    assertThat(handled).contains("a", "b", "inner end", "after").hasSize(4);
    handled.clear();

    jobs.workflows().runAgainFrom(submitted.id(), submitted.id(), OPS);
    settled(submitted.id());
    settled(submitted.idOf(nested));
    assertThat(handled).contains("before", "a", "b", "inner end", "after").hasSize(5);
  }

  @Test
  void manyJobsRunAgainAsOneTask() {
    Workflow flow = Workflow.named("many").submittedBy("t");
    Task<List<Receipt>> many = flow.addAll(task, orders("m", 3));
    flow.add(task, FlowJobs.OF_ALL, many);
    SubmittedWorkflow submitted = jobs.submit(flow);
    settled(submitted.id());
    handled.clear();
    assertThat(jobs.workflows().runAgainFrom(submitted.id(), submitted.idOf(many), OPS))
        .isEqualTo(4);
    assertThat(settled(submitted.id()).outcome()).contains(JobStatus.COMPLETED);
    assertThat(handled).hasSize(4).endsWith("[m0,m1,m2]");
  }

  @Test
  void nothingWaitsForAWorkflowThatWasDeleted() throws SQLException {
    Workflow before = Workflow.named("before").submittedBy("t");
    before.add(task, new Order("before", 1));
    UUID deleted = jobs.submit(before).id();
    Workflow flow = Workflow.named("flow").submittedBy("t").after(deleted);
    Task<Receipt> a = flow.add(task, new Order("a", 1));
    SubmittedWorkflow submitted = jobs.submit(flow);
    settled(submitted.id());
    try (Connection connection = fixture.database().connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "UPDATE tenon.workflows SET delete_at = now() WHERE id = '" + deleted + "'");
    }
    await("the first workflow is deleted")
        .atMost(Fixture.PATIENCE)
        .until(() -> jobs.workflows().find(deleted).isEmpty());
    handled.clear();

    assertThat(jobs.workflows().runAgainFrom(submitted.id(), submitted.idOf(a), OPS)).isEqualTo(1);

    assertThat(settled(submitted.id()).outcome()).contains(JobStatus.COMPLETED);
    assertThat(handled).containsExactly("a");
  }

  @Test
  void nothingWaitsForATaskWithoutJobs() {
    Workflow flow = Workflow.named("nothing before").submittedBy("t");
    Workflow inner = Workflow.named("inner");
    inner.addAll(task, orders("none", 0));
    Task<Void> nested = flow.add(inner);
    Task<List<Receipt>> none = flow.addAll(task, orders("none", 0));
    flow.add(task, new Order("after", 1)).after(none).after(nested);
    SubmittedWorkflow submitted = jobs.submit(flow);
    settled(submitted.id());
    for (UUID from : List.of(submitted.id(), submitted.idOf(none), submitted.idOf(nested))) {
      handled.clear();

      assertThat(jobs.workflows().runAgainFrom(submitted.id(), from, OPS)).isEqualTo(1);

      assertThat(settled(submitted.id()).outcome()).contains(JobStatus.COMPLETED);
      assertThat(handled).containsExactly("after");
    }
  }

  @Test
  void theEventsOfAWorkflowThatIsSkippedAgainDoNotOccurAgain() {
    failing.add("fails");
    Workflow inner = Workflow.named("inner");
    Task<List<Receipt>> many = inner.addAll(task, orders("m", 2));
    inner.add(task, new Order("last", 1)).afterEndOf(many);
    inner.onAllSettled(event, new Order("inner end", 1));
    Workflow outer = Workflow.named("outer").submittedBy("t");
    Task<Receipt> a = outer.add(task, new Order("a", 1));
    Task<Receipt> fails = outer.add(task, new Order("fails", 1));
    Task<Void> nested = outer.add(inner).after(a).after(fails);
    SubmittedWorkflow submitted = jobs.submit(outer);
    settled(submitted.id());
    assertThat(settled(submitted.idOf(nested)).skipped()).isEqualTo(2);
    assertThat(handled).contains("a", "fails").hasSize(3).endsWith("inner end");
    handled.clear();

    assertThat(jobs.workflows().runAgainFrom(submitted.id(), submitted.idOf(a), OPS)).isEqualTo(4);

    settled(submitted.id());
    assertThat(settled(submitted.idOf(nested)).skipped()).isEqualTo(2);
    assertThat(handled).containsExactly("a");
  }

  @Test
  void anEmptyWorkflowCannotRunAgain() {
    SubmittedWorkflow submitted = jobs.submit(Workflow.named("empty").submittedBy("t"));
    settled(submitted.id());
    assertThatThrownBy(() -> jobs.workflows().runAgainFrom(submitted.id(), submitted.id(), OPS))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Task %s cannot run again: it has no jobs, and nothing depends on it. Choose another task of the workflow.",
            submitted.id());
  }

  @Test
  void whatCannotRunAgainIsRefusedAndStaysAsItIs() {
    failing.add("a");
    Workflow flow = Workflow.named("refused").submittedBy("t").leftOpen();
    Task<Receipt> a = flow.add(task, new Order("a", 1));
    Task<Receipt> b = flow.add(task, new Order("b", 1)).after(a);
    Task<Receipt> end = flow.onAllSettled(event, new Order("end", 1));
    SubmittedWorkflow submitted = jobs.submit(flow);
    UUID id = submitted.id();
    Fixture.awaitStatus(jobs, submitted.idOf(a), JobStatus.FAILED);
    assertThatThrownBy(() -> jobs.workflows().runAgainFrom(id, submitted.idOf(a), OPS))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Workflow %s, 'refused', has not ended: 0 of its 2 members have not. Wait for its end, or cancel it first; failed jobs of a running workflow can be retried.",
            id);
    jobs.workflows().close(id);
    settled(id);
    assertThatThrownBy(() -> jobs.workflows().runAgainFrom(id, submitted.idOf(b), OPS))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Task %s cannot run again: a task before it did not end as required, so it was skipped. Run the workflow again from that task.",
            submitted.idOf(b));
    assertThatThrownBy(() -> jobs.workflows().runAgainFrom(id, submitted.idOf(end), OPS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is a follow-up of the workflow, and no task depends on it");
    UUID unknown = UUID.randomUUID();
    assertThatThrownBy(() -> jobs.workflows().runAgainFrom(id, unknown, OPS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "There is no task %s in workflow %s, nor in the workflows that are its tasks. Give the id of a job of it, or of a workflow that is a task of it.",
            unknown, id);
    assertThatThrownBy(() -> jobs.workflows().runAgainFrom(unknown, unknown, OPS))
        .isInstanceOf(WorkflowNotFoundException.class);
    assertThat(jobs.get(submitted.idOf(b)).status()).isEqualTo(JobStatus.CANCELLED);
    assertThat(settled(id).outcome()).contains(JobStatus.FAILED);
  }
}
