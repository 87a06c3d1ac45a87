package dev.tenon.jobs.spring;

import dev.tenon.jobs.dashboard.JobDashboard;
import org.springframework.context.SmartLifecycle;

/**
 * Ends the event streams of open pages right before the web server stops, which would wait for them
 * otherwise, as for any request. Thread-safe.
 */
final class DashboardStreams implements SmartLifecycle {

  /** After the workers have stopped, which takes some time; the web server's is 1024 below. */
  private static final int PHASE = DEFAULT_PHASE - 512;

  private final JobDashboard dashboard;
  private volatile boolean isRunning;

  DashboardStreams(JobDashboard dashboard) {
    this.dashboard = dashboard;
  }

  @Override
  public void start() {
    isRunning = true;
  }

  @Override
  public void stop() {
    dashboard.endStreams();
    isRunning = false;
  }

  @Override
  public boolean isRunning() {
    return isRunning;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }
}
