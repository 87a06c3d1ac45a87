package dev.tenon.jobs.processor;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A JSON Schema and an independent validator for it. */
final class JsonSchemas {

  /** Reads decimals as they are written. */
  static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

  private final JsonNode source;
  private final Schema schema;

  private JsonSchemas(JsonNode source) {
    this.source = source;
    this.schema = REGISTRY.getSchema(source);
  }

  /** The schema in a file; it may name another dialect than 2020-12. */
  static JsonSchemas of(Path file) {
    try {
      return new JsonSchemas(JSON.readTree(Files.readString(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A schema. */
  static JsonSchemas of(JsonNode source) {
    return new JsonSchemas(source);
  }

  static JsonSchemas payload(Compilation.Result result, String type) {
    return schema(result, type + ".payload");
  }

  static JsonSchemas result(Compilation.Result result, String type) {
    return schema(result, type + ".result");
  }

  private static JsonSchemas schema(Compilation.Result result, String name) {
    Map<String, String> exports = Compilation.files(result.classes().resolve("META-INF/tenon"));
    List<JsonNode> found =
        exports.entrySet().stream()
            .filter(file -> file.getKey().endsWith(".schemas.json"))
            .map(file -> JSON.readTree(file.getValue()).path("$defs").path(name))
            .toList();
    if (found.size() != 1 || found.get(0).isMissingNode()) {
      throw new AssertionError("There is no schema " + name + " in " + exports.keySet());
    }
    return of(found.get(0));
  }

  /** The schema itself. */
  JsonNode source() {
    return source;
  }

  /** Everything that is wrong with a value, including formats if they are asserted. */
  List<String> errors(JsonNode value, boolean withFormats) {
    return schema
        .validate(
            value,
            context ->
                context.executionConfig(config -> config.formatAssertionsEnabled(withFormats)))
        .stream()
        .map(Error::toString)
        .toList();
  }

  List<String> errors(String json) {
    return errors(JSON.readTree(json), false);
  }

  /** The properties of an object that are missing, or have faults. */
  Set<String> wrongProperties(JsonNode value) {
    Set<String> names = new TreeSet<>();
    for (Error error : schema.validate(value)) {
      String path = error.getInstanceLocation().toString();
      names.add(path.isEmpty() ? error.getProperty() : path.split("/", -1)[1]);
    }
    return names;
  }

  /**
   * Returns whether a part of a schema has a comment, because the schema cannot express everything.
   */
  boolean saysAll(JsonNode part) {
    return saysAll(part, new TreeSet<>());
  }

  private boolean saysAll(JsonNode part, Set<String> around) {
    if (part.has("$comment")) {
      return false;
    }
    String reference = part.path("$ref").asString("");
    if (reference.startsWith("#/")
        && around.add(reference)
        && !saysAll(source.at(reference.substring(1)), around)) {
      return false;
    }
    for (JsonNode inside : part) {
      if (!saysAll(inside, around)) {
        return false;
      }
    }
    return true;
  }
}
