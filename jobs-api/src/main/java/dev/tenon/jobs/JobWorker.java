package dev.tenon.jobs;

/** Runs jobs, from its start until it is closed. Thread-safe. */
public interface JobWorker extends AutoCloseable {

  /** The name of the worker in the table and in logs. Each start makes a new name. */
  String id();

  /** The number of jobs that the worker is running now. */
  int runningJobs();

  /**
   * Stops the worker. It takes no more jobs. Running handlers may finish within the grace period;
   * then they are asked to stop, and jobs that still run are released without counting the attempt.
   * This method returns when the last outcome is recorded, at most 30 seconds after the end of the
   * grace period. Closing again waits for the first close.
   */
  @Override
  void close();
}
