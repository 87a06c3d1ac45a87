package dev.tenon.jobs.internal.flow;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;

import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import java.time.Duration;
import java.time.Instant;

/**
 * The rule for rates, the same as that of {@code startable} in the database: a job starts every 60
 * s divided by the rate. After a pause, up to two seconds' worth of jobs start together, and at
 * least two.
 */
public final class StartRate {

  private static final int BURSTS_PER_MINUTE = 30;
  private static final int MIN_BURST = 2;

  private StartRate() {}

  /**
   * The time when the next job may start.
   *
   * @param theoretical the theoretical arrival time, which the database keeps
   * @param perMinute the rate, from 1
   */
  public static Instant nextStart(Instant theoretical, int perMinute) {
    long burst = Math.max(MIN_BURST, perMinute / BURSTS_PER_MINUTE);
    // One of the burst is the job itself
    return theoretical.minusNanos(Duration.ofMinutes(1).toNanos() * (burst - 1) / perMinute);
  }

  /** The number of jobs that may start together after a pause. */
  static Field<Integer> burst(Field<Integer> perMinute) {
    return DSL.greatest(inline(MIN_BURST), perMinute.div(inline(BURSTS_PER_MINUTE)));
  }
}
