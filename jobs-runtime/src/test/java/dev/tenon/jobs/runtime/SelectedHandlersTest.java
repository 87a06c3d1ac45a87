package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.options.WorkerOptions;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Workers for a part of the types of a module. */
class SelectedHandlersTest {

  private static final Order ORDER = new Order("screws", 1);

  @Test
  void heavyJobsHaveAWorkerOfTheirOwnAndHoldUpNoOthers() throws Exception {
    CountDownLatch heavyMayEnd = new CountDownLatch(1);
    JobHandlers all =
        TestJobs.handlers()
            .with(
                TestJobs.ORDER,
                (order, context) -> {
                  heavyMayEnd.await();
                  return new Receipt("heavy");
                })
            // In the same queue
            .with(TestJobs.NEIGHBOUR, (order, context) -> new Receipt("light"));
    try (Fixture fixture = Fixture.withRabbit()) {
      JobsRuntime runtime = fixture.start();
      JobWorker heavy =
          runtime.startWorker(
              all.only(TestJobs.ORDER), WorkerOptions.defaults().withConcurrency(1));
      JobWorker light = runtime.startWorker(all.without(TestJobs.ORDER));
      JobService jobs = runtime.jobs();
      List<UUID> orders =
          jobs.submitAll(TestJobs.ORDER, List.of(ORDER, ORDER), SubmitOptions.by("t")).stream()
              .map(Submitted::jobId)
              .toList();
      List<UUID> neighbours =
          jobs.submitAll(TestJobs.NEIGHBOUR, List.of(ORDER, ORDER), SubmitOptions.by("t")).stream()
              .map(Submitted::jobId)
              .toList();

      neighbours.forEach(id -> Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED));
      heavyMayEnd.countDown();
      orders.forEach(id -> Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED));

      assertThat(orders).allSatisfy(id -> assertThat(workerOf(jobs, id)).isEqualTo(heavy.id()));
      assertThat(neighbours).allSatisfy(id -> assertThat(workerOf(jobs, id)).isEqualTo(light.id()));
    }
  }

  private static String workerOf(JobService jobs, UUID id) {
    return jobs.attempts(id).get(0).workerId();
  }

  @Test
  void aTypeThatIsNotHandledIsRefused() {
    JobHandlers handlers =
        TestJobs.handlers()
            .with(TestJobs.ORDER, (order, context) -> new Receipt(""))
            .with(TestJobs.NEIGHBOUR, (order, context) -> new Receipt(""));
    assertThatThrownBy(() -> handlers.only(TestJobs.ORDER, TestJobs.LONG))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Module TestJobs has no handler for job type 'test.order.long'; it has handlers"
                + " for test.order.neighbour, test.order.place.");
  }
}
