package dev.tenon.jobs.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.listen.JobListener;
import dev.tenon.jobs.observability.MicrometerJobListener;
import dev.tenon.jobs.observability.OpenTelemetryJobListener;
import dev.tenon.jobs.spring.shop.OrderConfirm;
import dev.tenon.jobs.spring.shop.ShopJobs;
import dev.tenon.jobs.testservers.PostgresDatabase;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Meters, spans and listeners of the application. */
class ObservabilityTest {

  private static PostgresDatabase database;

  @BeforeAll
  static void makeDatabase() {
    database = PostgresDatabase.shared();
  }

  @AfterAll
  static void dropDatabase() {
    database.close();
  }

  /** What an application with traces has. */
  @Configuration(proxyBeanMethods = false)
  static class WithTraces {
    @Bean
    OpenTelemetry openTelemetry() {
      return OpenTelemetry.noop();
    }
  }

  /** A listener of the application. */
  @Configuration(proxyBeanMethods = false)
  static class WithListener {
    final List<String> submitted = new CopyOnWriteArrayList<>();

    @Bean
    JobListener listener() {
      return new JobListener() {
        @Override
        public Submitting submitting(Submit submit) {
          submitted.add(submit.name());
          return Submitting.NOTHING;
        }
      };
    }
  }

  @Test
  void jobsHaveMetersWhereThereIsARegistry() {
    TestApplication.on(database, TestApplication.WithHandlers.class)
        .run(
            context -> {
              var unused =
                  context
                      .getBean(ShopJobs.class)
                      .orderConfirm()
                      .submit(new OrderConfirm("1"), SubmitOptions.by("t"))
                      .jobId();
              assertThat(
                      context
                          .getBean(MeterRegistry.class)
                          .get("tenon.job.submit")
                          .tag("type", "shop.order.confirm")
                          .timer()
                          .count())
                  .isEqualTo(1);
              assertThat(context).doesNotHaveBean(OpenTelemetryJobListener.class);
            });
  }

  @Test
  void jobsHaveSpansWhereThereIsOpenTelemetry() {
    TestApplication.on(database, TestApplication.WithHandlers.class)
        .withUserConfiguration(WithTraces.class)
        .withPropertyValues("tenon.metrics.enabled=false", "tenon.tracing.continue-traces=true")
        .run(
            context ->
                assertThat(context)
                    .hasSingleBean(OpenTelemetryJobListener.class)
                    .doesNotHaveBean(MicrometerJobListener.class));
  }

  @Test
  void listenersOfTheApplicationAreCalled() {
    TestApplication.on(database, TestApplication.WithHandlers.class)
        .withUserConfiguration(WithListener.class)
        .run(
            context -> {
              var unused =
                  context
                      .getBean(ShopJobs.class)
                      .orderConfirm()
                      .submit(new OrderConfirm("1"), SubmitOptions.by("t"))
                      .jobId();
              assertThat(context.getBean(WithListener.class).submitted)
                  .containsExactly("shop.order.confirm");
            });
  }

  @Test
  void withoutTheModuleOrItsLibrariesNothingIsAdded() {
    TestApplication.on(database, TestApplication.WithHandlers.class)
        .withClassLoader(
            new FilteredClassLoader("dev.tenon.jobs.observability", "io.opentelemetry"))
        .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(JobListener.class));
  }
}
