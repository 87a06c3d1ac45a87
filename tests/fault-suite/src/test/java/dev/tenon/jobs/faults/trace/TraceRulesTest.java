package dev.tenon.jobs.faults.trace;

import static dev.tenon.jobs.JobStatus.CANCELLED;
import static dev.tenon.jobs.JobStatus.COMPLETED;
import static dev.tenon.jobs.JobStatus.FAILED;
import static dev.tenon.jobs.JobStatus.PENDING;
import static dev.tenon.jobs.JobStatus.QUEUED;
import static dev.tenon.jobs.JobStatus.RUNNING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.faults.trace.Trace.Execution;
import dev.tenon.jobs.faults.trace.Trace.Limit;
import dev.tenon.jobs.faults.trace.Trace.StepEvent;
import dev.tenon.jobs.faults.trace.Violation.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The rules accept what Tenon does, and find each fault that is planted in a history. */
class TraceRulesTest {

  private static final UUID ONE = new UUID(0, 1);
  private static final UUID OTHER = new UUID(0, 2);

  private final List<JobChange> changes = new ArrayList<>();
  private final List<Execution> executions = new ArrayList<>();
  private final List<StepEvent> steps = new ArrayList<>();
  private final Map<UUID, String> results = new HashMap<>();
  private Set<UUID> submitted = Set.of();
  private List<Limit> limits = List.of();
  private List<List<UUID>> lines = List.of();

  private void change(UUID job, JobStatus status, long lease, @Nullable String worker) {
    changes.add(new JobChange(changes.size() + 1, job, status, lease, worker, "test", null));
  }

  private void submit(UUID job) {
    change(job, PENDING, 0, null);
  }

  private void run(UUID job, long lease, String worker) {
    change(job, RUNNING, lease, worker);
    executions.add(new Execution(execution(lease, worker), job, worker));
  }

  private static String execution(long lease, String worker) {
    return lease + " of " + worker;
  }

  private void complete(UUID job, long lease, String worker) {
    change(job, COMPLETED, lease, worker);
  }

  private List<Violation> violations() {
    return TraceRules.check(
        new Trace(changes, submitted, executions, results, limits, lines, steps));
  }

  private Set<Rule> violated() {
    return violations().stream().map(Violation::rule).collect(Collectors.toSet());
  }

  @Test
  void aWholeLifeFollowsTheRules() {
    submitted = Set.of(ONE, OTHER);
    submit(ONE);
    change(ONE, QUEUED, 0, null);
    run(ONE, 1, "a");
    // Lost, parked, claimed again, tried again
    change(ONE, PENDING, 1, "a");
    change(ONE, PENDING, 2, "a");
    run(ONE, 3, "b");
    change(ONE, PENDING, 3, "b");
    run(ONE, 4, "b");
    change(ONE, FAILED, 4, "b");
    // Retried by hand
    change(ONE, PENDING, 5, "b");
    run(ONE, 6, "a");
    complete(ONE, 6, "a");
    submit(OTHER);
    change(OTHER, CANCELLED, 0, null);
    assertThat(violations()).isEmpty();
  }

  @Test
  void anOutcomeOfAnEarlierLease() {
    submit(ONE);
    run(ONE, 1, "a");
    change(ONE, PENDING, 1, "a");
    run(ONE, 2, "b");
    complete(ONE, 1, "a");
    assertThat(violated())
        .contains(Rule.ONE_OUTCOME_FOR_EACH_LEASE, Rule.ONLY_LISTED_CHANGES)
        .doesNotContain(Rule.NOTHING_IS_LOST);
  }

  @Test
  void anOutcomeOfAnotherWorker() {
    submit(ONE);
    run(ONE, 1, "a");
    executions.add(new Execution("other", ONE, "b"));
    complete(ONE, 1, "b");
    assertThat(violated())
        .contains(Rule.OUTCOMES_COME_FROM_THE_HOLDER, Rule.EXECUTIONS_HAVE_CLAIMS);
  }

  @Test
  void aLeaseThatIsGivenTwice() {
    submit(ONE);
    run(ONE, 1, "a");
    change(ONE, PENDING, 1, "a");
    run(ONE, 1, "b");
    complete(ONE, 1, "b");
    assertThat(violated())
        .contains(Rule.OUTCOMES_COME_FROM_THE_HOLDER, Rule.ONE_OUTCOME_FOR_EACH_LEASE);
  }

  @Test
  void aResultOfAnEarlierLease() {
    submit(ONE);
    run(ONE, 1, "a");
    change(ONE, PENDING, 1, "a");
    run(ONE, 2, "b");
    complete(ONE, 2, "b");
    results.put(ONE, execution(2, "b"));
    assertThat(violations()).isEmpty();
    // The row looks as if "b" had sent it
    results.put(ONE, execution(1, "a"));
    assertThat(violated()).containsExactly(Rule.OUTCOMES_COME_FROM_THE_HOLDER);
  }

