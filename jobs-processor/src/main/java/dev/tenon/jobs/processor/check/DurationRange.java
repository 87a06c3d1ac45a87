package dev.tenon.jobs.processor.check;

import dev.tenon.jobs.processor.model.Attribute;
import dev.tenon.jobs.processor.model.Durations;
import java.time.Duration;

/**
 * The durations that an attribute may have, both ends included.
 *
 * @param least the shortest
 * @param most the longest
 */
record DurationRange(Duration least, Duration most) {

  /** Timers count in milliseconds. */
  private static final Duration TICK = Duration.ofMillis(1);

  private static final Duration YEAR = Duration.ofDays(365);
  private static final Duration CENTURY = Duration.ofDays(36_500);

  /** The range of a timeout: how long an attempt may take. */
  static final DurationRange TIMEOUT = new DurationRange(TICK, YEAR);

  /** The range of a retry delay. */
  static final DurationRange RETRY_DELAY = new DurationRange(Duration.ZERO, YEAR);

  /** The range of a retention: how long a job is kept. */
  static final DurationRange RETENTION = new DurationRange(Duration.ZERO, CENTURY);

  /**
   * The range of a latest start: how long a job may wait for its first attempt. The runtime looks
   * twice a second for jobs that have waited too long.
   */
  static final DurationRange START_WITHIN = new DurationRange(Duration.ofSeconds(1), YEAR);

  /** The range of a uniqueness period: how long a job keeps out others like it. */
  static final DurationRange UNIQUE_PERIOD = new DurationRange(TICK, CENTURY);

  /**
   * The range of a fixed delay: how long after one run the next is due. The runtime looks for due
   * runs twice a second.
   */
  static final DurationRange FIXED_DELAY = new DurationRange(Duration.ofSeconds(1), YEAR);

  /** The range of a batch's wait: how long a claimed job waits for others. */
  static final DurationRange BATCH_WAIT = new DurationRange(TICK, Duration.ofSeconds(10));

  /** The range of a catch-up window: how late a run may start. */
  static final DurationRange CATCH_UP = new DurationRange(Duration.ZERO, YEAR);

  /** The range of a schedule's jitter: how much later than its schedule says a job may be due. */
  static final DurationRange SCHEDULE_JITTER = new DurationRange(Duration.ZERO, YEAR);

  /** Returns whether a string is a duration in this range. */
  boolean contains(Attribute<String> written) {
    return Durations.parse(written.value())
        .filter(duration -> duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0)
        .isPresent();
  }
}
