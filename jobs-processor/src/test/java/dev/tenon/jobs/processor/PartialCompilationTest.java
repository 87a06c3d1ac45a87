package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.processor.round.ModuleIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Build tools that compile only changed sources: the module is still made of all of its types, or
 * the build fails and says what to do.
 */
class PartialCompilationTest {

  private static final String MODULE =
      "@dev.tenon.jobs.annotation.JobModule(\"ShopJobs\")\npackage shop;\n";

  private static final String ORDER =
      """
      package shop;

      @dev.tenon.jobs.annotation.JobType("shop.order")
      record Order(String name, @jakarta.validation.Valid Line line) {}
      """;

  private static final String LINE =
      """
      package shop;

      record Line(@jakarta.validation.constraints.NotBlank String text, Unit unit) {}
      """;

  private static final String UNIT = "package shop;\n\nenum Unit { PIECE }\n";

  @TempDir Path directory;

  private Compilation.Result first;

  @BeforeEach
  void compileAll() {
    first = compileAll("-Xlint:-options");
  }

  private Compilation.Result compileAll(String option) {
    return Compilation.in(directory)
        .options(option)
        .source("shop/package-info.java", MODULE)
        .source("shop/Order.java", ORDER)
        .source("shop/Line.java", LINE)
        .source("shop/Unit.java", UNIT)
        .source("shop/OrderHandler.java", ModuleSources.handler("shop", "shop", "Order"))
        .source("shop/Refund.java", ModuleSources.payload("shop", "Refund"))
        .source("shop/RefundHandler.java", ModuleSources.handler("shop", "shop", "Refund"))
        .run()
        .clean();
  }

  @Test
  void aChangedHandlerLeavesTheModuleWhole() {
    Map<String, String> before = outputs();

    partial()
        .source("shop/OrderHandler.java", ModuleSources.handler("shop", "shop", "Order") + "//\n")
        .run()
        .clean();

    assertThat(outputs()).isEqualTo(before);
    assertThat(first.generated().get("shop/ShopJobs.java")).contains(" refund() {");
  }

  @Test
  void aChangedPayloadLeavesTheModuleWhole() {
    Map<String, String> before = outputs();

    partial().source("shop/Order.java", ORDER.replace("String name, ", "")).run().clean();

    assertThat(first.generated().get("shop/ShopJobs.java")).contains(" refund() {");
    assertThat(first.generated().get("shop/ShopJobsHandlers.java"))
        .contains("OrderHandler", "RefundHandler");
    assertThat(changed(before))
        .containsExactly("META-INF/tenon/ShopJobs.schemas.json", "shop/OrderJob.java");
  }

  @Test
  void aNewTypeComesToTheOthers() {
    partial()
        .source("shop/Import.java", ModuleSources.payload("shop", "Import"))
        .source("shop/ImportHandler.java", ModuleSources.handler("shop", "shop", "Import"))
        .run()
        .clean();

    assertThat(first.generated().get("shop/ShopJobsModule.java"))
        .contains("\"shop.import\"", "\"shop.order\"", "\"shop.refund\"");
  }

  @Test
  void aChangedModuleHasAllTypes() {
    partial().source("shop/package-info.java", "/** The shop. */\n" + MODULE).run().clean();

    assertThat(first.generated().get("shop/ShopJobsModule.java"))
        .contains("\"shop.order\"", "\"shop.refund\"");
  }

  @Test
  void aChangedNestedRecordChangesTheValidator() {
    Map<String, String> before = outputs();

    partial().source("shop/Line.java", LINE.replace("NotBlank", "NotEmpty")).run().clean();

    assertThat(first.generated().get("shop/OrderJob.java"))
        .contains("must not be empty")
        .doesNotContain("must not be blank");
    assertThat(changed(before))
        .containsExactly("META-INF/tenon/ShopJobs.schemas.json", "shop/OrderJob.java");
  }

  @Test
  void aChangedEnumChangesTheSchema() throws IOException {
    partial().source("shop/Unit.java", UNIT.replace("PIECE", "PIECE, METRE")).run().clean();

    assertThat(Files.readString(first.classes().resolve("META-INF/tenon/ShopJobs.schemas.json")))
        .contains("METRE");
  }

  @Test
  void aSourceThatIsNoPartOfItChangesNothing() {
    Map<String, String> before = outputs();

    partial().source("shop/Other.java", "package shop;\n\nclass Other {}\n").run();

    assertThat(outputs()).isEqualTo(before);
  }

