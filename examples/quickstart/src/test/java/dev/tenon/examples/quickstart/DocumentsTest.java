package dev.tenon.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The Java and XML in README and guide is copied from sources that are compiled and tested: each
 * block stands in one file of this module, line by line, whatever the indentation. A line with an
 * ellipsis alone leaves lines out.
 */
class DocumentsTest {

  static Stream<Document> documents() {
    return Stream.of(Document.README, Document.GUIDE).map(Document::new);
  }

  @ParameterizedTest
  @MethodSource("documents")
  void javaIsCompiled(Document document) throws IOException {
    List<List<String>> sources = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Document.MODULE.resolve("src"))) {
      for (Path file : files.filter(file -> file.toString().endsWith(".java")).toList()) {
        sources.add(lines(Files.readString(file)));
      }
    }
    assertThat(document.blocks("java"))
        .isNotEmpty()
        .allSatisfy(block -> assertIsIn(sources, block));
  }

  @ParameterizedTest
  @MethodSource("documents")
  void xmlIsInUse(Document document) throws IOException {
    List<List<String>> sources =
        List.of(lines(Files.readString(Document.MODULE.resolve("pom.xml"))));
    assertThat(document.blocks("xml")).allSatisfy(block -> assertIsIn(sources, block));
  }

  @ParameterizedTest
  @MethodSource("documents")
  void linksLeadSomewhere(Document document) {
    assertThat(document.links())
        .allSatisfy(link -> assertThat(document.path().resolveSibling(link)).exists());
  }

  private static void assertIsIn(List<List<String>> sources, String block) {
    assertThat(sources)
        .as("a source of this module with these lines:%n%s", block)
        .anyMatch(source -> isIn(source, parts(block)));
  }

  private static boolean isIn(List<String> source, List<List<String>> parts) {
    int from = 0;
    for (List<String> part : parts) {
      int at = Collections.indexOfSubList(source.subList(from, source.size()), part);
      if (at < 0) {
        return false;
      }
      from += at + part.size();
    }
    return true;
  }

  private static List<List<String>> parts(String block) {
    return Stream.of(block.split("(?m)^\\s*(//|<!--)? ?…( ?-->)?$"))
        .map(DocumentsTest::lines)
        .filter(lines -> !lines.isEmpty())
        .toList();
  }

  private static List<String> lines(String text) {
    return text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
  }
}
