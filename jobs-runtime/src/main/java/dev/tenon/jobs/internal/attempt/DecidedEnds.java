package dev.tenon.jobs.internal.attempt;

import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.durable.JobSuspendedError;
import dev.tenon.jobs.internal.background.DisplayText;
import dev.tenon.jobs.internal.background.LoggableFailure;
import dev.tenon.jobs.internal.steps.AttemptSteps;
import dev.tenon.jobs.internal.steps.Suspension;
import dev.tenon.jobs.internal.store.AttemptEnd;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.values.SensitiveValues;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ends of attempts that their steps and waits have decided. */
final class DecidedEnds {

  private static final Logger LOG = LoggerFactory.getLogger(DecidedEnds.class);

  private DecidedEnds() {}

  /** Returns the end that the steps of an attempt have decided; empty if they have not. */
  static Optional<AttemptEnd> of(
      ClaimedJob job, JobDefinition<?, ?> definition, AttemptSteps steps) {
    return steps.suspension().map(why -> end(job, definition, why, steps.hidden().current()));
  }

  private static AttemptEnd end(
      ClaimedJob job, JobDefinition<?, ?> definition, Suspension why, SensitiveValues sensitive) {
    if (why instanceof Suspension.Waits) {
      return new AttemptEnd.Suspended(job.lease());
    }
    if (why instanceof Suspension.StepFailed failed) {
      return new AttemptEnd.Released(
          job.lease(), failed.delay(), Failures.failure(failed.failure(), sensitive));
    }
    if (why instanceof Suspension.StepGaveUp gaveUp) {
      return Failures.permanent(job, gaveUp.failure(), sensitive);
    }
    if (why instanceof Suspension.WithoutRecords without) {
      return Failures.withoutDatabase(job, without.failure(), sensitive);
    }
    if (why instanceof Suspension.NewerRecords newer) {
      return UncountedRelease.newerRecords(job, definition, newer.version());
    }
    if (why instanceof Suspension.MissingKey missing) {
      return UncountedRelease.missingKey(job, missing.failure());
    }
    return new AttemptEnd.Released(job.lease());
  }

  /** Returns the failure for listeners; null if nothing has failed. */
  static @Nullable Throwable failureOf(AttemptSteps steps) {
    Suspension why = steps.suspension().orElse(null);
    if (why instanceof Suspension.StepFailed failed) {
      return failed.failure();
    }
    if (why instanceof Suspension.StepGaveUp gaveUp) {
      return gaveUp.failure();
    }
    return why instanceof Suspension.WithoutRecords without ? without.failure() : null;
  }

  /**
   * Logs an end.
   *
   * @param thrown what the handler has thrown after its steps had decided; null if it returned
   */
  static void log(ClaimedJob job, AttemptSteps steps, AttemptEnd end, @Nullable Throwable thrown) {
    Suspension why = steps.suspension().orElseThrow();
    if (thrown == null && !(why instanceof Suspension.LeaseLost)) {
      LOG.warn(
          "The handler of job {} of type '{}' has returned although its attempt had ended: {} It "
              + "caught JobSuspendedError, or an exception of a step. What it returned is dropped; "
              + "let them through.",
          job.id(),
          job.type(),
          why.message());
    } else if (thrown != null && !isExpected(why, thrown)) {
      LOG.warn(
          "The handler of job {} of type '{}' threw {} after its attempt had ended: {}",
          job.id(),
          job.type(),
          LoggableFailure.describe(thrown),
          why.message());
    }
    Throwable failure = failureOf(steps);
    if (failure == null) {
      LOG.debug("Job {} of type '{}': {}", job.id(), job.type(), why.message());
    } else if (end instanceof AttemptEnd.Failed) {
      LOG.warn(
          "Job {} of type '{}' has failed with {}: {}",
          job.id(),
          job.type(),
          LoggableFailure.describe(failure),
          why.message());
    } else {
      LOG.warn(
          "Job {} of type '{}' is tried again in {}, uncounted. {} The cause is {}.",
          job.id(),
          job.type(),
          DisplayText.of(end.delay()),
          why.message(),
          LoggableFailure.describe(failure));
    }
  }

  private static boolean isExpected(Suspension why, Throwable thrown) {
    return thrown instanceof JobSuspendedError
        || (why instanceof Suspension.StepGaveUp gaveUp && gaveUp.failure() == thrown)
        || (why instanceof Suspension.WithoutRecords without && without.failure() == thrown);
  }
}
