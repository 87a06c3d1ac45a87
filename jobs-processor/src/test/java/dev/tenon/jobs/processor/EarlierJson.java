package dev.tenon.jobs.processor;

import tools.jackson.databind.AnnotationIntrospector;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;

/**
 * Payloads and results in the JSON that earlier versions of Tenon stored, with Jackson's databind.
 * Generated codecs must write the same JSON, and read all of it.
 */
final class EarlierJson {

  private static final JsonMapper MAPPER =
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

  private EarlierJson() {}

  /** The value of some JSON that is read as a type. */
  static String write(Object value, Class<?> type) {
    return MAPPER.writerFor(type).writeValueAsString(value);
  }
}
