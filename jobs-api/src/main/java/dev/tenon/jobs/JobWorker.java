package dev.tenon.jobs;

/** Runs jobs, from its start until it is closed. Thread-safe. */
public interface JobWorker extends AutoCloseable {

  /** The name of the worker in the table and in logs. Each start has a name of its own. */
  String id();

  /** How many jobs the worker is running now. */
  int runningJobs();

  /**
   * Stops the worker: it takes no more jobs; running handlers may finish within the grace period,
   * then they are signalled, and jobs that still run are released without counting the attempt.
   * Returns when the last outcome is recorded, at most 30 s after the end of the grace period.
   * Closing again waits for the first close.
   */
  @Override
  void close();
}
