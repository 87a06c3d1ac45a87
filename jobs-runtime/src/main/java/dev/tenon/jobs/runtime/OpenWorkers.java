package dev.tenon.jobs.runtime;

import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.sql.StoreFailures;
import dev.tenon.jobs.internal.worker.Worker;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The workers of a runtime. None starts once they are closed. Thread-safe. */
final class OpenWorkers {

  private final Object lock = new Object();
  private final List<Worker> workers = new CopyOnWriteArrayList<>();
  private final List<JobHandlers> started = new CopyOnWriteArrayList<>();
  private volatile boolean isClosed;
  private volatile boolean pollsTable;

  /** The workers that run, a live view. */
  List<Worker> running() {
    return Collections.unmodifiableList(workers);
  }

  /** The handlers of all workers that were ever started. */
  List<JobHandlers> started() {
    return started;
  }

  /** Returns whether one of them was started that takes its jobs from the table. */
  boolean pollsTable() {
    return pollsTable;
  }

  /**
   * Throws unless workers may start.
   *
   * @throws IllegalStateException if they are closed
   */
  void requireOpen() {
    if (isClosed) {
      throw new IllegalStateException("The runtime is closed; start a new one.");
    }
  }

  /**
   * Starts a worker, so that {@link #close} closes it.
   *
   * @throws IllegalStateException if they are closed
   * @throws dev.tenon.jobs.JobStoreException if the database cannot be reached
   */
  void start(Worker worker, JobHandlers handlers) {
    synchronized (lock) {
      requireOpen();
      try {
        worker.start();
      } catch (StoreException e) {
        throw StoreFailures.of("The worker was not started", null, e);
      }
      workers.add(worker);
      started.add(handlers);
      pollsTable |= worker.pollsTable();
    }
  }

  /** Forgets a worker that has stopped. */
  void remove(Worker worker) {
    workers.remove(worker);
  }

  /** Lets no other worker start. Returns whether this was the first call. */
  boolean seal() {
    synchronized (lock) {
      boolean isFirst = !isClosed;
      isClosed = true;
      return isFirst;
    }
  }

  /**
   * Closes all workers at the same time, and waits for them. If this thread is interrupted, their
   * grace period ends.
   */
  void close() {
    ClosingThreads closing = new ClosingThreads();
    for (Worker worker : List.copyOf(workers)) {
      closing.start("tenon-close-" + worker.id(), worker::close);
    }
    boolean unused = closing.join();
  }
}
