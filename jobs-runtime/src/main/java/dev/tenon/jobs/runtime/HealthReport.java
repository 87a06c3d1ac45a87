package dev.tenon.jobs.runtime;

import dev.tenon.jobs.internal.background.LogText;
import dev.tenon.jobs.internal.background.LoggableFailure;
import dev.tenon.jobs.internal.broker.PointerPublisher;
import dev.tenon.jobs.internal.leader.TaskStore;
import dev.tenon.jobs.internal.operate.HealthStore;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.worker.DisplayText;
import dev.tenon.jobs.internal.worker.Worker;
import dev.tenon.jobs.operate.JobsHealth;
import dev.tenon.jobs.operate.JobsHealth.Check;
import dev.tenon.jobs.runtime.FoundHealth.FoundCheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Checks everything that a runtime needs or does. */
final class HealthReport {

  /**
   * The lead passes from a dead process to another within that time; until then nothing is late.
   */
  private static final Duration CHANGE_OF_LEADER = Duration.ofSeconds(15);

  /** Connecting to RabbitMQ for the first time may take that long. */
  private static final Duration FIRST_CONNECTION = Duration.ofSeconds(10);

  private static final Duration LATELY = Duration.ofHours(1);
  private static final int MAX_FAILED = 10_000;
  private static final int MAX_NAMES = 5;

  /** Transactions that have held jobs for that long are named. */
  private static final Duration HELD_FOR_LONG = Duration.ofSeconds(10);

  private final TaskStore tasks;
  private final HealthStore jobs;
  private final Set<String> types;
  private final Duration lostAfter;
  private final @Nullable PointerPublisher publisher;
  private final List<Worker> workers;
  private final boolean onlyLooks;
  private final long startedNanos = System.nanoTime();

  /**
   * Prepares the report; {@link #check} makes one.
   *
   * @param types the job types that this process knows
   * @param lostAfter how long a worker must be silent to count as lost
   * @param publisher publishes to RabbitMQ; null if there is none
   * @param workers the workers of this runtime, a live view
   * @param onlyLooks whether this process has no part in what it looks at, so that nothing is
   *     excused by its start
   */
  HealthReport(
      TaskStore tasks,
      HealthStore jobs,
      Set<String> types,
      Duration lostAfter,
      @Nullable PointerPublisher publisher,
      List<Worker> workers,
      boolean onlyLooks) {
    this.tasks = tasks;
    this.jobs = jobs;
    this.types = types;
    this.lostAfter = lostAfter;
    this.publisher = publisher;
    this.workers = workers;
    this.onlyLooks = onlyLooks;
  }

  /** What the database says. */
  private record Answers(
      List<TaskStore.Run> runs,
      HealthStore.Served served,
      List<HealthStore.Waiting> waiting,
      List<HealthStore.Paused> paused,
      List<HealthStore.OpenTransaction> transactions,
      int failed) {}

