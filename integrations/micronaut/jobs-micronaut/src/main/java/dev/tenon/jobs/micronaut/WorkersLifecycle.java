package dev.tenon.jobs.micronaut;

import dev.tenon.jobs.runtime.JobWorkers;
import dev.tenon.jobs.runtime.JobsRuntime;
import io.micronaut.context.BeanProvider;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.ShutdownEvent;
import io.micronaut.context.event.StartupEvent;
import io.micronaut.runtime.event.annotation.EventListener;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Starts the workers last and stops them first. */
@Singleton
@Requires(beans = JobWorkers.class)
class WorkersLifecycle {

  private final JobsRuntime runtime;
  private final BeanProvider<JobWorkers> beans;
  private List<JobWorkers> workers = List.of();

  WorkersLifecycle(JobsRuntime runtime, BeanProvider<JobWorkers> beans) {
    this.runtime = runtime;
    this.beans = beans;
  }

  /**
   * Starts them, or closes the runtime if one of them cannot be created or started: Micronaut
   * destroys no beans then.
   */
  @EventListener
  void start(StartupEvent event) {
    boolean isStarted = false;
    try {
      workers = beans.stream().toList();
      workers.forEach(JobWorkers::start);
      isStarted = true;
    } finally {
      if (!isStarted) {
        stopAll();
        runtime.close();
      }
    }
  }

  /** Stops them while everything that handlers use is still there. */
  @EventListener
  void stop(ShutdownEvent event) {
    stopAll();
  }

  /** All at the same time: while one waits for its handlers, the others must not claim jobs. */
  private void stopAll() {
    CompletableFuture.allOf(
            workers.stream()
                .map(each -> CompletableFuture.runAsync(each::stop, WorkersLifecycle::onNewThread))
                .toArray(CompletableFuture<?>[]::new))
        .join();
  }

  private static void onNewThread(Runnable task) {
    new Thread(task, "tenon-stop").start();
  }
}
