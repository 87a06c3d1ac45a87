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
 * The rule that makes jobs of a type unique, and for how long. Immutable; each method returns a
 * changed copy: {@code UniqueRule.by("partId", PartChanged::partId).withScope(UNTIL_STARTED)}.
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

  /** A rule for one component: jobs are duplicates if they have the same value of it. */
  public static <P> UniqueRule<P> by(
      String component, Function<? super P, ? extends @Nullable Object> value) {
    return new UniqueRule<>(
        List.of(new Component<>(component, value)),
        UniqueScope.UNTIL_ENDED,
        null,
        DuplicatePolicy.KEEP,
        false);
  }

  /**
   * A copy with another component: jobs are duplicates only if they have the same value of it, too.
   */
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
   * A copy with this period: a job keeps duplicates out for at least this long after its
   * submission.
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

  /** A copy with this policy for submitting a duplicate. */
  public UniqueRule<P> withDuplicatePolicy(DuplicatePolicy onDuplicate) {
    return new UniqueRule<>(components, scope, period, onDuplicate, hashedKey);
  }

  /** A copy with hashed keys, for components that are sensitive. */
  public UniqueRule<P> withHashedKey() {
    return new UniqueRule<>(components, scope, period, onDuplicate, true);
  }

  /** The names of the components. */
  public List<String> components() {
    return components.stream().map(Component::name).toList();
  }

  /**
   * The values of the components of a payload, as strings, in the order of the components; null
   * stays null.
   */
  public List<@Nullable String> values(P payload) {
    List<@Nullable String> values = new ArrayList<>(components.size());
    for (Component<P> component : components) {
      Object value = component.value().apply(payload);
      Object present = value instanceof Optional<?> optional ? optional.orElse(null) : value;
      values.add(present == null ? null : LimitKey.text(present));
    }
    return values;
  }

  /** The scope: for how long a job keeps duplicates out. */
  public UniqueScope scope() {
    return scope;
  }

  /**
   * The shortest time after its submission that a job keeps duplicates out for; empty if none is
   * set.
   */
  public Optional<Duration> period() {
    return Optional.ofNullable(period);
  }

  /** The policy for submitting a duplicate. */
  public DuplicatePolicy onDuplicate() {
    return onDuplicate;
  }

  /** Returns true if the key of a job is always a hash. */
  public boolean hasHashedKey() {
    return hashedKey;
  }
}
