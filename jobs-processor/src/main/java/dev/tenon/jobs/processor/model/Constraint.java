package dev.tenon.jobs.processor.model;

import java.math.BigDecimal;
import java.util.List;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.type.TypeMirror;

/**
 * A constraint of {@code jakarta.validation.constraints}, or one of the user's, with its values.
 */
public sealed interface Constraint {

  /** The value must not be null. */
  record NotNull() implements Constraint {}

  /** The string must not be null, and must have a character that is not white space. */
  record NotBlank() implements Constraint {}

  /** The string or container must be neither null nor empty. */
  record NotEmpty() implements Constraint {}

  /** The length or number of entries is within limits. */
  record Size(int min, int max) implements Constraint {}

  /**
   * The number is on one side of a limit.
   *
   * @param limit the limit
   * @param lower whether the limit is the minimum, not the maximum
   * @param inclusive whether the limit itself is allowed
   */
  record Bound(BigDecimal limit, boolean lower, boolean inclusive) implements Constraint {

    /** Returns whether it only requires a sign, as {@code @Positive} does. */
    public boolean isSign() {
      return limit.signum() == 0;
    }
  }

  /** The value must be null. */
  record Null() implements Constraint {}

  /** The flag must have this value. */
  record Flag(boolean expected) implements Constraint {}

  /** The number has no more digits before and after the decimal point. */
  record Digits(int integer, int fraction) implements Constraint {}

  /**
   * The date or time is before or after the moment of validation.
   *
   * @param past whether it is before, not after
   * @param orPresent whether that moment itself is allowed
   */
  record Moment(boolean past, boolean orPresent) implements Constraint {}

  /** The whole string matches a regular expression. */
  record Pattern(String regexp, List<String> flags) implements Constraint {}

  /** The string is an e-mail address, and matches the regular expression if one is given. */
  record Email(String regexp, List<String> flags) implements Constraint {}

  /**
   * One of the user's constraints, which a static method checks.
   *
   * @param annotation its annotation type
   * @param valueType the type of the value that it is on
   * @param arguments the method's arguments after the value, one for each attribute
   */
  record Checked(
      CheckedAnnotation annotation, TypeMirror valueType, List<AnnotationValue> arguments)
      implements Constraint {}

  /** One of the user's constraints, which names a type that does not exist yet. */
  record Unresolved() implements Constraint {}

  /** A constraint that is not compiled, or not with these values. */
  record Unsupported(String reason, String fix) implements Constraint {

    /** A constraint that the user should remove. */
    public Unsupported(String reason) {
      this(reason, "Remove it, or check the value with your own method that @CheckedBy names");
    }

    /** A constraint with groups, which the user should remove. */
    public static Unsupported withGroups() {
      return new Unsupported(
          "it has groups, but a job is always validated as a whole", "Remove groups = … from it");
    }
  }

  /** An annotation of {@code javax.validation}, which nothing reads any longer. */
  record OfJavax() implements Constraint {}

  /** A limit of {@code @DecimalMin} or {@code @DecimalMax} that is not a decimal number. */
  record NotDecimal(String limit) implements Constraint {}
}
