package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.definition.ModuleDefinition;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The metadata of native images names what is used by reflection. */
class ReachabilityTest {

  @TempDir Path directory;

  /** Payloads and results are written and read by generated code. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "good/widgets",
        "good/shapes",
        "good/unions",
        "good/elsewhere",
        "good/signals",
        "exports"
      })
  void namesTheModuleAndNothingElse(String sources) throws Exception {
    Compilation.Result result =
        Compilation.in(directory).sources(Golden.RESOURCES.resolve(sources)).run().clean();
    try (URLClassLoader loader = result.load()) {
      ModuleDefinition module =
          ServiceLoader.load(ModuleDefinition.class, loader).findFirst().orElseThrow();
      assertThat(module.definitions()).isNotEmpty();
      assertThat(metadata(result, module.name()).path("reflection").valueStream())
          .extracting(entry -> entry.path("type").asString())
          .containsExactly(module.getClass().getName());
    }
  }

  @Test
  void theModuleIsFoundByItsServiceFileAndHasItsSchemas() throws Exception {
    Compilation.Result result =
        Compilation.in(directory).sources(Golden.RESOURCES.resolve("good/widgets")).run().clean();
    JsonNode metadata = metadata(result, "WidgetJobs");
    assertThat(metadata.path("reflection").valueStream())
        .filteredOn(entry -> entry.path("type").asString().equals("widgets.WidgetJobsModule"))
        .singleElement()
        .matches(entry -> entry.path("allPublicConstructors").booleanValue());
    assertThat(metadata.path("resources").valueStream())
        .extracting(entry -> entry.path("glob").asString())
        .containsExactly(
            "META-INF/services/dev.tenon.jobs.definition.ModuleDefinition",
            "META-INF/tenon/WidgetJobs.schemas.json")
        .allSatisfy(file -> assertThat(result.classes().resolve(file)).exists());
  }

  private static JsonNode metadata(Compilation.Result result, String name) throws Exception {
    Path file =
        result
            .classes()
            .resolve("META-INF/native-image/tenon/" + name + "/reachability-metadata.json");
    return JsonSchemas.JSON.readTree(Files.readString(file));
  }
}
