package dev.tenon.benchmarks;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The clock that processes of one machine share. */
public final class Clocks {

  private Clocks() {}

  /** Microseconds since 1970. */
  public static long micros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }
}
