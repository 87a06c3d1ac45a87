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
   * @param shape the record
   * @param codec what reads the record
   * @param function the function that users wrote
   */
  record OfShape<O, T>(
      Class<O> shape, JsonCodec<O> codec, Function<? super O, ? extends T> function)
      implements UpcastFunction<T> {

    /** Checks that all parts are there. */
    public OfShape {
      Objects.requireNonNull(shape, "shape");
      Objects.requireNonNull(codec, "codec");
      Objects.requireNonNull(function, "function");
    }
  }

  /**
   * Takes the old value as the JSON that was stored.
   *
   * @param <T> the current payload or result
   * @param function the function that users wrote
   */
  record OfJson<T>(Function<? super String, ? extends T> function) implements UpcastFunction<T> {

    /** Checks that the function is there. */
    public OfJson {
      Objects.requireNonNull(function, "function");
    }
  }
}
