package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Eclipse's compiler, which differs from javac in details that processors see. */
class EclipseCompilerTest {

  private static final Path BAD = Golden.RESOURCES.resolve("bad");

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "widgets",
        "shapes",
        "unions",
        "values",
        "elsewhere",
        "flow",
        "sensitive",
        "signals"
      })
  void generatesWhatJavacDoes(String name) {
    EclipseCompilation compiled = compile(Golden.RESOURCES.resolve("good").resolve(name));

    assertThat(compiled.success()).as(compiled.output()).isTrue();
    Path expected = Golden.RESOURCES.resolve("expected").resolve(name);
    Map<String, String> generated = Compilation.files(directory.resolve("generated"));
    assertThat(generated).isNotEmpty();
    generated.forEach((path, text) -> Golden.check(expected.resolve(path + ".txt"), text));
    assertThat(
            directory.resolve(
                "classes/META-INF/services/dev.tenon.jobs.definition.ModuleDefinition"))
        .hasSameTextualContentAs(
            expected.resolve("META-INF/services/dev.tenon.jobs.definition.ModuleDefinition.txt"));
  }

  @Test
  void placesAnErrorOnAHandler() {
    Path sources = BAD.resolve("JobsUnknownType/wrong");

    EclipseCompilation compiled = compile(sources);

    assertThat(compiled.success()).isFalse();
    assertThat(compiled.output())
        .containsPattern(
            "shop/ImportHandler\\.java \\(at line 7\\)\\s+@JobType\\(\"shop\\.imprt\"\\)");
    assertThat(compiled.output()).contains("[JobsUnknownType]");
  }

  @Test
  void namesTheRecordOrTheComponentSinceItCannotPlaceErrorsThere() {
    assertThat(compile(BAD.resolve("JobsTimeout/wrong")).output())
        .containsPattern("ERROR: \\[JobsTimeout\\] .* At shop\\.Import\\.\\n");
    assertThat(compile(BAD.resolve("JobsEndless/wrong")).output())
        .containsPattern("ERROR: \\[JobsEndless\\] .* At shop\\.Import\\.Folder\\.parent\\.\\n");
  }

  @Test
  void infersTheTypesOfContainersInContainers() throws IOException {
    Path sources = Files.createDirectories(directory.resolve("sources"));
    Files.writeString(
        sources.resolve("Nested.java"),
        """
        package nested;

        import dev.tenon.jobs.annotation.JobModule;
        import dev.tenon.jobs.annotation.JobType;
        import java.util.*;
        import org.jspecify.annotations.Nullable;

        @JobModule(value = "NestedJobs", handlers = JobModule.Handlers.ELSEWHERE)
        @JobType("nested.containers")
        record Nested(
            LinkedHashSet<LinkedHashSet<String>> sets,
            Deque<@Nullable ArrayList<Integer>> deque,
            SortedMap<String, Deque<SortedMap<String, Optional<String>>>> maps,
            List<TreeMap<String, LinkedList<LinkedHashSet<UUID>>>> lists) {}
        """);

    EclipseCompilation compiled = compile(sources);

    assertThat(compiled.success()).as(compiled.output()).isTrue();
  }

  private EclipseCompilation compile(Path sources) {
    return EclipseCompilation.of(sources, directory);
  }
}
