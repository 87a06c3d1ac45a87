package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.ModuleDefinition;
import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Compares the schema of a record with everything in it to the codec and the validator. */
class SchemaJsonTest {

  private static Compilation.Result compiled;
  private static URLClassLoader loader;
  private static JsonSchemas schema;
  private static JobDefinition<?, ?> definition;

  @BeforeAll
  static void compile(@TempDir Path directory) {
    compiled = Compilation.in(directory).sources(Golden.RESOURCES.resolve("exports")).run().clean();
    loader = compiled.load();
    schema = JsonSchemas.payload(compiled, "export.all");
    definition =
        ServiceLoader.load(ModuleDefinition.class, loader)
            .findFirst()
            .orElseThrow()
            .find("export.all")
            .orElseThrow();
  }

  @AfterAll
  static void close() throws Exception {
    loader.close();
  }

  private static List<?> values() throws Exception {
    return (List<?>) loader.loadClass("exports.Values").getMethod("all").invoke(null);
  }

  private static List<ObjectNode> written() throws Exception {
    List<ObjectNode> written = new ArrayList<>();
    for (Object value : values()) {
      written.add((ObjectNode) JsonSchemas.JSON.readTree(StoredForm.write(definition, value)));
    }
    return written;
  }

  @Test
  void schemasAreSchemas() {
    JsonSchemas schemas =
        JsonSchemas.of(
            JsonSchemas.JSON.readTree(
                "{\"$ref\": \"https://json-schema.org/draft/2020-12/schema\"}"));
    for (String type : List.of("export.all", "export.described")) {
      assertThat(schemas.errors(JsonSchemas.payload(compiled, type).source(), true)).isEmpty();
      assertThat(schemas.errors(JsonSchemas.result(compiled, type).source(), true)).isEmpty();
    }
    assertThat(schemas.errors("{\"type\": \"text\"}")).isNotEmpty();
  }

  @Test
  void whatTheCodecWritesIsValid() throws Exception {
    for (JsonNode json : written()) {
      assertThat(accepts(json)).isTrue();
      assertThat(schema.errors(json, false)).isEmpty();
    }
  }

  @Test
  void whatEarlierVersionsStoredIsReadAndWrittenTheSame() throws Exception {
    for (Object value : values()) {
      String earlier = EarlierJson.write(value, definition.payloadType());
      // The one difference: a key was what Locale.toString() gives, which is read as well
      String withTag = earlier.replace("{\"de_DE\":1}", "{\"de-DE\":1}");
      String now = StoredForm.write(definition, value);
      assertThat(now).isEqualTo(withTag);
      assertThat(StoredForm.write(definition, StoredForm.read(definition, earlier))).isEqualTo(now);
    }
  }

  @Test
  void formatsHoldForOrdinaryValues() throws Exception {
    assertThat(schema.errors(written().get(0), true)).isEmpty();
    assertThat(schema.errors(written().get(2), true)).isEmpty();
  }

  @Test
  void missingAndNullAreTreatedTheSame() throws Exception {
    int valid = 0;
    int invalid = 0;
    for (ObjectNode json : written()) {
      for (String property : json.propertyNames()) {
        ObjectNode missing = json.deepCopy();
        missing.remove(property);
        ObjectNode empty = json.deepCopy();
        empty.putNull(property);
        for (ObjectNode changed : List.of(missing, empty)) {
          boolean accepted = accepts(changed);
          assertThat(schema.errors(changed, false).isEmpty()).as(property).isEqualTo(accepted);
          valid += accepted ? 1 : 0;
          invalid += accepted ? 0 : 1;
        }
      }
    }
    assertThat(valid).isGreaterThanOrEqualTo(80);
    assertThat(invalid).isGreaterThan(300);
  }

  @Test
  void whatIsUnknownIsIgnored() throws Exception {
    for (ObjectNode json : written()) {
      json.put("unknown", 1);
      ((ObjectNode) json.path("shape")).put("unknown", "too");
      assertThat(accepts(json)).isTrue();
      assertThat(schema.errors(json, false)).isEmpty();
    }
  }

