package dev.tenon.jobs.cli.mcp;

import dev.tenon.jobs.JobAttempt.Outcome;
import dev.tenon.jobs.dashboard.Right;
import dev.tenon.jobs.operate.JobMonitor;
import dev.tenon.jobs.operate.JobMonitor.Activity;
import dev.tenon.jobs.operate.JobMonitor.Backlog;
import dev.tenon.jobs.operate.JobMonitor.Range;
import dev.tenon.jobs.operate.JobMonitor.Worker;
import dev.tenon.jobs.operate.JobTypeState;
import dev.tenon.jobs.operate.JobsHealth;
import dev.tenon.jobs.operate.WorkerQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code overview}: types with their queues and limits, workers, and the health. */
final class Overview implements AgentTool {

  private static final int MAX_TYPES = 100;
  private static final int MAX_WORKERS = 50;
  private static final int MAX_BACKLOG = 10_000;
  private static final Set<Outcome> FAILURES =
      Set.of(Outcome.FAILED, Outcome.TIMED_OUT, Outcome.LOST);

  @Override
  public String name() {
    return "overview";
  }

  @Override
  public String title() {
    return "Overview";
  }

  @Override
  public String description() {
    return "Shows the job types with their waiting and running jobs, failures of the last hour, limits and pauses;"
        + " the workers; the health checks; and what this server allows. Begin here.";
  }

  @Override
  public Right right() {
    return Right.READ;
  }

  @Override
  public List<Argument> arguments() {
    return List.of();
  }

  @Override
  public Map<String, @Nullable Object> run(AgentCall call, Arguments arguments) {
    JobMonitor monitor = call.site().monitor();
    List<JobTypeState> types = call.types();
    Figures figures = Figures.of(monitor, call.now());
    List<Map<String, @Nullable Object>> shown = new ArrayList<>();
    types.stream()
        .sorted(Comparator.comparing(figures::urgency).reversed())
        .limit(MAX_TYPES)
        .forEach(type -> shown.add(type(call, type, figures)));
    Fields fields =
        new Fields()
            .add("allowed", allowed(call))
            .add("types", shown)
            .add("typesNotShown", types.size() > MAX_TYPES ? types.size() - MAX_TYPES : null);
    // Workers and health are about all types, so the right to all that have no other one decides
    if (call.user().right().includes(Right.READ)) {
      List<Worker> workers = monitor.workers(WorkerQuery.all());
      JobsHealth health = call.site().health();
      fields
          .add(
              "workers",
              workers.stream().limit(MAX_WORKERS).map(each -> worker(call, each)).toList())
          .add(
              "workersNotShown", workers.size() > MAX_WORKERS ? workers.size() - MAX_WORKERS : null)
          .add("isHealthy", health.isHealthy())
          .add("health", health.checks().stream().map(each -> check(call, each)).toList());
    }
    return fields.map();
  }

  private static Map<String, @Nullable Object> allowed(AgentCall call) {
    return new Fields()
        .add("name", call.name())
        .add("right", call.user().right().code())
        .add("mayChangeSomething", call.user().maySomewhere(Right.ACT))
        .map();
  }

  private static Map<String, @Nullable Object> type(
      AgentCall call, JobTypeState type, Figures figures) {
    Predicate<String> named = type::isNamed;
    return new Fields()
        .addAll(Views.type(type))
        .add("waiting", figures.waiting(named))
        .add("oldestDueAt", figures.oldestDueAt(named))
        .add("running", figures.running(named))
        .add("failedAttemptsLastHour", figures.failed(named))
        .add("mayChange", call.may(Right.ACT, type.type()))
        .map();
  }

  private static Map<String, @Nullable Object> worker(AgentCall call, Worker worker) {
    return new Fields()
        .add("id", worker.id())
        .add("host", worker.host())
        .add("isLive", worker.isLive())
        .add("lastHeartbeatAt", worker.heartbeatAt())
        .add("slots", worker.concurrency())
        .add("running", worker.running().size())
        .add("isDraining", worker.quietedAt().isPresent() ? true : null)
        .add("applicationVersion", worker.applicationVersion())
        .add("types", worker.types().stream().filter(type -> call.may(Right.READ, type)).toList())
        .map();
  }

  private static Map<String, @Nullable Object> check(AgentCall call, JobsHealth.Check check) {
    // The messages name types, even those that the user may not see
    boolean isFull = call.user().mayEverywhere(Right.READ);
    return new Fields()
        .add("name", check.name())
        .add("isHealthy", check.isHealthy())
        .add("message", isFull ? check.message() : null)
        .map();
  }

  /**
   * Numbers by the names that jobs were submitted with.
   *
   * @param backlog the waiting jobs
   * @param running the running jobs
   * @param failed the failed attempts of the last hour
   */
  private record Figures(
      List<Backlog> backlog, Map<String, Long> running, Map<String, Long> failed) {

    static Figures of(JobMonitor monitor, Instant now) {
      return new Figures(
          monitor.backlog(MAX_BACKLOG),
          monitor.running(),
          monitor.activityByType(Range.last(Duration.ofHours(1), now)).stream()
              .filter(each -> FAILURES.contains(each.outcome()))
              .collect(
                  Collectors.groupingBy(
                      Activity::type, Collectors.summingLong(Activity::attempts))));
    }

    private static long sum(Map<String, Long> numbers, Predicate<String> named) {
      return numbers.entrySet().stream()
          .filter(entry -> named.test(entry.getKey()))
          .mapToLong(Map.Entry::getValue)
          .sum();
    }

    long waiting(Predicate<String> named) {
      return backlog.stream()
          .filter(each -> named.test(each.type()))
          .mapToLong(Backlog::jobs)
          .sum();
    }

    Optional<Instant> oldestDueAt(Predicate<String> named) {
      return backlog.stream()
          .filter(each -> named.test(each.type()))
          .flatMap(each -> each.oldestDueAt().stream())
          .min(Comparator.naturalOrder());
    }

    long running(Predicate<String> named) {
      return sum(running, named);
    }

    long failed(Predicate<String> named) {
      return sum(failed, named);
    }

    /** Types that need attention come first. */
    long urgency(JobTypeState type) {
      return failed(type::isNamed) * MAX_BACKLOG
          + waiting(type::isNamed)
          + (type.isPaused() ? 1 : 0);
    }
  }
}