  JobsHealth check() {
    List<Check> checks = new ArrayList<>();
    try {
      Answers answers =
          new Answers(
              tasks.list(),
              jobs.served(lostAfter),
              jobs.waiting(),
              jobs.paused(MAX_NAMES + 1),
              jobs.openTransactions(HELD_FOR_LONG, MAX_NAMES + 1),
              jobs.failed(LATELY, MAX_FAILED));
      checks.add(new FoundCheck("database", true, "responding"));
      checkRabbitMq(checks);
      checkTypes(checks, answers);
      checkPauses(checks, answers.paused());
      checkTransactions(checks, answers.transactions());
      checkJobs(checks, answers);
      checkMaintenance(checks, answers.runs());
    } catch (StoreException e) {
      checks.add(
          new FoundCheck(
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
          new FoundCheck(
              "worker: " + worker.id(),
              problems.isEmpty(),
              problems.isEmpty()
                  ? "runs %d jobs; %d messages were not pointers"
                      .formatted(worker.runningJobs(), worker.refusedMessages())
                  : String.join("; ", problems)));
    }
    return new FoundHealth(checks);
  }

  private boolean runsFor(Duration time) {
    return System.nanoTime() - startedNanos >= time.toNanos();
  }

  private void checkRabbitMq(List<Check> checks) {
    if (publisher == null) {
      return;
    }
    List<String> problems = publisher.problems();
    if (!publisher.isConnected()) {
      String why = publisher.connectionProblem();
      if (why.isEmpty() && !runsFor(FIRST_CONNECTION)) {
        checks.add(new FoundCheck("rabbitmq", true, "is being connected"));
        return;
      }
      checks.add(
          new FoundCheck(
              "rabbitmq",
              false,
              "not connected for "
                  + age(publisher.downFor())
                  + (why.isEmpty() ? "" : ", with " + why)
                  + "; jobs are kept in the table, and workers take them from there"));
    } else if (problems.isEmpty()) {
      checks.add(new FoundCheck("rabbitmq", true, "connected"));
    } else {
      checks.add(
          new FoundCheck("rabbitmq", false, "connected, but: " + String.join("; ", problems)));
    }
  }

  /** Whether there is somebody to run the jobs of each type. */
  private void checkTypes(List<Check> checks, Answers answers) {
    HealthStore.Served served = answers.served();
    Set<String> without = new TreeSet<>(types);
    without.removeIf(served::runs);
    List<HealthStore.Waiting> unserved =
        answers.waiting().stream().filter(jobs -> !served.runs(jobs.type())).toList();
    List<HealthStore.Waiting> newer =
        answers.waiting().stream()
            .filter(jobs -> served.runs(jobs.type()))
            .filter(jobs -> jobs.version() > served.newest(jobs.type()))
            .toList();
    String message;
    boolean healthy = true;
    if (!unserved.isEmpty() || !newer.isEmpty()) {
      // When everything starts at once, workers come a little later than the first jobs
      Duration patience = lostAfter.multipliedBy(2);
      healthy =
          Stream.concat(unserved.stream(), newer.stream())
                  .allMatch(jobs -> jobs.waited().compareTo(patience) < 0)
              || (!onlyLooks && !runsFor(patience));
      message =
          Stream.of(withoutWorker(unserved), newerThanKnown(newer, served))
              .flatMap(Optional::stream)
              .collect(Collectors.joining(". "));
    } else if (!without.isEmpty()) {
      message = "no live worker runs %s; none of their jobs is due".formatted(names(without));
    } else {
      message =
          types.isEmpty()
              ? "this process has none of its own, and no job waits for a worker"
              : "live workers run all " + types.size();
    }
    checks.add(new FoundCheck("types", healthy, message));
  }

  private static Optional<String> withoutWorker(List<HealthStore.Waiting> unserved) {
    return unserved.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "no live worker runs %s, and a job has been due for %s; start a worker with the handler"
                .formatted(
                    names(unserved.stream().map(HealthStore.Waiting::type).distinct().toList()),
                    age(unserved.get(0).waited())));
  }

