package dev.tenon.jobs.internal.background;

import java.time.Duration;
import java.util.Locale;

/** Formats durations and sizes for people to read. */
public final class DisplayText {

  private DisplayText() {}

  /**
   * Returns a duration as people write it: {@code 250 ms}, {@code 1.5 s}, {@code 90 s}, {@code 5
   * min}.
   */
  public static String of(Duration duration) {
    long millis = duration.toMillis();
    if (millis < 1000) {
      return millis + " ms";
    }
    if (millis % 60_000 == 0 && millis >= 120_000) {
      return millis / 60_000 + " min";
    }
    return millis % 1000 == 0
        ? millis / 1000 + " s"
        : String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
  }

  /**
   * Returns a number of bytes as people write it: {@code 900 bytes}, {@code 14 KiB}, {@code 2.5
   * MiB}.
   */
  public static String ofBytes(long bytes) {
    if (bytes < 1024) {
      return bytes + " bytes";
    }
    return bytes < 1024 * 1024
        ? bytes / 1024 + " KiB"
        : String.format(Locale.ROOT, "%.1f MiB", bytes / (1024.0 * 1024));
  }
}
