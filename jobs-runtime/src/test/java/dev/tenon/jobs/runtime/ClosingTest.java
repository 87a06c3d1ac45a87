package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.RabbitMqOptions;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.testservers.TcpProxy;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Closing while something does not go as it should. */
class ClosingTest {

  @Test
  void aBrokerThatIsSilentHoldsUpNobodyForLong() throws Exception {
    try (Fixture fixture = Fixture.withRabbit()) {
      URI uri = URI.create(fixture.host().uri());
      try (TcpProxy network = TcpProxy.to(uri.getHost(), uri.getPort())) {
        JobsRuntime runtime =
            fixture
                .builder()
                .rabbitMq(
                    RabbitMqOptions.of(
                        fixture
                            .host()
                            .uri()
                            .replace(":" + uri.getPort() + "/", ":" + network.port() + "/")))
                .start();
        JobWorker worker =
            runtime.startWorker(
                TestJobs.handlers().with(TestJobs.ORDER, (order, context) -> new Receipt("done")));
        Fixture.awaitStatus(runtime.jobs(), submit(runtime, "before"), JobStatus.COMPLETED);
        await().atMost(Fixture.PATIENCE).until(() -> network.connections() == 2);
        network.stall();
        Thread closing =
            new Thread(
                () -> {
                  worker.close();
                  runtime.close();
                });
        closing.start();
        closing.join(Fixture.PATIENCE.toMillis());
        assertThat(closing.isAlive()).as("whether it still closes").isFalse();
        assertThat(threadsOf(worker)).isEmpty();
      }
    }
  }

  @Test
  void aWorkerWhoseCloseIsInterruptedStopsAllItsThreads() {
    CountDownLatch never = new CountDownLatch(1);
    try (Fixture fixture = Fixture.withoutRabbit()) {
      JobsRuntime runtime = fixture.start();
      JobWorker worker =
          runtime.startWorker(
              TestJobs.handlers()
                  .with(
                      TestJobs.ORDER,
                      (order, context) -> {
                        never.await();
                        return new Receipt("");
                      }));
      UUID id = submit(runtime, "endless");
      Fixture.awaitStatus(runtime.jobs(), id, JobStatus.RUNNING);
      Thread.currentThread().interrupt();
      worker.close();
      assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
      await()
          .atMost(Fixture.PATIENCE)
          .untilAsserted(() -> assertThat(threadsOf(worker)).allMatch(ClosingTest::isOfHandler));
    } finally {
      never.countDown();
    }
  }

  private static UUID submit(JobsRuntime runtime, String name) {
    return runtime
        .jobs()
        .submit(TestJobs.ORDER, new Order(name, 1), "tester", SubmitOptions.defaults());
  }

  private static boolean isOfHandler(String thread) {
    return thread.startsWith("job-");
  }

  private static List<String> threadsOf(JobWorker worker) {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.contains(worker.id()))
        .toList();
  }
}
