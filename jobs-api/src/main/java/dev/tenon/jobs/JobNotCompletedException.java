package dev.tenon.jobs;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Thrown to those who await the result of a job that has failed or was cancelled. An operator may
 * have the job run again later; then it can be awaited again.
 */
public final class JobNotCompletedException extends JobsException {

  private static final long serialVersionUID = 1L;

  private final JobStatus status;

  @SuppressWarnings("serial") // an exception of Tenon is not sent elsewhere
  private final @Nullable JobError error;

  /**
   * Creates the exception.
   *
   * @param job the job, which has failed or was cancelled
   */
  public JobNotCompletedException(JobSummary job) {
    super(message(job), job.type(), job.id(), null);
    this.status = job.status();
    this.error = job.error().orElse(null);
  }

  private static String message(JobSummary job) {
    if (job.status() == JobStatus.CANCELLED) {
      return "Job %s of type '%s' has no result: it was cancelled.".formatted(job.id(), job.type());
    }
    return "Job %s of type '%s' has no result: it has failed with %s"
        .formatted(
            job.id(),
            job.type(),
            job.error().map(JobNotCompletedException::text).orElse("an unknown error."));
  }

  /** As stack traces have it: the message may end like a sentence, or not. */
  private static String text(JobError error) {
    String what = error.errorClass().orElse(error.reason().code());
    return error.message().map(message -> what + ": " + message).orElse(what);
  }

  /** The status of the job: failed or cancelled. */
  public JobStatus status() {
    return status;
  }

  /** The error of the last attempt; empty if there was none. */
  public Optional<JobError> error() {
    return Optional.ofNullable(error);
  }
}
