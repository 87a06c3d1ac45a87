package dev.tenon.jobs.processor;

import dev.tenon.jobs.processor.check.Diagnostic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/diagnostics.md} is generated from the corpus, so it shows the messages as they are
 * printed.
 */
class DiagnosticsPageTest {

  private static final Path PAGE = Path.of("../docs/diagnostics.md");
  private static final Path BAD = Golden.RESOURCES.resolve("bad");
  private static final Path EXPECTED = Golden.RESOURCES.resolve("expected/bad");
  private static final Pattern FILE = Pattern.compile("^(\\w[\\w-]*\\.java):", Pattern.MULTILINE);

  @Test
  void showsEachDiagnosticAsItIsPrinted() throws IOException {
    StringBuilder page =
        new StringBuilder(Files.readString(BAD.resolve("introduction.md"))).append('\n');
    List<Diagnostic> diagnostics =
        Arrays.stream(Diagnostic.values()).sorted(Comparator.comparing(Diagnostic::id)).toList();
    for (Diagnostic diagnostic : diagnostics) {
      page.append(
          "- [`%s`](#%s)%s%n"
              .formatted(
                  diagnostic.id(),
                  diagnostic.id().toLowerCase(Locale.ROOT),
                  diagnostic.isWarning() ? ", a warning" : ""));
    }
    for (Diagnostic diagnostic : diagnostics) {
      append(diagnostic.id(), page);
    }
    Golden.check(PAGE, page.toString());
  }

  private static void append(String id, StringBuilder page) throws IOException {
    Path directory = BAD.resolve(id);
    page.append("\n## ")
        .append(id)
        .append("\n\n")
        .append(Files.readString(directory.resolve("about.md")));
    Path printed = EXPECTED.resolve(id + ".txt");
    if (!Files.exists(printed)) {
      return;
    }
    String messages = Files.readString(printed);
    Map<String, String> wrong = Compilation.files(directory.resolve("wrong"));
    Map<String, String> right = Compilation.files(directory.resolve("right"));
    page.append("\nWrong:\n\n");
    Matcher file = FILE.matcher(messages);
    if (!file.find()) {
      throw new AssertionError("Nothing of " + id + " is printed on a file.");
    }
    appendSource(wrong, "shop/" + file.group(1), page);
    Path lock = directory.resolve("jobs.lock.json");
    if (Files.exists(lock)) {
      page.append("\n`jobs.lock.json`:\n\n```json\n")
          .append(Files.readString(lock))
          .append("```\n");
    }
    page.append("\n```text\n").append(messages).append("```\n");
    if (right.isEmpty()) {
      return;
    }
    page.append("\nRight:\n\n");
    // Only the difference is shown: the file that was wrong, or the missing file
    right.forEach(
        (path, text) -> {
          if (!text.equals(wrong.get(path))) {
            appendSource(right, path, page);
          }
        });
    if (right.values().stream().allMatch(wrong::containsValue)) {
      page.append("Without `").append(file.group(1)).append("`.\n");
    }
  }

  private static void appendSource(Map<String, String> sources, String path, StringBuilder page) {
    page.append("`%s`:%n%n```java%n%s```%n".formatted(path, sources.get(path)));
  }
}
