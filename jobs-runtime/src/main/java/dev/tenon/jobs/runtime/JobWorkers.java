package dev.tenon.jobs.runtime;

import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.options.WorkerOptions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workers of an application in a framework, which starts them last, when everything that
 * handlers use is there, and stops them first, before any of that is closed. There is one worker
 * for each job module with handlers; a module that another one includes has no separate worker.
 * Thread-safe.
 */
public class JobWorkers {

  private static final Logger LOG = LoggerFactory.getLogger(JobWorkers.class);

  private final JobsRuntime runtime;
  private final List<JobHandlers> handlers;
  private final WorkerOptions options;
  private List<JobWorker> workers = List.of();

  /**
   * Creates the workers for these handlers, without starting them.
   *
   * @param runtime the runtime that they work for
   * @param handlers the generated handlers classes of the application, those of included modules
   *     among them
   * @param options the options of each worker
   */
  public JobWorkers(
      JobsRuntime runtime, Collection<? extends JobHandlers> handlers, WorkerOptions options) {
    this.runtime = runtime;
    this.handlers = outermost(handlers);
    this.options = options;
  }

  /** The modules that no other module includes, so that no job type has two workers. */
  private static List<JobHandlers> outermost(Collection<? extends JobHandlers> handlers) {
    Set<Class<?>> included = new HashSet<>();
    handlers.forEach(each -> addIncluded(each.module(), included));
    List<JobHandlers> outermost = new ArrayList<>();
    for (JobHandlers each : handlers) {
      if (!each.bindings().isEmpty() && !included.contains(each.module().getClass())) {
        outermost.add(each);
      }
    }
    return List.copyOf(outermost);
  }

  private static void addIncluded(ModuleDefinition module, Set<Class<?>> included) {
    for (ModuleDefinition each : module.includes()) {
      included.add(each.getClass());
      addIncluded(each, included);
    }
  }

  /** Starts the workers, unless they run already: all of them, or none if one cannot start. */
  public synchronized void start() {
    if (!workers.isEmpty()) {
      return;
    }
    if (handlers.isEmpty()) {
      LOG.info("This process runs no jobs: no job module has handlers here.");
    }
    List<JobWorker> started = new ArrayList<>();
    try {
      handlers.forEach(each -> started.add(runtime.startWorker(each, options)));
    } finally {
      workers = List.copyOf(started);
      if (started.size() < handlers.size()) {
        // All or none: what looks as if it ran is not started again
        stop();
      }
    }
  }

  /**
   * Stops the workers as {@link JobWorker#close()} says, all at the same time, and waits for it.
   * The grace period of the workers bounds the time. If this thread is interrupted, that period
   * ends, and the thread keeps the interrupt.
   */
  public synchronized void stop() {
    ClosingThreads closing = new ClosingThreads();
    for (JobWorker worker : workers) {
      closing.start("tenon-stop-" + worker.id(), worker::close);
    }
    workers = List.of();
    if (closing.join()) {
      LOG.warn("Interrupted while the workers were stopping, so their grace period has ended.");
    }
  }

  /** The workers that are running. */
  public synchronized List<JobWorker> workers() {
    return workers;
  }
}
