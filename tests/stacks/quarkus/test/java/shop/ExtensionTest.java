package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tenon.jobs.JobService;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TypedJob;
import dev.tenon.jobs.testservers.PostgresDatabase;
import dev.tenon.jobs.testservers.RabbitVirtualHost;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The application as one of Quarkus, by the extension, which needs no class of its own. */
@QuarkusTest
@QuarkusTestResource(ExtensionTest.Servers.class)
class ExtensionTest {

  @Inject ShopJobs jobs;
  @Inject JobService service;

  @Test
  void aJobRunsInItsHandler() throws Exception {
    Order order = new Order("somebody", List.of(), new Order.Payment.Card("1234"), null);
    UUID id = jobs.order().submit(order, SubmitOptions.by("test")).jobId();

    TypedJob<Order, Receipt> job =
        service.awaitEnd(OrderJob.DEFINITION, id, Duration.ofSeconds(60));

    assertEquals(
        new Receipt("0 lines, paid by Card[number=1234]"), job.result().orElseThrow());
  }

  /** A database, and a virtual host of RabbitMQ. */
  public static final class Servers implements QuarkusTestResourceLifecycleManager {

    private PostgresDatabase database;
    private RabbitVirtualHost host;

    @Override
    public Map<String, String> start() {
      database = PostgresDatabase.shared();
      host = RabbitVirtualHost.shared();
      return Map.of(
          "quarkus.datasource.jdbc.url", database.url(),
          "quarkus.datasource.username", database.user(),
          "quarkus.datasource.password", database.password(),
          "quarkus.tenon.rabbitmq.uris", host.uri());
    }

    @Override
    public void stop() {
      host.close();
      database.close();
    }
  }
}
