package dev.tenon.jobs;

import java.util.Locale;

/** Where a job stands. */
public enum JobStatus {
  /** Recorded; it waits for its time, or for its message to reach the broker. */
  PENDING,
  /** Its message is with the broker, and waits for a worker. */
  QUEUED,
  /** A worker runs it. */
  RUNNING,
  /** It ended well. */
  COMPLETED,
  /** It ended badly, and is not attempted again. */
  FAILED,
  /** Somebody stopped it. */
  CANCELLED;

  /** Whether a job with this status has ended: it changes no more, but for an operator's retry. */
  public boolean isTerminal() {
    return this == COMPLETED || this == FAILED || this == CANCELLED;
  }

  /** The status as it is stored and shown, such as {@code pending}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The status with the given code.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static JobStatus ofCode(String code) {
    return valueOf(code.toUpperCase(Locale.ROOT));
  }
}
