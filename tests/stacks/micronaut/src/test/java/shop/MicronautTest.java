package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.testservers.PostgresDatabase;
import dev.tenon.jobs.testservers.RabbitVirtualHost;
import io.micronaut.context.ApplicationContext;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Inside of Micronaut, without a line that sets Tenon up: only properties. */
class MicronautTest {

  @Test
  @Timeout(value = 120, unit = TimeUnit.SECONDS)
  void aJobRunsInTheApplication() throws Exception {
    try (PostgresDatabase database = PostgresDatabase.shared();
        RabbitVirtualHost host = RabbitVirtualHost.shared();
        ApplicationContext context =
            ApplicationContext.run(
                Map.of(
                    "datasources.default.url", database.url(),
                    "datasources.default.username", database.user(),
                    "datasources.default.password", database.password(),
                    "tenon.rabbitmq.uris", host.uri()))) {
      ShopJobs jobs = context.getBean(ShopJobs.class);
      Order order = new Order("somebody", List.of(), new Order.Payment.Card("1234"), null);
      UUID id = jobs.order().submit(order, SubmitOptions.by("test")).jobId();

      JobStatus status = jobs.order().find(id).orElseThrow().job().status();
      while (status != JobStatus.COMPLETED && status != JobStatus.FAILED) {
        TimeUnit.MILLISECONDS.sleep(20);
        status = jobs.order().find(id).orElseThrow().job().status();
      }

      assertEquals(JobStatus.COMPLETED, status);
    }
  }
}
