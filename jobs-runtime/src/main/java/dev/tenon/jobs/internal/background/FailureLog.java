package dev.tenon.jobs.internal.background;

import java.time.Duration;
import org.slf4j.Logger;

/**
 * Logs how one piece of repeated work fails and recovers: the first failure with its frames and
 * what follows, a failure that lasts after a minute and then less and less often, up to once an
 * hour, and the recovery once. {@link #failed} and {@link #succeeded} are for the thread that does
 * the work; {@link #isFailing} is for all.
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
   * The log of one piece of work.
   *
   * @param log where the lines go
   * @param description how lines name the work, as the subject of a sentence that continues with
   *     "failed", such as "The heartbeat of worker x"
   * @param whatFollows one or two sentences: what a failure means until the work succeeds again
   */
  public FailureLog(Logger log, String description, String whatFollows) {
    this.log = log;
    this.description = description;
    this.whatFollows = whatFollows;
  }

  /** Whether the work failed the last time that it was done. */
  public boolean isFailing() {
    return failing;
  }

  /** The work was done. */
  public void succeeded() {
    if (failing) {
      failing = false;
      log.info("{} works again.", description);
    }
  }

  /**
   * The work failed.
   *
   * @param failure how
   * @param pause how long it is until the next try
   */
  public void failed(Throwable failure, Duration pause) {
    boolean first = !failing;
    failing = true;
    long now = System.nanoTime();
    if (first) {
      remindedAtNanos = now;
      reminderInterval = FIRST_REMINDER;
      // Whoever explains a failure in words needs no frames
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
          "{} still fails, with {}. {}",
          description,
          LoggableFailure.describe(failure),
          whatFollows);
    } else {
      log.debug("{} failed again, with {}.", description, LoggableFailure.describe(failure));
    }
  }
}
