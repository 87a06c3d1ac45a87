package dev.tenon.jobs.runtime;

import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.libraries.jackson.core.JacksonException;
import dev.tenon.jobs.libraries.jackson.core.JsonParser;
import dev.tenon.jobs.libraries.jackson.core.ObjectReadContext;
import dev.tenon.jobs.libraries.jackson.core.json.JsonFactory;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/**
 * The JSON Schemas of a module, from the file that the annotation processor writes beside its
 * class. Its class loader finds the file, also in a named Java module: {@code META-INF} is no
 * package, so it is never closed.
 */
final class ModuleSchemas {

  private static final JsonFactory FACTORY = new JsonFactory();

  /** How far the schemas are indented in the file, since they stand in an object in an object. */
  private static final String INDENT = "\n    ";

  private ModuleSchemas() {}

  /**
   * The schemas by their names, such as {@code x.y.payload}; none if there is no file. Modules in
   * several jars may have the same name, and so their files: all of them are read, since a process
   * knows no job type twice.
   *
   * @throws JobsException if a file cannot be read
   */
  static Map<String, String> read(ModuleDefinition module) {
    String file = "META-INF/tenon/" + module.name() + ".schemas.json";
    Map<String, String> schemas = new HashMap<>();
    try {
      for (URL each : Collections.list(loader(module).getResources(file))) {
        URLConnection connection = each.openConnection();
        // Otherwise the jar would stay open
        connection.setUseCaches(false);
        try (InputStream in = connection.getInputStream()) {
          schemas(new String(in.readAllBytes(), StandardCharsets.UTF_8))
              .forEach(schemas::putIfAbsent);
        }
      }
    } catch (IOException | JacksonException e) {
      throw new JobsException(
          "The schemas of the module %s cannot be read from %s. Build the application again; the cause says more."
              .formatted(module.name(), file),
          null,
          null,
          e);
    }
    return schemas;
  }

  private static ClassLoader loader(ModuleDefinition module) {
    ClassLoader own = module.getClass().getClassLoader();
    return own == null ? ClassLoader.getSystemClassLoader() : own;
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
