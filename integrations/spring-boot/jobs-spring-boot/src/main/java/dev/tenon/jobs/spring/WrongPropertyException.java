package dev.tenon.jobs.spring;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A property has a value that Tenon cannot use. */
final class WrongPropertyException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String property;

  private WrongPropertyException(
      String property, String shown, @Nullable String reason, IllegalArgumentException cause) {
    super(
        "A property has a value that Tenon cannot use:%n%n    Property: %s%n    Value: %s%n    Reason: %s"
            .formatted(property, shown, reason),
        cause);
    this.property = property;
  }

  /** Uses a property, and throws this exception if its value is refused. */
  static <T> T use(String property, Object value, Supplier<T> use) {
    return run(property, "\"" + value + "\"", use);
  }

  /** Uses a property whose value may be a secret, so that no message shows it. */
  static <T> T useSecret(String property, Supplier<T> use) {
    return run(property, "(not shown)", use);
  }

  private static <T> T run(String property, String shown, Supplier<T> use) {
    try {
      return use.get();
    } catch (IllegalArgumentException e) {
      throw new WrongPropertyException(property, shown, e.getMessage(), e);
    }
  }

  /** The fix, as a sentence. */
  String action() {
    return "Correct the value of %s in the configuration of the application.".formatted(property);
  }
}
