package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.WaitReason;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.JobLimits;
import dev.tenon.jobs.operate.JobMonitor.Backlog;
import dev.tenon.jobs.operate.JobTypeOverrides;
import dev.tenon.jobs.operate.JobTypeState;
import dev.tenon.jobs.options.WorkerOptions;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What operators have set holds under all names that a type has had. */
@Tag("servers")
class RenamedTypesTest {

  private static final JobDefinition<Order, Receipt> BEFORE =
      TestCodecs.builder("order.pay", Order.class, Receipt.class)
          .limits(JobLimits.NONE.withMaxConcurrent(5))
          .build();
  private static final JobDefinition<Order, Receipt> AFTER =
      TestCodecs.builder("order.settle", Order.class, Receipt.class)
          .aliases("order.pay")
          .limits(JobLimits.NONE.withMaxConcurrent(5))
          .build();

  private final Fixture fixture = Fixture.withoutRabbit();

  @AfterEach
  void close() {
    fixture.close();
  }

  private JobsRuntime deploy(JobDefinition<Order, Receipt> definition) {
    return fixture.start(
        fixture.builder().modules(TestJobs.moduleOf(List.of(definition, TestJobs.ORDER))));
  }

  private static UUID submit(JobService jobs, JobDefinition<Order, Receipt> definition) {
    return jobs.submit(definition, new Order("x", 1), SubmitOptions.by("t")).jobId();
  }

  private static void startWorker(JobsRuntime runtime, JobDefinition<Order, Receipt> definition) {
    runtime.startWorker(
        TestJobs.handlers()
            .with(definition, (order, context) -> new Receipt("done"))
            .with(TestJobs.ORDER, (order, context) -> new Receipt("done")),
        WorkerOptions.defaults());
  }

  /** The worker has had every opportunity to take the job: it has run others that came later. */
  private static void assertNotStarted(JobService jobs, UUID id) {
    for (int i = 0; i < 3; i++) {
      Fixture.awaitStatus(jobs, submit(jobs, TestJobs.ORDER), JobStatus.COMPLETED);
    }
    assertThat(jobs.get(id).status()).isEqualTo(JobStatus.PENDING);
    assertThat(jobs.whyWaiting(id)).containsInstanceOf(WaitReason.Paused.class);
  }

  private static void assertPausedByTheOldName(
      JobsRuntime runtime, JobDefinition<Order, Receipt> definition) {
    JobService jobs = runtime.jobs();
    jobs.types().pause("order.pay", Actor.of("ann", "a bad release"));
    UUID id = submit(jobs, definition);
    startWorker(runtime, definition);
    assertNotStarted(jobs, id);
    jobs.types().resume("order.pay", Actor.of("ann"));
    Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED);
  }

  @Test
  void whatWasSetBeforeARenameHoldsAfterIt() {
    JobService before = deploy(BEFORE).jobs();
    before.types().pause("order.pay", Actor.of("ann", "a bad release"));
    before
        .types()
        .override(
            "order.pay", JobTypeOverrides.none().withMaxConcurrent(2), Actor.of("ann", "slowly"));
    UUID ofOldName = submit(before, BEFORE);

    JobsRuntime after = deploy(AFTER);
    JobService jobs = after.jobs();
    UUID id = submit(jobs, AFTER);
    startWorker(after, AFTER);
    JobTypeState state = jobs.types().get("order.settle");
    assertThat(state.pause()).hasValueSatisfying(pause -> assertThat(pause.by()).isEqualTo("ann"));
    assertThat(state.effective().limits().maxConcurrent()).isEqualTo(2);
    assertNotStarted(jobs, id);
    assertNotStarted(jobs, ofOldName);

    jobs.types().resume("order.settle", Actor.of("ann"));
    Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED);
    Fixture.awaitStatus(jobs, ofOldName, JobStatus.COMPLETED);
  }

  @Test
  void theBacklogHasEachNameOnce() {
    submit(deploy(BEFORE).jobs(), BEFORE);
    JobsRuntime after = deploy(AFTER);
    submit(after.jobs(), AFTER);

    assertThat(after.monitor().backlog(10))
        .extracting(Backlog::type, Backlog::jobs)
        .containsExactly(
            tuple("order.pay", 1L), tuple("order.settle", 1L), tuple(TestJobs.ORDER.type(), 0L));
  }

  @Test
  void aPauseByTheOldNameHoldsForTheNewOne() {
    deploy(BEFORE);
    assertPausedByTheOldName(deploy(AFTER), AFTER);
  }

  @Test
  void aRenameMayBeTakenBack() {
    deploy(BEFORE);
    deploy(AFTER);
    JobsRuntime again = deploy(BEFORE);
    assertPausedByTheOldName(again, BEFORE);

    JobService jobs = again.jobs();
    jobs.types()
        .override(
            "order.pay", JobTypeOverrides.none().withMaxConcurrent(1), Actor.of("ann", "slowly"));
    assertThat(jobs.types().get("order.settle").effective().limits().maxConcurrent())
        .as("which is the row that claims look at")
        .isEqualTo(1);
  }
}
