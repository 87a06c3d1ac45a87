package dev.tenon.jobs.micronaut;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.JobService;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.micronaut.shop.OrderConfirm;
import dev.tenon.jobs.micronaut.shop.ShopJobs;
import dev.tenon.jobs.options.WorkerOptions;
import dev.tenon.jobs.runtime.JobWorkers;
import dev.tenon.jobs.testservers.PostgresDatabase;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The properties do what their page says, and an error names the one that is wrong. */
class SettingsTest {

  private static PostgresDatabase database;

  @BeforeAll
  static void makeDatabase() {
    database = PostgresDatabase.shared();
  }

  @AfterAll
  static void dropDatabase() {
    database.close();
  }

  @Test
  void propertiesSetTheRuntimeAndTheWorker() {
    try (ApplicationContext context =
        TestApplication.start(
            database,
            Map.of(
                "tenon.worker.concurrency", "3",
                "tenon.worker.grace-period", "7s",
                "tenon.limits.payload", "2MB",
                "tenon.heartbeat-interval", "800ms",
                "tenon.submitted-by", "the tests"))) {
      assertThat(context.getBean(WorkerOptions.class).concurrency()).isEqualTo(3);
      assertThat(context.getBean(WorkerOptions.class).gracePeriod())
          .isEqualTo(Duration.ofSeconds(7));
      assertThat(context.getBean(TenonProperties.Limits.class).payload())
          .isEqualTo(2 * 1024 * 1024);
      assertThat(context.getBean(JobWorkers.class).workers()).hasSize(1);
    }
  }

  /** Beans of an application that sets Tenon up itself. */
  @Factory
  @Requires(property = "shop.own-beans", value = "true")
  static class OwnBeans {

    @Singleton
    WorkerOptions workerOptions() {
      return WorkerOptions.defaults().withConcurrency(4);
    }

    @Singleton
    JobsRuntimeBuilderCustomizer customizer() {
      return builder -> builder.submittedBy(() -> "the customizer");
    }
  }

  @Test
  void beansOfTheApplicationReplaceThoseOfTheModule() {
    try (ApplicationContext context =
        TestApplication.start(
            database, Map.of("shop.own-beans", "true", "tenon.submitted-by", "the property"))) {
      assertThat(context.getBeansOfType(WorkerOptions.class))
          .singleElement()
          .satisfies(options -> assertThat(options.concurrency()).isEqualTo(4));
      ShopJobs shop = context.getBean(ShopJobs.class);
      UUID id = shop.orderConfirm().submit(new OrderConfirm("1"), SubmitOptions.defaults()).jobId();
      assertThat(context.getBean(JobService.class).get(id).submittedBy())
          .isEqualTo("the customizer");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "tenon.worker.concurrency, 0, from 1 to",
    "tenon.schema, Not-A-Schema, lower-case SQL name",
    "tenon.limits.result, 3GB, The size is 3221225472 bytes",
    "tenon.heartbeat-interval, 1ms, from 100 ms to 1 hour",
    "tenon.limits.payload, big, is not a long",
    "tenon.start-timeout, soon, \"soon\"",
    "tenon.rabbitmq.queue-kind, stream, is not a QueueKind",
    "tenon.fast-rescue, of, is not a boolean",
    "tenon.worker.enabled, of, is not a boolean",
    "tenon.dashboard.enabled, of, is not a Boolean",
    "tenon.data-source, orders, datasources.orders.url",
    "tenon.migrate, ture, is not a boolean",
    "tenon.dashboard.path, tenon/, without a slash at the end",
    "tenon.dashboard.max-streams, -1, it must be at least 0",
    "tenon.dashboard.origins, ops.example.com, write it as https://ops.example.com",
  })
  void aWrongValueIsNamed(String property, String value, String reason) {
    Set<Thread> before = tenonThreads();

    assertThatThrownBy(
            () ->
                TestApplication.start(database, Map.of(property, value, "shop.users", "true"))
                    .close())
        .hasStackTraceContaining(property)
        .hasStackTraceContaining(reason);

    Awaitility.await()
        .untilAsserted(() -> assertThat(before).as("nothing runs on").containsAll(tenonThreads()));
  }

  private static Set<Thread> tenonThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("tenon-"))
        .collect(Collectors.toSet());
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", "FALSE", "off", "no"})
  void workersCanBeSwitchedOff(String off) {
    try (ApplicationContext context =
        TestApplication.start(database, Map.of("tenon.worker.enabled", off))) {
      assertThat(context.findBean(JobWorkers.class)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"FALSE", "off"})
  void tenonCanBeSwitchedOff(String off) {
    try (ApplicationContext context =
        TestApplication.start(database, Map.of("tenon.enabled", off))) {
      assertThat(context.findBean(JobService.class)).isEmpty();
    }
  }

  @Test
  void aSecretIsNotShown() {
    assertThatThrownBy(
            () ->
                TestApplication.start(database, Map.of("tenon.encryption.keys", "a:bm90IGEga2V5"))
                    .close())
        .hasStackTraceContaining("tenon.encryption.keys")
        .satisfies(
            failure -> {
              for (Throwable each = failure; each != null; each = each.getCause()) {
                assertThat(each.toString()).doesNotContain("bm90IGEga2V5");
              }
            });
  }

  @Test
  void withoutADatabaseTheErrorSaysWhatToSet() {
    assertThatThrownBy(() -> ApplicationContext.run(Map.of("tenon.migrate", "true")).close())
        .hasStackTraceContaining("the application has no DataSource")
        .hasStackTraceContaining("datasources.default.url");
  }
}
