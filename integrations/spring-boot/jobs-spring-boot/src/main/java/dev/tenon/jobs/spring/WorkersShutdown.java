package dev.tenon.jobs.spring;

import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;

/**
 * Begins to stop all {@link JobWorkers} of a context at the same time when the context closes.
 * Otherwise Spring would stop one bean after another: while it waits for the handlers of one, the
 * others would still claim jobs. Spring waits for each of them as before. Thread-safe.
 */
final class WorkersShutdown implements ApplicationListener<ContextClosedEvent> {

  private final ApplicationContext context;

  WorkersShutdown(ApplicationContext context) {
    this.context = context;
  }

  @Override
  public void onApplicationEvent(ContextClosedEvent event) {
    // A context also gets the events of its children, which may close earlier
    if (event.getApplicationContext() == context) {
      context
          .getBeansOfType(JobWorkers.class, false, false)
          .forEach((name, workers) -> new Thread(workers::stop, "tenon-stop-" + name).start());
    }
  }
}
