package dev.tenon.jobs.definition;

import java.util.Objects;
import java.util.function.Function;

/**
 * Makes a value of today from one that was stored as an earlier version of its job type. What it is
 * made of is what users annotate with {@link dev.tenon.jobs.annotation.Upcaster}. Immutable, and as
 * thread-safe as the function.
 *
 * @param <T> the payload or the result of today
 */
public sealed interface Upcaster<T> {

  /**
   * Takes the old value as a record with the components of that time.
   *
   * @param <O> the record
   * @param <T> the payload or the result of today
   * @param shape the record
   * @param codec what reads the record
   * @param function the function that users wrote
   */
  record OfShape<O, T>(
      Class<O> shape, JsonCodec<O> codec, Function<? super O, ? extends T> function)
      implements Upcaster<T> {

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
   * @param <T> the payload or the result of today
   * @param function the function that users wrote
   */
  record OfJson<T>(Function<? super String, ? extends T> function) implements Upcaster<T> {

    /** Checks that the function is there. */
    public OfJson {
      Objects.requireNonNull(function, "function");
    }
  }
}
