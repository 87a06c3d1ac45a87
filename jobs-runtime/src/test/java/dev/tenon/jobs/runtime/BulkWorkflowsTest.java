package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.BulkOptions;
import dev.tenon.jobs.JobOperation.Counts;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.Step;
import dev.tenon.jobs.SubmittedWorkflow;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.Workflow;
import dev.tenon.jobs.WorkflowState;
import dev.tenon.jobs.annotation.JobPriority;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Bulk operations on jobs that belong to workflows. */
@Tag("servers")
class BulkWorkflowsTest {

  private static final BulkOptions OPS = BulkOptions.of("ops", "a test");
  private static final JobQuery STEPS = JobQuery.all().withType(FlowJobs.STEP);

  private final Fixture fixture = Fixture.withRabbit();
  private final AtomicBoolean mended = new AtomicBoolean();
  private JobService jobs;
  private Step<Receipt> first;
  private Step<Receipt> second;
  private SubmittedWorkflow workflow;

  @BeforeEach
  void submit() {
    jobs = fixture.start().jobs();
    TypedJobs<Order, Receipt> step = FlowJobs.step(jobs);
    Workflow chain = Workflow.named("chain").submittedBy("t");
    first = chain.add(step, new Order("a", 1));
    second = chain.add(step, new Order("b", 1)).after(first);
    workflow = jobs.submit(chain);
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
                .with(
                    FlowJobs.STEP,
                    (order, context) -> {
                      if (!mended.get()) {
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
            state -> state.outcome() == outcome);
  }

  @Test
  void aStepThatWaitsForAnotherIsNotReleasedByAnotherTimeOrQueueOrPriority() {
    assertThat(jobs.bulk().reschedule(STEPS, Instant.now(), OPS).counts())
        .isEqualTo(new Counts(2, 1, 1, 0));
    assertThat(jobs.bulk().reprioritise(STEPS, JobPriority.HIGH, OPS).counts().changed())
        .isEqualTo(2);
    assertThat(jobs.bulk().move(STEPS, "jobs.elsewhere", OPS).counts().changed()).isEqualTo(2);
    Fixture.awaitStatus(jobs, workflow.idOf(first), JobStatus.QUEUED);
    assertThat(jobs.get(workflow.idOf(second)).status()).isEqualTo(JobStatus.PENDING);
    assertThat(fixture.host().bodies("jobs.elsewhere", 1).get(0))
        .contains(workflow.idOf(first).toString());
  }

  @Test
  void cancelledStepsSettleTheirWorkflowAndAreNotDeletedByThemselves() {
    assertThat(jobs.bulk().cancel(STEPS, OPS).counts()).isEqualTo(new Counts(2, 2, 0, 0));
    settled(JobStatus.CANCELLED);
    assertThat(jobs.bulk().delete(STEPS, OPS).counts()).isEqualTo(new Counts(2, 0, 2, 0));
  }

  @Test
  void aStoppedStepIsNotRetriedByItselfAndRunsAfterTheOneThatFailed() {
    startWorker();
    settled(JobStatus.FAILED);
    mended.set(true);
    assertThat(jobs.bulk().retry(STEPS, OPS).counts()).isEqualTo(new Counts(2, 1, 1, 0));
    assertThat(settled(JobStatus.COMPLETED).completed()).isEqualTo(2);
  }
}
