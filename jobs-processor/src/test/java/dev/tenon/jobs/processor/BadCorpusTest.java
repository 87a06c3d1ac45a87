package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.processor.check.Diagnostic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What must not compile, and exactly what is said about it. Each case is a directory that is named
 * after a diagnostic, and a variant of it after an {@code @}; it has the {@code wrong} sources and,
 * for the documentation, the {@code right} ones.
 */
class BadCorpusTest {

  private static final Path BAD = Golden.RESOURCES.resolve("bad");
  private static final Path EXPECTED = Golden.RESOURCES.resolve("expected/bad");

  static List<String> cases() throws IOException {
    try (Stream<Path> directories = Files.list(BAD)) {
      return directories
          .filter(directory -> Files.isDirectory(directory.resolve("wrong")))
          .map(directory -> directory.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  static List<String> casesWithRightSources() throws IOException {
    return cases().stream()
        .filter(name -> Files.isDirectory(BAD.resolve(name).resolve("right")))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void saysWhatIsWrong(String name, @TempDir Path directory) {
    Compilation.Result result =
        Compilation.in(directory).sources(BAD.resolve(name).resolve("wrong")).run();

    String id = name.replaceFirst("@.*", "");
    assertThat(result.diagnostics()).allMatch(text -> text.contains("[" + id + "]"));
    assertThat(result.success()).isEqualTo(ofId(id).isWarning());
    Golden.check(EXPECTED.resolve(name + ".txt"), String.join("\n", result.diagnostics()) + "\n");
  }

  @ParameterizedTest
  @MethodSource("casesWithRightSources")
  void isContentOnceMended(String name, @TempDir Path directory) {
    Compilation.in(directory)
        .sources(BAD.resolve(name).resolve("right"))
        .options("-Werror")
        .run()
        .clean();
  }

  @Test
  void eachDiagnosticHasACase() throws IOException {
    // These need more than sources, and have tests in RoundsTest, CompiledRecordsTest, InternalTest
    List<String> elsewhere =
        List.of(
            Diagnostic.LATE_TYPE.id(),
            Diagnostic.HIDDEN_ANNOTATIONS.id(),
            Diagnostic.INTERNAL.id());

    List<String> cases = cases();

    assertThat(Arrays.stream(Diagnostic.values()).map(Diagnostic::id))
        .doesNotHaveDuplicates()
        .allSatisfy(id -> assertThat(cases.contains(id) || elsewhere.contains(id)).as(id).isTrue());
  }

  @Test
  void eachExpectationHasACase() throws IOException {
    try (Stream<Path> files = Files.list(EXPECTED)) {
      assertThat(files.map(file -> file.getFileName().toString().replaceFirst("\\.txt$", "")))
          .containsExactlyInAnyOrderElementsOf(cases());
    }
  }

  private static Diagnostic ofId(String id) {
    return Arrays.stream(Diagnostic.values())
        .filter(diagnostic -> diagnostic.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new AssertionError("No diagnostic has the id " + id));
  }
}
