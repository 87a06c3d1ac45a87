package dev.tenon.jobs.upkeep;

import dev.tenon.jobs.background.FailureLog;
import dev.tenon.jobs.background.LoggableFailure;
import dev.tenon.jobs.store.Leadership;
import dev.tenon.jobs.store.LeadershipLostException;
import dev.tenon.jobs.store.TaskStore;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A task, and when it was last done and noted. Not thread-safe. */
final class ScheduledTask {

  private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

  /** Tasks that are done more often are not noted each time. */
  private static final Duration NOTE_INTERVAL = Duration.ofSeconds(2);

  private final UpkeepTask task;
  private final TaskStore runs;
  private final FailureLog failures;
  private @Nullable Long lastRunNanos;
  private @Nullable Long lastNoteNanos;
  private boolean hasMoreToDo;

  ScheduledTask(UpkeepTask task, TaskStore runs) {
    this.task = task;
    this.runs = runs;
    this.failures =
        new FailureLog(
            LOG,
            "The task '" + task.name() + "' of the upkeep",
            "What it does is left undone until then; the other tasks are done.");
  }

  /**
   * Does the task if it is time to. A failure is logged and noted; it must not keep the other tasks
   * from being done.
   *
   * @throws LeadershipLostException if another process leads
   */
  void runIfDue(Leadership leadership) {
    long now = System.nanoTime();
    if (!hasMoreToDo && lastRunNanos != null && now - lastRunNanos < task.interval().toNanos()) {
      return;
    }
    lastRunNanos = now;
    hasMoreToDo = false;
    try {
      hasMoreToDo = task.run(leadership);
    } catch (LeadershipLostException e) {
      throw e;
    } catch (Throwable e) {
      failures.failed(e, task.interval());
      runs.done(task.name(), task.interval(), LoggableFailure.describe(e));
      lastNoteNanos = null;
      return;
    }
    failures.succeeded();
    if (lastNoteNanos == null || now - lastNoteNanos >= NOTE_INTERVAL.toNanos()) {
      runs.done(task.name(), task.interval(), null);
      lastNoteNanos = now;
    }
  }
}
