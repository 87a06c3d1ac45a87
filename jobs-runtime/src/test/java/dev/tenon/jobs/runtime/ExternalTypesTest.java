package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Job types that workers which are not Java handle. */
class ExternalTypesTest {

  @Test
  void theirJobsWaitInAQueueThatSubmittersDeclare() {
    try (Fixture fixture = Fixture.withRabbit()) {
      JobsRuntime runtime = fixture.start();
      try (JobWorker worker = startWorker(runtime)) {
        UUID external = submitAndPass(runtime.jobs());

        await("its pointer is in the queue")
            .atMost(Fixture.PATIENCE)
            .untilAsserted(
                () ->
                    assertThat(fixture.host().ready(TestJobs.EXTERNAL.routingKey())).isEqualTo(1));
        Fixture.awaitStatus(runtime.jobs(), external, JobStatus.QUEUED);
        Fixture.awaitIdle(worker);
      }
    }
  }

  @Test
  void javaWorkersDoNotTakeTheirJobsFromTheTable() {
    try (Fixture fixture = Fixture.withoutRabbit()) {
      JobsRuntime runtime = fixture.start();
      try (JobWorker worker = startWorker(runtime)) {
        UUID external = submitAndPass(runtime.jobs());

        assertThat(runtime.jobs().get(external).status()).isEqualTo(JobStatus.PENDING);
        Fixture.awaitIdle(worker);
      }
    }
  }

  @Test
  void theyHaveNoHandler() {
    assertThatThrownBy(
            () ->
                TestJobs.handlers()
                    .with(TestJobs.EXTERNAL, (order, context) -> new Receipt("never")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'test.order.elsewhere' is external")
        .hasMessageContaining("Remove the handler");
  }

  private static JobWorker startWorker(JobsRuntime runtime) {
    return runtime.startWorker(
        TestJobs.handlers().with(TestJobs.ORDER, (order, context) -> new Receipt("done")));
  }

  /** Submits a job of an external type, and waits until a later one of another type has run. */
  private static UUID submitAndPass(JobService jobs) {
    UUID external =
        jobs.submit(TestJobs.EXTERNAL, new Order("a", 1), SubmitOptions.by("tester")).jobId();
    UUID later = jobs.submit(TestJobs.ORDER, new Order("b", 1), SubmitOptions.by("tester")).jobId();
    Fixture.awaitStatus(jobs, later, JobStatus.COMPLETED);
    return external;
  }
}
