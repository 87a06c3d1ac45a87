package dev.tenon.examples.plm.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.examples.plm.CacheCleaned;
import dev.tenon.examples.plm.CacheCleanup;
import dev.tenon.examples.plm.PlmJobs;
import dev.tenon.examples.plm.WidgetBatch;
import dev.tenon.examples.plm.WidgetReport;
import dev.tenon.examples.plm.database.PlmSchema;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.testservers.PostgresDatabase;
import dev.tenon.jobs.testservers.RabbitVirtualHost;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The handlers under Spring Boot, on a real PostgreSQL and a real RabbitMQ. */
@SpringBootTest
@DirtiesContext
class PlmWorkerTest {

  private static final PostgresDatabase DATABASE = PostgresDatabase.shared();
  private static final RabbitVirtualHost RABBITMQ = RabbitVirtualHost.shared();

  @Autowired private PlmJobs jobs;
  @Autowired private JobService service;
  @Autowired private JdbcClient database;

  @DynamicPropertySource
  static void servers(DynamicPropertyRegistry properties) {
    PlmSchema.migrate(DATABASE.dataSource());
    properties.add("spring.datasource.url", DATABASE::url);
    properties.add("spring.datasource.username", DATABASE::user);
    properties.add("spring.datasource.password", DATABASE::password);
    properties.add("spring.rabbitmq.addresses", RABBITMQ::uri);
  }

  @Test
  void handlersRunAsBeans() {
    database
        .sql("INSERT INTO plm.cache_entries VALUES ('old', 'x', now() - interval '1 hour')")
        .update();

    UUID cleanup = jobs.cacheCleanup().submit(new CacheCleanup(), SubmitOptions.by("ada")).jobId();
    UUID widgets =
        jobs.widgetBatch()
            .submit(
                new WidgetBatch(
                    "Wheels", List.of(new WidgetBatch.Item("W", 3, new BigDecimal("1.50"))), null),
                SubmitOptions.by("ada"))
            .jobId();

    awaitCompleted(cleanup);
    awaitCompleted(widgets);
    assertThat(jobs.cacheCleanup().find(cleanup).orElseThrow().result())
        .contains(new CacheCleaned(1));
    assertThat(jobs.widgetBatch().find(widgets).orElseThrow().result())
        .contains(new WidgetReport(3, 0, new BigDecimal("4.50")));
  }

  private void awaitCompleted(UUID jobId) {
    JobStatus end =
        Awaitility.await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> service.get(jobId).status(), JobStatus::isTerminal);
    assertThat(end).isEqualTo(JobStatus.COMPLETED);
  }
}
