package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.JobAttempt.Outcome;
import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.JobStoreRefusedException;
import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.durable.InDoubtQuery;
import dev.tenon.jobs.durable.JobSteps;
import dev.tenon.jobs.operate.JobMonitor;
import dev.tenon.jobs.operate.JobMonitor.Activity;
import dev.tenon.jobs.operate.JobMonitor.Range;
import dev.tenon.jobs.operate.JobMonitor.Worker;
import dev.tenon.jobs.operate.JobTypeState;
import dev.tenon.jobs.operate.JobTypes;
import dev.tenon.jobs.operate.JobsHealth;
import dev.tenon.jobs.operate.WorkerQuery;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The current state, shared by all pages: whether the database responds, the health report, and the
 * badges of the navigation. Thread-safe.
 */
final class Pulse {

  /** The longest time that a page waits for a response of the database. */
  static final Duration PATIENCE = Duration.ofMillis(2_400);

  /** The longest time that a page waits for data that it can do without. */
  private static final Duration BRIEFLY = Duration.ofMillis(150);

  private static final Duration PROBE_FRESH = Duration.ofSeconds(1);
  private static final Duration HEALTH_FRESH = Duration.ofSeconds(2);
  private static final Duration SIGNS_FRESH = Duration.ofSeconds(10);

  private static final Set<Outcome> FAILURES =
      Set.of(Outcome.FAILED, Outcome.TIMED_OUT, Outcome.LOST);

  /**
   * A health report.
   *
   * @param at when it was made
   * @param health the report
   */
  record Report(Instant at, JobsHealth health) {

    /** The number of failing checks. */
    long failing() {
      return health.checks().stream().filter(check -> !check.isHealthy()).count();
    }
  }

  /**
   * The problems that need attention, by type.
   *
   * @param failed the failed attempts of the last hour, by type
   * @param unserved the types that no live worker runs, except paused ones
   * @param doubts the steps in doubt, by the type of their job
   */
  record Signs(Map<String, Long> failed, Set<String> unserved, Map<String, Long> doubts) {

    static final Signs NONE = new Signs(Map.of(), Set.of(), Map.of());

    /** The number of steps in doubt that a user may see. */
    long doubts(DashboardUser user) {
      return doubts.entrySet().stream()
          .filter(type -> user.may(Right.READ, type.getKey()))
          .mapToLong(Map.Entry::getValue)
          .sum();
    }
  }

  /** The health of a runtime when only the state of the database is known. */
  private record OnlyDatabase(List<Check> checks) implements JobsHealth {}

  private record Silent(String name, boolean isHealthy, String message)
      implements JobsHealth.Check {}

  private final Clock clock;

  /** True if the database did not respond the last time; pages then do not wait for it. */
  private volatile boolean isAway;

  private final Shared<Boolean> probe;
  private final Shared<Report> health;
  private final Shared<Signs> signs;

  Pulse(
      JobMonitor monitor,
      JobTypes types,
      JobSteps steps,
      Supplier<JobsHealth> health,
      Clock clock,
      ExecutorService executor) {
    this.clock = clock;
    // Not of the table of jobs, whose state may make even a look-up slow
    this.probe = new Shared<>(executor, PROBE_FRESH, () -> probe(monitor, clock));
    this.health =
        new Shared<>(executor, HEALTH_FRESH, () -> new Report(clock.instant(), health.get()));
    this.signs = new Shared<>(executor, SIGNS_FRESH, () -> signs(monitor, types, steps, clock));
  }

  private static boolean probe(JobMonitor monitor, Clock clock) {
    List<Activity> unused =
        monitor.activityByType(Range.last(Duration.ofMinutes(1), clock.instant()));
    return true;
  }

  private static Signs signs(JobMonitor monitor, JobTypes types, JobSteps steps, Clock clock) {
    Map<String, Long> failed = new HashMap<>();
    Instant now = clock.instant();
    for (Activity activity : monitor.activityByType(Range.last(Duration.ofHours(1), now))) {
      if (isFailure(activity)) {
        failed.merge(activity.type(), activity.attempts(), Long::sum);
      }
    }
    List<Worker> workers = monitor.workers(WorkerQuery.all());
    Set<String> unserved =
        types.list().stream()
            .filter(type -> !type.isPaused() && isUnserved(type, workers))
            .map(JobTypeState::type)
            .collect(Collectors.toSet());
    return new Signs(Map.copyOf(failed), Set.copyOf(unserved), doubts(steps));
  }

  /** The steps in doubt by the type of their job, counted up to a limit. */
  private static Map<String, Long> doubts(JobSteps steps) {
    Map<String, Long> doubts = new HashMap<>();
    InDoubtQuery query = InDoubtQuery.all().withLimit(InDoubtQuery.MAX_LIMIT);
    steps.inDoubt(query).forEach(step -> doubts.merge(step.jobType(), 1L, Long::sum));
    return Map.copyOf(doubts);
  }

  static boolean isFailure(Activity activity) {
    return FAILURES.contains(activity.outcome());
  }

  /** Returns whether no live worker claims jobs of the type. */
  static boolean isUnserved(JobTypeState type, List<Worker> workers) {
    return workers.stream()
        .filter(worker -> worker.isLive() && worker.quietedAt().isEmpty())
        .noneMatch(worker -> worker.types().stream().anyMatch(type::isNamed));
  }

  /**
   * Throws if the database does not respond.
   *
   * @throws DatabaseAwayException if it does not respond, within {@link #PATIENCE}
   */
  void requireDatabase() {
    require(probe.ask(), PATIENCE);
  }

  private void require(CompletableFuture<Boolean> probe, Duration patience) {
    isAway = true;
    try {
      Shared.get(probe, patience);
      isAway = false;
    } catch (TimeoutException e) {
      throw DatabaseAwayException.silent();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof JobStoreException failure
          && !(failure instanceof JobStoreRefusedException)) {
        throw DatabaseAwayException.of(failure);
      }
      if (!(e.getCause() instanceof JobsException)) {
        throw new IllegalStateException("The probe of the database failed.", e);
      }
      // It answers, and the page will say what it refuses
      isAway = false;
    }
  }

  /** The health report, or why there is none if it takes longer than a page may wait. */
  Report health() {
    // Meanwhile this finds out why
    CompletableFuture<Boolean> asked = probe.ask();
    try {
      return health.within(PATIENCE.minus(BRIEFLY));
    } catch (TimeoutException | ExecutionException e) {
      return silent(asked);
    }
  }

  private Report silent(CompletableFuture<Boolean> asked) {
    String why = "The database did not respond in time.";
    try {
      require(asked, BRIEFLY);
    } catch (DatabaseAwayException e) {
      why = String.valueOf(e.getMessage());
    }
    return new Report(
        clock.instant(),
        new OnlyDatabase(
            List.of(
                new Silent(
                    "database",
                    false,
                    why + " The other checks are not known yet; reload the page."))));
  }

  /** The health report of the last time; empty if nobody has asked yet. */
  Optional<Report> lastHealth() {
    try {
      return isAway ? health.known() : Optional.of(health.within(BRIEFLY));
    } catch (TimeoutException | ExecutionException e) {
      return health.known();
    }
  }

  /** The problems of a few seconds ago; none if they are not known. */
  Signs signs() {
    try {
      return isAway ? signs.known().orElse(Signs.NONE) : signs.within(BRIEFLY);
    } catch (TimeoutException | ExecutionException e) {
      return signs.known().orElse(Signs.NONE);
    }
  }
}
