package dev.tenon.jobs.definition;

import java.util.Objects;

/**
 * A signal: a record that a job can wait for. The annotation processor writes one constant per
 * record with {@link dev.tenon.jobs.annotation.Signal}. Immutable and thread-safe.
 *
 * @param <S> the record
 */
public final class SignalDefinition<S> {

  private final String name;
  private final int version;
  private final ValueDefinition<S> value;

  private SignalDefinition(String name, int version, ValueDefinition<S> value) {
    this.name = Objects.requireNonNull(name, "name");
    this.value = Objects.requireNonNull(value, "value");
    if (version < 1) {
      throw new IllegalArgumentException(
          "The version of signal '%s' is %d; it must be at least 1.".formatted(name, version));
    }
    this.version = version;
  }

  /**
   * A signal.
   *
   * @param name the name of the signal, such as {@code order.paid}
   * @param version the version of its shape, from 1
   * @param value the record; its upcasters are those for earlier versions of the signal
   * @throws IllegalArgumentException if the version is below 1
   */
  public static <S> SignalDefinition<S> of(String name, int version, ValueDefinition<S> value) {
    return new SignalDefinition<>(name, version, value);
  }

  /** The name of the signal, such as {@code order.paid}. */
  public String name() {
    return name;
  }

  /** The version of the record's shape, from 1. */
  public int version() {
    return version;
  }

  /** The record. */
  public ValueDefinition<S> value() {
    return value;
  }

  /** The name, for logs. */
  @Override
  public String toString() {
    return "SignalDefinition[" + name + "]";
  }
}
