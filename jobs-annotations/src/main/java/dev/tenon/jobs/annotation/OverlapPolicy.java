package dev.tenon.jobs.annotation;

import dev.tenon.jobs.internal.codes.Codes;
import java.util.Locale;

/** The policy of a {@link Schedule} when it is time for a run and an earlier run has not ended. */
public enum OverlapPolicy {
  /** The default: this run is skipped. */
  SKIP,
  /** One run waits for the earlier one to end; further ones are skipped. */
  QUEUE_ONE,
  /** The runs may overlap. */
  ALLOW,
  /** The earlier run is cancelled. */
  CANCEL_RUNNING;

  private final String code = name().toLowerCase(Locale.ROOT);

  /** The policy as it is stored and shown, such as {@code skip}. */
  public String code() {
    return code;
  }

  /**
   * The policy with the given code.
   *
   * @throws IllegalArgumentException if there is no such policy
   */
  public static OverlapPolicy ofCode(String code) {
    return Codes.find(values(), OverlapPolicy::code, code);
  }
}
