package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A build that runs {@code javadoc -Werror} does not fail because of generated classes. */
class GeneratedJavadocTest {

  @ParameterizedTest
  @ValueSource(strings = {"widgets", "shapes", "elsewhere", "workflows", "steps", "signals"})
  void generatedClassesHaveAllThatJavadocAsksFor(String name, @TempDir Path directory)
      throws IOException {
    Path sources = Golden.RESOURCES.resolve("good").resolve(name);
    Compilation.Result result =
        Compilation.in(directory).classPath(TestPath.dagger()).sources(sources).run().clean();
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-quiet",
                "-Xdoclint:all",
                "-d",
                directory.resolve("javadoc").toString(),
                "-cp",
                TestPath.join(
                    Stream.of(TestPath.ofApplications(), TestPath.dagger())
                        .flatMap(List::stream)
                        .toList())));
    arguments.addAll(files(sources));
    List<String> generated = files(result.generatedSources());
    arguments.addAll(generated);

    JdkTool javadoc = JdkTool.run(directory, "javadoc", arguments).succeeded();

    assertThat(generated).isNotEmpty();
    assertThat(javadoc.output().lines()).noneMatch(line -> line.startsWith(generatedIn(result)));
  }

  private static String generatedIn(Compilation.Result result) {
    return result.generatedSources().toAbsolutePath().toString();
  }

  private static List<String> files(Path directory) throws IOException {
    try (Stream<Path> walk = Files.walk(directory)) {
      return walk.filter(file -> file.toString().endsWith(".java"))
          .map(file -> file.toAbsolutePath().toString())
          .toList();
    }
  }
}
