package dev.tenon.jobs.annotation;

import dev.tenon.jobs.internal.codes.Codes;
import java.util.Locale;

/** What a submit does when there is a job with the same {@link Unique} values. */
public enum DuplicatePolicy {
  /** The default: the job stays as it is. */
  KEEP,
  /**
   * If the job still waits, it gets the new payload and priority. When it is due stays as it is.
   */
  REPLACE_PAYLOAD,
  /**
   * If the job still waits, it gets the new payload and priority, and is due when the new one would
   * be. With a delay, a series of submits then becomes one job that runs when the series has ended.
   */
  REPLACE_TIME;

  private final String code = name().toLowerCase(Locale.ROOT);

  /** The policy as exports and pages show it, such as {@code keep}. */
  public String code() {
    return code;
  }

  /**
   * The policy with the given code.
   *
   * @throws IllegalArgumentException if there is no such policy
   */
  public static DuplicatePolicy ofCode(String code) {
    return Codes.find(values(), DuplicatePolicy::code, code);
  }
}
