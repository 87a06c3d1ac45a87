package dev.tenon.jobs.processor.model;

import java.time.Duration;
import java.util.Optional;

/**
 * The rule for gathering the jobs of a batch handler, as {@code @Batch} declares it or its defaults
 * say.
 *
 * @param position the annotation, or the handler's {@code @JobType} if there is none
 * @param maxJobs the maximum number of jobs of a batch
 * @param maxWait the maximum time that a job waits for others
 * @param by the component that all jobs of a batch have in common; blank if there is none
 * @param property the JSON property with that component; empty if the payload has none of that name
 */
public record BatchDeclaration(
    SourcePosition position,
    Attribute<Integer> maxJobs,
    Attribute<String> maxWait,
    Attribute<String> by,
    Optional<String> property) {

  /** The minimum number of jobs that {@code maxJobs} may set. */
  public static final int MIN_JOBS = 2;

  /** The maximum number of jobs that {@code maxJobs} may set. */
  public static final int MAX_JOBS = 500;

  /** The default of {@code maxJobs}. */
  public static final int DEFAULT_MAX_JOBS = 100;

  /** The default of {@code maxWait}. */
  public static final String DEFAULT_MAX_WAIT = "50ms";

  /** The number of jobs; the default if the written one is out of range. */
  public int jobs() {
    return isInRange() ? maxJobs.value() : DEFAULT_MAX_JOBS;
  }

  /** Returns whether the number of jobs is in range. */
  public boolean isInRange() {
    return maxJobs.value() >= MIN_JOBS && maxJobs.value() <= MAX_JOBS;
  }

  /** The maximum wait; the default if the written one is not a duration. */
  public Duration longestWait() {
    return Durations.parse(maxWait.value())
        .orElseGet(() -> Durations.parse(DEFAULT_MAX_WAIT).orElseThrow());
  }
}
