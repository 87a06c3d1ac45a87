package dev.tenon.jobs.runtime;

import dev.tenon.jobs.internal.background.DisplayText;
import dev.tenon.jobs.internal.background.LogText;
import dev.tenon.jobs.internal.background.LoggableFailure;
import dev.tenon.jobs.internal.broker.PointerPublisher;
import dev.tenon.jobs.internal.leader.TaskStore;
import dev.tenon.jobs.internal.operate.HealthStore;
import dev.tenon.jobs.internal.sql.StoreException;
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
   * The time that it takes for another process to become leader after the leader has died; until
   * then nothing is late.
   */
  private static final Duration CHANGE_OF_LEADER = Duration.ofSeconds(15);

  /** The time that the first connection to RabbitMQ may take. */
  private static final Duration FIRST_CONNECTION = Duration.ofSeconds(10);

  private static final Duration LATELY = Duration.ofHours(1);
  private static final int MAX_FAILED = 10_000;
  private static final int MAX_NAMES = 5;

  /** The age of transactions that hold jobs and are reported. */
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
   * Prepares the report; {@link #check} creates one.
   *
   * @param types the job types that this process knows
   * @param lostAfter how long a worker must be silent to count as lost
   * @param publisher publishes to RabbitMQ; null if there is none
   * @param workers the workers of this runtime, a live view
   * @param onlyLooks true if this process only observes, so its recent start excuses nothing
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

  /** The answers of the database. */
  private record Answers(
      List<TaskStore.Run> runs,
      HealthStore.Served served,
      List<HealthStore.Waiting> waiting,
      List<HealthStore.Paused> paused,
      List<HealthStore.OpenTransaction> transactions,
      long inDoubt,
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
              jobs.steps(MAX_FAILED).inDoubt(),
              jobs.failed(LATELY, MAX_FAILED));
      checks.add(new FoundCheck("database", true, "responding"));
      checkRabbitMq(checks);
      checkTypes(checks, answers);
      checkPauses(checks, answers.paused());
      checkTransactions(checks, answers.transactions());
      checkSteps(checks, answers.inDoubt());
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

  /** Checks that there are workers for the jobs of each type. */
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
      // When everything starts at the same time, workers come a little later than the first jobs
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
              ? "this process declares none, and no job waits for a worker"
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

  /**
   * Reports paused types. Somebody paused them on purpose, so the check is healthy, but nobody
   * should forget them.
   */
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

  /**
   * Reports long transactions. They only delay the jobs that they have locked, so the check is
   * healthy.
   */
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

  /** Reports steps in doubt. Their jobs wait for a person, and nothing else is wrong. */
  private static void checkSteps(List<Check> checks, long inDoubt) {
    if (inDoubt > 0) {
      checks.add(
          new FoundCheck(
              "steps in doubt",
              true,
              (inDoubt < MAX_FAILED ? "" + inDoubt : MAX_FAILED + " or more")
                  + " began and have no result; the dashboard and 'tenon in-doubt' list them"));
    }
  }

  private static String names(Collection<String> types) {
    return listed(types.stream().map(type -> "'" + LogText.escape(type) + "'").toList());
  }

  private static String listed(List<String> all) {
    String first = all.stream().limit(MAX_NAMES).collect(Collectors.joining(", "));
    return all.size() <= MAX_NAMES ? first : first + " and " + (all.size() - MAX_NAMES) + " more";
  }

  /**
   * Reports how many jobs wait or fail. That says something about the application, so the check is
   * always healthy.
   */
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
                  ? "there is no leader yet"
                  : "no process does maintenance: start at least one runtime with"
                      + " maintenance(true)"));
    }
    runs.forEach(run -> checks.add(maintenance(run, early)));
  }

  /**
   * The check of a maintenance task.
   *
   * @param run its last run
   * @param early true if this process has only just started
   */
  static Check maintenance(TaskStore.Run run, boolean early) {
    Duration limit = run.interval().multipliedBy(3).plus(CHANGE_OF_LEADER);
    boolean late = run.age().compareTo(limit) > 0;
    String message = "last run " + age(run.age()) + " ago";
    if (late && early) {
      message += ", before this process started";
    } else if (late) {
      message +=
          ", although it is due every %s: there is no leader, or the leader hangs"
              .formatted(DisplayText.of(run.interval()));
    }
    if (run.lastError() != null) {
      message += "; it failed with " + run.lastError();
    }
    return new FoundCheck(
        "maintenance: " + run.name(), (!late || early) && run.lastError() == null, message);
  }

  /** An age for people to read, such as a number of minutes. */
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
