package dev.tenon.jobs.annotation;

import dev.tenon.jobs.internal.codes.Codes;
import java.util.Locale;

/**
 * The choice for the later jobs of a line while the first one is not due: it will be attempted
 * again, was snoozed or submitted with a delay, or its handler waits. See {@link
 * Ordered#retries()}.
 */
public enum RetryOrder {
  /** The default: they wait until it has ended. */
  HOLD,
  /**
   * They go past it. Still only one job of the line runs at a time. When the job is due, it comes
   * before all jobs that were committed after it and have not started.
   */
  PASS;

  private final String code = name().toLowerCase(Locale.ROOT);

  /** The choice as exports and pages show it, such as {@code hold}. */
  public String code() {
    return code;
  }

  /**
   * The choice with the given code.
   *
   * @throws IllegalArgumentException if there is no such choice
   */
  public static RetryOrder ofCode(String code) {
    return Codes.find(values(), RetryOrder::code, code);
  }
}
