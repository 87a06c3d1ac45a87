package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.processor.check.Diagnostic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sources that must not compile, with the exact messages for them. Each case is a directory that is
 * named after a diagnostic, with an optional variant after an {@code @}. It contains the {@code
 * wrong} sources and, for the documentation, the {@code right} ones.
 */
class BadCorpusTest {

  private static final Path BAD = Golden.RESOURCES.resolve("bad");
  private static final Pattern MODULE =
      Pattern.compile("@[\\w.]*JobModule\\((?:value = )?\"(\\w+)\"");

  /** The diagnostics that leave nothing to make a module of. */
  private static final Set<String> WITHOUT_MODULE = Set.of();

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
  void saysWhatIsWrong(String name, @TempDir Path directory) throws IOException {
    Compilation.Result result = compilation(name, "wrong", directory).run();

    String id = name.replaceFirst("@.*", "");
    assertThat(result.diagnostics()).allMatch(text -> text.contains("[" + id + "]"));
    assertThat(result.success()).isEqualTo(ofId(id).isWarning());
    String printed = String.join("\n", result.diagnostics()) + "\n";
    Golden.check(
        EXPECTED.resolve(name + ".txt"), printed.replace(directory.toString(), "/home/me/shop"));
  }

  /**
   * Only the faults themselves are reported: sources that name the module find it, whatever it
   * contains.
   */
  @ParameterizedTest
  @MethodSource("casesWithModule")
  void leavesAModuleThatCanBeNamed(String name, @TempDir Path directory) throws IOException {
    List<String> alone =
        compilation(name, "wrong", Files.createDirectory(directory.resolve("alone")))
            .run()
            .diagnostics();

    List<String> named =
        compilation(name, "wrong", Files.createDirectory(directory.resolve("named")))
            .source("user/User.java", user(name))
            .run()
            .diagnostics();

    assertThat(named).hasSameSizeAs(alone).allMatch(text -> text.contains("[Jobs"));
  }

  static List<String> casesWithModule() throws IOException {
    return cases().stream()
        .filter(name -> !WITHOUT_MODULE.contains(name) && module(name).isPresent())
        .toList();
  }

  private static String user(String name) {
    return "package user;\n\nfinal class User {\n  %sModule module;\n}\n"
        .formatted(module(name).orElseThrow());
  }

  /** The name of the module that a case declares. */
  private static Optional<String> module(String name) {
    return Compilation.files(BAD.resolve(name).resolve("wrong")).entrySet().stream()
        .flatMap(
            source ->
                MODULE
                    .matcher(source.getValue())
                    .results()
                    .map(
                        found ->
                            Path.of(source.getKey()).getParent().toString().replace('/', '.')
                                + "."
                                + found.group(1)))
        .findFirst();
  }

  @ParameterizedTest
  @MethodSource("casesWithRightSources")
  void isContentOnceFixed(String name, @TempDir Path directory) throws IOException {
    compilation(name, "right", directory).options("-Werror").run().clean();
  }

  /** The sources of a case, with its options and the file of its schema lock if it has these. */
  private static Compilation compilation(String name, String sources, Path directory)
      throws IOException {
    Compilation compilation = Compilation.in(directory).sources(BAD.resolve(name).resolve(sources));
    Path lock = BAD.resolve(name).resolve("jobs.lock.json");
    if (Files.exists(lock)) {
      Path copy = Files.copy(lock, directory.resolve("jobs.lock.json"));
      compilation.options("-Atenon.lock=" + copy);
    }
    Path options = BAD.resolve(name).resolve("options.txt");
    if (Files.exists(options)) {
      Files.readAllLines(options).stream()
          .map(option -> option.replace("{directory}", directory.toString()))
          .forEach(compilation::options);
    }
    return compilation;
  }

  @Test
  void eachDiagnosticHasACase() throws IOException {
    // These need more than sources, and have tests in RoundsTest, PartialCompilationTest, ...
    List<String> elsewhere =
        List.of(
            Diagnostic.LATE_TYPE.id(),
            Diagnostic.HIDDEN_ANNOTATIONS.id(),
            Diagnostic.PARTIAL_COMPILATION.id(),
            Diagnostic.NOT_INCLUDED.id(),
            Diagnostic.MISSING_API.id(),
            Diagnostic.NAME_LENGTH.id(),
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
