package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.internal.codes.Codes;
import java.util.Locale;

/** A right of a user of the dashboard. Each right includes those before it. */
public enum Right {
  /** No right: the dashboard answers every request with 403 and shows nothing. */
  NONE(0),
  /** Views everything, including payloads and logs, except sensitive values. */
  READ(1),
  /**
   * Submits, cancels and retries jobs, changes their priorities and times, sends signals, decides
   * about steps in doubt, runs schedules, and pauses and resumes types, schedules and workflows.
   */
  ACT(2),
  /** Also deletes jobs and overrides what types declare. */
  ADMINISTER(3);

  private final String code = name().toLowerCase(Locale.ROOT);
  private final int level;

  Right(int level) {
    this.level = level;
  }

  /** The right as it is written in settings, such as {@code read}. */
  public String code() {
    return code;
  }

  /**
   * The right with the given code.
   *
   * @throws IllegalArgumentException if there is no such right
   */
  public static Right ofCode(String code) {
    return Codes.find(values(), Right::code, code);
  }

  /** Returns whether this right is the other one, or includes it. */
  public boolean includes(Right other) {
    return level >= other.level;
  }
}
