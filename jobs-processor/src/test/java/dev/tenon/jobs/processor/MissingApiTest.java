package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** One error instead of many if the API that generated code uses is not on the class path. */
class MissingApiTest extends ModuleSources {

  private static final String ERROR =
      "error: [JobsMissingApi] Generated code needs dev.tenon.jobs.definition.JobDefinition, which"
          + " is missing. Add the dependency dev.tenon:jobs-api; jobs-runtime brings it along.";

  private Compilation definitionsOf(String name) {
    return Compilation.in(directory)
        .source("core/Module.java", module("core", "", true))
        .source("core/Mail.java", payload("core", "Mail"))
        .source("core/Index.java", payload("core", name, "timeout = \"soon\""))
        .withoutApi();
  }

  @Test
  void definitionsSayWhichDependencyIsMissing() {
    Compilation.Result result = definitionsOf("Index").run();

    assertThat(result.diagnostics()).containsExactly("Module.java:5:1: " + ERROR);
    assertThat(result.generated()).isEmpty();
  }

  @Test
  void aModuleWithoutAnnotationSaysItOnItsFirstType() {
    Compilation.Result result =
        Compilation.in(directory)
            .source("core/Mail.java", payload("core", "Mail"))
            .source("core/Index.java", payload("core", "Index"))
            .withoutApi()
            .run();

    assertThat(result.diagnostics()).containsExactly("Index.java:6:8: " + ERROR);
  }

  @Test
  void whatTheCompilerSaysOfHandlersIsNotRepeated() {
    Compilation.Result result =
        definitionsOf("Index")
            .source("core/MailHandler.java", handler("core", "core", "Mail"))
            .run();

    List<String> ours =
        result.diagnostics().stream().filter(text -> text.contains("[Jobs")).toList();
    assertThat(ours).containsExactly("Module.java:5:1: " + ERROR);
    assertThat(result.diagnostics())
        .filteredOn(text -> !ours.contains(text))
        .isNotEmpty()
        .allSatisfy(text -> assertThat(text).startsWith("MailHandler.java:"));
  }

  @Test
  void aJavaModuleSaysWhatItDoesNotRequire() {
    Compilation.Result result =
        definitionsOf("Index")
            .source("module-info.java", "module core { requires dev.tenon.jobs.annotation; }")
            .run();

    assertThat(result.diagnostics())
        .singleElement()
        .asString()
        .endsWith(
            "JobDefinition, which the Java module core cannot see. Add the dependency"
                + " dev.tenon:jobs-api, and 'requires dev.tenon.jobs.api;' to its module-info.java;"
                + " jobs-runtime brings it along.");
  }

  @Test
  void constraintsNeedNoApi() {
    Compilation.in(directory)
        .source(
            "core/Even.java",
            """
            package core;

            import dev.tenon.jobs.annotation.CheckedBy;

            @CheckedBy(Even.Check.class)
            @interface Even {
              final class Check {
                static boolean isValid(int value) {
                  return value % 2 == 0;
                }
              }
            }
            """)
        .withoutApi()
        .run()
        .clean();
  }
}
