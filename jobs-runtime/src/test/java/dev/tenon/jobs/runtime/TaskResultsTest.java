package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.CapturedLog;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.options.SizeLimits;
import dev.tenon.jobs.workflow.SubmittedWorkflow;
import dev.tenon.jobs.workflow.Task;
import dev.tenon.jobs.workflow.Workflow;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Payloads that are made from results: how much of these is read, by whom, and under which locks.
 */
@Tag("servers")
class TaskResultsTest {

  private static final int RESULT_CHARACTERS = 5_000;

  private final Fixture fixture = Fixture.withoutRabbit();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private JobsRuntime runtime;
  private JobService jobs;

  @BeforeEach
  void open() {
    runtime =
        fixture.start(
            fixture.builder().sizeLimits(SizeLimits.defaults().withTaskResultsBytes(100_000)));
    jobs = runtime.jobs();
  }

  @AfterEach
  void close() {
    FlowJobs.BEFORE.set(() -> {});
    mayEnd.countDown();
    fixture.close();
  }

  private void startWorker() {
    runtime.startWorker(
        TestJobs.handlers()
            .with(FlowJobs.TASK, (order, context) -> new Receipt(text(order.name())))
            .with(FlowJobs.EVENT, (order, context) -> new Receipt("done"))
            .with(TestJobs.FORGOTTEN, (order, context) -> null));
  }

  /** A result that PostgreSQL can compress well, or not at all. */
  private static String text(String kind) {
    Random random = new Random(7);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < RESULT_CHARACTERS; i++) {
      text.append(kind.equals("compressible") ? 'x' : (char) ('!' + random.nextInt(90)));
    }
    return text.toString().replace('"', 'q').replace('\\', 'b');
  }

  private Job ended(UUID jobId) {
    return await("the job has ended")
        .atMost(Fixture.PATIENCE)
        .until(() -> jobs.get(jobId), job -> job.status().isTerminal());
  }

  @ParameterizedTest
  @ValueSource(strings = {"compressible", "incompressible"})
  void moreResultsThanThereMayBeFailTheTaskAndAreNotHeld(String kind) {
    startWorker();
    Workflow flow = Workflow.named("fan-in").submittedBy("t");
    Task<List<Receipt>> many =
        flow.addAll(FlowJobs.task(jobs), Collections.nCopies(30, new Order(kind, 1)));
    Task<Receipt> last = flow.add(FlowJobs.event(jobs), FlowJobs.OF_ALL, many);
    UUID id = jobs.submit(flow).idOf(last);
    Job job = ended(id);
    assertThat(job.status()).isEqualTo(JobStatus.FAILED);
    JobError error = job.error().orElse(null);
    assertThat(error.reason()).isEqualTo(JobError.Reason.RESULT_TOO_LARGE);
    assertThat(error.message().orElseThrow())
        .contains(
            id.toString(),
            "test.flow.event",
            "bytes, but the limit for the results of one task is 100000");
  }

  @Test
  void resultsUpToTheLimitMakeThePayload() {
    startWorker();
    Workflow flow = Workflow.named("fan-in").submittedBy("t");
    Task<List<Receipt>> many =
        flow.addAll(FlowJobs.task(jobs), Collections.nCopies(15, new Order("compressible", 1)));
    Task<Receipt> last = flow.add(FlowJobs.event(jobs), FlowJobs.OF_ALL, many);
    assertThat(ended(jobs.submit(flow).idOf(last)).status()).isEqualTo(JobStatus.COMPLETED);
  }

  @Test
  void nothingIsLockedWhileAPayloadIsMadeAndACancelledTaskStaysCancelled() throws Exception {
    FlowJobs.BEFORE.set(
        () -> {
          begun.countDown();
          try {
            mayEnd.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    startWorker();
    Workflow flow = Workflow.named("held").submittedBy("t");
    Task<Receipt> first = flow.add(FlowJobs.task(jobs), new Order("compressible", 1));
    Task<Receipt> second = flow.add(FlowJobs.event(jobs), FlowJobs.HELD, first);
    Task<Receipt> third = flow.add(FlowJobs.event(jobs), FlowJobs.OF_RECEIPT, first);
    SubmittedWorkflow submitted = jobs.submit(flow);
    begun.await();
    isFree("workflows", submitted.id());
    isFree("workflow_tasks", submitted.idOf(second));
    assertThat(jobs.cancel(submitted.idOf(second), Actor.of("ann")))
        .isEqualTo(JobService.CancelResult.CANCELLED);
    mayEnd.countDown();
    assertThat(ended(submitted.idOf(third)).status()).isEqualTo(JobStatus.COMPLETED);
    assertThat(jobs.get(submitted.idOf(second)).status()).isEqualTo(JobStatus.CANCELLED);
  }

  static List<Function<Exception, RuntimeException>> failuresOfAClose() {
    return List.of(
        IllegalStateException::new, cause -> new JobsException("closed", null, null, cause));
  }

  @ParameterizedTest
  @MethodSource("failuresOfAClose")
  void aPayloadWhoseMakingTheCloseInterruptsIsMadeByAnotherProcess(
      Function<Exception, RuntimeException> failure) throws Exception {
    FlowJobs.BEFORE.set(
        () -> {
          begun.countDown();
          try {
            mayEnd.await();
          } catch (InterruptedException e) {
            throw failure.apply(e);
          }
        });
    startWorker();
    Workflow flow = Workflow.named("held").submittedBy("t");
    Task<Receipt> first = flow.add(FlowJobs.task(jobs), new Order("compressible", 1));
    Task<Receipt> second = flow.add(FlowJobs.event(jobs), FlowJobs.HELD, first);
    UUID id = jobs.submit(flow).idOf(second);
    begun.await();
    try (CapturedLog log = CapturedLog.of("dev.tenon.jobs")) {
      runtime.close();
      assertThat(log.warnings()).isEmpty();
    }
    FlowJobs.BEFORE.set(() -> {});
    open();
    startWorker();
    assertThat(ended(id).status()).isEqualTo(JobStatus.COMPLETED);
  }

  private void isFree(String table, UUID id) throws SQLException {
    try (Connection connection = fixture.database().connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "SELECT FROM tenon." + table + " WHERE id = '" + id + "' FOR UPDATE NOWAIT");
    }
  }

  @Test
  void onlyAProcessWithAWorkerMakesThePayloadsOfItsModule() {
    try (Preparation preparation =
        new Preparation(null, null, null, List.of(FlowJobs.TASK), released -> {})) {
      assertThat(preparation.types()).isEmpty();
      preparation.serve(List.of(FlowJobs.EVENT), List.of(FlowJobs.TASK));
      assertThat(preparation.types()).containsOnly("test.flow.task", "test.flow.event");
    }
  }
}
