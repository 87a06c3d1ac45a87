package dev.tenon.jobs.definition;

/**
 * Checks a value against the constraints of its type. The annotation processor writes the
 * implementations as plain comparisons. Implementations are thread-safe.
 *
 * @param <T> the type of the value
 */
@FunctionalInterface
public interface Validator<T> {

  /**
   * Adds every violation of {@code value} to {@code violations}.
   *
   * @param value the value, never null
   * @param violations collects the violations
   */
  void validate(T value, Violations violations);

  /**
   * A validator that finds every value valid.
   *
   * @param <T> the type of the value
   */
  static <T> Validator<T> none() {
    return (value, violations) -> {};
  }
}
