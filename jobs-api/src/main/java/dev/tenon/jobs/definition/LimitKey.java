package dev.tenon.jobs.definition;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The component of a payload by whose values jobs are limited and take turns. Immutable and
 * thread-safe.
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

  /** The value of a payload, as text; empty if the payload has none. */
  public String of(P payload) {
    return text(value.apply(payload));
  }

  /** An enum constant by its name, as in JSON; anything else as it describes itself. */
  static String text(@Nullable Object value) {
    Object present = value instanceof Optional<?> optional ? optional.orElse(null) : value;
    if (present == null) {
      return "";
    }
    return present instanceof Enum<?> constant ? constant.name() : present.toString();
  }
}
