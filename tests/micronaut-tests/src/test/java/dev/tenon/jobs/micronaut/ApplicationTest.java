package dev.tenon.jobs.micronaut;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.micronaut.shop.OrderConfirm;
import dev.tenon.jobs.micronaut.shop.OrderConfirmJob;
import dev.tenon.jobs.micronaut.shop.Orders;
import dev.tenon.jobs.micronaut.shop.ShopJobs;
import dev.tenon.jobs.micronaut.shop.ShopJobsModule;
import dev.tenon.jobs.micronaut.shop.StockCount;
import dev.tenon.jobs.micronaut.shop.StockCountHandler;
import dev.tenon.jobs.options.WorkerOptions;
import dev.tenon.jobs.runtime.JobWorkers;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.testservers.PostgresDatabase;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.inject.BeanDefinition;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An application without a line that sets Tenon up: its jobs run, and it stops in order. */
class ApplicationTest {

  private static PostgresDatabase database;

  @BeforeAll
  static void makeDatabase() throws Exception {
    database = TestApplication.database();
  }

  @AfterAll
  static void dropDatabase() {
    database.close();
  }

  @Test
  void jobsRunInHandlersThatAreBeansByTheirJobType() throws Exception {
    try (ApplicationContext context = TestApplication.start(database, Map.of())) {
      JobService jobs = context.getBean(JobService.class);
      String number = context.getBean(Orders.class).place("anna");
      UUID count =
          context
              .getBean(ShopJobs.class)
              .stockCount()
              .submit(new StockCount("A1"), SubmitOptions.by("test"))
              .jobId();

      assertThat(TestApplication.awaitEnd(jobs, count).status()).isEqualTo(JobStatus.COMPLETED);
      assertThat(context.getBean(ShopJobs.class).stockCount().find(count).orElseThrow().result())
          .as("the handler is a subclass, for its transaction")
          .contains("counted by StockCountHandler");
      assertThat(TestApplication.orders(database)).contains(number, "A1");
      for (JobSummary each : jobs.list(JobQuery.all()).items()) {
        assertThat(TestApplication.awaitEnd(jobs, each.id()).status())
            .isEqualTo(JobStatus.COMPLETED);
      }
      assertThat(context.getBean(Orders.class).confirmed()).contains(number, "A1");
      assertThat(context.getBeanDefinitions(StockCountHandler.class))
          .filteredOn(definition -> !definition.isAbstract())
          .singleElement()
          .satisfies(definition -> assertThat(definition.isSingleton()).isTrue());
      assertThat(context.getBeanDefinitions(OrderConfirm.class))
          .as("payloads have the annotation too")
          .isEmpty();
      assertThat(context.getBean(MeterRegistry.class).find("tenon.worker.slots").meters())
          .isNotEmpty();
    }
  }

  @Test
  @Timeout(value = 120, unit = TimeUnit.SECONDS)
  void aRunningHandlerEndsBeforeItsDataSourceIsClosed() throws Exception {
    ApplicationContext context =
        TestApplication.start(database, Map.of("tenon.worker.grace-period", "60s"));
    UUID id =
        context
            .getBean(ShopJobs.class)
            .stockCount()
            .submit(new StockCount(StockCountHandler.SLOW), SubmitOptions.by("test"))
            .jobId();
    StockCountHandler handler = context.getBean(StockCountHandler.class);
    handler.awaitStart();
    Thread closing = new Thread(context::close);
    closing.start();
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .anyMatch(thread -> thread.getName().startsWith("tenon-stop-")));

    handler.letEnd();

    closing.join();
    assertThat(TestApplication.orders(database)).contains(StockCountHandler.SLOW);
    try (ApplicationContext later =
        TestApplication.start(database, Map.of("tenon.worker.enabled", "false"))) {
      Job job = later.getBean(JobService.class).get(id);
      assertThat(job.status()).isEqualTo(JobStatus.COMPLETED);
      assertThat(later.findBean(JobWorkers.class)).isEmpty();
    }
  }

  /** Two workers with one job each, which ends when the test says so. */
  @Factory
  @Requires(property = "shop.busy-workers", value = "true")
  static class TwoBusyWorkers {

    private final CountDownLatch started = new CountDownLatch(2);
    private final CountDownLatch mayEnd = new CountDownLatch(1);

    @Singleton
    @Named("first")
    JobWorkers first(JobsRuntime runtime) {
      return worker(runtime);
    }

    @Singleton
    @Named("second")
    JobWorkers second(JobsRuntime runtime) {
      return worker(runtime);
    }

    private JobWorkers worker(JobsRuntime runtime) {
      JobHandlers handlers =
          new JobHandlers() {
            @Override
            public ModuleDefinition module() {
              return new ShopJobsModule();
            }

            @Override
            public List<JobBinding<?, ?>> bindings() {
              return List.of(
                  new JobBinding<>(
                      OrderConfirmJob.DEFINITION,
                      (order, context) -> {
                        started.countDown();
                        mayEnd.await();
                        return null;
                      }));
            }
          };
      return new JobWorkers(
          runtime,
          List.of(handlers),
          WorkerOptions.defaults().withConcurrency(1).withGracePeriod(Duration.ofMinutes(5)));
    }
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void noWorkerClaimsJobsWhileAnotherOneStops() throws Exception {
    ApplicationContext context =
        TestApplication.start(database, Map.of("shop.busy-workers", "true"));
    TwoBusyWorkers busy = context.getBean(TwoBusyWorkers.class);
    ShopJobs jobs = context.getBean(ShopJobs.class);
    jobs.orderConfirm().submit(new OrderConfirm("1"), SubmitOptions.by("test"));
    jobs.orderConfirm().submit(new OrderConfirm("2"), SubmitOptions.by("test"));
    busy.started.await();
    Thread closing = new Thread(context::close);

    closing.start();

    try {
      Awaitility.await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> TestApplication.stoppingWorkers(database) == 2);
    } finally {
      busy.mayEnd.countDown();
      closing.join();
    }
  }

  @Test
  void tenonCanBeSwitchedOff() {
    try (ApplicationContext context =
        TestApplication.start(database, Map.of("tenon.enabled", "false"))) {
      assertThat(context.getBeanDefinitions(JobsRuntime.class))
          .extracting(BeanDefinition::getBeanType)
          .isEmpty();
      assertThat(context.findBean(JobService.class)).isEmpty();
    }
  }
}
