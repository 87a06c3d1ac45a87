package dev.tenon.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/operations.md} has a row for each warning and each error that the runtime logs. A row
 * quotes the beginning of the line, with an ellipsis for what differs.
 */
class LogLinesPageTest {

  private static final Path SOURCES = Path.of("src/main/java/dev/tenon/jobs");
  private static final Path PAGE = Path.of("..", "docs", "operations.md");

  private static final Pattern COMMENT = Pattern.compile("(?s)/\\*.*?\\*/|(?m)^\\s*//[^\n]*");

  /** The message of a statement: one string, or several that are concatenated. */
  private static final Pattern STATEMENT =
      Pattern.compile(
          "(?i)\\blog\\s*\\.\\s*(?:warn|error)\\(\\s*(\"(?:\\\\.|[^\"\\\\])*\"(?:\\s*\\+\\s*\"(?:\\\\.|[^\"\\\\])*\")*)");

  /** Any statement, to be sure that the pattern above misses none. */
  private static final Pattern ANY_STATEMENT =
      Pattern.compile("(?i)\\blog\\s*\\.\\s*(?:warn|error)\\(|\\.at(?:Warn|Error|Level)\\(");

  private static final Pattern SEAM = Pattern.compile("\"\\s*\\+\\s*\"");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| (`.*?`) \\|");
  private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
  private static final String ELLIPSIS = "…";

  /** Fewer would match lines that have nothing to do with the row. */
  private static final int FEWEST_CHARACTERS = 10;

  @Test
  void eachWarningAndErrorHasARow() throws IOException {
    List<Pattern> rows = rows(Files.readString(PAGE)).map(LogLinesPageTest::beginning).toList();
    List<String> lines = new ArrayList<>();
    for (String source : sources()) {
      List<String> found =
          STATEMENT
              .matcher(source)
              .results()
              .map(statement -> SEAM.matcher(statement.group(1)).replaceAll(""))
              .map(literal -> literal.substring(1, literal.length() - 1).replace("{}", ELLIPSIS))
              .toList();
      assertThat(found)
          .as("The messages of all statements begin with a string in%n%s", source)
          .hasSize((int) ANY_STATEMENT.matcher(source).results().count());
      lines.addAll(found);
    }

    assertThat(lines).hasSizeGreaterThan(60);
    assertThat(lines)
        // The lines of a library, which the runtime passes on
        .filteredOn(line -> !line.equals(ELLIPSIS))
        .allSatisfy(
            line ->
                assertThat(rows)
                    .as("Rows of %s that quote the beginning of: %s", PAGE, line)
                    .anyMatch(row -> row.matcher(line).lookingAt()));
  }

  @Test
  void eachRowIsAboutALine() throws IOException {
    String page = Files.readString(PAGE);
    int from = page.indexOf("\n## Lines in the log\n");
    String section = page.substring(from, page.indexOf("\n## ", from + 1));
    String sources =
        sources().stream()
            .map(source -> SEAM.matcher(source).replaceAll(""))
            .collect(Collectors.joining());

    List<String> parts = rows(section).map(LogLinesPageTest::longestPart).toList();

    assertThat(parts).hasSizeGreaterThan(50);
    assertThat(parts)
        .filteredOn(part -> !sources.contains(part))
        .as("What no message says")
        .isEmpty();
  }

  /** What is quoted in the first cells of the page's tables. */
  private static Stream<String> rows(String page) {
    return ROW.matcher(page)
        .results()
        .flatMap(row -> QUOTED.matcher(row.group(1)).results())
        .map((MatchResult quoted) -> quoted.group(1))
        .filter(quoted -> quoted.replace(ELLIPSIS, "").strip().length() >= FEWEST_CHARACTERS);
  }

  private static Pattern beginning(String row) {
    return Pattern.compile(
        Arrays.stream(row.split(ELLIPSIS, -1))
            .map(Pattern::quote)
            .collect(Collectors.joining(".*")));
  }

  private static String longestPart(String row) {
    return Arrays.stream(row.split(ELLIPSIS, -1))
        .map(part -> part.replaceAll("^[\\s.;,:]+|[\\s.;,:]+$", ""))
        .max(Comparator.comparingInt(String::length))
        .orElseThrow();
  }

  private static List<String> sources() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .map(LogLinesPageTest::withoutComments)
          .toList();
    }
  }

  private static String withoutComments(Path file) {
    try {
      return COMMENT.matcher(Files.readString(file)).replaceAll("");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
