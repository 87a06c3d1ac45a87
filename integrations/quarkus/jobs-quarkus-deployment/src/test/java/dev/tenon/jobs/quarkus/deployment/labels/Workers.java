package dev.tenon.jobs.quarkus.deployment.labels;

import dev.tenon.jobs.options.WorkerOptions;
import dev.tenon.jobs.runtime.JobWorkers;
import dev.tenon.jobs.runtime.JobsRuntime;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;

/** Two workers for one job at a time each. */
@Singleton
class Workers {

  private static final WorkerOptions OPTIONS =
      WorkerOptions.defaults().withConcurrency(1).withGracePeriod(Duration.ofMinutes(2));

  @Produces
  @Singleton
  JobWorkers first(JobsRuntime runtime, LabelJobsHandlers handlers) {
    return new JobWorkers(runtime, List.of(handlers), OPTIONS);
  }

  @Produces
  @Singleton
  JobWorkers second(JobsRuntime runtime, LabelJobsHandlers handlers) {
    return new JobWorkers(runtime, List.of(handlers), OPTIONS);
  }
}
