package dev.tenon.jobs.cli.generate;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Makes a model of a module from the files that the annotation processor writes for it. */
final class ModuleReader {

  private static final String PAYLOAD = ".payload";
  private static final String RESULT = ".result";
  private static final String CLASS = "Module";

  private static final Pattern TYPE = Pattern.compile("[a-z][a-z0-9._-]*");

  private ModuleReader() {}

  /**
   * Reads a module.
   *
   * @param schemas the file {@code *.schemas.json}
   * @param description the file {@code *.module.json}
   * @param selected the names of the types to read; all if there are none
   * @throws GenerateException if the files are not what the annotation processor writes, or the
   *     module has none of these types
   */
  static ModuleModel read(String schemas, String description, Collection<String> selected) {
    Map<String, ?> document = JsonTrees.object(schemas, "The file with the schemas");
    Map<String, ?> module = JsonTrees.object(description, "The description of the module");
    if (!(document.get(Keywords.DEFINITIONS) instanceof Map<?, ?> definitions)
        || !(document.get("title") instanceof String simpleName)
        || Words.ofClass(simpleName).isEmpty()) {
      throw new GenerateException(
          "The file with the schemas is not one that Tenon's annotation processor has written.");
    }
    if (!(module.get("module") instanceof String className)
        || !(module.get("types") instanceof Map<?, ?> types)) {
      throw new GenerateException(
          "The description of the module is not one that Tenon's annotation processor has written,"
              + " or the module declares no job types.");
    }
    Map<String, Map<?, ?>> payloads = payloads(definitions);
    check(selected, payloads.keySet(), simpleName);
    List<TypeModel> models = new ArrayList<>();
    payloads.forEach(
        (name, payload) -> {
          if (selected.isEmpty() || selected.contains(name)) {
            models.add(type(name, payload, definitions, types));
          }
        });
    String name =
        className.endsWith(CLASS)
            ? className.substring(0, className.length() - CLASS.length())
            : className;
    return new ModuleModel(simpleName, name, models);
  }

  private static Map<String, Map<?, ?>> payloads(Map<?, ?> definitions) {
    Map<String, Map<?, ?>> payloads = new TreeMap<>();
    definitions.forEach(
        (key, value) -> {
          String name = String.valueOf(key);
          if (name.endsWith(PAYLOAD)) {
            String type = name.substring(0, name.length() - PAYLOAD.length());
            if (!TYPE.matcher(type).matches()) {
              throw new GenerateException(
                  "'%s' is not the name of a job type, so Tenon's annotation processor has not written the file with the schemas."
                      .formatted(type));
            }
            payloads.put(type, Keywords.schema(value, new SchemaPlace(type, "payload")));
          }
        });
    return payloads;
  }

  private static void check(Collection<String> selected, Collection<String> types, String module) {
    for (String each : selected) {
      if (!types.contains(each)) {
        throw new GenerateException(
            "The module %s has no job type '%s'. It has: %s."
                .formatted(module, each, String.join(", ", types)));
      }
    }
    if (types.isEmpty()) {
      throw new GenerateException("The module %s has no job types.".formatted(module));
    }
  }

  private static TypeModel type(
      String name, Map<?, ?> payload, Map<?, ?> definitions, Map<?, ?> types) {
    if (!(types.get(name) instanceof Map<?, ?> type)
        || !(type.get("version") instanceof BigDecimal version)) {
      throw new GenerateException(
          ("The description of the module has no version of the job type '%s', so it is not of the"
                  + " same build as the schemas. Build the module again.")
              .formatted(name));
    }
    Optional<SchemaModel> result =
        definitions.get(name + RESULT) instanceof Map<?, ?> schema
            ? Optional.of(SchemaReader.read(schema, new SchemaPlace(name, "result")))
            : Optional.empty();
    return new TypeModel(
        name,
        version.intValue(),
        payload.get("title") instanceof String title ? title : name,
        SchemaReader.read(payload, new SchemaPlace(name, "payload")),
        result);
  }
}