  @Test
  void theLockSeesAllTypes() throws IOException {
    Path lock = directory.resolve("shop.lock");
    String option = "-Atenon.lock=" + lock;
    first = compileAll(option);
    String before = Files.readString(lock);

    partial()
        .options(option)
        .source("shop/Order.java", ORDER + "//\n")
        .source("shop/OrderHandler.java", ModuleSources.handler("shop", "shop", "Order"))
        .run()
        .clean();

    assertThat(lock).hasContent(before);
  }

  @Test
  void aTypeWhoseSourceIsGoneButNotItsClassFailsTheBuild() throws IOException {
    Files.delete(first.classes().resolveSibling("sources/shop/Refund.java"));
    Files.delete(first.classes().resolveSibling("sources/shop/RefundHandler.java"));

    Compilation.Result result = partial().source("shop/Order.java", ORDER + "//\n").run();

    assertThat(result.diagnostics())
        .singleElement()
        .asString()
        .contains("error: [JobsPartialCompilation]", "shop.Refund", "mvn clean");
  }

  @Test
  void aRemovedTypeIsNoLongerInTheModule() throws IOException {
    for (String name : new String[] {"Refund", "RefundHandler", "RefundJob"}) {
      Files.deleteIfExists(first.classes().resolveSibling("sources/shop/" + name + ".java"));
      Files.deleteIfExists(first.generatedSources().resolve("shop/" + name + ".java"));
      Files.delete(first.classes().resolve("shop/" + name + ".class"));
    }

    partial().source("shop/Order.java", ORDER + "//\n").run().clean();

    assertThat(first.generated().get("shop/ShopJobs.java")).doesNotContain("Refund");
    assertThat(first.generated().get("shop/ShopJobsHandlers.java")).doesNotContain("Refund");
  }

  @Test
  void anotherNameForTheModuleFailsTheBuild() {
    Compilation.Result result =
        partial().source("shop/package-info.java", MODULE.replace("ShopJobs", "StoreJobs")).run();

    assertThat(result.diagnostics())
        .singleElement()
        .asString()
        .contains("error: [JobsPartialCompilation]", "ShopJobsModule", "mvn clean");
  }

  @Test
  void anIndexThatWasCutOffIsReadAsFarAsItGoes() throws IOException {
    Map<String, String> before = outputs();
    Path index = first.classes().resolve(ModuleIndex.PATH);
    Files.writeString(index, "payload", StandardOpenOption.APPEND);

    partial().source("shop/Order.java", ORDER).run().clean();

    assertThat(changed(before)).isEmpty();
  }

  @Test
  void annotationsThatTheCompilerHidesFailTheBuild() {
    first =
        Compilation.in(directory)
            .source("shop/package-info.java", MODULE)
            .source("shop/Order.java", ORDER.replace("String", "java.util.List<@Deep String>"))
            .source("shop/Deep.java", deep())
            .source("shop/Line.java", LINE)
            .source("shop/Unit.java", UNIT)
            .source("shop/OrderHandler.java", ModuleSources.handler("shop", "shop", "Order"))
            .run()
            .clean();

    Compilation.Result result =
        Compilation.after(first)
            .source("shop/OrderHandler.java", ModuleSources.handler("shop", "shop", "Order"))
            .run();

    if (Runtime.version().feature() < 22) {
      assertThat(result.diagnostics())
          .singleElement()
          .asString()
          .contains("error: [JobsPartialCompilation]", "shop.Order", "mvn clean");
    } else {
      result.clean();
    }
  }

  /** A compilation after the first one, by a compiler that shows the annotations of class files. */
  private Compilation partial() {
    return Compilation.after(first).options(Compilation.SHOW_ANNOTATIONS);
  }

  private static String deep() {
    return """
        package shop;

        @java.lang.annotation.Target(java.lang.annotation.ElementType.TYPE_USE)
        @interface Deep {}
        """;
  }

  /** Generated sources and exports, by path. */
  private Map<String, String> outputs() {
    Map<String, String> outputs = new TreeMap<>(first.generated());
    Compilation.files(first.classes().resolve("META-INF"))
        .forEach((path, text) -> outputs.put("META-INF/" + path, text));
    return outputs;
  }

  private Iterable<String> changed(Map<String, String> before) {
    Map<String, String> outputs = outputs();
    return outputs.keySet().stream()
        .filter(path -> !outputs.get(path).equals(before.get(path)))
        .toList();
  }
}
