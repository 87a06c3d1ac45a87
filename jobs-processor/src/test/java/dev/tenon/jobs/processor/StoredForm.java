package dev.tenon.jobs.processor;

import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.internal.values.StoredJson;

/** Payloads as the runtime stores them and reads them back, with their generated codecs. */
final class StoredForm {

  private StoredForm() {}

  /** A payload in its stored form. */
  static <P> String write(JobDefinition<P, ?> definition, Object payload) {
    return StoredJson.write(
        definition.payloadType().cast(payload), definition.payloadCodec(), "the payload");
  }

  /** A payload as a handler gets it. */
  static <P> P read(JobDefinition<P, ?> definition, String json) {
    return StoredJson.read(
        json, definition.payloadCodec(), definition.payloadType(), "the payload");
  }
}
