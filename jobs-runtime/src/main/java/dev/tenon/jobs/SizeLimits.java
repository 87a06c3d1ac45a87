package dev.tenon.jobs;

/**
 * How many bytes of UTF-8 a job may bring into the database. A payload that has more is refused
 * when it is submitted; an attempt whose result has more fails. Immutable.
 *
 * @param payloadBytes the most bytes that the JSON of a payload may have
 * @param resultBytes the most bytes that the JSON of a result may have
 */
public record SizeLimits(int payloadBytes, int resultBytes) {

  /** The highest limit that can be set: 64 MiB. */
  public static final int MAX_BYTES = 64 * 1024 * 1024;

  private static final int DEFAULT_BYTES = 1024 * 1024;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if a limit is below 1 or above {@link #MAX_BYTES}
   */
  public SizeLimits {
    check("payloadBytes", payloadBytes);
    check("resultBytes", resultBytes);
  }

  private static void check(String name, int bytes) {
    if (bytes < 1 || bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          name + " is " + bytes + "; it must be from 1 to " + MAX_BYTES + ".");
    }
  }

  /** 1 MiB for each payload and for each result. */
  public static SizeLimits defaults() {
    return new SizeLimits(DEFAULT_BYTES, DEFAULT_BYTES);
  }
}
