package dev.tenon.jobs.internal.background;

import java.time.Duration;
import org.slf4j.Logger;

/**
 * Logs failures and recoveries of one piece of repeated work: the first failure with stack frames
 * and consequences; a reminder after a minute of failures and then less and less often, down to
 * once an hour; and each recovery once. {@link #failed} and {@link #succeeded} are for the thread
 * that does the work; {@link #isFailing} is for all threads.
 */
public final class FailureLog {

  private static final Duration FIRST_REMINDER = Duration.ofMinutes(1);
  private static final Duration MAX_REMINDER_INTERVAL = Duration.ofHours(1);

  private final Logger log;
  private final String description;
  private final String whatFollows;
  private volatile boolean failing;
  private long remindedAtNanos;
  private Duration reminderInterval = FIRST_REMINDER;

  /**
   * Creates the log of one piece of work.
   *
   * @param log the logger of the lines
   * @param description the name of the work in lines, as the subject of a sentence that continues
   *     with "failed", such as "The heartbeat of worker x"
   * @param whatFollows one or two sentences: what a failure means until the work succeeds again
   */
  public FailureLog(Logger log, String description, String whatFollows) {
    this.log = log;
    this.description = description;
    this.whatFollows = whatFollows;
  }

  /** Returns whether the last run of the work failed. */
  public boolean isFailing() {
    return failing;
  }

  /** Records a success. */
  public void succeeded() {
    if (failing) {
      failing = false;
      log.info("{} works again.", description);
    }
  }

  /**
   * Records a failure.
   *
   * @param failure the failure
   * @param pause the time until the next try
   */
  public void failed(Throwable failure, Duration pause) {
    boolean first = !failing;
    failing = true;
    long now = System.nanoTime();
    if (first) {
      remindedAtNanos = now;
      reminderInterval = FIRST_REMINDER;
      // A failure that is explained in words needs no stack frames
      Throwable frames =
          failure instanceof ExplainedFailure ? null : LoggableFailure.withoutValues(failure);
      log.warn(
          "{} failed with {}. {} The next try is in {} ms.",
          description,
          LoggableFailure.describe(failure),
          whatFollows,
          pause.toMillis(),
          frames);
    } else if (now - remindedAtNanos >= reminderInterval.toNanos()) {
      remindedAtNanos = now;
      Duration doubled = reminderInterval.multipliedBy(2);
      reminderInterval =
          doubled.compareTo(MAX_REMINDER_INTERVAL) < 0 ? doubled : MAX_REMINDER_INTERVAL;
      log.warn(
          "{} is still failing, with {}. {}",
          description,
          LoggableFailure.describe(failure),
          whatFollows);
    } else {
      log.debug("{} failed again, with {}.", description, LoggableFailure.describe(failure));
    }
  }
}