  /**
   * Everything that is valid for the schema is accepted; the codec also accepts some other JSON.
   */
  @Test
  void whatIsOfAnotherTypeIsNotValid() throws Exception {
    List<JsonNode> others = new ArrayList<>();
    JsonSchemas.JSON
        .readTree(
            """
            [true, 0, 5, -1, 1.5, 300, 3000000000, "", "text", "5", "NaN", "-5", "RED", "GREEN",
             "light-green", "2024-01-01", "2024-01-01T10:00:00Z", "10:00", "PT5M", "AQ==", "AQ", "a b",
             "0191d3c2-7b5e-7c3a-9d1f-3a5b7c9d1e2f", [], [1], ["a"], [null], [[1]], [0], {}, {"a": 1},
             {"a": null}, {"name": "a", "count": 1}, {"name": " ", "count": 1}, {"type": "Circle"},
             {"type": "Circle", "radius": 1}, {"type": "Square", "radius": 1}, {"radius": 1},
             {"type": "Circle", "radius": -1}, {"type": "Group", "members": [{"type": "Circle"}]},
             {"type": "Group", "members": []}, {"RED": "a"}, {"BLUE": "a"}, {" ": "a"}, {"1": true},
             {"entries": [], "number": 1}, {"entries": [null], "number": 1}, {"entries": ["a"], "number": 1}]
            """)
        .forEach(others::add);
    ObjectNode json = written().get(0);
    int valid = 0;
    int invalid = 0;
    int takenAnyway = 0;
    for (String property : json.propertyNames()) {
      for (JsonNode other : others) {
        ObjectNode changed = json.deepCopy();
        changed.set(property, other);
        boolean accepted = accepts(changed);
        if (schema.errors(changed, false).isEmpty()) {
          boolean saysAll = schema.saysAll(schema.source().path("properties").path(property));
          assertThat(accepted || !saysAll).as("%s: %s", property, other).isTrue();
          valid++;
        } else if (accepted) {
          takenAnyway++;
        } else {
          invalid++;
        }
      }
    }
    assertThat(valid).isGreaterThan(200);
    assertThat(invalid).isGreaterThan(2_000);
    assertThat(takenAnyway).isPositive();
  }

  private static boolean accepts(JsonNode json) {
    return accepts(definition, json);
  }

  private static <P> boolean accepts(JobDefinition<P, ?> definition, JsonNode json) {
    try {
      P payload = StoredForm.read(definition, json.toString());
      return definition.validatePayload(payload).isEmpty();
    } catch (JobsException e) {
      // The question is whether it can be read
      return false;
    }
  }

  @Test
  void resultsHaveSchemas() throws Exception {
    JsonSchemas result = JsonSchemas.result(compiled, "export.all");
    assertThat(result.source().path("title").asString()).isEqualTo("All types: result");
    for (JsonNode json : written()) {
      assertThat(result.errors(json, false)).isEmpty();
    }
    JsonSchemas enumerated = JsonSchemas.result(compiled, "export.enumerated");
    assertThat(enumerated.errors("\"light-green\"")).isEmpty();
    assertThat(enumerated.errors("\"GREEN\"")).isNotEmpty();
    JsonSchemas array = JsonSchemas.result(compiled, "export.described");
    assertThat(array.errors("[{\"amount\": 1.10}]")).isEmpty();
    assertThat(array.errors("[1.10]")).isNotEmpty();
  }

  @Test
  void descriptionsComeFromJavadocAndAnnotations() {
    JsonNode described = JsonSchemas.payload(compiled, "export.described").source();

    assertThat(described.path("title").asString()).isEqualTo("Described");
    assertThat(described.path("description").asString())
        .isEqualTo(
            "Has descriptions, constraints that a schema cannot express, and a Jackson name.");
    assertThat(described.at("/properties/plain/description").asString())
        .isEqualTo("what the Javadoc comment says");
    assertThat(described.at("/properties/told/description").asString())
        .isEqualTo("What the annotation says.");
    assertThat(described.at("/$defs/Note/description").asString()).isEqualTo("Something to note.");
  }

  @Test
  void aNameOfJacksonsIsTheNameOfTheProperty() {
    JsonSchemas described = JsonSchemas.payload(compiled, "export.described");
    JsonNode properties = described.source().path("properties");

    assertThat(properties.propertyNames()).contains("other_name").doesNotContain("renamed");
    assertThat(described.wrongProperties(JsonSchemas.JSON.readTree("{}")))
        .contains("plain", "other_name", "money", "due");
  }

