package dev.tenon.jobs.annotation;

import dev.tenon.jobs.internal.codes.Codes;
import java.util.Locale;

/** The policy for a submit when as many jobs wait as {@link Backlog#max()} allows. */
public enum WhenFull {
  /**
   * The default: the submit fails with a {@code BacklogFullException}, and records nothing. The
   * submitter learns that the work is not done, and can try again later.
   */
  REFUSE,
  /**
   * The submit succeeds, and the oldest waiting jobs are cancelled with the reason {@code dropped},
   * about a second later. Jobs that were started before, and those that somebody has locked, are
   * not dropped.
   */
  DROP_OLDEST;

  private final String code = name().toLowerCase(Locale.ROOT);

  /** The policy as exports and pages show it, such as {@code drop_oldest}. */
  public String code() {
    return code;
  }

  /**
   * The policy with the given code.
   *
   * @throws IllegalArgumentException if there is no such policy
   */
  public static WhenFull ofCode(String code) {
    return Codes.find(values(), WhenFull::code, code);
  }
}
