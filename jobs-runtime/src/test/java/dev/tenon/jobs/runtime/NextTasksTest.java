package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.internal.pointer.JobPointer;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.store.AttemptEnd;
import dev.tenon.jobs.internal.store.ClaimStore;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.store.Lease;
import dev.tenon.jobs.internal.store.NextTasks;
import dev.tenon.jobs.internal.store.OutcomeStore;
import dev.tenon.jobs.internal.store.WorkerStore;
import dev.tenon.jobs.options.WorkerOptions;
import dev.tenon.jobs.workflow.SubmittedWorkflow;
import dev.tenon.jobs.workflow.Task;
import dev.tenon.jobs.workflow.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Workers go on with the next tasks of workflows, which they claim with the end of the others. */
@Tag("servers")
class NextTasksTest {

  private static final String TYPE = FlowJobs.TASK.type();
  private static final Map<String, Integer> KNOWN = Map.of(TYPE, 1);

  private Fixture fixture;
  private JobService jobs;
  private TypedJobs<Order, Receipt> task;
  private final List<String> handled = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void start() {
    fixture = Fixture.withRabbit();
    jobs = fixture.start().jobs();
    task = FlowJobs.task(jobs);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  /** Two tasks, of which the second one waits for the first. */
  private final class Pair {
    private final Task<Receipt> first;
    private final Task<Receipt> second;
    private final SubmittedWorkflow submitted;
    private final Database database =
        new Database(
            fixture.database().dataSource(),
            fixture.database().dataSource(),
            fixture.database().dataSource(),
            "tenon");

    Pair(Order payload, SubmitOptions ofSecond) {
      Workflow flow = Workflow.named("pair").submittedBy("t");
      first = flow.add(task, new Order("a", 1));
      second = flow.add(task, payload).after(first).with(ofSecond);
      submitted = jobs.submit(flow);
    }

    UUID secondId() {
      return submitted.idOf(second);
    }

    Lease claimFirst() {
      new WorkerStore(database).register("w", "here", 1, 10, Map.of());
      List<ClaimedJob> claimed =
          new ClaimStore(database)
              .claim("w", List.of(submitted.idOf(first)), KNOWN, 1, Long.MAX_VALUE)
              .jobs();
      assertThat(claimed).hasSize(1);
      return claimed.get(0).lease();
    }

    OutcomeStore.Finished finish(Lease lease, Map<String, Integer> known, int limit) {
      return new OutcomeStore(database)
          .finish(
              List.of(new AttemptEnd.Completed(lease, "{\"text\":\"a\"}", 1)),
              new NextTasks("w", known, limit));
    }

    OutcomeStore.Finished finishFirst(Map<String, Integer> known, int limit) {
      return finish(claimFirst(), known, limit);
    }

    void isLeftToOthers(OutcomeStore.Finished finished) {
      assertThat(finished.claimed()).isEmpty();
      assertThat(finished.startable().pointers())
          .extracting(JobPointer::jobId)
          .containsExactly(secondId());
      assertThat(jobs.get(secondId()).status()).isEqualTo(JobStatus.PENDING);
    }
  }

  private Pair pair() {
    return new Pair(new Order("b", 1), SubmitOptions.defaults());
  }

  @Test
  void theNextTaskIsClaimedWithTheEndOfTheOneBefore() {
    Pair pair = pair();
    OutcomeStore.Finished finished = pair.finishFirst(KNOWN, 5);
    assertThat(finished.startable().isNothing()).isTrue();
    assertThat(finished.claimed())
        .singleElement()
        .satisfies(
            claimed -> {
              assertThat(claimed.id()).isEqualTo(pair.secondId());
              assertThat(claimed.type()).isEqualTo(TYPE);
              assertThat(claimed.attempt()).isEqualTo(1);
              assertThat(claimed.lease().workerId()).isEqualTo("w");
              assertThat(claimed.payload()).contains("\"b\"");
              assertThat(claimed.submittedBy()).isEqualTo("t");
              assertThat(claimed.workflowId()).isEqualTo(pair.submitted.id());
            });
    assertThat(jobs.get(pair.secondId()).status()).isEqualTo(JobStatus.RUNNING);
    assertThat(
            new OutcomeStore(pair.database)
                .finish(
                    List.of(
                        new AttemptEnd.Completed(
                            finished.claimed().get(0).lease(), "{\"text\":\"b\"}", 1)),
                    new NextTasks("w", KNOWN, 5))
                .recorded())
        .containsExactly(pair.secondId());
    assertThat(jobs.workflows().find(pair.submitted.id()).orElseThrow().outcome())
        .contains(JobStatus.COMPLETED);
  }

  @Test
  void whatTheWorkerDoesNotKnowOrMayNotRunIsLeftToOthers() {
    Pair tooMany = pair();
    tooMany.isLeftToOthers(tooMany.finishFirst(KNOWN, 0));
    Pair ofOtherTypes = pair();
    ofOtherTypes.isLeftToOthers(ofOtherTypes.finishFirst(Map.of("test.other", 1), 5));
    Pair tooNew = pair();
    tooNew.isLeftToOthers(tooNew.finishFirst(Map.of(TYPE, 0), 5));
    Pair large = new Pair(new Order("b".repeat(20_000), 1), SubmitOptions.defaults());
    large.isLeftToOthers(large.finishFirst(KNOWN, 5));
  }

  @Test
  void whatIsPausedOrNotYetDueIsNotClaimed() {
    Pair later =
        new Pair(new Order("b", 1), SubmitOptions.defaults().withDelay(Duration.ofHours(1)));
    assertThat(later.finishFirst(KNOWN, 5).claimed()).isEmpty();
    assertThat(jobs.get(later.secondId()).status()).isEqualTo(JobStatus.PENDING);

    Pair paused = pair();
    Lease lease = paused.claimFirst();
    jobs.workflows().pause(paused.submitted.id(), Actor.of("operator", "to see"));
    OutcomeStore.Finished finished = paused.finish(lease, KNOWN, 5);
    assertThat(finished.claimed()).isEmpty();
    assertThat(finished.startable().isNothing()).isTrue();

    Pair ofPausedType = pair();
    Lease other = ofPausedType.claimFirst();
    // Its worker declares the type
    startWorker(0).close();
    jobs.types().pause(TYPE, Actor.of("operator", "to see"));
    ofPausedType.isLeftToOthers(ofPausedType.finish(other, KNOWN, 5));
  }

  private JobWorker startWorker(long millis) {
    return fixture
        .start()
        .startWorker(
            TestJobs.handlers()
                .with(
                    FlowJobs.TASK,
                    (order, context) -> {
                      handled.add(order.name());
                      Thread.sleep(millis);
                      return new Receipt(order.name());
                    }),
            WorkerOptions.defaults().withConcurrency(1));
  }

  private SubmittedWorkflow submitChain(int length) {
    Workflow flow = Workflow.named("chain").submittedBy("t");
    Task<Receipt> last = flow.add(task, new Order("c0", 1));
    for (int i = 1; i < length; i++) {
      last = flow.add(task, new Order("c" + i, 1)).after(last);
    }
    return jobs.submit(flow);
  }

  /** The chain takes a minute and more, and its slot is the only one. */
  @Test
  void howeverLongAChainIsOthersHaveTheirTurn() {
    int length = 4000;
    submitChain(length);
    startWorker(20);
    await().until(() -> handled.size() > 3);
    task.submit(new Order("other", 1), SubmitOptions.by("t"));
    await("the other job runs")
        .atMost(Fixture.PATIENCE)
        .until(() -> handled.contains("other") || handled.size() > length);
    assertThat(handled.indexOf("other")).isLessThan(length);
  }

  @Test
  void aWorkerThatStopsInAChainLeavesTheRestToOthers() {
    SubmittedWorkflow chain = submitChain(400);
    JobWorker first = startWorker(20);
    await().until(() -> handled.size() > 10);
    first.close();
    assertThat(jobs.count(JobQuery.all().withStatus(JobStatus.RUNNING))).isZero();
    assertThat(handled).hasSizeLessThan(400);

    startWorker(0);
    await("the chain ends")
        .atMost(Fixture.PATIENCE)
        .until(() -> jobs.workflows().find(chain.id()).orElseThrow().outcome().isPresent());
    assertThat(jobs.workflows().find(chain.id()).orElseThrow().outcome())
        .contains(JobStatus.COMPLETED);
    assertThat(handled).hasSize(400).doesNotHaveDuplicates();
  }
}
