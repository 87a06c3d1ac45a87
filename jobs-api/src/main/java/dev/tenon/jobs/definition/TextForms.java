package dev.tenon.jobs.definition;

import java.net.MalformedURLException;
import java.net.URL;
import java.time.Instant;
import java.time.Year;
import java.time.YearMonth;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Date;
import java.util.Locale;
import java.util.UUID;

/** Formats and parses values whose own classes would do it differently. */
final class TextForms {

  private static final DateTimeFormatter MILLISECONDS =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

  private TextForms() {}

  static boolean toBoolean(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException();
    };
  }

  static char toChar(String text) {
    if (text.length() != 1) {
      throw new IllegalArgumentException();
    }
    return text.charAt(0);
  }

  static UUID toUuid(String text) {
    // UUID.fromString also takes shorter groups of digits
    if (text.length() != 36) {
      throw new IllegalArgumentException();
    }
    return UUID.fromString(text);
  }

  static URL toUrl(String text) {
    try {
      return new URL(text);
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(e);
    }
  }

  static Year readYear(JsonReader json) {
    int year = json.intValue();
    if (year < Year.MIN_VALUE || year > Year.MAX_VALUE) {
      throw json.mismatch("a year");
    }
    return Year.of(year);
  }

  /**
   * Parses a year and month. Years above 9999 are written without the sign that {@link
   * YearMonth#parse} requires.
   */
  static YearMonth toYearMonth(String text) {
    int dash = text.lastIndexOf('-');
    if (dash < 1) {
      throw new IllegalArgumentException();
    }
    return YearMonth.of(
        Integer.parseInt(text.substring(0, dash)), Integer.parseInt(text.substring(dash + 1)));
  }

  /**
   * Formats a locale. The root locale becomes an empty string, because its language tag is not well
   * known.
   */
  static String ofLocale(Locale locale) {
    return locale.equals(Locale.ROOT) ? "" : locale.toLanguageTag();
  }

  /**
   * Parses a locale. Earlier versions of Tenon wrote keys as {@link Locale#toString} does: {@code
   * de_DE}.
   */
  static Locale toLocale(String text) {
    return Locale.forLanguageTag(text.replace("_#", "-").replace('_', '-'));
  }

  @SuppressWarnings("JavaUtilDate") // Payloads may contain them
  static String ofDate(Date date) {
    // The dates of java.sql do not support toInstant()
    return MILLISECONDS.format(Instant.ofEpochMilli(date.getTime()));
  }
}
