package dev.tenon.jobs.internal.maintenance;

import dev.tenon.jobs.internal.leader.TaskStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Records which maintenance tasks were done, for the health of all processes. Successful runs are
 * written together, every few seconds; the first run of a task, a failure, and the first run after
 * one are written immediately. Thread-safe.
 */
final class TaskNotes {

  /** The time between two writes: far less than the delay that makes a task count as late. */
  private static final Duration INTERVAL = Duration.ofSeconds(2);

  private final TaskStore store;
  private final Map<String, Done> done = new HashMap<>();

  /** The tasks whose last record is a success. */
  private final Set<String> well = new HashSet<>();

  private boolean isUrgent;
  private long writtenNanos = System.nanoTime();

  /** Adds a run that has not failed. One that was skipped has not succeeded either. */
  private record Done(Duration interval, long atNanos, boolean succeeded) {}

  TaskNotes(TaskStore store) {
    this.store = store;
  }

  /** Records that the task has just been done. */
  synchronized void done(MaintenanceTask task) {
    done.put(task.name(), new Done(task.interval(), System.nanoTime(), true));
    isUrgent |= well.add(task.name());
  }

  /**
   * Records that there was no reason to do the task just now. If it failed before, that still
   * counts.
   */
  synchronized void skipped(MaintenanceTask task) {
    Done earlier = done.get(task.name());
    done.put(
        task.name(),
        new Done(task.interval(), System.nanoTime(), earlier != null && earlier.succeeded()));
  }

  /**
   * Records that the task has just failed.
   *
   * @throws dev.tenon.jobs.internal.sql.StoreException if the database cannot be reached
   */
  void failed(MaintenanceTask task, String error) {
    synchronized (this) {
      done.remove(task.name());
      well.remove(task.name());
    }
    store.failed(task.name(), task.interval(), error);
  }

  /**
   * Writes the records, if it is time to. The caller waits for no other thread.
   *
   * @throws dev.tenon.jobs.internal.sql.StoreException if the database cannot be reached; the
   *     records are written the next time
   */
  void writeIfDue() {
    synchronized (this) {
      if (!isUrgent && System.nanoTime() - writtenNanos < INTERVAL.toNanos()) {
        return;
      }
    }
    writeNow();
  }

  /** Writes the records, as {@link #writeIfDue} does. */
  void writeNow() {
    Map<String, Done> some;
    synchronized (this) {
      if (done.isEmpty()) {
        return;
      }
      some = Map.copyOf(done);
      done.clear();
      isUrgent = false;
      writtenNanos = System.nanoTime();
    }
    List<TaskStore.Done> runs = new ArrayList<>();
    long now = System.nanoTime();
    some.forEach(
        (name, run) ->
            runs.add(
                new TaskStore.Done(
                    name,
                    run.interval(),
                    Duration.ofNanos(Math.max(0, now - run.atNanos())),
                    run.succeeded())));
    try {
      store.done(runs);
    } catch (RuntimeException | Error e) {
      synchronized (this) {
        some.forEach(done::putIfAbsent);
        isUrgent = true;
      }
      throw e;
    }
  }
}
