package dev.tenon.jobs.internal.maintenance;

import dev.tenon.jobs.internal.background.FailureLog;
import dev.tenon.jobs.internal.background.LoggableFailure;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.leader.LeadershipLostException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A task, and the time when it was last done. Not thread-safe. */
final class ScheduledTask {

  private static final Logger LOG = LoggerFactory.getLogger(Maintenance.class);

  private final MaintenanceTask task;
  private final TaskNotes notes;
  private final FailureLog failures;
  private @Nullable Long lastRunNanos;
  private boolean hasMoreToDo;

  ScheduledTask(MaintenanceTask task, TaskNotes notes) {
    this.task = task;
    this.notes = notes;
    this.failures =
        new FailureLog(
            LOG,
            "The maintenance task '" + task.name() + "'",
            "Its work is delayed until it succeeds. The other tasks run as usual.");
  }

  /** Makes the task due now. */
  void hasten() {
    lastRunNanos = null;
  }

  /**
   * Does the task if it is time to. A failure is logged and recorded; it must not prevent the other
   * tasks.
   *
   * @param now the time, by {@link System#nanoTime()}; the same for all tasks of one round
   * @throws LeadershipLostException if another process is the leader
   */
  void runIfDue(Leadership leadership, long now) {
    if (!hasMoreToDo && lastRunNanos != null && now - lastRunNanos < task.interval().toNanos()) {
      return;
    }
    lastRunNanos = now;
    hasMoreToDo = false;
    MaintenanceTask.Round round;
    try {
      round = task.run(leadership);
    } catch (LeadershipLostException e) {
      throw e;
    } catch (Throwable e) {
      failures.failed(e, task.interval());
      notes.failed(task, LoggableFailure.describe(e));
      return;
    }
    hasMoreToDo = round == MaintenanceTask.Round.MORE_TO_DO;
    if (round == MaintenanceTask.Round.SKIPPED) {
      notes.skipped(task);
      return;
    }
    failures.succeeded();
    notes.done(task);
  }
}
