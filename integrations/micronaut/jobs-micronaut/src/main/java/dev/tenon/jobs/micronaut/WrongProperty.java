package dev.tenon.jobs.micronaut;

import io.micronaut.context.exceptions.ConfigurationException;
import java.util.function.Supplier;

/** Uses the values of properties, and names the property if Tenon refuses its value. */
final class WrongProperty {

  private WrongProperty() {}

  /**
   * Uses a property.
   *
   * @throws ConfigurationException if its value is refused
   */
  static <T> T use(String property, Object value, Supplier<T> use) {
    return run(property, "\"" + value + "\"", use);
  }

  /**
   * Uses a property whose value may be a secret, so that no message shows it.
   *
   * @throws ConfigurationException if its value is refused
   */
  static <T> T useSecret(String property, Supplier<T> use) {
    return run(property, "a value that is not shown here", use);
  }

  private static <T> T run(String property, String shown, Supplier<T> use) {
    try {
      return use.get();
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(
          "The property %s has %s, which Tenon cannot use. %s Correct it in the configuration of the application."
              .formatted(property, shown, e.getMessage()),
          e);
    }
  }
}
