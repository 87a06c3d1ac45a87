package dev.tenon.jobs;

/** Thrown when a payload is larger than the limit for payloads. Nothing was recorded. */
public final class PayloadTooLargeException extends JobsException {

  private static final long serialVersionUID = 1L;

  private final long bytes;
  private final int limit;

  /**
   * Creates the exception.
   *
   * @param jobType the job type
   * @param bytes the size of the payload, as JSON in UTF-8, in bytes
   * @param limit the limit for payloads, in bytes
   */
  public PayloadTooLargeException(String jobType, long bytes, int limit) {
    super(
        "The payload of job type '%s' has %,d bytes as JSON, and the limit is %,d. Store the data elsewhere and submit a reference to it."
            .formatted(jobType, bytes, limit),
        jobType,
        null,
        null);
    this.bytes = bytes;
    this.limit = limit;
  }

  /** The size of the payload, as JSON in UTF-8, in bytes. */
  public long bytes() {
    return bytes;
  }

  /** The limit for payloads, in bytes. */
  public int limit() {
    return limit;
  }
}
