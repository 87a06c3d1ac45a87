package dev.tenon.jobs.runtime;

import dev.tenon.jobs.JobsHealth;
import dev.tenon.jobs.JobsHealth.Check;
import dev.tenon.jobs.background.LoggableFailure;
import dev.tenon.jobs.broker.PointerPublisher;
import dev.tenon.jobs.store.StoreException;
import dev.tenon.jobs.store.TaskStore;
import dev.tenon.jobs.worker.Worker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks everything that a runtime needs or does. */
final class HealthReport {

  /**
   * The lead passes from a dead process to another within that time; until then nothing is late.
   */
  private static final Duration CHANGE_OF_LEADER = Duration.ofSeconds(15);

  private final TaskStore tasks;
  private final @Nullable PointerPublisher publisher;
  private final List<Worker> workers;
  private final long startedNanos = System.nanoTime();

  HealthReport(TaskStore tasks, @Nullable PointerPublisher publisher, List<Worker> workers) {
    this.tasks = tasks;
    this.publisher = publisher;
    this.workers = workers;
  }

  JobsHealth check() {
    List<Check> checks = new ArrayList<>();
    try {
      List<TaskStore.Run> runs = tasks.list();
      checks.add(new Check("database", true, "answers"));
      checkRabbitMq(checks);
      checkUpkeep(checks, runs);
    } catch (StoreException e) {
      checks.add(
          new Check(
              "database",
              false,
              "does not answer ("
                  + LoggableFailure.describe(e)
                  + "); jobs can be neither submitted nor claimed until it does"));
      checkRabbitMq(checks);
    }
    for (Worker worker : workers) {
      List<String> problems = worker.problems();
      checks.add(
          new Check(
              "worker: " + worker.id(),
              problems.isEmpty(),
              problems.isEmpty()
                  ? "runs %d jobs; %d messages were not pointers"
                      .formatted(worker.runningJobs(), worker.refusedMessages())
                  : String.join("; ", problems)));
    }
    return new JobsHealth(checks);
  }

  private void checkRabbitMq(List<Check> checks) {
    if (publisher == null) {
      return;
    }
    List<String> problems = publisher.problems();
    if (!publisher.isConnected()) {
      String why = publisher.connectionProblem();
      checks.add(
          new Check(
              "rabbitmq",
              false,
              "not connected for "
                  + publisher.downFor().toSeconds()
                  + " s"
                  + (why.isEmpty() ? "" : ", with " + why)
                  + "; jobs are kept in the table, and workers take them from there"));
    } else if (problems.isEmpty()) {
      checks.add(new Check("rabbitmq", true, "connected"));
    } else {
      checks.add(new Check("rabbitmq", false, "connected, but: " + String.join("; ", problems)));
    }
  }

  private void checkUpkeep(List<Check> checks, List<TaskStore.Run> runs) {
    if (runs.isEmpty()) {
      boolean early = System.nanoTime() - startedNanos < CHANGE_OF_LEADER.toNanos();
      checks.add(
          new Check(
              "upkeep",
              early,
              early
                  ? "no process leads yet"
                  : "no process does it: at least one runtime must be started with upkeep(true)"));
    }
    for (TaskStore.Run run : runs) {
      Duration limit = run.interval().multipliedBy(3).plus(CHANGE_OF_LEADER);
      boolean late = run.age().compareTo(limit) > 0;
      String message = "last done " + Math.max(0, run.age().toSeconds()) + " s ago";
      if (late) {
        message +=
            ", it is done every "
                + run.interval().toSeconds()
                + " s: no process leads, or it hangs";
      }
      if (run.lastError() != null) {
        message += "; it failed with " + run.lastError();
      }
      checks.add(new Check("upkeep: " + run.name(), !late && run.lastError() == null, message));
    }
  }
}
