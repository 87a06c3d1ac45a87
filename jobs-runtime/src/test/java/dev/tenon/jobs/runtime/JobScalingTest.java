package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.operate.JobScaling.Demand;
import dev.tenon.jobs.operate.ScalingQuery;
import dev.tenon.jobs.options.WorkerOptions;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How many workers a runtime says are needed, from a submit to the stop of a worker. */
@Tag("servers")
class JobScalingTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Fixture fixture = Fixture.withoutRabbit();
  private final JobsRuntime runtime = fixture.start(fixture.builder());
  private final CountDownLatch mayEnd = new CountDownLatch(1);

  @AfterEach
  void close() {
    mayEnd.countDown();
    fixture.close();
  }

  private Demand demand() {
    String type = TestJobs.LONG.type();
    return runtime.monitor().scaling().demand(ScalingQuery.all().withTypes(List.of(type)));
  }

  private UUID submit(SubmitOptions options) {
    return new TypedJobs<>(TestJobs.LONG, runtime.jobs(), runtime.jobs())
        .submit(new Order("lamp", 1), options)
        .jobId();
  }

  @Test
  void aJobNeedsAWorkerUntilItEndsButNotTheOneThatIsStopping() throws InterruptedException {
    assertThat(demand().workers()).isZero();
    UUID later = submit(SubmitOptions.by("t").withDelay(Duration.ofHours(1)));
    assertThat(demand().workers()).isZero();
    UUID job = submit(SubmitOptions.by("t"));
    assertThat(demand().workers()).isEqualTo(1);

    JobWorker worker =
        runtime.startWorker(
            TestJobs.handlers()
                .with(TestJobs.ORDER, (order, context) -> new Receipt("done"))
                .with(
                    TestJobs.LONG,
                    (order, context) -> {
                      mayEnd.await();
                      return new Receipt("done");
                    }),
            WorkerOptions.defaults().withConcurrency(4).withGracePeriod(PATIENCE));
    await().atMost(PATIENCE).until(() -> demand().busyWorkers() == 1);
    assertThat(demand().workers()).isEqualTo(1);
    assertThat(demand().slotsPerWorker()).isEqualTo(4);

    Thread stopping = new Thread(worker::close, "stops-the-worker");
    stopping.start();
    // It runs its job to the end, and nobody else is needed for it
    await().atMost(PATIENCE).until(() -> demand().workers() == 0);
    assertThat(runtime.jobs().get(job).status()).isEqualTo(JobStatus.RUNNING);
    mayEnd.countDown();
    stopping.join();
    assertThat(runtime.jobs().get(job).status()).isEqualTo(JobStatus.COMPLETED);
    assertThat(runtime.jobs().get(later).status()).isEqualTo(JobStatus.PENDING);
  }
}
