package dev.tenon.jobs.internal.background;

import java.time.Duration;

/**
 * Stands in for the class of this name: there is no rest, so that every look is at the whole table.
 */
public final class RestAfterWork {

  /** Creates a rest that has ended. */
  public RestAfterWork(Duration maxRest) {}

  /** Returns that the rest has ended. */
  public boolean hasEnded() {
    return true;
  }

  /** Does nothing. */
  public void begin(long startNanos) {}
}
