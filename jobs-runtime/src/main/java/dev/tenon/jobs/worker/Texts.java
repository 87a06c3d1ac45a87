package dev.tenon.jobs.worker;

import java.time.Duration;
import java.util.Locale;

/** Texts for people, and texts that PostgreSQL can store. */
final class Texts {

  private Texts() {}

  /** A duration as people write it: {@code 250 ms}, {@code 1.5 s}, {@code 90 s}, {@code 5 min}. */
  static String of(Duration duration) {
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

  /** The text, cut at a length, with U+FFFD for U+0000, which PostgreSQL's text cannot hold. */
  static String storable(String text, int longest) {
    String stored = text.replace('\u0000', '\uFFFD');
    if (stored.length() <= longest) {
      return stored;
    }
    int end = Character.isHighSurrogate(stored.charAt(longest - 1)) ? longest - 1 : longest;
    return stored.substring(0, end) + "… (cut, " + stored.length() + " characters)";
  }
}
