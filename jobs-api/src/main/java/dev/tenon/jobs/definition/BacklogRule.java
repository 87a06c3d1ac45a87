package dev.tenon.jobs.definition;

import dev.tenon.jobs.annotation.WhenFull;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The bound on how many jobs of a type may wait. Immutable and thread-safe; each method returns a
 * changed copy: {@code BacklogRule.<WidgetBatch>of(100).by("tenant", WidgetBatch::tenant)}.
 *
 * @param <P> the payload record
 */
public final class BacklogRule<P> {

  private final int max;
  private final @Nullable LimitKey<P> key;
  private final WhenFull whenFull;

  private BacklogRule(int max, @Nullable LimitKey<P> key, WhenFull whenFull) {
    this.max = max;
    this.key = key;
    this.whenFull = Objects.requireNonNull(whenFull, "whenFull");
  }

  /**
   * A bound for all jobs of the type together, which refuses further ones.
   *
   * @param max the maximum number of jobs that wait
   * @throws IllegalArgumentException if it is less than 1
   */
  public static <P> BacklogRule<P> of(int max) {
    if (max < 1) {
      throw new IllegalArgumentException("The bound is %d; it must be at least 1.".formatted(max));
    }
    return new BacklogRule<>(max, null, WhenFull.REFUSE);
  }

  /**
   * A copy whose bound is for the jobs of each value of a component.
   *
   * @param component the name of the component
   * @param value reads its value
   */
  public BacklogRule<P> by(
      String component, Function<? super P, ? extends @Nullable Object> value) {
    return new BacklogRule<>(max, new LimitKey<>(component, value), whenFull);
  }

  /** A copy with this policy for a submit when as many jobs wait. */
  public BacklogRule<P> withWhenFull(WhenFull whenFull) {
    return new BacklogRule<>(max, key, whenFull);
  }

  /** The maximum number of jobs that wait. */
  public int max() {
    return max;
  }

  /** The name of the component whose values have separate bounds; empty if all jobs share one. */
  public Optional<String> component() {
    return Optional.ofNullable(key).map(LimitKey::component);
  }

  /** The policy for a submit when as many jobs wait. */
  public WhenFull whenFull() {
    return whenFull;
  }

  /**
   * The value that a payload is counted under: the component as a string. It is empty if that is
   * null, or if all jobs of the type share the bound.
   */
  public String key(P payload) {
    return key == null ? "" : key.of(payload);
  }
}