  @Test
  void aSecondOutcome() {
    submit(ONE);
    run(ONE, 1, "a");
    complete(ONE, 1, "a");
    change(ONE, FAILED, 1, "a");
    assertThat(violated()).containsExactly(Rule.ONLY_LISTED_CHANGES);
  }

  @Test
  void aStartFromNowhere() {
    submit(ONE);
    change(ONE, CANCELLED, 0, null);
    run(ONE, 1, "a");
    complete(ONE, 1, "a");
    assertThat(violated()).containsExactly(Rule.ONLY_LISTED_CHANGES);
  }

  @Test
  void aLostJob() {
    submitted = Set.of(ONE, OTHER);
    submit(ONE);
    change(ONE, QUEUED, 0, null);
    assertThat(violations())
        .extracting(Violation::rule, Violation::job)
        .containsExactlyInAnyOrder(
            tuple(Rule.NOTHING_IS_LOST, ONE), tuple(Rule.NOTHING_IS_LOST, OTHER));
  }

  @Test
  void aHandlerWithoutAClaim() {
    submit(ONE);
    run(ONE, 1, "a");
    executions.add(new Execution("other", ONE, "b"));
    complete(ONE, 1, "a");
    assertThat(violated()).containsExactly(Rule.EXECUTIONS_HAVE_CLAIMS);
  }

  @Test
  void anOutcomeWithoutAHandler() {
    submit(ONE);
    change(ONE, RUNNING, 1, "a");
    complete(ONE, 1, "a");
    assertThat(violated()).containsExactly(Rule.EXECUTIONS_HAVE_CLAIMS);
  }

  @Test
  void aLimit() {
    limits = List.of(new Limit(1, Set.of(ONE, OTHER)));
    submit(ONE);
    submit(OTHER);
    run(ONE, 1, "a");
    change(ONE, PENDING, 1, "a");
    run(OTHER, 1, "b");
    complete(OTHER, 1, "b");
    run(ONE, 2, "a");
    complete(ONE, 2, "a");
    assertThat(violations()).isEmpty();
  }

  @Test
  void aLimitThatIsExceeded() {
    limits = List.of(new Limit(1, Set.of(ONE, OTHER)));
    submit(ONE);
    submit(OTHER);
    run(ONE, 1, "a");
    run(OTHER, 1, "b");
    complete(ONE, 1, "a");
    complete(OTHER, 1, "b");
    assertThat(violated()).containsExactly(Rule.LIMIT_HOLDS);
  }

  @Test
  void aLine() {
    lines = List.of(List.of(ONE, OTHER));
    submit(OTHER);
    submit(ONE);
    run(ONE, 1, "a");
    change(ONE, PENDING, 1, "a");
    run(ONE, 2, "a");
    complete(ONE, 2, "a");
    run(OTHER, 1, "a");
    complete(OTHER, 1, "a");
    assertThat(violations()).isEmpty();
  }

  @Test
  void aLineThatIsBroken() {
    lines = List.of(List.of(ONE, OTHER));
    submit(ONE);
    submit(OTHER);
    run(ONE, 1, "a");
    run(OTHER, 1, "a");
    complete(ONE, 1, "a");
    complete(OTHER, 1, "a");
    assertThat(violated()).containsExactlyInAnyOrder(Rule.AT_MOST_ONE_RUNS, Rule.NONE_IS_PASSED);
  }

  @Test
  void aJobOfALineThatIsPassedWhileItWaitsAgain() {
    lines = List.of(List.of(ONE, OTHER));
    submit(ONE);
    submit(OTHER);
    run(ONE, 1, "a");
    change(ONE, PENDING, 1, "a");
    run(OTHER, 1, "a");
    complete(OTHER, 1, "a");
    run(ONE, 2, "a");
    complete(ONE, 2, "a");
    assertThat(violated()).containsExactly(Rule.NONE_IS_PASSED);
  }

  @Test
  void aStepThatRunsAgain() {
    submit(ONE);
    run(ONE, 1, "a");
    steps.add(new StepEvent(ONE, "pay", 1, false));
    change(ONE, PENDING, 1, "a");
    run(ONE, 2, "b");
    // It was not recorded, so this is right
    steps.add(new StepEvent(ONE, "pay", 2, false));
    steps.add(new StepEvent(ONE, "pay", 2, true));
    change(ONE, PENDING, 2, "b");
    // An attempt that has lost its lease does not know
    steps.add(new StepEvent(ONE, "pay", 1, false));
    run(ONE, 3, "b");
    complete(ONE, 3, "b");
    assertThat(violations()).isEmpty();
    steps.add(new StepEvent(ONE, "pay", 3, false));
    assertThat(violated()).containsExactly(Rule.RECORDED_STEPS_RUN_ONCE);
  }

  @Test
  void aViolationShowsTheHistory() {
    submit(ONE);
    change(ONE, QUEUED, 0, null);
    assertThat(violations())
        .hasToString(
            """
            [NOTHING_IS_LOST, job 00000000-0000-0000-0000-000000000001: it has not ended, and is queued
                1: pending, lease 0, worker none, by test
                2: queued, lease 0, worker none, by test]\
            """);
  }
}
