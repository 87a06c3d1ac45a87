package dev.tenon.jobs.processor.model;

import java.math.BigDecimal;
import java.util.List;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.type.TypeMirror;

/**
 * A constraint of {@code jakarta.validation.constraints}, or of the user's, with the values that it
 * was given.
 */
public sealed interface Constraint {

  /** The value must be there. */
  record NotNull() implements Constraint {}

  /** The text must be there, and not only white space. */
  record NotBlank() implements Constraint {}

  /** The text or container must be there, and not empty. */
  record NotEmpty() implements Constraint {}

  /** The length or number of entries is within limits. */
  record Size(int min, int max) implements Constraint {}

  /**
   * The number is on one side of a limit.
   *
   * @param limit the limit
   * @param lower whether the limit is the least value, not the greatest
   * @param inclusive whether the limit itself is allowed
   */
  record Bound(BigDecimal limit, boolean lower, boolean inclusive) implements Constraint {

    /** Whether it only asks for a sign, as {@code @Positive} does. */
    public boolean isSign() {
      return limit.signum() == 0;
    }
  }

  /** The value must not be there. */
  record Null() implements Constraint {}

  /** The flag is set, or is not. */
  record Flag(boolean expected) implements Constraint {}

  /** The number has no more digits before and after the decimal point. */
  record Digits(int integer, int fraction) implements Constraint {}

  /**
   * The date or time is before or after the moment at which it is validated.
   *
   * @param past whether it is before, not after
   * @param orPresent whether that moment itself is allowed
   */
  record Moment(boolean past, boolean orPresent) implements Constraint {}

  /** The text matches a regular expression as a whole. */
  record Pattern(String regexp, List<String> flags) implements Constraint {}

  /** The text is an e-mail address, and matches a regular expression where one is given. */
  record Email(String regexp, List<String> flags) implements Constraint {}

  /**
   * A constraint of the user's, which a static method checks.
   *
   * @param annotation its annotation type
   * @param valueType the type of the value that it is on
   * @param arguments what the method is given after the value: one for each attribute
   */
  record Checked(
      CheckedAnnotation annotation, TypeMirror valueType, List<AnnotationValue> arguments)
      implements Constraint {}

  /** A constraint of the user's that names a type that does not exist yet. */
  record Unresolved() implements Constraint {}

  /** A constraint that is not compiled, or not with these values. */
  record Unsupported(String reason, String fix) implements Constraint {

    /** One that is to be removed. */
    public Unsupported(String reason) {
      this(reason, "Remove it, or check the value with a method of your own that @CheckedBy names");
    }

    /** One with groups, which are to be removed. */
    public static Unsupported withGroups() {
      return new Unsupported(
          "it has groups, but a job is always validated as a whole", "Remove groups = … from it");
    }
  }

  /** An annotation of {@code javax.validation}, which nothing reads any more. */
  record OfJavax() implements Constraint {}

  /** A limit of {@code @DecimalMin} or {@code @DecimalMax} that is not a decimal number. */
  record NotDecimal(String limit) implements Constraint {}
}
