package dev.tenon.examples.quickstart.demo;

import dev.tenon.examples.quickstart.CatalogExportHandler;
import dev.tenon.examples.quickstart.LabelPrintHandler;
import dev.tenon.examples.quickstart.PriceUpdateHandler;
import dev.tenon.examples.quickstart.WidgetBatchHandler;
import dev.tenon.examples.quickstart.WidgetJobsHandlers;
import dev.tenon.examples.quickstart.WidgetJobsModule;
import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.options.WorkerOptions;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.runtime.JobsRuntimeBuilder;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/**
 * The servers of the demo: PostgreSQL, RabbitMQ where there is one, and a runtime with a worker.
 */
final class Stage {

  static final int CONCURRENCY = 4;

  private static final String USER = "postgres";

  private static final WorkerOptions WORKER =
      WorkerOptions.defaults().withConcurrency(CONCURRENCY).withGracePeriod(Duration.ZERO);

  private final Closer closer;

  Stage(Closer closer) {
    this.closer = closer;
  }

  /** Starts PostgreSQL; the closer ends it. */
  EmbeddedPostgres startPostgres() throws Exception {
    return closer.open(
        "PostgreSQL",
        () -> EmbeddedPostgres.builder().setRegisterShutdownHook(false).start(),
        EmbeddedPostgres::close);
  }

  /** The version of PostgreSQL. */
  static String version(EmbeddedPostgres postgres) throws SQLException {
    try (Connection connection = postgres.getPostgresDatabase().getConnection()) {
      return connection.getMetaData().getDatabaseProductVersion();
    }
  }

  /** Starts a runtime and a worker; the closer ends them and tidies up the broker after them. */
  JobsRuntime startRuntime(EmbeddedPostgres postgres, Optional<Broker> broker) throws Exception {
    JobsRuntimeBuilder builder =
        JobsRuntime.builder()
            .database(postgres.getJdbcUrl(USER, USER), USER, "")
            // Nothing else that is on the class path: the demo deletes what it declares
            .modules(new WidgetJobsModule())
            .closeOnShutdown(false);
    if (broker.isPresent()) {
      Broker found =
          closer.open("RabbitMQ", broker::get, used -> used.deleteNames(new WidgetJobsModule()));
      builder.rabbitMq(found.options());
    }
    JobsRuntime runtime = closer.open("Tenon", builder::start, JobsRuntime::close);
    JobWorker unused =
        closer.open("The worker", () -> runtime.startWorker(handlers(), WORKER), JobWorker::close);
    return runtime;
  }

  private static JobHandlers handlers() {
    return new WidgetJobsHandlers(
        new CatalogExportHandler(Duration.ofMillis(25)),
        new LabelPrintHandler(),
        new PriceUpdateHandler(),
        new WidgetBatchHandler(Duration.ofMillis(180)));
  }
}
