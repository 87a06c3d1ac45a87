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
 * as the constraint of the same name in {@code jakarta.validation.constraints} does in its
 * reference implementation. All methods but {@code compareToNow} are pure.
 */
public final class Constraints {

  private static final Clock CLOCK = Clock.system(ZoneId.systemDefault());

  private Constraints() {}

  /** Whether the text has a character that is not white space. */
  public static boolean isNotBlank(@Nullable CharSequence text) {
    return text != null && !text.toString().isBlank();
  }

  /** Whether the text is empty, or has the form of an e-mail address; it may be international. */
  public static boolean isEmail(CharSequence text) {
    return text.length() == 0 || Email.isAddress(text.toString());
  }

  /** Whether the number is at least the limit; NaN is not. */
  public static boolean isAtLeast(double value, BigDecimal limit) {
    return value == Double.POSITIVE_INFINITY
        || (Double.isFinite(value) && BigDecimal.valueOf(value).compareTo(limit) >= 0);
  }

  /** Whether the number is greater than the limit; NaN is not. */
  public static boolean isGreaterThan(double value, BigDecimal limit) {
    return value == Double.POSITIVE_INFINITY
        || (Double.isFinite(value) && BigDecimal.valueOf(value).compareTo(limit) > 0);
  }

  /** Whether the number is at most the limit; NaN is not. */
  public static boolean isAtMost(double value, BigDecimal limit) {
    return value == Double.NEGATIVE_INFINITY
        || (Double.isFinite(value) && BigDecimal.valueOf(value).compareTo(limit) <= 0);
  }

  /** Whether the number is less than the limit; NaN is not. */
  public static boolean isLessThan(double value, BigDecimal limit) {
    return value == Double.NEGATIVE_INFINITY
        || (Double.isFinite(value) && BigDecimal.valueOf(value).compareTo(limit) < 0);
  }

  /** Whether the text is a decimal number of at least the limit. */
  public static boolean isAtLeast(CharSequence value, BigDecimal limit) {
    BigDecimal number = number(value);
    return number != null && number.compareTo(limit) >= 0;
  }

  /** Whether the text is a decimal number that is greater than the limit. */
  public static boolean isGreaterThan(CharSequence value, BigDecimal limit) {
    BigDecimal number = number(value);
    return number != null && number.compareTo(limit) > 0;
  }

  /** Whether the text is a decimal number of at most the limit. */
  public static boolean isAtMost(CharSequence value, BigDecimal limit) {
    BigDecimal number = number(value);
    return number != null && number.compareTo(limit) <= 0;
  }

  /** Whether the text is a decimal number that is less than the limit. */
  public static boolean isLessThan(CharSequence value, BigDecimal limit) {
    BigDecimal number = number(value);
    return number != null && number.compareTo(limit) < 0;
  }

  /** Whether the number has at most these numbers of digits before and after the decimal point. */
  public static boolean hasDigits(BigDecimal value, int integer, int fraction) {
    return value.precision() - value.scale() <= integer && value.scale() <= fraction;
  }

  /** Whether the number has at most these numbers of digits. */
  public static boolean hasDigits(BigInteger value, int integer, int fraction) {
    return hasDigits(new BigDecimal(value).stripTrailingZeros(), integer, fraction);
  }

  /** Whether the number has at most these numbers of digits. */
  public static boolean hasDigits(long value, int integer, int fraction) {
    return hasDigits(BigDecimal.valueOf(value).stripTrailingZeros(), integer, fraction);
  }

  /**
   * Whether the number has at most these numbers of digits; NaN and the infinities have too many.
   */
  public static boolean hasDigits(double value, int integer, int fraction) {
    return Double.isFinite(value)
        && hasDigits(BigDecimal.valueOf(value).stripTrailingZeros(), integer, fraction);
  }

  /**
   * Whether the number has at most these numbers of digits; NaN and the infinities have too many.
   */
  public static boolean hasDigits(float value, int integer, int fraction) {
    return Float.isFinite(value)
        && hasDigits(new BigDecimal(Float.toString(value)).stripTrailingZeros(), integer, fraction);
  }

  /** Whether the text is a decimal number with at most these numbers of digits. */
  public static boolean hasDigits(CharSequence value, int integer, int fraction) {
    BigDecimal number = number(value);
    return number != null && hasDigits(number, integer, fraction);
  }

  /** Negative if the value is before now, by this machine's clock; positive if it is after. */
  @SuppressWarnings("JavaUtilDate") // Payloads may contain it
  public static int compareToNow(Date value) {
    return value.compareTo(Date.from(CLOCK.instant()));
  }

  /** Negative if the value is before now, by this machine's clock; positive if it is after. */
  public static int compareToNow(Instant value) {
    return value.compareTo(Instant.now(CLOCK));
  }

  /** Negative if the value is before now, by this machine's clock; positive if it is after. */
  public static int compareToNow(LocalDate value) {
    return value.compareTo(LocalDate.now(CLOCK));
  }

  /** Negative if the value is before now, by this machine's clock; positive if it is after. */
  public static int compareToNow(LocalDateTime value) {
    return value.compareTo(LocalDateTime.now(CLOCK));
  }

  /** Negative if the value is before now, by this machine's clock; positive if it is after. */
  public static int compareToNow(LocalTime value) {
    return value.compareTo(LocalTime.now(CLOCK));
  }

  /** Negative if the value is before now, by this machine's clock; positive if it is after. */
  public static int compareToNow(MonthDay value) {
    return value.compareTo(MonthDay.now(CLOCK));
  }

  /** Negative if the value is before now, by this machine's clock; positive if it is after. */
  public static int compareToNow(OffsetDateTime value) {
    return value.compareTo(OffsetDateTime.now(CLOCK));
  }

  /** Negative if the value is before now, by this machine's clock; positive if it is after. */
  public static int compareToNow(OffsetTime value) {
    return value.compareTo(OffsetTime.now(CLOCK));
  }

  /** Negative if the value is before now, by this machine's clock; positive if it is after. */
  public static int compareToNow(Year value) {
    return value.compareTo(Year.now(CLOCK));
  }

  /** Negative if the value is before now, by this machine's clock; positive if it is after. */
  public static int compareToNow(YearMonth value) {
    return value.compareTo(YearMonth.now(CLOCK));
  }

  /** Negative if the value is before now, by this machine's clock; positive if it is after. */
  public static int compareToNow(ZonedDateTime value) {
    return value.compareTo(ZonedDateTime.now(CLOCK));
  }

  private static @Nullable BigDecimal number(CharSequence text) {
    try {
      return new BigDecimal(text.toString());
    } catch (NumberFormatException e) {
      // The question is whether the text is such a number, and it is not
      return null;
    }
  }
}
