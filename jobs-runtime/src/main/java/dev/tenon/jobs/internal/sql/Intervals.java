package dev.tenon.jobs.internal.sql;

import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.time.Instant;

/** Arithmetic with the database's clock, which jOOQ's DSL does not support for {@link Instant}. */
public final class Intervals {

  /** The due time of jobs that wait for others, the same as {@code never()} in the database. */
  public static final Instant NEVER = Instant.parse("9999-12-31T00:00:00Z");

  private Intervals() {}

  /** Returns the due time of jobs that wait for others, until somebody sets another time. */
  public static Field<Instant> never() {
    return DSL.field("timestamptz '" + NEVER + "'", SQLDataType.INSTANT);
  }

  /**
   * Returns the time where reads of an index start, from the parameter of this name; null reads all
   * of it.
   */
  static Field<Instant> readStart(String parameter) {
    return orEver(DSL.param(parameter, SQLDataType.INSTANT));
  }

  /** Returns the time, or -infinity where it is null. */
  static Field<Instant> orEver(Field<Instant> time) {
    return DSL.coalesce(time, DSL.field("timestamptz '-infinity'", SQLDataType.INSTANT));
  }

  /** Returns the time that many milliseconds after another; null where either is null. */
  public static Field<Instant> after(Field<Instant> time, Field<Long> millis) {
    return DSL.field("({0} + {1} * interval '1 millisecond')", SQLDataType.INSTANT, time, millis);
  }

  /**
   * Returns the time that the first attempt of a job must start before, the same as {@code
   * latest_start} in the database.
   *
   * @param runAt the due time
   * @param withinMillis the time from then on; null where {@code given} counts
   * @param given the time that was given; null for none
   */
  public static Field<Instant> latestStart(
      Field<Instant> runAt, Field<Long> withinMillis, Field<Instant> given) {
    return DSL.when(withinMillis.isNull(), given)
        .when(runAt.lt(never()), after(runAt, withinMillis));
  }

  /** Returns the time that many milliseconds before now. */
  public static Field<Instant> beforeNow(long millis) {
    return beforeNow(DSL.val(millis));
  }

  /** Returns the time that many milliseconds before now. */
  public static Field<Instant> beforeNow(Field<Long> millis) {
    return DSL.field(
        "({0} - {1} * interval '1 millisecond')",
        SQLDataType.INSTANT, DSL.currentInstant(), millis);
  }
}
