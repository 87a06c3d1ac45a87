package dev.tenon.jobs;

/**
 * Thrown when a submit would let more jobs wait than the {@code @Backlog} of their type allows.
 * Nothing was recorded, even if there was room for some of the jobs. The same submit may succeed
 * later. A transaction of the caller can continue.
 */
public final class BacklogFullException extends JobsException {

  private static final long serialVersionUID = 1L;

  private final String key;
  private final long waiting;
  private final int max;

  /**
   * Creates the exception.
   *
   * @param jobType the job type
   * @param key the value that the bound is for; empty if it is for all jobs of the type
   * @param submitted the number of jobs that were to be submitted
   * @param waiting the number of jobs that wait
   * @param max the bound
   */
  public BacklogFullException(String jobType, String key, int submitted, long waiting, int max) {
    super(
        "%,d job(s) of type '%s' were not submitted: %,d jobs%s wait, and the bound is %,d. %s"
            .formatted(
                submitted,
                jobType,
                waiting,
                key.isEmpty() ? "" : " of '" + key + "'",
                max,
                submitted > max
                    ? "Submit fewer at a time."
                    : "Submit them again later, or find out why the workers are slower than the submitters."),
        jobType,
        null,
        null);
    this.key = key;
    this.waiting = waiting;
    this.max = max;
  }

  /** The value of the component that the bound is for; empty if it is for all jobs of the type. */
  public String key() {
    return key;
  }

  /** The number of jobs that wait, as far as the submitter knows, counted up to the bound. */
  public long waiting() {
    return waiting;
  }

  /** The bound. */
  public int max() {
    return max;
  }
}
