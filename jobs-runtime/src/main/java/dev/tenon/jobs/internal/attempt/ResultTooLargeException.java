package dev.tenon.jobs.internal.attempt;

import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.internal.store.ClaimedJob;

/**
 * Thrown when the result of a handler is larger than the limit for results. The job fails, because
 * another attempt would return the same.
 */
final class ResultTooLargeException extends JobsException {

  private static final long serialVersionUID = 1L;

  private final String explanation;

  ResultTooLargeException(ClaimedJob job, long bytes, int limit) {
    this(
        job,
        "The result has %,d bytes as JSON, and the limit is %,d. Store the data elsewhere and return a reference to it."
            .formatted(bytes, limit));
  }

  private ResultTooLargeException(ClaimedJob job, String explanation) {
    super(explanation, job.type(), job.id(), null);
    this.explanation = explanation;
  }

  String explanation() {
    return explanation;
  }
}
