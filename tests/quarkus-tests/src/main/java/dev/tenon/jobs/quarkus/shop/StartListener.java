package dev.tenon.jobs.quarkus.shop;

import dev.tenon.jobs.listen.JobListener;
import dev.tenon.jobs.listen.JobsFigures;
import jakarta.inject.Singleton;

/** A listener of the application, next to those for meters and spans. */
@Singleton
public class StartListener implements JobListener {

  private volatile boolean hasStarted;

  @Override
  public void started(JobsFigures figures) {
    hasStarted = true;
  }

  /** Returns whether the runtime has called it. */
  public boolean hasStarted() {
    return hasStarted;
  }
}
