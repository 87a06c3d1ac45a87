package dev.tenon.jobs.micronaut;

import dev.tenon.jobs.runtime.JobsRuntime;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.ShutdownEvent;
import io.micronaut.context.event.StartupEvent;
import io.micronaut.runtime.event.annotation.EventListener;
import jakarta.inject.Singleton;
import java.util.List;

/** Starts the workers last and stops them first. */
@Singleton
@Requires(beans = JobWorkers.class)
class WorkersLifecycle {

  private final JobsRuntime runtime;
  private final List<JobWorkers> workers;

  WorkersLifecycle(JobsRuntime runtime, List<JobWorkers> workers) {
    this.runtime = runtime;
    this.workers = workers;
  }

  /** Starts them, or closes the runtime if one of them cannot start, since nobody else would. */
  @EventListener
  void start(StartupEvent event) {
    boolean isStarted = false;
    try {
      workers.forEach(JobWorkers::start);
      isStarted = true;
    } finally {
      if (!isStarted) {
        workers.forEach(JobWorkers::stop);
        runtime.close();
      }
    }
  }

  /** Stops them while everything that handlers use is still there. */
  @EventListener
  void stop(ShutdownEvent event) {
    workers.forEach(JobWorkers::stop);
  }
}
