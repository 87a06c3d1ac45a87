package dev.tenon.jobs.faults.trace;

import java.util.List;
import java.util.UUID;

/**
 * A rule of the specification that a history does not follow.
 *
 * @param rule the rule
 * @param job the job
 * @param what what is wrong
 * @param history the changes of the job
 */
public record Violation(Rule rule, UUID job, String what, List<JobChange> history) {

  /** The rules, with the definitions of the models in tests/specification that they stand for. */
  public enum Rule {
    /** A job changes only in the ways that {@code StatusChange} lists. */
    ONLY_LISTED_CHANGES,
    /** For each lease, one outcome is committed: {@code attempts.oneOutcomeForEachLease}. */
    ONE_OUTCOME_FOR_EACH_LEASE,
    /** An outcome comes from the holder: {@code attempts.outcomesComeFromTheHolder}. */
    OUTCOMES_COME_FROM_THE_HOLDER,
    /** A committed job ends: {@code attempts.canEnd} and {@code pointers.canEnd}. */
    NOTHING_IS_LOST,
    /** A handler runs only for a claim, and completes only what it ran for. */
    EXECUTIONS_HAVE_CLAIMS,
    /** At no instant do more jobs run than the limit says: {@code limits.limitHolds}. */
    LIMIT_HOLDS,
    /** Of a line, at most one job runs: {@code lines.atMostOneRuns}. */
    AT_MOST_ONE_RUNS,
    /** No job of a line passes one that has not ended: {@code lines.noneIsPassed}. */
    NONE_IS_PASSED,
    /** Once a step is recorded, no later attempt runs it: {@code steps.recordedStepsRunOnce}. */
    RECORDED_STEPS_RUN_ONCE
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("%s, job %s: %s".formatted(rule, job, what));
    history.forEach(change -> text.append("\n    ").append(change));
    return text.toString();
  }
}
