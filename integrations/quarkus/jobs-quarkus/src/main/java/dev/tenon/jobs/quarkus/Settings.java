package dev.tenon.jobs.quarkus;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.Set;
import java.util.function.Supplier;

/** Uses values of {@code quarkus.tenon.*}, and says which one cannot be used, and why. */
final class Settings {

  private static final String PREFIX = "quarkus.tenon.";

  private Settings() {}

  /**
   * Uses a value.
   *
   * @param name the name of the setting, without {@code quarkus.tenon.}
   * @throws ConfigurationException if it is refused
   */
  static <T> T use(String name, Object value, Supplier<T> use) {
    return run(name, "'" + value + "'", use);
  }

  /** Uses a value that may be a secret, so that no message shows it. */
  static <T> T useSecret(String name, Supplier<T> use) {
    return run(name, "(not shown)", use);
  }

  private static <T> T run(String name, String shown, Supplier<T> use) {
    try {
      return use.get();
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(
          "Tenon cannot use the value of %s%s, which is %s. %s"
              .formatted(PREFIX, name, shown, e.getMessage()),
          e,
          Set.of(PREFIX + name));
    }
  }
}
