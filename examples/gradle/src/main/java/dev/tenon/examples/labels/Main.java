package dev.tenon.examples.labels;

import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.runtime.JobsRuntime;
import java.time.Duration;

/** Runs one job. The variables name a database. */
public final class Main {

  private Main() {}

  public static void main(String[] arguments) throws Exception {
    try (JobsRuntime runtime =
        JobsRuntime.builder()
            .database(
                System.getenv("LABELS_DB_URL"),
                System.getenv("LABELS_DB_USER"),
                System.getenv("LABELS_DB_PASSWORD"))
            .start()) {
      runtime.startWorker(new LabelJobsHandlers(new LabelPrintHandler()));
      LabelPrinted printed =
          new LabelJobs(runtime.jobs())
              .labelPrint()
              .submitAndAwait(
                  new LabelPrint("Fragile", 7), SubmitOptions.by("main"), Duration.ofSeconds(60));
      System.out.println("Printed " + printed.pages() + " sheets.");
    }
  }
}
