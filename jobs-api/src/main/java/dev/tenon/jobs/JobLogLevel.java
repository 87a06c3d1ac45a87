package dev.tenon.jobs;

import dev.tenon.jobs.internal.codes.Codes;
import java.util.Locale;

/** The level of a line in a job's log. */
public enum JobLogLevel {
  /** Details for debugging. */
  DEBUG,
  /** Normal progress. */
  INFO,
  /** A problem that the job can continue after. */
  WARN,
  /** An error. */
  ERROR;

  private final String code = name().toLowerCase(Locale.ROOT);

  /**
   * The level as it is stored and shown: {@code debug}, {@code info}, {@code warn}, {@code error}.
   */
  public String code() {
    return code;
  }

  /**
   * The level with the given code.
   *
   * @throws IllegalArgumentException if there is no such level
   */
  public static JobLogLevel ofCode(String code) {
    return Codes.find(values(), JobLogLevel::code, code);
  }
}
