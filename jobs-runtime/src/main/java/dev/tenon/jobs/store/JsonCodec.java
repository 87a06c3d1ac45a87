package dev.tenon.jobs.store;

import dev.tenon.jobs.JobsException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.AnnotationIntrospector;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;

/**
 * Payloads and results as JSON. Components that are not known are passed over, so that a worker
 * which is one version behind can run the jobs of a newer submitter. Thread-safe.
 */
public final class JsonCodec {

  private final JsonMapper mapper =
      JsonMapper.builder()
          .annotationIntrospector(
              AnnotationIntrospector.pair(
                  new JacksonAnnotationIntrospector(),
                  AnnotationIntrospector.pair(new SealedInterfaces(), new RequiredPrimitives())))
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          // A time of day somewhere is not the same value as that moment in UTC
          .disable(DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
          .enable(DateTimeFeature.WRITE_DATES_WITH_ZONE_ID)
          .build();

  /**
   * The value as JSON.
   *
   * @param value the value
   * @param what what the value is, for the message of the exception, such as {@code the result of
   *     job type 'x.y'}
   * @throws JobsException if the value cannot be written; the message holds no part of the value
   */
  public String write(Object value, String what) {
    return write(value, mapper.writer(), what);
  }

  /**
   * The value as JSON that is read as a type: a record that stands for a sealed interface says
   * which one it is.
   *
   * @param value the value
   * @param type the type as which it will be read
   * @param what what the value is, for the message of the exception
   * @throws JobsException if the value cannot be written; the message holds no part of the value
   */
  public String write(Object value, Class<?> type, String what) {
    return write(value, mapper.writerFor(type), what);
  }

  private static String write(Object value, ObjectWriter writer, String what) {
    try {
      return writer.writeValueAsString(value);
    } catch (JacksonException e) {
      throw new JobsException(
          "%s cannot be written as JSON%s (%s). Use types that JSON can carry."
              .formatted(capitalised(what), at(e), e.getClass().getSimpleName()),
          null,
          null,
          withoutValues(e));
    }
  }

  /**
   * The value that the JSON stands for.
   *
   * @param json the JSON
   * @param type the type of the value
   * @param what what the value is, for the message of the exception
   * @throws JobsException if the JSON does not fit the type; the message holds no part of the value
   */
  public <T> T read(String json, Class<T> type, String what) {
    try {
      @Nullable T value = mapper.readValue(json, type);
      if (value == null) {
        throw new JobsException(
            "%s is the JSON value null, which is no %s."
                .formatted(capitalised(what), type.getSimpleName()),
            null,
            null,
            null);
      }
      return value;
    } catch (JacksonException e) {
      throw new JobsException(
          "%s cannot be read as %s%s (%s). It was written for another shape of that type: bring the"
                  .formatted(
                      capitalised(what), type.getSimpleName(), at(e), e.getClass().getSimpleName())
              + " shape back, or raise the version of the job type and give an upcaster; or cancel"
              + " the job.",
          null,
          null,
          withoutValues(e));
    }
  }

  private static String at(JacksonException e) {
    String path =
        e.getPath().stream()
            .map(
                step ->
                    step.getPropertyName() == null
                        ? "[" + step.getIndex() + "]"
                        : step.getPropertyName())
            .collect(Collectors.joining("."))
            .replace(".[", "[");
    return path.isEmpty() ? "" : " at " + path;
  }

  /** The frames of an exception whose message may quote the value. */
  private static Throwable withoutValues(JacksonException e) {
    Throwable bare = new IllegalArgumentException(e.getClass().getName());
    bare.setStackTrace(e.getStackTrace());
    return bare;
  }

  private static String capitalised(String what) {
    return Character.toUpperCase(what.charAt(0)) + what.substring(1);
  }
}
