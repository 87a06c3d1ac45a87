package dev.tenon.jobs.annotation;

import dev.tenon.jobs.internal.codes.Codes;
import java.util.Locale;

/** The policy for a submit when there is already a job with the same {@link Unique} values. */
public enum DuplicatePolicy {
  /** The default: the existing job stays unchanged. */
  KEEP,
  /**
   * If the existing job is still waiting, it gets the new payload and priority. Its due time does
   * not change.
   */
  REPLACE_PAYLOAD,
  /**
   * If the existing job is still waiting, it gets the new payload and priority, and is due when the
   * new one would be. With a delay, a series of submits then becomes one job that runs after the
   * series has ended.
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
