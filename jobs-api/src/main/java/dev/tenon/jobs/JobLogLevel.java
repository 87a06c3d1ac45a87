package dev.tenon.jobs;

import dev.tenon.jobs.internal.codes.Codes;
import java.util.Locale;

/** How important a line of a job's log is. */
public enum JobLogLevel {
  /** Details that help to find a fault. */
  DEBUG,
  /** What happened. */
  INFO,
  /** Something to look at, although the job goes on. */
  WARN,
  /** What went wrong. */
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
