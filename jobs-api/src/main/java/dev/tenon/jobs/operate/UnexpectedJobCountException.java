package dev.tenon.jobs.operate;

import dev.tenon.jobs.JobsException;

/**
 * Thrown when many more jobs match than the caller expected. Nothing was changed, and no record was
 * made.
 */
public final class UnexpectedJobCountException extends JobsException {

  private static final long serialVersionUID = 1L;

  private final long expected;
  private final long found;

  /**
   * Creates the exception.
   *
   * @param query the query, in words
   * @param expected the expected number of jobs
   * @param found the number of jobs that match
   */
  public UnexpectedJobCountException(String query, long expected, long found) {
    super(
        "The query matches %d jobs, but %d were expected, and at most a tenth more is accepted: %s. Nothing was changed. Count again with JobService.count(query), and look at the jobs that were not there before."
            .formatted(found, expected, query),
        null,
        null,
        null);
    this.expected = expected;
    this.found = found;
  }

  /** The expected number of jobs. */
  public long expected() {
    return expected;
  }

  /** The number of jobs that match. */
  public long found() {
    return found;
  }
}
