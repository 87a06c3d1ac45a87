package dev.tenon.jobs.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.options.WorkerOptions;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.spring.shop.OrderConfirm;
import dev.tenon.jobs.spring.shop.OrderConfirmHandler;
import dev.tenon.jobs.spring.shop.OrderConfirmJob;
import dev.tenon.jobs.spring.shop.ShopJobs;
import dev.tenon.jobs.spring.shop.ShopJobsHandlers;
import dev.tenon.jobs.spring.shop.ShopJobsModule;
import dev.tenon.jobs.spring.shop.StockCountHandler;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

class JobWorkersTest {

  private final AtomicBoolean fails = new AtomicBoolean();

  @Test
  void aStartThatFailsHalfwayStartsNothingAndCanBeRepeated() {
    try (PostgresDatabase database = PostgresDatabase.shared();
        JobsRuntime runtime =
            JobsRuntime.builder()
                .database(database.url(), database.user(), database.password())
                .closeOnShutdown(false)
                .start()) {
      JobHandlers good =
          new ShopJobsHandlers(
              new OrderConfirmHandler(),
              new StockCountHandler(
                  new ShopJobs(runtime.jobs()), new JdbcTemplate(database.dataSource())));
      JobWorkers workers =
          new JobWorkers(runtime, List.of(good, failing(good)), WorkerOptions.defaults());
      fails.set(true);
      assertThatThrownBy(workers::start).hasMessage("the database is away for a moment");
      assertThat(workers.isRunning()).isFalse();
      fails.set(false);
      workers.start();
      assertThat(workers.isRunning()).isTrue();
      workers.stop();
    }
  }

  /** The same handlers, of which a worker cannot be started while {@link #fails} is true. */
  private JobHandlers failing(JobHandlers handlers) {
    return new JobHandlers() {
      @Override
      public ModuleDefinition module() {
        if (fails.get()) {
          throw new IllegalStateException("the database is away for a moment");
        }
        return handlers.module();
      }

      @Override
      public List<JobBinding<?, ?>> bindings() {
        return handlers.bindings();
      }
    };
  }

  /** Two workers with one job each, which ends when the test says so. */
  @Configuration(proxyBeanMethods = false)
  static class TwoBusyWorkers {

    private final CountDownLatch started = new CountDownLatch(2);
    private final CountDownLatch mayEnd = new CountDownLatch(1);

    @Bean
    JobWorkers first(JobsRuntime runtime) {
      return worker(runtime);
    }

    @Bean
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
  void noWorkerClaimsJobsWhileAnotherOneStops() {
    try (PostgresDatabase database = PostgresDatabase.shared()) {
      TestApplication.on(database, TestApplication.WithHandlers.class)
          .withUserConfiguration(TwoBusyWorkers.class)
          // It must not cut the grace period
          .withPropertyValues("spring.lifecycle.timeout-per-shutdown-phase=1ms")
          .run(
              context -> {
                TwoBusyWorkers busy = context.getBean(TwoBusyWorkers.class);
                ShopJobs jobs = context.getBean(ShopJobs.class);
                jobs.orderConfirm().submit(new OrderConfirm("1"), SubmitOptions.by("test"));
                jobs.orderConfirm().submit(new OrderConfirm("2"), SubmitOptions.by("test"));
                busy.started.await();
                Thread closing = new Thread(context::close);

                closing.start();

                JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
                try {
                  Awaitility.await()
                      .atMost(Duration.ofMinutes(1))
                      .until(() -> stoppingWorkers(jdbc), stopping -> stopping == 2);
                } finally {
                  busy.mayEnd.countDown();
                  closing.join();
                }
                assertThat(jdbc.queryForList("SELECT status::text FROM by_test.jobs", String.class))
                    .containsOnly("completed");
              });
    }
  }

  private static int stoppingWorkers(JdbcTemplate jdbc) {
    return jdbc.queryForList("SELECT id FROM tenon.workers WHERE quieted_at IS NOT NULL").size();
  }
}
