package dev.tenon.jobs.definition;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A step of a handler, as {@link dev.tenon.jobs.annotation.Step} declares it. Immutable; each
 * {@code with} method returns a changed copy. Thread-safe.
 *
 * @param <R> what the step returns; {@link Void} if nothing
 */
public final class StepDefinition<R> {

  private final String name;
  private final @Nullable ValueDefinition<R> result;
  private final List<String> aliases;
  private final boolean isRepeatable;
  private final boolean isTransactional;
  private final @Nullable Duration timeout;
  private final @Nullable RetryPolicy retryPolicy;

  private StepDefinition(
      String name,
      @Nullable ValueDefinition<R> result,
      List<String> aliases,
      boolean isRepeatable,
      boolean isTransactional,
      @Nullable Duration timeout,
      @Nullable RetryPolicy retryPolicy) {
    this.name = Objects.requireNonNull(name, "name");
    this.result = result;
    this.aliases = List.copyOf(aliases);
    this.isRepeatable = isRepeatable;
    this.isTransactional = isTransactional;
    this.timeout = timeout;
    this.retryPolicy = retryPolicy;
  }

  /**
   * A repeatable step with a result.
   *
   * @param name the name of the step
   * @param result what it returns; its upcasters are those for earlier versions of the job type
   */
  public static <R> StepDefinition<R> of(String name, ValueDefinition<R> result) {
    return new StepDefinition<>(
        name, Objects.requireNonNull(result, "result"), List.of(), true, false, null, null);
  }

  /**
   * A repeatable step that returns nothing.
   *
   * @param name the name of the step
   */
  public static StepDefinition<Void> of(String name) {
    return new StepDefinition<>(name, null, List.of(), true, false, null, null);
  }

  /** A copy with these earlier names. */
  public StepDefinition<R> withAliases(String... aliases) {
    return new StepDefinition<>(
        name, result, List.of(aliases), isRepeatable, isTransactional, timeout, retryPolicy);
  }

  /**
   * A copy that may not run again when it is unknown what became of it.
   *
   * @throws IllegalStateException if the step is transactional: then it is always known
   */
  public StepDefinition<R> notRepeatable() {
    if (isTransactional) {
      throw contradiction();
    }
    return new StepDefinition<>(name, result, aliases, false, false, timeout, retryPolicy);
  }

  /**
   * A copy that writes to PostgreSQL in one transaction with its record.
   *
   * @throws IllegalStateException if the step is not repeatable: a transaction leaves no doubt
   */
  public StepDefinition<R> inTransaction() {
    if (!isRepeatable) {
      throw contradiction();
    }
    return new StepDefinition<>(name, result, aliases, true, true, timeout, retryPolicy);
  }

  private IllegalStateException contradiction() {
    return new IllegalStateException(
        "The step '%s' cannot be both transactional and not repeatable: what it writes in a transaction and its record are committed together, so it is never in doubt."
            .formatted(name));
  }

  /** A copy with this timeout. */
  public StepDefinition<R> withTimeout(Duration timeout) {
    return new StepDefinition<>(
        name,
        result,
        aliases,
        isRepeatable,
        isTransactional,
        Objects.requireNonNull(timeout),
        retryPolicy);
  }

  /** A copy with its own attempts and delays. */
  public StepDefinition<R> withRetryPolicy(RetryPolicy retryPolicy) {
    return new StepDefinition<>(
        name,
        result,
        aliases,
        isRepeatable,
        isTransactional,
        timeout,
        Objects.requireNonNull(retryPolicy));
  }

  /** The name of the step. */
  public String name() {
    return name;
  }

  /** Earlier names of the step. */
  public List<String> aliases() {
    return aliases;
  }

  /** The result of the step; empty if it returns nothing. */
  public Optional<ValueDefinition<R>> result() {
    return Optional.ofNullable(result);
  }

  /** Returns true if the step may run again when it is unknown what became of it. */
  public boolean isRepeatable() {
    return isRepeatable;
  }

  /** Returns true if what the step writes and its record are committed together. */
  public boolean isTransactional() {
    return isTransactional;
  }

  /** The maximum duration of the step; empty if only the attempt has a timeout. */
  public Optional<Duration> timeout() {
    return Optional.ofNullable(timeout);
  }

  /** The attempts and delays of the step; empty if those of the job apply. */
  public Optional<RetryPolicy> retryPolicy() {
    return Optional.ofNullable(retryPolicy);
  }

  /** The name, for logs. */
  @Override
  public String toString() {
    return "StepDefinition[" + name + "]";
  }
}
