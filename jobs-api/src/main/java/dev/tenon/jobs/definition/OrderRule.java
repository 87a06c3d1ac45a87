package dev.tenon.jobs.definition;

import dev.tenon.jobs.annotation.RetryOrder;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The rule that makes jobs of a type run one after another. Immutable and thread-safe; each method
 * returns a changed copy: {@code OrderRule.by("accountId",
 * AccountEvent::accountId).withRetries(RetryOrder.PASS)}.
 *
 * @param <P> the payload record
 */
public final class OrderRule<P> {

  private final @Nullable LimitKey<P> key;
  private final RetryOrder retries;

  private OrderRule(@Nullable LimitKey<P> key, RetryOrder retries) {
    this.key = key;
    this.retries = Objects.requireNonNull(retries, "retries");
  }

  /**
   * A rule by a component: the jobs with the same value of it are in one line.
   *
   * @param component the name of the component
   * @param value reads its value
   */
  public static <P> OrderRule<P> by(
      String component, Function<? super P, ? extends @Nullable Object> value) {
    return new OrderRule<>(new LimitKey<>(component, value), RetryOrder.HOLD);
  }

  /** A rule for all jobs of the type: they are in one line. */
  public static <P> OrderRule<P> ofAll() {
    return new OrderRule<>(null, RetryOrder.HOLD);
  }

  /** A copy with this choice for jobs that wait for their next attempt, or for their time. */
  public OrderRule<P> withRetries(RetryOrder retries) {
    return new OrderRule<>(key, retries);
  }

  /** The name of the component; empty if all jobs of the type are in one line. */
  public Optional<String> component() {
    return Optional.ofNullable(key).map(LimitKey::component);
  }

  /** The choice for later jobs while a job waits for its next attempt, or for its time. */
  public RetryOrder retries() {
    return retries;
  }

  /**
   * The key of the line of a payload: the value of the component as a string. It is empty if that
   * is null, or if all jobs of the type are in one line.
   */
  public String key(P payload) {
    return key == null ? "" : key.of(payload);
  }
}
