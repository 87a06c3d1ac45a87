package dev.tenon.jobs.quarkus;

import dev.tenon.jobs.runtime.JobWorkers;
import dev.tenon.jobs.runtime.JobsRuntime;
import io.quarkus.arc.All;
import io.quarkus.arc.InstanceHandle;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Starts the runtime and its workers when the application has started, and stops them before
 * anything that handlers use is closed. Thread-safe.
 */
@Singleton
final class TenonLifecycle {

  /** After what the application does at its start and its end, which has 2500 by default. */
  private static final int LAST = 4500;

  /** Before what the application does at its end. */
  private static final int FIRST = 100;

  private final TenonConfig config;
  private final Instance<JobsRuntime> runtime;
  private final List<InstanceHandle<JobWorkers>> workers;
  private final TenonPool pool;
  private final List<JobWorkers> started = new ArrayList<>();

  TenonLifecycle(
      TenonConfig config,
      Instance<JobsRuntime> runtime,
      @All List<InstanceHandle<JobWorkers>> workers,
      TenonPool pool) {
    this.config = config;
    this.runtime = runtime;
    this.workers = workers;
    this.pool = pool;
  }

  synchronized void start(@Observes @Priority(LAST) StartupEvent event) {
    JobsRuntime unused = runtime.get();
    if (config.worker().enabled()) {
      for (InstanceHandle<JobWorkers> each : workers) {
        JobWorkers its = each.get();
        started.add(its);
        its.start();
      }
    }
  }

  /**
   * Lets running handlers end, while everything that they use is there. All workers stop at the
   * same time: while one waits for its handlers, the others must not claim jobs.
   */
  synchronized void stopWorkers(@Observes @Priority(FIRST) ShutdownEvent event) {
    CompletableFuture.allOf(
            started.stream()
                .map(each -> CompletableFuture.runAsync(each::stop, TenonLifecycle::onNewThread))
                .toArray(CompletableFuture<?>[]::new))
        .join();
  }

  private static void onNewThread(Runnable task) {
    new Thread(task, "tenon-stop").start();
  }

  /** The data sources of Quarkus are closed after this event. */
  synchronized void close(@Observes @Priority(LAST) ShutdownEvent event) {
    runtime.get().close();
    pool.close();
  }
}
