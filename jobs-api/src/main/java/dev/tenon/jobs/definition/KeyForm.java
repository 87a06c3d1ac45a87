package dev.tenon.jobs.definition;

import dev.tenon.jobs.internal.codes.Codes;
import java.util.Locale;

/**
 * The form of a value in the JSON of a payload, if it is the same as in a key: a unique key, the
 * key of a limit, of a line or of a bound. The cost of a job has a form, too.
 */
public enum KeyForm {
  /** A string. */
  STRING,
  /** A number without fraction and exponent. */
  WHOLE_NUMBER,
  /** A boolean. */
  BOOLEAN,
  /** A string with a UUID, which keys have in lower case. */
  UUID;

  private final String code = name().toLowerCase(Locale.ROOT);

  /** The form as it is stored, such as {@code whole_number}. */
  public String code() {
    return code;
  }

  /**
   * The form with the given code.
   *
   * @throws IllegalArgumentException if there is no such form
   */
  public static KeyForm ofCode(String code) {
    return Codes.find(values(), KeyForm::code, code);
  }
}
