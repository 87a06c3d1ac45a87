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
 * The JSON Schemas of a module, from the file that the annotation processor writes next to its
 * class. The class loader of that class finds the file, even in a named Java module: {@code
 * META-INF} is not a package name, so it is always open.
 */
final class ModuleSchemas {

  private static final JsonFactory FACTORY = new JsonFactory();

  /** The indentation of the schemas in the file: they are in an object in an object. */
  private static final String INDENT = "\n    ";

  private ModuleSchemas() {}

  /**
   * The schemas by their names, such as {@code x.y.payload}; empty without a file. Modules in
   * several jars may have the same name, and so may their files. All of them are read, because a
   * process knows no job type twice.
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
          "The schemas of module %s cannot be read from %s. Rebuild the application; the cause says more."
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

  /** The schemas as they are in the document, under {@code $defs}. */
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
          // Line feeds in JSON are never part of a string
          schemas.put(schema, document.substring((int) start, (int) end).replace(INDENT, "\n"));
        }
      }
    }
    return schemas;
  }
}
