package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TypedJob;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.testservers.PostgresDatabase;
import dev.tenon.jobs.testservers.RabbitVirtualHost;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The runtime beside the versions that a platform brings, on real servers. */
class StackTest {

  @Test
  @Timeout(value = 120, unit = TimeUnit.SECONDS)
  void aJobIsStoredPublishedAndRun() throws Exception {
    try (PostgresDatabase database = PostgresDatabase.shared();
        RabbitVirtualHost host = RabbitVirtualHost.shared();
        JobsRuntime runtime =
            JobsRuntime.builder()
                .database(database.url(), database.user(), database.password())
                .rabbitMq(host.uri())
                .start()) {
      ShopJobs jobs = new ShopJobs(runtime.jobs());
      Order order =
          new Order(
              "somebody",
              List.of(new Order.Line("screw", 100)),
              new Order.Payment.Invoice(new BigDecimal("99.90")),
              Instant.parse("2030-01-01T00:00:00Z"));
      UUID id = jobs.order().submit(order, SubmitOptions.by("test")).jobId();
      // Nobody works yet, so this says that RabbitMQ has confirmed the message
      await(jobs, id, JobStatus.QUEUED);

      runtime.startWorker(new ShopJobsHandlers(new OrderHandler()));

      TypedJob<Order, Receipt> done = await(jobs, id, JobStatus.COMPLETED);
      assertEquals(order, done.payload());
      assertEquals(new Receipt("1 lines, paid by Invoice[limit=99.90]"), done.result().orElseThrow());
    }
  }

  private static TypedJob<Order, Receipt> await(ShopJobs jobs, UUID id, JobStatus status)
      throws InterruptedException {
    TypedJob<Order, Receipt> job = jobs.order().find(id).orElseThrow();
    while (job.job().status() != status) {
      TimeUnit.MILLISECONDS.sleep(20);
      job = jobs.order().find(id).orElseThrow();
    }
    return job;
  }
}
