package dev.tenon.examples.quickstart.guide;

import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.options.WorkerOptions;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.JobWorker;
import java.time.Duration;

/** The examples of the page about rollouts. */
final class Deployments {

  private Deployments() {}

  static JobWorker start(JobsRuntime runtime, JobHandlers handlers) {
    return runtime.startWorker(
        handlers, WorkerOptions.defaults().withApplicationVersion("2.4.1"));
  }

  static WorkerOptions graces() {
    return WorkerOptions.defaults()
        .withGracePeriod(Duration.ofSeconds(10))
        .withGracePeriod("video.convert", Duration.ofHours(2));
  }
}
