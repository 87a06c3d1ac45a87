package dev.tenon.jobs.internal.sql;

import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.time.Instant;

/** Arithmetic with the database's clock, which jOOQ's DSL cannot say for {@link Instant}. */
public final class Intervals {

  /** When jobs are due that wait for others; {@code never()} in the database says the same. */
  public static final Instant NEVER = Instant.parse("9999-12-31T00:00:00Z");

  private Intervals() {}

  /** When jobs are due that wait for others, until somebody sets another time. */
  public static Field<Instant> never() {
    return DSL.field("timestamptz '" + NEVER + "'", SQLDataType.INSTANT);
  }

  /** From which time on an index is read, by the parameter of this name; null: all of it. */
  static Field<Instant> readStart(String parameter) {
    return orEver(DSL.param(parameter, SQLDataType.INSTANT));
  }

  /** A time; the beginning of all times where it is null. */
  static Field<Instant> orEver(Field<Instant> time) {
    return DSL.coalesce(time, DSL.field("timestamptz '-infinity'", SQLDataType.INSTANT));
  }

  /** So many milliseconds after a time; null where either is. */
  public static Field<Instant> after(Field<Instant> time, Field<Long> millis) {
    return DSL.field("({0} + {1} * interval '1 millisecond')", SQLDataType.INSTANT, time, millis);
  }

  /** So many milliseconds before now. */
  public static Field<Instant> beforeNow(long millis) {
    return beforeNow(DSL.val(millis));
  }

  /** So many milliseconds before now. */
  public static Field<Instant> beforeNow(Field<Long> millis) {
    return DSL.field(
        "({0} - {1} * interval '1 millisecond')",
        SQLDataType.INSTANT, DSL.currentInstant(), millis);
  }
}
