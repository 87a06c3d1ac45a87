package dev.tenon.examples.quickstart;

import dev.tenon.jobs.runtime.JobsRuntime;
import java.time.Duration;

/** A worker as a separate process. SIGTERM or Ctrl-C lets running jobs finish before it ends. */
public final class WorkerMain {

  private WorkerMain() {}

  /** Works until the process is asked to end. */
  public static void main(String[] args) throws InterruptedException {
    try (JobsRuntime runtime = Servers.runtime().start()) {
      runtime.startWorker(
          new WidgetJobsHandlers(
              new CatalogExportHandler(Duration.ofMillis(100)),
              new LabelPrintHandler(),
              new PriceUpdateHandler(),
              new WidgetBatchHandler(Duration.ofMillis(200))));
      runtime.awaitShutdown();
    }
  }
}
