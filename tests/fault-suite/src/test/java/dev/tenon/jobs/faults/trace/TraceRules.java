package dev.tenon.jobs.faults.trace;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.faults.trace.Trace.Execution;
import dev.tenon.jobs.faults.trace.Trace.Limit;
import dev.tenon.jobs.faults.trace.Trace.StepEvent;
import dev.tenon.jobs.faults.trace.Violation.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The rules of the specification, for histories of a real run: what the models in
 * tests/specification promise in each state, the changes that were recorded must show. {@link
 * JobRules} has those of a single job.
 */
public final class TraceRules {

  private final Trace trace;
  private final Map<UUID, List<JobChange>> histories = new LinkedHashMap<>();
  private final List<Violation> violations = new ArrayList<>();

  private TraceRules(Trace trace) {
    this.trace = trace;
    for (JobChange change : trace.changes()) {
      histories.computeIfAbsent(change.job(), job -> new ArrayList<>()).add(change);
    }
  }

  /**
   * Checks what has happened until every job has ended.
   *
   * @return the violations; none if the rules were followed
   */
  public static List<Violation> check(Trace trace) {
    TraceRules rules = new TraceRules(trace);
    rules.histories.values().forEach(history -> rules.violations.addAll(JobRules.check(history)));
    rules.checkNothingIsLost();
    rules.checkExecutions();
    rules.checkResults();
    trace.limits().forEach(rules::checkLimit);
    trace.lines().forEach(rules::checkLine);
    rules.checkSteps();
    return rules.violations;
  }

  private void checkNothingIsLost() {
    for (UUID job : trace.submitted()) {
      if (!histories.containsKey(job)) {
        violated(Rule.NOTHING_IS_LOST, job, "its submit was committed, and it is in no table");
      }
    }
    histories.forEach(
        (job, history) -> {
          JobStatus last = history.get(history.size() - 1).status();
          if (!last.isTerminal()) {
            violated(Rule.NOTHING_IS_LOST, job, "it has not ended, and is " + last.code());
          }
        });
  }

  private void checkExecutions() {
    Map<UUID, Set<String>> executed =
        trace.executions().stream()
            .collect(
                Collectors.groupingBy(
                    Execution::job, Collectors.mapping(Execution::worker, Collectors.toSet())));
    executed.forEach(
        (job, workers) ->
            workers.stream()
                .filter(worker -> !claimants(job).contains(worker))
                .forEach(
                    worker ->
                        violated(
                            Rule.EXECUTIONS_HAVE_CLAIMS,
                            job,
                            "worker %s ran it without having claimed it".formatted(worker))));
    for (JobChange change : trace.changes()) {
      if (change.status() == JobStatus.COMPLETED
          && !executed.getOrDefault(change.job(), Set.of()).contains(change.worker())) {
        violated(
            Rule.EXECUTIONS_HAVE_CLAIMS,
            change.job(),
            "worker %s completed it without having run it".formatted(change.worker()));
      }
    }
  }

  /**
   * Checks that the worker which had the lease has made the result. A statement that ignores leases
   * leaves the row as if the holder had sent it.
   */
  private void checkResults() {
    Map<String, String> workers =
        trace.executions().stream()
            .collect(Collectors.toMap(Execution::name, Execution::worker, (one, other) -> one));
    trace
        .results()
        .forEach(
            (job, execution) -> {
              List<JobChange> history = histories.getOrDefault(job, List.of());
              String maker = workers.get(execution);
              if (!history.isEmpty()
                  && !Objects.equals(history.get(history.size() - 1).worker(), maker)) {
                violated(
                    Rule.OUTCOMES_COME_FROM_THE_HOLDER,
                    job,
                    "its result is that of execution %s, by worker %s".formatted(execution, maker));
              }
            });
  }

  private Set<String> claimants(UUID job) {
    return histories.getOrDefault(job, List.of()).stream()
        .filter(change -> change.status() == JobStatus.RUNNING)
        .map(change -> String.valueOf(change.worker()))
        .collect(Collectors.toSet());
  }

  /**
   * Checks that no more jobs of a limit run than it allows. A claim counts what runs under a lock,
   * and sees only ends that are committed; these have lower numbers.
   */
  private void checkLimit(Limit limit) {
    Set<UUID> running = new HashSet<>();
    for (JobChange change : trace.changes()) {
      if (!limit.jobs().contains(change.job())) {
        continue;
      }
      if (change.status() != JobStatus.RUNNING) {
        running.remove(change.job());
      } else if (running.add(change.job()) && running.size() > limit.max()) {
        violated(
            Rule.LIMIT_HOLDS,
            change.job(),
            "with it, %d jobs ran and the limit is %d".formatted(running.size(), limit.max()));
      }
    }
  }

  /**
   * Checks that the jobs of a line ran one after another, in the order of their numbers. Only first
   * starts are compared: a job that a person has run again is at the end of its line.
   */
  private void checkLine(List<UUID> line) {
    Map<UUID, Integer> places = new HashMap<>();
    line.forEach(job -> places.putIfAbsent(job, places.size()));
    Set<UUID> running = new HashSet<>();
    Set<UUID> started = new HashSet<>();
    Set<UUID> ended = new HashSet<>();
    for (JobChange change : trace.changes()) {
      UUID job = change.job();
      Integer place = places.get(job);
      if (place == null) {
        continue;
      }
      if (change.status() != JobStatus.RUNNING) {
        running.remove(job);
        if (change.status().isTerminal()) {
          ended.add(job);
        }
        continue;
      }
      if (running.add(job) && running.size() > 1) {
        violated(Rule.AT_MOST_ONE_RUNS, job, "another job of its line ran at the same time");
      }
      if (started.add(job)) {
        line.subList(0, place).stream()
            .filter(earlier -> !ended.contains(earlier))
            .findFirst()
            .ifPresent(
                earlier ->
                    violated(
                        Rule.NONE_IS_PASSED,
                        job,
                        "it started before job %s of its line had ended".formatted(earlier)));
      }
    }
  }

  private void checkSteps() {
    Map<Map.Entry<UUID, String>, Long> recorded = new HashMap<>();
    for (StepEvent event : trace.steps()) {
      Map.Entry<UUID, String> step = Map.entry(event.job(), event.step());
      if (event.isRecord()) {
        recorded.putIfAbsent(step, event.lease());
      } else if (recorded.getOrDefault(step, Long.MAX_VALUE) < event.lease()) {
        violated(
            Rule.RECORDED_STEPS_RUN_ONCE,
            event.job(),
            "the step %s ran under lease %d and was recorded under lease %d"
                .formatted(event.step(), event.lease(), recorded.get(step)));
      }
    }
  }

  private void violated(Rule rule, UUID job, String what) {
    violations.add(new Violation(rule, job, what, histories.getOrDefault(job, List.of())));
  }
}
