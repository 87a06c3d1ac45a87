package dev.tenon.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/troubleshooting.md} has a row for each reason why a job waits, and quotes messages as
 * they are.
 */
class TroubleshootingPageTest {

  private static final Path ROOT = Path.of("..");

  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Z]\\w+)`");

  /** The first cell of a row, and what it quotes. */
  private static final Pattern SYMPTOM = Pattern.compile("(?m)^\\| (.*?) \\|");

  private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
  private static final Pattern SEAM = Pattern.compile("\"\\s*\\+\\s*\"");

  /** Messages of PostgreSQL. */
  private static final Set<String> OTHERS =
      Set.of(
          "prepared statement \"S_…\" does not exist",
          "cannot execute … in a read-only transaction");

  @Test
  void eachWaitReasonHasARow() {
    String page = page();
    int from = page.indexOf("\n## A job waits\n");
    Set<String> rows =
        ROW.matcher(page.substring(from, page.indexOf("\n## ", from + 1)))
            .results()
            .map(row -> row.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> reasons =
        Arrays.stream(WaitReason.class.getPermittedSubclasses())
            .map(Class::getSimpleName)
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(rows).isEqualTo(reasons);
  }

  /** Of a message with ellipses, the longest part between them stands in the sources. */
  @Test
  void messagesAreQuotedAsTheyAre() throws IOException {
    List<String> messages =
        SYMPTOM
            .matcher(page())
            .results()
            .flatMap(row -> QUOTED.matcher(row.group(1)).results())
            .map(quoted -> quoted.group(1))
            .filter(quoted -> quoted.contains("…") && !OTHERS.contains(quoted))
            .toList();
    String sources = sources();

    assertThat(messages).hasSizeGreaterThan(20);
    assertThat(messages.stream().map(TroubleshootingPageTest::longestPart))
        .filteredOn(part -> !sources.contains(part))
        .as("What no message says")
        .isEmpty();
  }

  private static String longestPart(String message) {
    return Arrays.stream(message.split("'?…'?", -1))
        .map(part -> part.replaceAll("^[\\s.;,:]+|[\\s.;,:]+$", ""))
        .max(Comparator.comparingInt(String::length))
        .orElseThrow();
  }

  private static String sources() throws IOException {
    StringBuilder all = new StringBuilder();
    for (String module : List.of("jobs-api", "jobs-runtime")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
        files
            .filter(file -> file.toString().endsWith(".java"))
            .forEach(file -> all.append(SEAM.matcher(read(file)).replaceAll("")));
      }
    }
    return all.toString();
  }

  private static String page() {
    return read(ROOT.resolve("docs/troubleshooting.md"));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
