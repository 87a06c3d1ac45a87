package dev.tenon.jobs;

/** Runs jobs, from when it was started until it is closed. Thread-safe. */
public interface JobWorker extends AutoCloseable {

  /** What the worker is called in the table and in logs; unique to each start. */
  String id();

  /** How many jobs it runs at the moment. */
  int runningJobs();

  /**
   * Stops the worker: it takes no more jobs; handlers that run may finish within the grace period,
   * then they are signalled, and what still runs is given back without counting the attempt.
   * Returns when the last outcome is recorded; in all it takes 30 s longer than the grace period at
   * most. Closing again waits for the first close.
   */
  @Override
  void close();
}
