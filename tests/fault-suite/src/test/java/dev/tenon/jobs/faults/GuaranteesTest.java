package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page of guarantees names tests and crash points that exist, and all of them. */
class GuaranteesTest {

  private static final Path ROOT = Path.of(System.getProperty("basedir", "."), "../..").normalize();
  private static final Pattern TEST = Pattern.compile("`(\\w+Test)`");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| (\\d+) \\|.*$");

  private static String page() throws IOException {
    return Files.readString(ROOT.resolve("docs/guarantees.md"));
  }

  private static Set<String> tests(String module) throws IOException {
    try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith("Test.java"))
          .map(name -> name.substring(0, name.length() - ".java".length()))
          .collect(Collectors.toSet());
    }
  }

  private static Set<String> named(String text) {
    return TEST.matcher(text)
        .results()
        .map(result -> result.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void everyTestThatIsNamedExists() throws IOException {
    Set<String> existing = tests("tests/fault-suite");
    existing.addAll(tests("jobs-runtime"));
    existing.addAll(tests("tests/spring-boot-tests"));
    assertThat(existing).containsAll(named(page()));
  }

  @Test
  void everyTestOfAPromiseIsNamedInItsRow() throws IOException {
    List<String> rows = ROW.matcher(page()).results().map(result -> result.group()).toList();
    assertThat(rows).hasSizeGreaterThanOrEqualTo(17);
    for (int i = 0; i < rows.size(); i++) {
      assertThat(rows.get(i)).startsWith("| " + (i + 1) + " |");
    }
    for (String test : tests("tests/fault-suite")) {
      if (test.startsWith("Promise")) {
        int promise = Integer.parseInt(test.substring("Promise".length(), "Promise".length() + 2));
        assertThat(named(rows.get(promise - 1))).contains(test);
      }
    }
  }

  @Test
  void everyCrashPointIsListed() throws IOException {
    String page = page();
    assertThat(CrashPoint.values())
        .allSatisfy(point -> assertThat(page).contains("| `" + point + "` |"));
  }
}
