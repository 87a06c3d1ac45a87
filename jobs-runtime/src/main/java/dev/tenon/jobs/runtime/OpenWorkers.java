package dev.tenon.jobs.runtime;

import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.sql.StoreFailures;
import dev.tenon.jobs.internal.worker.Worker;
import java.util.ArrayList;
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

  /** Closes all workers at the same time, and waits for them. */
  void close() {
    List<Thread> closing = new ArrayList<>();
    for (Worker worker : List.copyOf(workers)) {
      Thread thread = new Thread(worker::close, "tenon-close-" + worker.id());
      thread.start();
      closing.add(thread);
    }
    try {
      for (Thread thread : closing) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
