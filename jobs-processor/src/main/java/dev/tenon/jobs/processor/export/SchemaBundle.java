package dev.tenon.jobs.processor.export;

import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.SignalDeclaration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The schemas of a module in one document. Each has an id, so that its references stay inside it
 * and it can be taken out as it is.
 *
 * @see <a href="https://json-schema.org/draft/2020-12/json-schema-core#section-9.3">Compound
 *     documents</a>
 */
final class SchemaBundle {

  private final String title;
  private final Map<String, Object> schemas = new LinkedHashMap<>();

  SchemaBundle(String title) {
    this.title = title;
  }

  /** The name of the schema of a payload. */
  static String payload(JobDeclaration job) {
    return job.typeName() + ".payload";
  }

  /** The name of the schema of a result. */
  static String result(JobDeclaration job) {
    return job.typeName() + ".result";
  }

  /** The name of the schema of what the jobs of a type emit. */
  static String emitted(JobDeclaration job) {
    return job.typeName() + ".emitted";
  }

  /** The name of the schema of a signal. */
  static String signal(SignalDeclaration signal) {
    return signal.signalName() + ".signal";
  }

  void add(String name, Map<String, Object> schema) {
    Map<String, Object> identified = new LinkedHashMap<>();
    identified.put("$schema", SchemaDocument.DIALECT);
    identified.put("$id", "urn:tenon:" + name);
    identified.putAll(schema);
    schemas.put(name, identified);
  }

  /** The document. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("$schema", SchemaDocument.DIALECT);
    json.put("title", title);
    json.put("$defs", schemas);
    return json;
  }
}
