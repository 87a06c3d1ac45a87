package dev.tenon.jobs.dashboard;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The format of times, durations and numbers. Thread-safe. */
final class Format {

  /** "Never": the last day of the year 9999 and what comes close. */
  static final Instant NEVER = Instant.parse("9999-01-01T00:00:00Z");

  private final Clock clock;
  private final ZoneId zone;
  private final DateTimeFormatter absolute;
  private final DateTimeFormatter timeOfDay;

  Format(Clock clock, ZoneId zone) {
    this.clock = clock;
    this.zone = zone;
    this.absolute = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(zone);
    this.timeOfDay = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(zone);
  }

  /**
   * A time, as pages show it.
   *
   * @param iso for machines
   * @param absolute such as {@code 2026-11-26 13:45:47}
   * @param relative such as {@code 3 min ago}
   * @param exact with the zone, such as {@code 2026-11-26 13:45:47 UTC}
   */
  record When(String iso, String absolute, String relative, String exact) {}

  /** The same in a zone; as it is if that is null. */
  Format in(@Nullable ZoneId other) {
    return other == null || other.equals(zone) ? this : new Format(clock, other);
  }

  Instant now() {
    return clock.instant();
  }

  ZoneId zone() {
    return zone;
  }

  /** The name of the zone, as people read it. */
  static String name(ZoneId zone) {
    return zone.equals(ZoneOffset.UTC) ? "UTC" : zone.getId();
  }

  /** The time as a list with one element, or none: templates show what there is. */
  List<When> maybe(@Nullable Instant time) {
    return time == null ? List.of() : List.of(when(time));
  }

  When when(Instant time) {
    if (time.isAfter(NEVER)) {
      return new When(time.toString(), "when what it waits for has happened", "no time set", "");
    }
    Duration ago = Duration.between(time, clock.instant());
    String relative =
        ago.abs().toSeconds() < 1
            ? "now"
            : ago.isNegative() ? "in " + rough(ago.negated()) : rough(ago) + " ago";
    String at = absolute.format(time);
    return new When(time.toString(), at, relative, at + " " + name(zone));
  }

  /** The time of day, to the second. */
  String timeOfDay(Instant time) {
    return timeOfDay.format(time);
  }

  /** A time to the minute. */
  String minute(Instant time) {
    return absolute(time).substring(0, 16);
  }

  /** A time as the field of a form has it, with seconds only if it needs them. */
  String local(Instant time) {
    return time.atZone(zone).toLocalDateTime().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  String absolute(Instant time) {
    return absolute.format(time);
  }

  /** A time for machines, with the offset of the zone; empty if there is none, or it is never. */
  String iso(@Nullable Instant time) {
    return time == null || time.isAfter(NEVER)
        ? ""
        : DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time.atZone(zone));
  }

  /** A duration in one unit: {@code 3 min}. */
  static String rough(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 2 * 3600) {
      return seconds / 60 + " min";
    }
    return seconds < 2 * 86_400 ? seconds / 3600 + " h" : seconds / 86_400 + " d";
  }

  /** A duration with about three digits: {@code 250 ms}, {@code 4.2 s}, {@code 3 min 20 s}. */
  static String exact(Duration duration) {
    long millis = duration.toMillis();
    if (millis < 1000) {
      return Math.max(0, millis) + " ms";
    }
    if (millis < 60_000) {
      return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }
    long seconds = millis / 1000;
    if (seconds < 3600) {
      return seconds / 60 + " min " + seconds % 60 + " s";
    }
    if (seconds < 86_400) {
      return seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
    }
    return seconds / 86_400 + " d " + seconds % 86_400 / 3600 + " h";
  }

  /** A number with thin spaces between thousands. */
  static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number).replace(',', '\u202f');
  }

  /**
   * The number of things that a page shows, out of all of them: {@code 3 types}, {@code 1 of 3
   * types}.
   */
  static String some(long shown, long all, String noun) {
    return (shown == all ? "" : number(shown) + " of ")
        + number(all)
        + " "
        + noun
        + (all == 1 ? "" : "s");
  }

  /** A number that was counted up to a limit. */
  static String capped(long number, long max) {
    return number >= max ? number(max) + "+" : number(number);
  }
}
