package dev.tenon.jobs.internal.steps;

import dev.tenon.jobs.internal.values.StoredText;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Checks what a handler passes to its steps and waits. */
final class StepKeys {

  /** The maximum length of a key, in characters. */
  static final int MAX_LENGTH = 200;

  private static final Duration MAX_WAIT = Duration.ofDays(36_525);

  private StepKeys() {}

  /**
   * Checks a key.
   *
   * @param what what the key is for, such as {@code step 'pack'}
   * @throws IllegalArgumentException if it cannot be stored
   */
  static void check(String what, String key) {
    if (key.codePointCount(0, key.length()) > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "The key of %s has %d characters; the maximum is %d. Use an id from the data."
              .formatted(what, key.codePointCount(0, key.length()), MAX_LENGTH));
    }
    if (key.indexOf('\u0000') >= 0 || StoredText.indexOfHalfCharacter(key).isPresent()) {
      throw new IllegalArgumentException(
          "The key of %s has a character that PostgreSQL cannot store: U+0000 or half of a surrogate pair. Use an id from the data."
              .formatted(what));
    }
  }

  /**
   * Checks the maximum duration of a wait.
   *
   * @throws IllegalArgumentException if it is negative or longer than 100 years
   */
  static void check(String what, @Nullable Duration timeout) {
    if (timeout != null && (timeout.isNegative() || timeout.compareTo(MAX_WAIT) > 0)) {
      throw new IllegalArgumentException(
          "The duration of %s is %s; it must be from 0 to 100 years.".formatted(what, timeout));
    }
  }
}