  @Test
  void whatASchemaCannotSayIsSaidInWords() {
    JsonNode properties =
        JsonSchemas.payload(compiled, "export.described").source().path("properties");
    Map<String, String> comments =
        Map.of(
            "due", "In the future when the job is submitted, and when it is run.",
            "price", "At most 3 digits before and 2 after the decimal point.",
            "code", "The whole string matches the Java regular expression \\p{Lu}+.",
            "word",
                "The whole string matches the Java regular expression [a-z]+ with "
                    + "CASE_INSENSITIVE.",
            "hash", "At least 2 and at most 4 bytes.",
            "tags", "Equal entries count once.");

    comments.forEach(
        (property, comment) ->
            assertThat(properties.path(property).path("$comment").asString()).isEqualTo(comment));
    assertThat(properties.path("code").path("pattern").asString()).isEqualTo("^(?:[A-Z]*)$");
    assertThat(properties.path("price").path("exclusiveMaximum").intValue()).isEqualTo(1_000);
    assertThat(properties.path("agreed").path("const").booleanValue()).isTrue();
    assertThat(properties.path("hash").path("minLength").intValue()).isEqualTo(4);
    assertThat(properties.path("hash").path("maxLength").intValue()).isEqualTo(8);
    assertThat(properties.path("tags").path("minItems").intValue()).isEqualTo(2);
  }

  @Test
  void aRecordOfAnotherCompilationKeepsWhatItsAnnotationsSay(@TempDir Path directory) {
    Compilation.Result library =
        Compilation.in(directory)
            .source(
                "lib/Address.java",
                """
                package lib;

                import dev.tenon.jobs.annotation.Description;

                /** Not in the class file. */
                @Description("Where somebody lives.")
                public record Address(
                    @Description("Without the number.") String street, String number) {}
                """)
            .run()
            .clean();
    Compilation.Result result =
        Compilation.in(directory)
            .classPath(library)
            .source(
                "shop/Deliver.java",
                """
                package shop;

                import dev.tenon.jobs.annotation.JobModule;
                import dev.tenon.jobs.annotation.JobType;

                @JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
                @JobType("shop.deliver")
                public record Deliver(lib.Address to) {}
                """)
            .run()
            .clean();

    JsonNode address = JsonSchemas.payload(result, "shop.deliver").source().at("/$defs/Address");
    assertThat(address.path("description").asString()).isEqualTo("Where somebody lives.");
    assertThat(address.at("/properties/street/description").asString())
        .isEqualTo("Without the number.");
    assertThat(address.at("/properties/number").propertyNames()).isEqualTo(Set.of("type"));
  }

  @Test
  void filesAreInUtf8WhateverTheEncodingOfTheSources(@TempDir Path directory) throws IOException {
    Path source =
        Files.writeString(
            directory.resolve("Order.java"),
            """
            package shop;

            @dev.tenon.jobs.annotation.JobModule(
                value = "ShopJobs",
                handlers = dev.tenon.jobs.annotation.JobModule.Handlers.ELSEWHERE)
            @dev.tenon.jobs.annotation.JobType(value = "shop.order", label = "B\\u00fccher")
            record Order(String title) {}
            """);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    // The encoding stays with a file manager
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      files.setLocationFromPaths(StandardLocation.CLASS_PATH, TestPath.entries());
      JavaCompiler.CompilationTask task =
          compiler.getTask(
              null,
              files,
              null,
              List.of("-encoding", "ISO-8859-1", "-d", directory.toString()),
              null,
              files.getJavaFileObjects(source));
      task.setProcessors(List.of(new JobsModuleProcessor(), new JobsProcessor()));
      assertThat(task.call()).isTrue();
    }

    assertThat(directory.resolve("META-INF/tenon/ShopJobs.schemas.json"))
        .content(StandardCharsets.UTF_8)
        .contains("B\u00fccher");
  }

  @Test
  void anErrorLeavesNoExports(@TempDir Path directory) {
    Compilation.Result result =
        Compilation.in(directory)
            .sources(Golden.RESOURCES.resolve("bad/JobsDuplicateType/wrong"))
            .run();

    assertThat(result.diagnostics()).noneMatch(text -> text.contains("JobsInternal"));
    assertThat(Compilation.files(result.classes()).keySet())
        .noneMatch(path -> path.endsWith(".asyncapi.json"));
  }

  @Test
  void entriesAreCheckedToo() throws Exception {
    ObjectNode json = written().get(0);
    ((ArrayNode) json.path("shapes")).addObject().put("type", "Oval");
    assertThat(accepts(json)).isFalse();
    assertThat(schema.wrongProperties(json)).containsExactly("shapes");
  }
}
