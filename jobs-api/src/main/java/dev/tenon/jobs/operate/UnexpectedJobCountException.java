package dev.tenon.jobs.operate;

import dev.tenon.jobs.JobsException;

/**
 * Thrown when many more jobs match than whoever wants to change them has counted. Nothing was
 * changed, and no record was made.
 */
public final class UnexpectedJobCountException extends JobsException {

  private static final long serialVersionUID = 1L;

  private final long expected;
  private final long found;

  /**
   * Creates the exception.
   *
   * @param query which jobs, in words
   * @param expected how many should match
   * @param found how many match
   */
  public UnexpectedJobCountException(String query, long expected, long found) {
    super(
        "The query matches %d jobs, more than the expected %d by over a tenth: %s. Nothing was changed. Count again with JobService.count(query), and look at the jobs that were not there before."
            .formatted(found, expected, query),
        null,
        null,
        null);
    this.expected = expected;
    this.found = found;
  }

  /** How many jobs should match. */
  public long expected() {
    return expected;
  }

  /** How many jobs match. */
  public long found() {
    return found;
  }
}
