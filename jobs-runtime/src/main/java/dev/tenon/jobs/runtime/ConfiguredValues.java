package dev.tenon.jobs.runtime;

import dev.tenon.jobs.JobsStartException;
import dev.tenon.jobs.options.SizeLimits;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * Uses values from the configuration of an application, for integrations with frameworks. The error
 * is the same in each of them: it names the property, and says what its value must be.
 */
public final class ConfiguredValues {

  private ConfiguredValues() {}

  /**
   * Uses the value of a property: {@code use("tenon.schema", schema, builder::schema)}.
   *
   * @param property the full name of the property
   * @param value its value
   * @param setter uses the value, and throws {@code IllegalArgumentException} with a message for
   *     users if it refuses it
   * @return what the setter returns
   * @throws JobsStartException if the setter refuses the value
   */
  public static <V, R> R use(String property, V value, Function<? super V, R> setter) {
    try {
      return setter.apply(value);
    } catch (IllegalArgumentException e) {
      throw new JobsStartException(
          "Tenon cannot use the value of the property %s. %s".formatted(property, e.getMessage()),
          e);
    }
  }

  /**
   * A setter for a size in bytes, as frameworks read it from a value such as {@code 1MB}.
   *
   * @param setter uses the size, such as {@code limits::withPayloadBytes}
   */
  public static <R> Function<Long, R> bytes(IntFunction<R> setter) {
    return size -> {
      if (size < 1 || size > SizeLimits.MAX_BYTES) {
        throw new IllegalArgumentException(
            "The size is %d bytes; it must be from 1 to %d (%d MiB)."
                .formatted(size, SizeLimits.MAX_BYTES, SizeLimits.MAX_BYTES >> 20));
      }
      return setter.apply(size.intValue());
    };
  }
}
