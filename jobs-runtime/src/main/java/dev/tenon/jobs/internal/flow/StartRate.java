package dev.tenon.jobs.internal.flow;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;

import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import java.time.Duration;
import java.time.Instant;

/**
 * The rule of rates, as {@code startable} in the database says it: a job starts every 60 s divided
 * by the rate, and up to two seconds' worth of jobs, at least two, start together after a pause.
 */
public final class StartRate {

  private static final int BURSTS_PER_MINUTE = 30;
  private static final int MIN_BURST = 2;

  private StartRate() {}

  /**
   * When the next job may start.
   *
   * @param theoretical the theoretical arrival time, which the database keeps
   * @param perMinute the rate, from 1
   */
  public static Instant nextStart(Instant theoretical, int perMinute) {
    long burst = Math.max(MIN_BURST, perMinute / BURSTS_PER_MINUTE);
    // One of the burst is the job itself
    return theoretical.minusNanos(Duration.ofMinutes(1).toNanos() * (burst - 1) / perMinute);
  }

  /** How many jobs may start together after a pause. */
  static Field<Integer> burst(Field<Integer> perMinute) {
    return DSL.greatest(inline(MIN_BURST), perMinute.div(inline(BURSTS_PER_MINUTE)));
  }
}
