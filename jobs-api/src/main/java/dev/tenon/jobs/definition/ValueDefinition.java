package dev.tenon.jobs.definition;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A value that is kept with a job: the result of a step, a signal, a cursor, or a value that it
 * emits. Written by the annotation processor. Immutable and thread-safe.
 *
 * @param <T> the class of the values
 */
public final class ValueDefinition<T> {

  private final Class<? super T> valueType;
  private final JsonCodec<T> codec;
  private final Validator<T> validator;
  private final Map<Integer, UpcastFunction<T>> upcasters;
  private final SensitivePaths sensitive;

  private ValueDefinition(Builder<T> builder) {
    this.valueType = builder.valueType;
    this.codec = builder.codec;
    this.validator = builder.validator;
    this.upcasters = Map.copyOf(builder.upcasters);
    this.sensitive = builder.sensitive;
  }

  /**
   * Starts a definition.
   *
   * @param valueType the class of the values
   * @param codec writes values as JSON and reads them
   */
  public static <T> Builder<T> builder(Class<? super T> valueType, JsonCodec<T> codec) {
    return new Builder<>(valueType, codec);
  }

  /** The class of the values, without type arguments. */
  public Class<? super T> valueType() {
    return valueType;
  }

  /** Writes values as JSON and reads them. */
  public JsonCodec<T> codec() {
    return codec;
  }

  /** The upcaster for values that were stored as this version; empty if they need none. */
  public Optional<UpcastFunction<T>> upcaster(int version) {
    return Optional.ofNullable(upcasters.get(version));
  }

  /** The versions that have an upcaster. */
  public Set<Integer> upcastVersions() {
    return new TreeSet<>(upcasters.keySet());
  }

  /** The parts of a value that are hidden from people. */
  public SensitivePaths sensitive() {
    return sensitive;
  }

  /**
   * Validates a value. The list has every constraint that it does not meet; it is empty if the
   * value is valid.
   *
   * @param value the value, never null
   */
  public List<Violation> validate(T value) {
    Violations violations = new Violations();
    validator.validate(value, violations);
    return violations.toList();
  }

  /**
   * Builds a definition. Not thread-safe.
   *
   * @param <T> the class of the values
   */
  public static final class Builder<T> {
    private final Class<? super T> valueType;
    private final JsonCodec<T> codec;
    private Validator<T> validator = Validator.none();
    private final Map<Integer, UpcastFunction<T>> upcasters = new TreeMap<>();
    private SensitivePaths sensitive = SensitivePaths.NONE;

    private Builder(Class<? super T> valueType, JsonCodec<T> codec) {
      this.valueType = Objects.requireNonNull(valueType, "valueType");
      this.codec = Objects.requireNonNull(codec, "codec");
    }

    /** Sets the validator behind {@link ValueDefinition#validate}. */
    public Builder<T> validator(Validator<T> validator) {
      this.validator = Objects.requireNonNull(validator, "validator");
      return this;
    }

    /** Adds an upcaster that takes a value of an earlier version as a record. */
    public <O> Builder<T> upcaster(
        int from, Class<O> shape, JsonCodec<O> codec, Function<? super O, ? extends T> upcaster) {
      upcasters.put(from, new UpcastFunction.OfShape<>(shape, codec, upcaster));
      return this;
    }

    /** Adds an upcaster that takes a value of an earlier version as JSON. */
    public Builder<T> upcaster(int from, Function<? super String, ? extends T> upcaster) {
      upcasters.put(from, new UpcastFunction.OfJson<>(upcaster));
      return this;
    }

    /** Sets {@link ValueDefinition#sensitive()}. */
    public Builder<T> sensitive(String... paths) {
      this.sensitive = SensitivePaths.of(List.of(paths));
      return this;
    }

    /** The definition. */
    public ValueDefinition<T> build() {
      return new ValueDefinition<>(this);
    }
  }

  /** The class of the values, for logs. */
  @Override
  public String toString() {
    @Nullable String name = valueType.getSimpleName();
    return "ValueDefinition[" + name + "]";
  }
}
