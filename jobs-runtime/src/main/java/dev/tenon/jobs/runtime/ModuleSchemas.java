package dev.tenon.jobs.runtime;

import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.libraries.jackson.core.JacksonException;
import dev.tenon.jobs.libraries.jackson.core.JsonParser;
import dev.tenon.jobs.libraries.jackson.core.ObjectReadContext;
import dev.tenon.jobs.libraries.jackson.core.json.JsonFactory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * The JSON Schemas of a module, from the file that the annotation processor writes beside its
 * class. The class finds the file, also in a named Java module: {@code META-INF} is no package, so
 * it is never closed.
 */
final class ModuleSchemas {

  private static final JsonFactory FACTORY = new JsonFactory();

  /** How far the schemas are indented in the file, since they stand in an object in an object. */
  private static final String INDENT = "\n    ";

  private ModuleSchemas() {}

  /**
   * The schemas by their names, such as {@code x.y.payload}; none if there is no file.
   *
   * @throws JobsException if the file cannot be read
   */
  static Map<String, String> read(ModuleDefinition module) {
    String file = "/META-INF/tenon/" + module.name() + ".schemas.json";
    try (InputStream in = module.getClass().getResourceAsStream(file)) {
      return in == null ? Map.of() : schemas(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException | JacksonException e) {
      throw new JobsException(
          "The schemas of the module %s cannot be read from %s. Build the application again; the cause says more."
              .formatted(module.name(), file),
          null,
          null,
          e);
    }
  }

  /** The schemas as they stand in the document, under {@code $defs}. */
  static Map<String, String> schemas(String document) {
    Map<String, String> schemas = new HashMap<>();
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), document)) {
      parser.nextToken();
      for (String name = parser.nextName(); name != null; name = parser.nextName()) {
        parser.nextToken();
        if (!name.equals("$defs")) {
          parser.skipChildren();
          continue;
        }
        for (String schema = parser.nextName(); schema != null; schema = parser.nextName()) {
          parser.nextToken();
          long start = parser.currentTokenLocation().getCharOffset();
          parser.skipChildren();
          long end = parser.currentLocation().getCharOffset();
          // Line feeds in JSON are never part of a text
          schemas.put(schema, document.substring((int) start, (int) end).replace(INDENT, "\n"));
        }
      }
    }
    return schemas;
  }
}