  private static Optional<String> newerThanKnown(
      List<HealthStore.Waiting> newer, HealthStore.Served served) {
    return newer.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "no live worker knows %s, and a job has been due for %s; deploy workers first"
                .formatted(
                    listed(
                        newer.stream()
                            .map(
                                jobs ->
                                    "version %d of '%s' (they know %d)"
                                        .formatted(
                                            jobs.version(),
                                            LogText.escape(jobs.type()),
                                            served.newest(jobs.type())))
                            .toList()),
                    age(newer.get(0).waited())));
  }

  /** Somebody has wanted it, so it is not red; but nobody should forget it. */
  private static void checkPauses(List<Check> checks, List<HealthStore.Paused> paused) {
    if (!paused.isEmpty()) {
      checks.add(
          new FoundCheck(
              "paused types",
              true,
              paused.stream()
                      .limit(MAX_NAMES)
                      .map(
                          each ->
                              "'%s' for %s by %s: %s"
                                  .formatted(
                                      LogText.escape(each.type()),
                                      age(each.since()),
                                      LogText.escape(each.by()),
                                      LogText.escape(each.reason())))
                      .collect(Collectors.joining("; "))
                  + (paused.size() > MAX_NAMES ? "; and others" : "")));
    }
  }

  /** It holds up the jobs that it has locked, and no others, so it is not red. */
  private static void checkTransactions(
      List<Check> checks, List<HealthStore.OpenTransaction> transactions) {
    if (!transactions.isEmpty()) {
      checks.add(
          new FoundCheck(
              "open transactions",
              true,
              transactions.stream()
                      .limit(MAX_NAMES)
                      .map(
                          each ->
                              "process %d of PostgreSQL ('%s') has had a transaction open for %s"
                                  .formatted(
                                      each.processId(),
                                      LogText.escape(each.application()),
                                      age(each.open())))
                      .collect(Collectors.joining("; "))
                  + (transactions.size() > MAX_NAMES ? "; and others" : "")
                  + "; jobs that it has changed or locked wait until it ends"));
    }
  }

  private static String names(Collection<String> types) {
    return listed(types.stream().map(type -> "'" + LogText.escape(type) + "'").toList());
  }

  private static String listed(List<String> all) {
    String first = all.stream().limit(MAX_NAMES).collect(Collectors.joining(", "));
    return all.size() <= MAX_NAMES ? first : first + " and " + (all.size() - MAX_NAMES) + " more";
  }

  /** How many jobs wait or fail says something about the application, so it is never red. */
  private static void checkJobs(List<Check> checks, Answers answers) {
    checks.add(
        new FoundCheck(
            "due jobs",
            true,
            answers.waiting().isEmpty()
                ? "none waits for a worker"
                : "the oldest, of type '%s', has been due for %s"
                    .formatted(
                        LogText.escape(answers.waiting().get(0).type()),
                        age(answers.waiting().get(0).waited()))));
    checks.add(
        new FoundCheck(
            "failed jobs",
            true,
            (answers.failed() < MAX_FAILED ? "" + answers.failed() : MAX_FAILED + " or more")
                + " in the last hour"));
  }

  private void checkMaintenance(List<Check> checks, List<TaskStore.Run> runs) {
    boolean early = !onlyLooks && !runsFor(CHANGE_OF_LEADER);
    if (runs.isEmpty()) {
      checks.add(
          new FoundCheck(
              "maintenance",
              early,
              early
                  ? "no process leads yet"
                  : "no process does it: at least one runtime must be started with maintenance(true)"));
    }
    runs.forEach(run -> checks.add(maintenance(run, early)));
  }

  /**
   * The check of a task of maintenance.
   *
   * @param run when it was last done
   * @param early whether this process has only just started
   */
  static Check maintenance(TaskStore.Run run, boolean early) {
    Duration limit = run.interval().multipliedBy(3).plus(CHANGE_OF_LEADER);
    boolean late = run.age().compareTo(limit) > 0;
    String message = "last run " + age(run.age()) + " ago";
    if (late && early) {
      message += ", before this process started";
    } else if (late) {
      message +=
          ", though it is due every %s: no process leads, or it hangs"
              .formatted(DisplayText.of(run.interval()));
    }
    if (run.lastError() != null) {
      message += "; it failed with " + run.lastError();
    }
    return new FoundCheck(
        "maintenance: " + run.name(), (!late || early) && run.lastError() == null, message);
  }

  /** How long ago something was, as people say it. */
  static String age(Duration age) {
    long seconds = Math.max(0, age.toSeconds());
    if (seconds < 120) {
      return seconds + " s";
    }
    if (seconds < 2 * 3600) {
      return seconds / 60 + " min";
    }
    return seconds < 48 * 3600 ? seconds / 3600 + " h" : seconds / (24 * 3600) + " days";
  }
}
