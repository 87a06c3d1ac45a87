package dev.tenon.jobs.definition;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The component of a payload whose values are keys: jobs are limited by key, and keys take turns.
 * Immutable and thread-safe.
 *
 * @param <P> the payload record
 */
public final class LimitKey<P> {

  private final String component;
  private final Function<? super P, ? extends @Nullable Object> value;

  LimitKey(String component, Function<? super P, ? extends @Nullable Object> value) {
    this.component = Objects.requireNonNull(component, "component");
    this.value = Objects.requireNonNull(value, "value");
  }

  /** The name of the component. */
  public String component() {
    return component;
  }

  /** The value of the component in a payload, as a string; empty if it is null. */
  public String of(P payload) {
    return text(value.apply(payload));
  }

  /**
   * The string form of a value: the name of an enum constant, {@code toString()} of anything else.
   */
  static String text(@Nullable Object value) {
    Object present = value instanceof Optional<?> optional ? optional.orElse(null) : value;
    if (present == null) {
      return "";
    }
    return present instanceof Enum<?> constant ? constant.name() : present.toString();
  }
}
