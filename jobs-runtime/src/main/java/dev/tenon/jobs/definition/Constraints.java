package dev.tenon.jobs.definition;

import org.jspecify.annotations.Nullable;

/**
 * The constraints that take more than a comparison, for generated validators. Each means what the
 * constraint of the same name in {@code jakarta.validation.constraints} means. All methods are
 * pure.
 */
public final class Constraints {

  private Constraints() {}

  /** Whether the text has a character that is not white space. */
  public static boolean isNotBlank(@Nullable CharSequence text) {
    return text != null && !text.toString().isBlank();
  }
}
