package dev.tenon.jobs.definition;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * The constraints that take more than a comparison, for generated validators. Each means what the
 * constraint of the same name in {@code jakarta.validation.constraints} means, as its reference
 * implementation has it. All methods are pure.
 */
public final class Constraints {

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

  private static @Nullable BigDecimal number(CharSequence text) {
    try {
      return new BigDecimal(text.toString());
    } catch (NumberFormatException e) {
      // The question is whether the text is such a number, and it is none
      return null;
    }
  }
}
