package dev.tenon.jobs.background;

import java.time.Duration;
import org.slf4j.Logger;

/**
 * Logs how one piece of repeated work fails and recovers: the first failure with its frames and
 * what follows, a failure that lasts once a minute, and the recovery once. {@link #failed} and
 * {@link #succeeded} are for the thread that does the work; {@link #isFailing} is for all.
 */
public final class FailureLog {

  private static final Duration REMINDER_INTERVAL = Duration.ofMinutes(1);

  private final Logger log;
  private final String description;
  private final String whatFollows;
  private volatile boolean failing;
  private long remindedAtNanos;

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
    } else if (now - remindedAtNanos >= REMINDER_INTERVAL.toNanos()) {
      remindedAtNanos = now;
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
