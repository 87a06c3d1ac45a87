package dev.tenon.jobs.quarkus;

import dev.tenon.jobs.JobsStartException;
import dev.tenon.jobs.runtime.ConfiguredValues;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.Set;
import java.util.function.Function;

/** Uses values of the configuration. In dev mode, Quarkus offers a form for one that is wrong. */
final class Settings {

  private Settings() {}

  /**
   * Uses a value.
   *
   * @param property the full name of the property
   * @throws ConfigurationException if it is refused
   */
  static <V, R> R use(String property, V value, Function<? super V, R> setter) {
    try {
      return ConfiguredValues.use(property, value, setter);
    } catch (JobsStartException e) {
      throw new ConfigurationException(e.getMessage(), e, Set.of(property));
    }
  }
}
