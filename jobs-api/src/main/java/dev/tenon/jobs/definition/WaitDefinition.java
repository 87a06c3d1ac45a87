package dev.tenon.jobs.definition;

import java.util.List;
import java.util.Objects;

/**
 * A wait of a handler, as {@link dev.tenon.jobs.annotation.Awaits} or {@link
 * dev.tenon.jobs.annotation.Sleeps} declares it. Immutable and thread-safe.
 *
 * @param <S> the record that the wait returns, or the interface that all of its records implement;
 *     {@link Void} if it waits for nothing but the time
 */
public final class WaitDefinition<S> {

  private final String name;
  private final List<SignalDefinition<? extends S>> signals;
  private final List<String> aliases;

  private WaitDefinition(
      String name, List<SignalDefinition<? extends S>> signals, List<String> aliases) {
    this.name = Objects.requireNonNull(name, "name");
    this.signals = List.copyOf(signals);
    this.aliases = List.copyOf(aliases);
  }

  /**
   * A wait for the first of these signals.
   *
   * @param name the name of the wait
   * @param signals the signals, at least one
   * @throws IllegalArgumentException if there is no signal
   */
  @SafeVarargs
  @SuppressWarnings("varargs") // the array is only read
  public static <S> WaitDefinition<S> ofSignals(
      String name, SignalDefinition<? extends S>... signals) {
    if (signals.length == 0) {
      throw new IllegalArgumentException(
          "The wait '%s' has no signal. Declare a sleep if it waits only for the time."
              .formatted(name));
    }
    return new WaitDefinition<>(name, List.of(signals), List.of());
  }

  /**
   * A sleep.
   *
   * @param name the name of the sleep
   */
  public static WaitDefinition<Void> ofTime(String name) {
    return new WaitDefinition<>(name, List.of(), List.of());
  }

  /** A copy with these earlier names. */
  public WaitDefinition<S> withAliases(String... aliases) {
    return new WaitDefinition<>(name, signals, List.of(aliases));
  }

  /** The name of the wait. */
  public String name() {
    return name;
  }

  /** Earlier names of the wait. */
  public List<String> aliases() {
    return aliases;
  }

  /** The signals that end the wait; empty for a sleep. */
  public List<SignalDefinition<? extends S>> signals() {
    return signals;
  }

  /** The name, for logs. */
  @Override
  public String toString() {
    return "WaitDefinition[" + name + "]";
  }
}
