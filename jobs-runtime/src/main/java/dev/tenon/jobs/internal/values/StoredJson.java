package dev.tenon.jobs.internal.values;

import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.UnreadablePayloadException;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.JsonCodec;
import dev.tenon.jobs.definition.JsonMismatchException;
import dev.tenon.jobs.definition.SensitivePaths;
import dev.tenon.jobs.libraries.jackson.core.JacksonException;
import dev.tenon.jobs.libraries.jackson.core.JsonGenerator;
import dev.tenon.jobs.libraries.jackson.core.ObjectWriteContext;
import dev.tenon.jobs.libraries.jackson.core.TokenStreamLocation;
import java.util.function.Function;
import java.util.function.LongFunction;

/**
 * Payloads and results as the JSON that is stored, written and read by the codecs of their types.
 * The exceptions contain no part of a value.
 */
public final class StoredJson {

  private StoredJson() {}

  /** Returns the value as JSON of any size; otherwise like the other method. */
  public static <T> String write(T value, JsonCodec<T> codec, String what) {
    return write(
        value,
        codec,
        SensitivePaths.NONE,
        what,
        Integer.MAX_VALUE,
        bytes -> new JobsException("%s has %,d bytes.".formatted(what, bytes), null, null, null));
  }

  /**
   * Returns the value as JSON. A value that is too large is only measured, and costs no memory.
   *
   * @param codec the codec of its type
   * @param sensitive its sensitive parts
   * @param what a description of the value for the message of the exception, such as {@code the
   *     result of job type 'x.y'}
   * @param maxBytes the maximum number of bytes of UTF-8
   * @param tooLarge makes the exception if it has more, from their number
   * @throws JobsException if the value cannot be written
   */
  public static <T> String write(
      T value,
      JsonCodec<T> codec,
      SensitivePaths sensitive,
      String what,
      int maxBytes,
      LongFunction<? extends JobsException> tooLarge) {
    BoundedText json = new BoundedText(maxBytes);
    JsonGenerator generator = JsonLimits.FACTORY.createGenerator(ObjectWriteContext.empty(), json);
    try {
      codec.write(new JacksonWriter(generator), value);
      generator.close();
    } catch (RuntimeException e) {
      throw new JobsException(
          "%s cannot be written as JSON%s (%s)."
              .formatted(
                  capitalised(what),
                  at(JsonLimits.nextPath(generator.streamWriteContext(), sensitive)),
                  e.getClass().getSimpleName()),
          null,
          null,
          withoutValues(e));
    }
    if (json.isTooLong()) {
      throw tooLarge.apply(json.bytes());
    }
    return json.toString();
  }

  /**
   * Returns the value of the JSON, without any sensitive parts; otherwise like the other method.
   */
  public static <T> T read(String json, JsonCodec<T> codec, Class<?> type, String what) {
    return read(json, codec, SensitivePaths.NONE, type, what);
  }

  /**
   * Returns the value of the JSON.
   *
   * @param codec the codec of its type
   * @param sensitive its sensitive parts
   * @param type the type of the value, for the message of the exception
   * @param what a description of the value, for the message of the exception
   * @throws JobsException if the JSON is not a value of the type
   */
  public static <T> T read(
      String json, JsonCodec<T> codec, SensitivePaths sensitive, Class<?> type, String what) {
    return read(
        json,
        codec,
        sensitive,
        failure ->
            new JobsException(
                ("%s cannot be read as %s%s. It was written for a different shape of that type: "
                        + "restore the shape, or raise the version of the job type and add an "
                        + "upcaster; or cancel the job.")
                    .formatted(capitalised(what), type.getSimpleName(), failure.why()),
                null,
                null,
                failure.cause()));
  }

  /**
   * Returns the payload that somebody has written as JSON, for a job to be submitted.
   *
   * @throws UnreadablePayloadException if it is not JSON, or not a payload of the type
   */
  public static <P> P submitted(JobDefinition<P, ?> definition, String json) {
    return read(
        json,
        definition.payloadCodec(),
        definition.sensitivePayload(),
        failure ->
            new UnreadablePayloadException(
                ("The payload of job type '%s' cannot be read as %s%s (line %d, column %d). It "
                        + "must have the shape of version %d of the type.")
                    .formatted(
                        definition.type(),
                        definition.payloadType().getSimpleName(),
                        failure.why(),
                        failure.line(),
                        failure.column(),
                        definition.version()),
                definition.type(),
                failure.path(),
                failure.line(),
                failure.column(),
                failure.cause()));
  }

  /**
   * The reason that JSON could not be read.
   *
   * @param why the reason, as it follows "cannot be read as …"
   * @param path the component
   * @param place the line and the column
   * @param cause the cause, without values
   */
  private record Failure(String why, String path, TokenStreamLocation place, Throwable cause) {

    int line() {
      return Math.max(1, place.getLineNr());
    }

    /** Returns the column, from 1; before the first token, Jackson says 0. */
    int column() {
      return Math.max(1, place.getColumnNr());
    }
  }

  private static <T> T read(
      String json,
      JsonCodec<T> codec,
      SensitivePaths sensitive,
      Function<Failure, JobsException> exception) {
    JacksonReader reader = new JacksonReader(json, sensitive);
    try {
      T value = codec.read(reader);
      reader.end();
      return value;
    } catch (JsonMismatchException e) {
      throw exception.apply(new Failure(": " + e.getMessage(), e.path(), reader.location(), e));
    } catch (JacksonException e) {
      TokenStreamLocation place = e.getLocation();
      throw exception.apply(
          new Failure(
              at(reader.path()) + " because it is not well-formed JSON",
              reader.path(),
              place == null ? reader.location() : place,
              withoutValues(e)));
    } catch (RuntimeException e) {
      // The constructor of a record, or an upcaster, refuses its arguments
      throw exception.apply(
          new Failure(
              at(reader.path()) + ": its constructor throws " + e.getClass().getName(),
              reader.path(),
              reader.location(),
              withoutValues(e)));
    }
  }

  private static String at(String path) {
    return path.isEmpty() ? "" : " at " + path;
  }

  /** Returns the stack frames of an exception whose message may quote the value. */
  private static Throwable withoutValues(RuntimeException e) {
    Throwable bare = new IllegalArgumentException(e.getClass().getName());
    bare.setStackTrace(e.getStackTrace());
    return bare;
  }

  private static String capitalised(String what) {
    return Character.toUpperCase(what.charAt(0)) + what.substring(1);
  }
}
