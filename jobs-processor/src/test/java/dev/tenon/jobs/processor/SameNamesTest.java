package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The user's own classes with the names of classes that generated code needs. */
class SameNamesTest {

  private static final List<String> NAMES =
      List.of(
          "Boolean",
          "Class",
          "Deprecated",
          "Double",
          "Duration",
          "Generated",
          "Integer",
          "Iterable",
          "JobBinding",
          "JobDefinition",
          "ModuleDefinition",
          "JsonCodec",
          "JsonReader",
          "JsonWriter",
          "List",
          "Long",
          "Map",
          "Math",
          "Object",
          "Optional",
          "Override",
          "String",
          "SuppressWarnings",
          "Violations",
          "Void");

  @TempDir Path directory;

  /** They are in the package, but none of our code names them. */
  @Test
  void classesNextToThePayloadHideNothing() {
    assertThat(compiled("")).contains("java.lang.String");
  }

  /** Generated code must distinguish two classes with the same name. */
  @Test
  void classesInThePayloadHideNothing() {
    assertThat(compiled(", @Nullable String own, @Nullable Integer size, @Nullable List entries"))
        .contains("java.lang.String", "java.util.List");
  }

  private java.lang.String compiled(String components) {
    Compilation compilation = Compilation.in(directory);
    for (String name : NAMES) {
      compilation.source(
          "shop/%s.java".formatted(name),
          "package shop;\n\nrecord %s(java.lang.String name) {}\n".formatted(name));
    }
    return compilation
        .source(
            "shop/Import.java",
            """
            package shop;

            import dev.tenon.jobs.annotation.JobType;
            import jakarta.validation.constraints.*;
            import org.jspecify.annotations.Nullable;

            @JobType(value = "shop.import", result = java.lang.Boolean.class)
            record Import(
                java.lang.@NotBlank @Size(max = 9) String text,
                java.util.List<java.lang.@Min(3) Integer> numbers,
                java.util.Map<java.lang.String, java.util.Optional<java.lang.Long>> more,
                double[] ratios%s) {}
            """
                .formatted(components))
        .source(
            "shop/ImportHandler.java",
            """
            package shop;

            import dev.tenon.jobs.JobContext;
            import dev.tenon.jobs.JobHandler;
            import dev.tenon.jobs.annotation.JobType;

            @JobType("shop.import")
            final class ImportHandler implements JobHandler<Import, java.lang.Boolean> {
              @java.lang.Override
              public java.lang.Boolean execute(Import payload, JobContext context) {
                return true;
              }
            }
            """)
        .run()
        .clean()
        .generated()
        .get("shop/ImportJob.java");
  }
}
