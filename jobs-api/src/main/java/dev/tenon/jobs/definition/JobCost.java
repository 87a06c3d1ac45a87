package dev.tenon.jobs.definition;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The component of a payload that is the cost of a job, which some rates of its type count.
 * Immutable and thread-safe.
 *
 * @param <P> the payload record
 */
public final class JobCost<P> {

  private final String component;
  private final Function<? super P, ? extends @Nullable Object> value;

  JobCost(String component, Function<? super P, ? extends @Nullable Object> value) {
    this.component = Objects.requireNonNull(component, "component");
    this.value = Objects.requireNonNull(value, "value");
  }

  /** The name of the component. */
  public String component() {
    return component;
  }

  /** The cost of a job with a payload; 0 if the component is null or empty. */
  public long of(P payload) {
    Object cost = value.apply(payload);
    Object present = cost instanceof Optional<?> optional ? optional.orElse(null) : cost;
    return present instanceof Number number ? number.longValue() : 0;
  }
}
