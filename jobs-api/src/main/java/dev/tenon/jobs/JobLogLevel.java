package dev.tenon.jobs;

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

  /**
   * The level as it is stored and shown: {@code debug}, {@code info}, {@code warn}, {@code error}.
   */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The level with the given code.
   *
   * @throws IllegalArgumentException if there is no such level
   */
  public static JobLogLevel ofCode(String code) {
    return valueOf(code.toUpperCase(Locale.ROOT));
  }
}
