package dev.tenon.jobs.dashboard;

import java.time.Duration;
import java.util.Locale;

/** Periods that move with the clock, and the intervals of their charts. */
enum Span {
  /** The last hour, by the minute. */
  HOUR(Duration.ofHours(1), Duration.ofMinutes(1)),
  /** The last day, in intervals of ten minutes. */
  DAY(Duration.ofDays(1), Duration.ofMinutes(10)),
  /** The last seven days, by the hour. */
  WEEK(Duration.ofDays(7), Duration.ofHours(1));

  private final Duration length;
  private final Duration interval;

  Span(Duration length, Duration interval) {
    this.length = length;
    this.interval = interval;
  }

  /** Its name in addresses and labels, such as {@code hour}. */
  String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Its length. */
  Duration length() {
    return length;
  }

  /** The time from one point of a chart to the next. */
  Duration interval() {
    return interval;
  }
}
