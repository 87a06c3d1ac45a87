package dev.tenon.examples.quickstart;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TypedJob;
import dev.tenon.jobs.runtime.JobsRuntime;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Submits a batch, and follows it to its end. It needs a worker, but no handler. */
public final class SubmitMain {

  private SubmitMain() {}

  /** Prints what happens to the job. */
  public static void main(String[] args) throws InterruptedException {
    try (JobsRuntime runtime = Servers.runtime().start()) {
      WidgetJobs jobs = new WidgetJobs(runtime.jobs());
      WidgetBatch batch =
          new WidgetBatch(
              UUID.randomUUID(),
              "Gear wheels",
              new WidgetOptions(7, Optional.of("foreman@example.com")),
              List.of(
                  new WidgetItem("GW-12", 4, new BigDecimal("2.50")),
                  new WidgetItem("GW-40", 6, new BigDecimal("7.90"))));
      UUID id = jobs.widgetBatch().submit(batch, SubmitOptions.by("quickstart")).jobId();

      Job job = runtime.jobs().get(id);
      while (!job.status().isTerminal()) {
        System.out.println(job.status().code() + " " + job.progress() + " %");
        Thread.sleep(500);
        job = runtime.jobs().get(id);
      }
      System.out.println(job.status().code());
      jobs.widgetBatch().find(id).flatMap(TypedJob::result).ifPresent(System.out::println);
      runtime.jobs().logs(id).forEach(line -> System.out.println(line.message()));
    }
  }
}
