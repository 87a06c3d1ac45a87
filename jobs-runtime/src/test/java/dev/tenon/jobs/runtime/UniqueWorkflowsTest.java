package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.Header;
import dev.tenon.jobs.Headers;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.annotation.UniqueScope;
import dev.tenon.jobs.workflow.SubmittedWorkflow;
import dev.tenon.jobs.workflow.Task;
import dev.tenon.jobs.workflow.Workflow;
import dev.tenon.jobs.workflow.WorkflowState;
import dev.tenon.jobs.workflow.WorkflowTree;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Workflows with unique keys, and the look at all that is nested in one. No worker runs. */
@Tag("servers")
class UniqueWorkflowsTest {

  private static final Actor OPS = Actor.of("ops", "a test");
  private static final int THREADS = 8;

  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private Fixture fixture;
  private JobService jobs;
  private TypedJobs<Order, Receipt> task;

  @BeforeEach
  void open() {
    fixture = Fixture.withoutRabbit();
    jobs = fixture.start().jobs();
    task = FlowJobs.task(jobs);
  }

  @AfterEach
  void close() {
    threads.shutdownNow();
    fixture.close();
  }

  private Workflow order(String key) {
    return order(key, UniqueScope.UNTIL_ENDED);
  }

  private Workflow order(String key, UniqueScope scope) {
    Workflow flow = Workflow.named("order").submittedBy("t").uniqueBy(key, scope);
    flow.add(task, new Order("a", 1));
    return flow;
  }

