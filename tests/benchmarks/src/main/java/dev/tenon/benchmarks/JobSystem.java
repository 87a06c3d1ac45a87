package dev.tenon.benchmarks;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/**
 * A way to run jobs that is measured. It makes its tables when it is constructed, if they are not
 * there. Thread-safe.
 */
public interface JobSystem extends Closeable {

  /** Submits one job; it is durable when the method returns. */
  void submit(Work work) throws Exception;

  /**
   * Submits jobs one by one, numbered from 0.
   *
   * @param jobs how many, in all
   * @param threads how many threads submit; a job is durable before its thread submits the next
   */
  default void submitOneByOne(int jobs, int threads) throws Exception {
    PacedSubmits.unlimited(threads).run(this, jobs);
  }

  /** Submits many jobs in the fastest way that the system has; durable when the method returns. */
  void submitAll(List<Work> works) throws Exception;

  /** Whether everything submitted has reached the place where workers look for jobs. */
  default boolean isSettled() throws Exception {
    return true;
  }

  /**
   * Starts a worker.
   *
   * @param handler is called once for each job, by many threads
   * @return closes the worker, once what it runs has ended
   */
  Worker startWorker(Consumer<Work> handler) throws Exception;

  /** How many jobs wait or run. Asked for only near the end of a measurement. */
  long unfinished() throws Exception;

  /**
   * Returns when no job is left that has ended. A system that keeps them until they are deleted by
   * hand deletes them now; one that deletes them automatically waits until it has.
   */
  default void awaitDeletion() throws Exception {}

  /** The ids of the processes of Node.js that run the system, if it does not run in this JVM. */
  default List<Long> processes() {
    return List.of();
  }

  /** Ends all connections. */
  @Override
  void close() throws IOException;

  /** A running worker. */
  interface Worker extends Closeable {}
}
