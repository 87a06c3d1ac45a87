package dev.tenon.jobs.definition;

import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.annotation.UniqueScope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What makes a job of a type unique, and for how long. Immutable; each method returns a changed
 * copy: {@code UniqueRule.by("partId", PartChanged::partId).withScope(UNTIL_STARTED)}.
 *
 * @param <P> the payload record
 */
public final class UniqueRule<P> {

  private final List<Component<P>> components;
  private final UniqueScope scope;
  private final @Nullable Duration period;
  private final DuplicatePolicy onDuplicate;
  private final boolean hashedKey;

  private record Component<P>(String name, Function<? super P, ? extends @Nullable Object> value) {}

  private UniqueRule(
      List<Component<P>> components,
      UniqueScope scope,
      @Nullable Duration period,
      DuplicatePolicy onDuplicate,
      boolean hashedKey) {
    this.components = List.copyOf(components);
    this.scope = Objects.requireNonNull(scope, "scope");
    this.period = period;
    this.onDuplicate = Objects.requireNonNull(onDuplicate, "onDuplicate");
    this.hashedKey = hashedKey;
  }

  /** Jobs with the same value of this component are alike. */
  public static <P> UniqueRule<P> by(
      String component, Function<? super P, ? extends @Nullable Object> value) {
    return new UniqueRule<>(
        List.of(new Component<>(component, value)),
        UniqueScope.UNTIL_ENDED,
        null,
        DuplicatePolicy.KEEP,
        false);
  }

  /** Jobs are alike only if they have the same value of this component, too. */
  public UniqueRule<P> and(
      String component, Function<? super P, ? extends @Nullable Object> value) {
    List<Component<P>> all = new ArrayList<>(components);
    all.add(new Component<>(component, value));
    return new UniqueRule<>(all, scope, period, onDuplicate, hashedKey);
  }

  /** A copy with this scope. */
  public UniqueRule<P> withScope(UniqueScope scope) {
    return new UniqueRule<>(components, scope, period, onDuplicate, hashedKey);
  }

  /**
   * A copy in which a job keeps others out for that long after its submission in any case.
   *
   * @throws IllegalArgumentException if the period is not positive
   */
  public UniqueRule<P> withPeriod(Duration period) {
    if (period.isNegative() || period.isZero()) {
      throw new IllegalArgumentException(
          "The unique period is " + period + "; it must be longer than zero.");
    }
    return new UniqueRule<>(components, scope, period, onDuplicate, hashedKey);
  }

  /** A copy in which a submit that meets a job like it does this. */
  public UniqueRule<P> withDuplicatePolicy(DuplicatePolicy onDuplicate) {
    return new UniqueRule<>(components, scope, period, onDuplicate, hashedKey);
  }

  /** A copy by which the key of a job is a hash, since a component is sensitive. */
  public UniqueRule<P> withHashedKey() {
    return new UniqueRule<>(components, scope, period, onDuplicate, true);
  }

  /** The names of the components. */
  public List<String> components() {
    return components.stream().map(Component::name).toList();
  }

  /** The values of the components of a payload, as text, in their order; null stays null. */
  public List<@Nullable String> values(P payload) {
    List<@Nullable String> values = new ArrayList<>(components.size());
    for (Component<P> component : components) {
      Object value = component.value().apply(payload);
      Object present = value instanceof Optional<?> optional ? optional.orElse(null) : value;
      values.add(present == null ? null : LimitKey.text(present));
    }
    return values;
  }

  /** For how long a job keeps others out. */
  public UniqueScope scope() {
    return scope;
  }

  /** How long after its submission a job keeps others out in any case; empty if that is not set. */
  public Optional<Duration> period() {
    return Optional.ofNullable(period);
  }

  /** What a submit does that meets a job like it. */
  public DuplicatePolicy onDuplicate() {
    return onDuplicate;
  }

  /** Whether the key of a job is a hash in any case. */
  public boolean hasHashedKey() {
    return hashedKey;
  }
}
