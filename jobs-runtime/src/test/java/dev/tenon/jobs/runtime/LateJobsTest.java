package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.workflow.SubmittedWorkflow;
import dev.tenon.jobs.workflow.Task;
import dev.tenon.jobs.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Latest starts of tasks, and during pauses. */
@Tag("servers")
class LateJobsTest {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Actor OPS = Actor.of("ops", "a test");
  private static final Order ORDER = new Order("abc", 1);
  private static final SubmitOptions WITHIN_AN_HOUR =
      SubmitOptions.defaults().withStartWithin(HOUR);

  private final Fixture fixture = Fixture.withoutRabbit();
  private JobsRuntime runtime;
  private JobService jobs;

  @BeforeEach
  void open() {
    runtime =
        fixture.start(
            fixture
                .builder()
                .modules(
                    TestJobs.moduleOf(List.of(FlowJobs.TASK, FlowJobs.EVENT, TestJobs.QUIET))));
    jobs = runtime.jobs();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private void startWorker() {
    runtime.startWorker(
        TestJobs.handlers()
            .with(FlowJobs.TASK, (order, context) -> new Receipt(order.name()))
            .with(FlowJobs.EVENT, (order, context) -> new Receipt("done"))
            .with(TestJobs.QUIET, (order, context) -> null));
  }

  private Job expired(UUID id) {
    Job job = Fixture.awaitStatus(jobs, id, JobStatus.CANCELLED);
    assertThat(job.error().map(JobError::reason)).contains(JobError.Reason.EXPIRED);
    assertThat(job.attempts()).isZero();
    return job;
  }

  @Test
  void theTimeOfATaskCountsFromWhenItsPayloadIsMade() {
    jobs.types().pause(FlowJobs.EVENT.type(), OPS);
    Workflow flow = Workflow.named("made").submittedBy("t");
    Task<Receipt> first = flow.add(FlowJobs.task(jobs), ORDER);
    Task<Receipt> made =
        flow.add(FlowJobs.event(jobs), FlowJobs.OF_RECEIPT, first).with(WITHIN_AN_HOUR);
    UUID id = jobs.submit(flow).idOf(made);
    assertThat(jobs.get(id).startBefore()).isEmpty();
    startWorker();
    Job job = await().until(() -> jobs.get(id), each -> each.startBefore().isPresent());
    assertThat(job.startBefore()).contains(job.runAt().plus(HOUR));
    jobs.types().resume(FlowJobs.EVENT.type(), OPS);
    assertThat(Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED).startBefore()).isEmpty();
  }

  @Test
  void eachJobOfATaskMustStartInTime() {
    jobs.types().pause(FlowJobs.EVENT.type(), OPS);
    startWorker();
    Workflow flow = Workflow.named("each").submittedBy("t");
    Task<Receipt> first = flow.add(FlowJobs.task(jobs), ORDER);
    Task<List<Receipt>> each =
        flow.addEach(FlowJobs.event(jobs), FlowJobs.EACH_CHARACTER, first)
            .with(SubmitOptions.defaults().withStartWithin(Duration.ofMillis(100)));
    Task<Receipt> after = flow.add(FlowJobs.task(jobs), ORDER).afterEndOf(each);
    SubmittedWorkflow submitted = jobs.submit(flow);
    // None of them is started, and what waits for their end is
    Fixture.awaitStatus(jobs, submitted.idOf(after), JobStatus.COMPLETED);
    List<JobSummary> late = jobs.list(JobQuery.all().withType(FlowJobs.EVENT)).items();
    assertThat(late).hasSize(ORDER.name().length());
    late.forEach(job -> expired(job.id()));
  }

  @Test
  void aPauseOfTheTypeDoesNotStopTheTime() {
    jobs.types().pause(TestJobs.QUIET.type(), OPS);
    startWorker();
    SubmitOptions soon = SubmitOptions.by("t").withStartWithin(Duration.ofMillis(100));
    expired(jobs.submit(TestJobs.QUIET, ORDER, soon).jobId());
  }

  @Test
  void aPauseOfTheWorkflowStopsTheTime() {
    Workflow flow = Workflow.named("paused").submittedBy("t");
    Task<Receipt> task = flow.add(FlowJobs.task(jobs), ORDER).with(WITHIN_AN_HOUR);
    SubmittedWorkflow submitted = jobs.submit(flow);
    UUID id = submitted.idOf(task);
    Instant first = jobs.get(id).startBefore().orElseThrow();
    jobs.workflows().pause(submitted.id(), OPS);
    assertThat(jobs.get(id).startBefore()).isEmpty();
    jobs.workflows().resume(submitted.id(), OPS);
    Job job = jobs.get(id);
    assertThat(job.startBefore()).contains(job.runAt().plus(HOUR));
    assertThat(job.startBefore().orElseThrow()).isAfter(first);
  }
}