  @Test
  void asLongAsAWorkflowHasNotEndedASubmitReturnsIt() {
    SubmittedWorkflow first = jobs.submit(order("7"));
    Workflow again = Workflow.named("order").submittedBy("t").uniqueBy("7");
    Task<Receipt> unrecorded = again.add(task, new Order("b", 1));
    SubmittedWorkflow second = jobs.submit(again);

    assertThat(first.isNew()).isTrue();
    assertThat(second.isNew()).isFalse();
    assertThat(second.id()).isEqualTo(first.id());
    assertThat(jobs.count(JobQuery.all())).isEqualTo(1);
    assertThatThrownBy(() -> second.idOf(unrecorded))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "The workflow 'order' was not recorded, because %s has the same unique key. So this task has no id. Ask isNew() first, and find the jobs of the other workflow with JobQuery.withWorkflowId.",
            first.id());
    assertThat(jobs.submit(order("8")).isNew()).as("another key").isTrue();
    Workflow other = Workflow.named("invoice").submittedBy("t").uniqueBy("7");
    other.add(task, new Order("c", 1));
    assertThat(jobs.submit(other).isNew()).as("another name").isTrue();
    WorkflowState found = jobs.workflows().find("order", "7").orElseThrow();
    assertThat(found.id()).isEqualTo(first.id());
    assertThat(found.uniqueKey()).contains("7");
    assertThat(jobs.workflows().find("order", "9")).isEmpty();
  }

  @Test
  void aWorkflowWithAUniqueKeyHasItsHeaders() {
    Header<String> tenant = Header.ofString("tenant");
    UUID id = jobs.submit(order("7").withHeader(tenant, "acme")).id();
    assertThat(jobs.workflows().find(id).orElseThrow().headers())
        .isEqualTo(Headers.of(tenant, "acme"));
  }

  @Test
  void theScopeSaysWhatKeepsOthersOutAfterTheEnd() throws Exception {
    UUID ended = jobs.submit(order("ended")).id();
    UUID unlessFailed = jobs.submit(order("unless failed", UniqueScope.UNLESS_FAILED)).id();
    UUID deleted = jobs.submit(order("deleted", UniqueScope.UNTIL_DELETED)).id();
    for (UUID id : List.of(ended, unlessFailed, deleted)) {
      jobs.workflows().cancel(id, OPS);
    }
    assertThat(jobs.submit(order("ended")).isNew()).isTrue();
    assertThat(jobs.submit(order("unless failed", UniqueScope.UNLESS_FAILED)).isNew()).isTrue();
    assertThat(jobs.submit(order("deleted", UniqueScope.UNTIL_DELETED)).id()).isEqualTo(deleted);

    Workflow empty =
        Workflow.named("empty").submittedBy("t").uniqueBy("1", UniqueScope.UNLESS_FAILED);
    UUID completed = jobs.submit(empty).id();
    assertThat(jobs.workflows().find(completed).orElseThrow().outcome())
        .contains(JobStatus.COMPLETED);
    assertThat(jobs.submit(empty).id()).isEqualTo(completed);
  }

  @Test
  void aRetriedWorkflowKeepsOthersOutAgainUnlessOneHasItsKey() {
    UUID first = jobs.submit(order("7")).id();
    jobs.workflows().cancel(first, OPS);
    jobs.workflows().retry(first, OPS);
    assertThat(jobs.submit(order("7")).id()).isEqualTo(first);

    jobs.workflows().cancel(first, OPS);
    UUID second = jobs.submit(order("7")).id();
    assertThat(second).isNotEqualTo(first);
    jobs.workflows().retry(first, OPS);
    assertThat(jobs.submit(order("7")).id()).isEqualTo(second);
    assertThat(jobs.workflows().find(first).orElseThrow().uniqueKey()).contains("7");
  }

  @Test
  void ofManyWhoSubmitAtTheSameMomentOneIsFirst() throws Exception {
    for (int round = 0; round < 20; round++) {
      String key = "round " + round / 2;
      CyclicBarrier start = new CyclicBarrier(THREADS);
      List<Future<SubmittedWorkflow>> all = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        all.add(
            threads.submit(
                () -> {
                  start.await();
                  return jobs.submit(order(key));
                }));
      }
      List<SubmittedWorkflow> submitted = new ArrayList<>();
      for (Future<SubmittedWorkflow> each : all) {
        submitted.add(each.get(Fixture.PATIENCE.toSeconds(), TimeUnit.SECONDS));
      }
      assertThat(submitted.stream().filter(SubmittedWorkflow::isNew)).hasSize(1);
      assertThat(submitted.stream().map(SubmittedWorkflow::id).collect(Collectors.toSet()))
          .hasSize(1);
      // In every other round, the key of a workflow that has ended is taken
      jobs.workflows().cancel(submitted.get(0).id(), OPS);
    }
    assertThat(jobs.count(JobQuery.all())).isEqualTo(20);
  }

  @Test
  void aSubmitWaitsForATransactionThatHasTheKeyAndReturnsWhatItCommitted() throws Exception {
    try (Connection connection = fixture.database().connect()) {
      connection.setAutoCommit(false);
      UUID first = jobs.in(connection).submit(order("7")).id();
      Future<SubmittedWorkflow> second = threads.submit(() -> jobs.submit(order("7")));
      await().atMost(Fixture.PATIENCE).until(this::somebodyWaits);
      connection.commit();
      assertThat(second.get(Fixture.PATIENCE.toSeconds(), TimeUnit.SECONDS).id()).isEqualTo(first);

      UUID rolledBack = jobs.in(connection).submit(order("8")).id();
      Future<SubmittedWorkflow> third = threads.submit(() -> jobs.submit(order("8")));
      await().atMost(Fixture.PATIENCE).until(this::somebodyWaits);
      connection.rollback();
      SubmittedWorkflow own = third.get(Fixture.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(own.isNew()).isTrue();
      assertThat(own.id()).isNotEqualTo(rolledBack);
    }
  }

  @Test
  void aTransactionThatWasGivenAnotherWorkflowHoldsUpNobody() throws Exception {
    UUID first = jobs.submit(order("7")).id();
    try (Connection connection = fixture.database().connect()) {
      connection.setAutoCommit(false);
      assertThat(jobs.in(connection).submit(order("7")).isNew()).isFalse();
      Future<SubmittedWorkflow> second = threads.submit(() -> jobs.submit(order("7")));
      assertThat(second.get(Fixture.PATIENCE.toSeconds(), TimeUnit.SECONDS).id()).isEqualTo(first);
      assertThat(jobs.workflows().cancel(first, OPS)).isEqualTo(1);
      connection.rollback();
    }
  }

  private boolean somebodyWaits() throws SQLException {
    try (Connection connection = fixture.database().connect();
        ResultSet row =
            connection
                .createStatement()
                .executeQuery(
                    "SELECT count(*) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND wait_event_type = 'Lock'")) {
      return row.next() && row.getInt(1) > 0;
    }
  }

  @Test
  void whatCannotBeUniqueIsRefused() {
    Workflow inner = Workflow.named("inner").uniqueBy("7");
    Workflow outer = Workflow.named("outer").submittedBy("t");
    outer.add(inner);
    assertThatThrownBy(() -> jobs.submit(outer))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The workflow 'inner' has a unique key, but is a task of another workflow, and only a workflow that is submitted on its own can be unique. Call uniqueBy(…) on the outermost workflow, 'outer'.");
    assertNotNested(
        Workflow.named("inner").submittedBy("ann"),
        "The workflow 'inner' has a submitter, but is a task of another workflow. Call it on the outermost workflow, 'outer'.");
    assertNotNested(
        Workflow.named("inner").after(UUID.randomUUID()),
        "The workflow 'inner' has an earlier workflow, but is a task of another workflow. Call it on the outermost workflow, 'outer', or let the task wait for other tasks.");
    assertThatThrownBy(() -> outer.uniqueBy(" "))
        .hasMessage(
            "The unique key of the workflow 'outer' is blank. Name what the workflow is about, such as \"order-7\".");
    assertThatThrownBy(() -> outer.uniqueBy("7", UniqueScope.UNTIL_STARTED))
        .hasMessage(
            "The workflow 'outer' cannot be unique with the scope UNTIL_STARTED, because its tasks start one after the other. Use UNTIL_ENDED, UNLESS_FAILED or UNTIL_DELETED.");
    assertThatThrownBy(() -> jobs.submit(order("x".repeat(1_001))))
        .hasMessageContaining("The unique key of the workflow has 1,001 bytes");
  }

  private void assertNotNested(Workflow inner, String message) {
    Workflow outer = Workflow.named("outer").submittedBy("t");
    outer.add(inner);
    assertThatThrownBy(() -> jobs.submit(outer))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  // The look at all that is nested

  @Test
  void aWorkflowIsReadWithAllThatIsNestedInIt() {
    Workflow root = Workflow.named("0").submittedBy("t");
    Workflow level = root;
    for (int i = 1; i <= 30; i++) {
      Workflow next = Workflow.named(Integer.toString(i));
      next.add(task, new Order("a", 1));
      level.add(next);
      level = next;
    }
    root.addAll(task, FlowJobs.orders("m", 3));
    UUID id = jobs.submit(root).id();

    WorkflowTree tree = jobs.workflows().tree(id).orElseThrow();

    assertThat(tree.isComplete()).isTrue();
    assertThat(tree.allJobs()).isEqualTo(Map.of(JobStatus.PENDING, 33L));
    assertThat(tree.state()).isEqualTo(jobs.workflows().find(id).orElseThrow());
    assertThat(tree.nested()).extracting(each -> each.state().name()).hasSize(2).contains("1");
    WorkflowTree deepest =
        tree.nested().stream()
            .filter(each -> each.state().name().equals("1"))
            .findAny()
            .orElseThrow();
    assertThat(deepest.allJobs()).isEqualTo(Map.of(JobStatus.PENDING, 30L));
    int depth = 1;
    while (!deepest.nested().isEmpty()) {
      deepest = deepest.nested().get(0);
      depth++;
    }
    assertThat(depth).isEqualTo(30);
    assertThat(deepest.state().name()).isEqualTo("30");
    assertThat(deepest.state().jobs()).isEqualTo(Map.of(JobStatus.PENDING, 1L));
    assertThat(jobs.workflows().tree(UUID.randomUUID())).isEmpty();
  }
}
