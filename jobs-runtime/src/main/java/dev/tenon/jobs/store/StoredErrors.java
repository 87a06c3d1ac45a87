package dev.tenon.jobs.store;

import dev.tenon.jobs.JobError;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Errors as rows hold them. Rows that were written before there were reasons name, in place of a
 * reason, a class that does not exist.
 */
final class StoredErrors {

  private static final Map<String, JobError.Reason> FORMER_CLASSES =
      Map.of(
          "dev.tenon.jobs.AttemptTimedOut", JobError.Reason.TIMED_OUT,
          "dev.tenon.jobs.WorkerLost", JobError.Reason.WORKER_LOST,
          "dev.tenon.jobs.OutcomeRefused", JobError.Reason.OUTCOME_REFUSED);

  private StoredErrors() {}

  /** The error that the columns stand for; null if the attempt did not fail. */
  static @Nullable JobError error(
      JobError.@Nullable Reason reason, @Nullable String errorClass, @Nullable String message) {
    if (reason != null) {
      return new JobError(reason, errorClass, message);
    }
    if (errorClass == null) {
      return null;
    }
    JobError.Reason former = FORMER_CLASSES.get(errorClass);
    return former == null
        ? new JobError(JobError.Reason.EXCEPTION, errorClass, message)
        : new JobError(former, null, message);
  }
}
