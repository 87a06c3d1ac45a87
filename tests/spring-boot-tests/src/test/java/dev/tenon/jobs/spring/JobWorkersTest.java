package dev.tenon.jobs.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.options.WorkerOptions;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.spring.shop.OrderConfirmHandler;
import dev.tenon.jobs.spring.shop.ShopJobs;
import dev.tenon.jobs.spring.shop.ShopJobsHandlers;
import dev.tenon.jobs.spring.shop.StockCountHandler;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
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
}
