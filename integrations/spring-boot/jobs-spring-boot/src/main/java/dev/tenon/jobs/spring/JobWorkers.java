package dev.tenon.jobs.spring;

import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.options.WorkerOptions;
import dev.tenon.jobs.runtime.JobsRuntime;
import java.util.Collection;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.SmartLifecycle;

/**
 * Starts the workers of an application last, when everything that handlers use is there, and stops
 * them first, before anything of that goes. There is one worker for each job module with handlers;
 * a module that another one includes has no separate worker. Thread-safe.
 */
public final class JobWorkers extends dev.tenon.jobs.runtime.JobWorkers
    implements SmartLifecycle, DisposableBean {

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
    super(runtime, handlers, options);
  }

  /**
   * Stops the workers as {@link JobWorker#close()} says, all at the same time, and waits for it. It
   * takes no notice of {@code spring.lifecycle.timeout-per-shutdown-phase}: the grace period of the
   * workers bounds it. When the context closes, the workers of all beans begin to stop at the same
   * time.
   */
  @Override
  public void stop() {
    super.stop();
  }

  @Override
  public boolean isRunning() {
    return !workers().isEmpty();
  }

  /** The last phase to start and the first to stop, after and before a web server's. */
  @Override
  public int getPhase() {
    return DEFAULT_PHASE;
  }

  /** For a context that ends without having stopped its life cycle, since its start failed. */
  @Override
  public void destroy() {
    stop();
  }
}
