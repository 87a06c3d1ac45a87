package dev.tenon.jobs.store;

import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.definition.JsonCodec;
import dev.tenon.jobs.definition.JsonMismatchException;
import dev.tenon.jobs.definition.SensitivePaths;
import dev.tenon.jobs.libraries.jackson.core.JacksonException;
import dev.tenon.jobs.libraries.jackson.core.JsonGenerator;
import dev.tenon.jobs.libraries.jackson.core.ObjectWriteContext;
import java.util.function.LongFunction;

/**
 * Payloads and results as the JSON that is stored, written and read by the codecs of their types.
 * The exceptions hold no part of a value.
 */
public final class StoredJson {

  private StoredJson() {}

  /** The value as JSON, however large it is; otherwise as the other method. */
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
   * The value as JSON. What is too large is only measured, and costs no memory.
   *
   * @param codec the codec of its type
   * @param sensitive what is sensitive in it
   * @param what what the value is, for the message of the exception, such as {@code the result of
   *     job type 'x.y'}
   * @param maxBytes how many bytes of UTF-8 the JSON may have
   * @param tooLarge makes what is thrown if it has more, of how many it has
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
   * The value that the JSON stands for, none of which is sensitive; otherwise as the other method.
   */
  public static <T> T read(String json, JsonCodec<T> codec, Class<?> type, String what) {
    return read(json, codec, SensitivePaths.NONE, type, what);
  }

  /**
   * The value that the JSON stands for.
   *
   * @param codec the codec of its type
   * @param sensitive what is sensitive in it
   * @param type the type of the value, for the message of the exception
   * @param what what the value is, for the message of the exception
   * @throws JobsException if the JSON is not a value of the type
   */
  public static <T> T read(
      String json, JsonCodec<T> codec, SensitivePaths sensitive, Class<?> type, String what) {
    JacksonReader reader = new JacksonReader(json, sensitive);
    try {
      T value = codec.read(reader);
      reader.end();
      return value;
    } catch (JsonMismatchException e) {
      throw unreadable(what, type, ": " + e.getMessage(), e);
    } catch (JacksonException e) {
      throw unreadable(
          what, type, at(reader.path()) + ", since it is not well-formed JSON", withoutValues(e));
    } catch (RuntimeException e) {
      // The constructor of a record, or an upcaster, refuses what it is given
      throw unreadable(
          what,
          type,
          at(reader.path()) + ": its constructor throws " + e.getClass().getName(),
          withoutValues(e));
    }
  }

  private static JobsException unreadable(String what, Class<?> type, String why, Throwable cause) {
    return new JobsException(
        ("%s cannot be read as %s%s. It was written for another shape of that type: bring the shape"
                + " back, or raise the version of the job type and give an upcaster; or cancel the job.")
            .formatted(capitalised(what), type.getSimpleName(), why),
        null,
        null,
        cause);
  }

  private static String at(String path) {
    return path.isEmpty() ? "" : " at " + path;
  }

  /** The frames of an exception whose message may quote the value. */
  private static Throwable withoutValues(RuntimeException e) {
    Throwable bare = new IllegalArgumentException(e.getClass().getName());
    bare.setStackTrace(e.getStackTrace());
    return bare;
  }

  private static String capitalised(String what) {
    return Character.toUpperCase(what.charAt(0)) + what.substring(1);
  }
}
