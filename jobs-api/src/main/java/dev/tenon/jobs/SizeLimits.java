package dev.tenon.jobs;

/**
 * How much data a job may store in the database, in bytes of UTF-8: {@code
 * SizeLimits.defaults().withResultBytes(200_000)}. Messages, stack traces and names have fixed
 * limits, which the guide lists. Immutable.
 *
 * @param payloadBytes the most bytes that the JSON of a payload may have; a larger one is refused
 *     when it is submitted
 * @param resultBytes the most bytes that the JSON of a result may have; a job with a larger one
 *     fails
 * @param logDataBytes the most bytes that the JSON of the data of one log line may have; larger
 *     data is left out, and the line says so
 * @param logLines the most lines that one attempt may write into the log of its job; the last one
 *     says that the log is full
 */
public record SizeLimits(int payloadBytes, int resultBytes, int logDataBytes, int logLines) {

  /** The highest limit that can be set for bytes: 64 MiB. */
  public static final int MAX_BYTES = 64 * 1024 * 1024;

  /** The highest limit that can be set for lines. */
  public static final int MAX_LINES = 1_000_000;

  private static final SizeLimits DEFAULTS =
      new SizeLimits(1024 * 1024, 1024 * 1024, 64 * 1024, 100_000);

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if a limit is below 1, or above {@link #MAX_BYTES} or {@link
   *     #MAX_LINES}
   */
  public SizeLimits {
    check("payloadBytes", payloadBytes, MAX_BYTES);
    check("resultBytes", resultBytes, MAX_BYTES);
    check("logDataBytes", logDataBytes, MAX_BYTES);
    check("logLines", logLines, MAX_LINES);
  }

  private static void check(String name, int limit, int max) {
    if (limit < 1 || limit > max) {
      throw new IllegalArgumentException(
          name + " is " + limit + "; it must be from 1 to " + max + ".");
    }
  }

  /**
   * 1 MiB for each payload and each result, 64 KiB for the data of a log line, and 100,000 lines
   * for each attempt.
   */
  public static SizeLimits defaults() {
    return DEFAULTS;
  }

  /** A copy with another limit for payloads. */
  public SizeLimits withPayloadBytes(int payloadBytes) {
    return new SizeLimits(payloadBytes, resultBytes, logDataBytes, logLines);
  }

  /** A copy with another limit for results. */
  public SizeLimits withResultBytes(int resultBytes) {
    return new SizeLimits(payloadBytes, resultBytes, logDataBytes, logLines);
  }

  /** A copy with another limit for the data of a log line. */
  public SizeLimits withLogDataBytes(int logDataBytes) {
    return new SizeLimits(payloadBytes, resultBytes, logDataBytes, logLines);
  }

  /** A copy with another limit for the lines of an attempt. */
  public SizeLimits withLogLines(int logLines) {
    return new SizeLimits(payloadBytes, resultBytes, logDataBytes, logLines);
  }
}
