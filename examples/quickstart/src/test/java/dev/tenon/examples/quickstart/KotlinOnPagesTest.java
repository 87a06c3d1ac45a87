package dev.tenon.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The Kotlin on the pages is copied from {@code examples/kotlin}, which the build compiles and
 * tests, except for white space. Builds with Gradle are in Kotlin, too: {@link GradleOnPagesTest}
 * checks them.
 */
class KotlinOnPagesTest {

  @Test
  void itIsCompiled() throws IOException {
    List<String> sources = sources();

    assertThat(Document.all().flatMap(page -> page.blocks("kotlin")))
        .filteredOn(block -> !GradleOnPagesTest.isBuild(block))
        .hasSizeGreaterThan(3)
        .allMatch(
            block ->
                sources.stream().anyMatch(source -> source.contains(withoutWhiteSpace(block))));
  }

  private static List<String> sources() throws IOException {
    try (Stream<Path> files = Files.walk(Document.ROOT.resolve("examples/kotlin/src"))) {
      return files
          .filter(file -> file.toString().endsWith(".kt"))
          .map(file -> withoutWhiteSpace(new Document(file).text()))
          .toList();
    }
  }

  private static String withoutWhiteSpace(String text) {
    return text.replaceAll("\\s+", "");
  }
}
