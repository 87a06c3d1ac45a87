package dev.tenon.jobs;

import dev.tenon.jobs.internal.codes.Codes;
import java.util.Locale;

/** The status of a job. */
public enum JobStatus {
  /**
   * The job is recorded and waits: until it is due, until its message has reached the broker, or,
   * where it has no message, for a worker.
   */
  PENDING,
  /** The job's message has reached the broker, and waits for a worker. */
  QUEUED,
  /** A worker is running the job. */
  RUNNING,
  /** The job succeeded. */
  COMPLETED,
  /** The job failed, and is not attempted again. */
  FAILED,
  /**
   * The job was cancelled: by somebody, by a rule such as {@code startWithin}, or because an
   * earlier task of its workflow did not end as required.
   */
  CANCELLED;

  private final String code = name().toLowerCase(Locale.ROOT);

  /**
   * Returns true if a job with this status has ended. It no longer changes, unless an operator
   * retries it.
   */
  public boolean isTerminal() {
    return this == COMPLETED || this == FAILED || this == CANCELLED;
  }

  /** The status as it is stored and shown, such as {@code pending}. */
  public String code() {
    return code;
  }

  /**
   * The status with the given code.
   *
   * @throws IllegalArgumentException if there is no such status
   */
  public static JobStatus ofCode(String code) {
    return Codes.find(values(), JobStatus::code, code);
  }
}
