package dev.tenon.jobs.definition;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Date;
import org.jspecify.annotations.Nullable;

/**
 * The constraints that need more than a comparison, for generated validators. Each means the same
 * as the constraint of that name in {@code jakarta.validation.constraints}, as its reference
 * implementation has it. All methods except {@code compareToNow} are pure.
 */
public final class Constraints {

  private static final Clock CLOCK = Clock.system(ZoneId.systemDefault());

  private Constraints() {}

  /** Returns true if the string has a character that is not white space. */
  public static boolean isNotBlank(@Nullable CharSequence text) {
    return text != null && !text.toString().isBlank();
  }

  /**
   * Returns true if the string is empty or has the form of an e-mail address, which may be
   * international.
   */
  public static boolean isEmail(CharSequence text) {
    return text.length() == 0 || Email.isAddress(text.toString());
  }

  /** Returns true if the number is at least the limit; false for NaN. */
  public static boolean isAtLeast(double value, BigDecimal limit) {
    return value == Double.POSITIVE_INFINITY
        || (Double.isFinite(value) && BigDecimal.valueOf(value).compareTo(limit) >= 0);
  }

  /** Returns true if the number is greater than the limit; false for NaN. */
  public static boolean isGreaterThan(double value, BigDecimal limit) {
    return value == Double.POSITIVE_INFINITY
        || (Double.isFinite(value) && BigDecimal.valueOf(value).compareTo(limit) > 0);
  }

  /** Returns true if the number is at most the limit; false for NaN. */
  public static boolean isAtMost(double value, BigDecimal limit) {
    return value == Double.NEGATIVE_INFINITY
        || (Double.isFinite(value) && BigDecimal.valueOf(value).compareTo(limit) <= 0);
  }

  /** Returns true if the number is less than the limit; false for NaN. */
  public static boolean isLessThan(double value, BigDecimal limit) {
    return value == Double.NEGATIVE_INFINITY
        || (Double.isFinite(value) && BigDecimal.valueOf(value).compareTo(limit) < 0);
  }

  /** Returns true if the string is a decimal number that is at least the limit. */
  public static boolean isAtLeast(CharSequence value, BigDecimal limit) {
    BigDecimal number = number(value);
    return number != null && number.compareTo(limit) >= 0;
  }

  /** Returns true if the string is a decimal number that is greater than the limit. */
  public static boolean isGreaterThan(CharSequence value, BigDecimal limit) {
    BigDecimal number = number(value);
    return number != null && number.compareTo(limit) > 0;
  }

  /** Returns true if the string is a decimal number that is at most the limit. */
  public static boolean isAtMost(CharSequence value, BigDecimal limit) {
    BigDecimal number = number(value);
    return number != null && number.compareTo(limit) <= 0;
  }

  /** Returns true if the string is a decimal number that is less than the limit. */
  public static boolean isLessThan(CharSequence value, BigDecimal limit) {
    BigDecimal number = number(value);
    return number != null && number.compareTo(limit) < 0;
  }

  /**
   * Returns true if the number has at most these numbers of digits before and after the decimal
   * point.
   */
  public static boolean hasDigits(BigDecimal value, int integer, int fraction) {
    return (long) value.precision() - value.scale() <= integer && value.scale() <= fraction;
  }

  /** Returns true if the number has at most these numbers of digits. */
  public static boolean hasDigits(BigInteger value, int integer, int fraction) {
    return hasDigits(new BigDecimal(value).stripTrailingZeros(), integer, fraction);
  }

  /** Returns true if the number has at most these numbers of digits. */
  public static boolean hasDigits(long value, int integer, int fraction) {
    return hasDigits(BigDecimal.valueOf(value).stripTrailingZeros(), integer, fraction);
  }

  /**
   * Returns true if the number has at most these numbers of digits; false for NaN and the
   * infinities.
   */
  public static boolean hasDigits(double value, int integer, int fraction) {
    return Double.isFinite(value)
        && hasDigits(BigDecimal.valueOf(value).stripTrailingZeros(), integer, fraction);
  }

  /**
   * Returns true if the number has at most these numbers of digits; false for NaN and the
   * infinities.
   */
  public static boolean hasDigits(float value, int integer, int fraction) {
    return Float.isFinite(value)
        && hasDigits(new BigDecimal(Float.toString(value)).stripTrailingZeros(), integer, fraction);
  }

  /** Returns true if the string is a decimal number with at most these numbers of digits. */
  public static boolean hasDigits(CharSequence value, int integer, int fraction) {
    BigDecimal number = number(value);
    return number != null && hasDigits(number, integer, fraction);
  }

  /**
   * Compares with now, by this machine's clock: negative if the value is before it, positive if
   * after.
   */
  @SuppressWarnings("JavaUtilDate") // Payloads may contain it
  public static int compareToNow(Date value) {
    return value.compareTo(Date.from(CLOCK.instant()));
  }

  /**
   * Compares with now, by this machine's clock: negative if the value is before it, positive if
   * after.
   */
  public static int compareToNow(Instant value) {
    return value.compareTo(Instant.now(CLOCK));
  }

  /**
   * Compares with now, by this machine's clock: negative if the value is before it, positive if
   * after.
   */
  public static int compareToNow(LocalDate value) {
    return value.compareTo(LocalDate.now(CLOCK));
  }

  /**
   * Compares with now, by this machine's clock: negative if the value is before it, positive if
   * after.
   */
  public static int compareToNow(LocalDateTime value) {
    return value.compareTo(LocalDateTime.now(CLOCK));
  }

  /**
   * Compares with now, by this machine's clock: negative if the value is before it, positive if
   * after.
   */
  public static int compareToNow(LocalTime value) {
    return value.compareTo(LocalTime.now(CLOCK));
  }

  /**
   * Compares with now, by this machine's clock: negative if the value is before it, positive if
   * after.
   */
  public static int compareToNow(MonthDay value) {
    return value.compareTo(MonthDay.now(CLOCK));
  }

  /**
   * Compares with now, by this machine's clock: negative if the value is before it, positive if
   * after.
   */
  public static int compareToNow(OffsetDateTime value) {
    return value.compareTo(OffsetDateTime.now(CLOCK));
  }

  /**
   * Compares with now, by this machine's clock: negative if the value is before it, positive if
   * after.
   */
  public static int compareToNow(OffsetTime value) {
    return value.compareTo(OffsetTime.now(CLOCK));
  }

  /**
   * Compares with now, by this machine's clock: negative if the value is before it, positive if
   * after.
   */
  public static int compareToNow(Year value) {
    return value.compareTo(Year.now(CLOCK));
  }

  /**
   * Compares with now, by this machine's clock: negative if the value is before it, positive if
   * after.
   */
  public static int compareToNow(YearMonth value) {
    return value.compareTo(YearMonth.now(CLOCK));
  }

  /**
   * Compares with now, by this machine's clock: negative if the value is before it, positive if
   * after.
   */
  public static int compareToNow(ZonedDateTime value) {
    return value.compareTo(ZonedDateTime.now(CLOCK));
  }

  private static @Nullable BigDecimal number(CharSequence text) {
    try {
      return new BigDecimal(text.toString());
    } catch (NumberFormatException e) {
      // The answer is no: the string is not such a number
      return null;
    }
  }
}
