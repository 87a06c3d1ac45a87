package dev.tenon.jobs.definition;

import java.util.Objects;
import java.util.function.Function;

/**
 * Makes a current value from one that was stored as an earlier version of its job type. Users write
 * it as a method with the annotation {@link dev.tenon.jobs.annotation.Upcaster}. Immutable, and as
 * thread-safe as its function.
 *
 * @param <T> the current payload or result
 */
public sealed interface UpcastFunction<T> {

  /**
   * Takes the old value as a record with the components of that version.
   *
   * @param <O> the record
   * @param <T> the current payload or result
   */
  final class OfShape<O, T> implements UpcastFunction<T> {

    private final Class<O> shape;
    private final JsonCodec<O> codec;
    private final Function<? super O, ? extends T> function;

    OfShape(Class<O> shape, JsonCodec<O> codec, Function<? super O, ? extends T> function) {
      this.shape = Objects.requireNonNull(shape, "shape");
      this.codec = Objects.requireNonNull(codec, "codec");
      this.function = Objects.requireNonNull(function, "function");
    }

    /** The record. */
    public Class<O> shape() {
      return shape;
    }

    /** The codec of the record. */
    public JsonCodec<O> codec() {
      return codec;
    }

    /** The function that users wrote. */
    public Function<? super O, ? extends T> function() {
      return function;
    }
  }

  /**
   * Takes the old value as the JSON that was stored.
   *
   * @param <T> the current payload or result
   */
  final class OfJson<T> implements UpcastFunction<T> {

    private final Function<? super String, ? extends T> function;

    OfJson(Function<? super String, ? extends T> function) {
      this.function = Objects.requireNonNull(function, "function");
    }

    /** The function that users wrote. */
    public Function<? super String, ? extends T> function() {
      return function;
    }
  }
}
