package dev.tenon.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.definition.Rate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
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

  /** The second cell of such a row. */
  private static final Pattern BEGINNING =
      Pattern.compile("(?m)^\\| `[A-Z]\\w+`[^|]*\\| ([^|]+) \\|");

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
    Set<String> rows =
        ROW.matcher(waitReasons())
            .results()
            .map(row -> row.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> reasons =
        Arrays.stream(WaitReason.class.getPermittedSubclasses())
            .map(Class::getSimpleName)
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(rows).isEqualTo(reasons);
  }

  /**
   * The second cell of a row is the beginning of the answer, which the dashboard and tenon show.
   */
  @Test
  void eachRowQuotesTheBeginningOfTheAnswer() {
    UUID id = new UUID(0, 1);
    Pause pause = new Pause(Instant.EPOCH, "ada", "the printer is broken");
    List<String> answers =
        Stream.of(
                new WaitReason.DueAt(Instant.EPOCH),
                new WaitReason.ForSignal("approval", List.of("approved"), Optional.empty()),
                new WaitReason.ForSignal("cool down", List.of(), Optional.of(Instant.EPOCH)),
                new WaitReason.StepInDoubt("charge", "", "Was the card charged?"),
                new WaitReason.AfterOthers(id, List.of(id)),
                new WaitReason.AfterOthers(id, List.of()),
                new WaitReason.InLine("a", 1, Optional.of(id), Optional.empty()),
                new WaitReason.WorkflowPaused(id, pause),
                new WaitReason.Paused("mail.send", pause),
                new WaitReason.NoWorker("mail.send"),
                new WaitReason.UnknownVersion("mail.send", 2, 1),
                new WaitReason.OverLimit(Optional.empty(), 1, List.of(id)),
                new WaitReason.OverRate(Optional.of("a"), Rate.parse("60/m"), Instant.EPOCH),
                new WaitReason.BrokerAway(Instant.EPOCH),
                new WaitReason.InQueue(false),
                new WaitReason.InQueue(true))
            .map(WaitReason::describe)
            .toList();
    List<Pattern> beginnings =
        BEGINNING
            .matcher(waitReasons())
            .results()
            .map(row -> row.group(1).replace("…", "\\E.*\\Q"))
            .map(beginning -> Pattern.compile("\\Q" + beginning + "\\E.*"))
            .toList();

    assertThat(beginnings).hasSameSizeAs(answers);
    for (int i = 0; i < answers.size(); i++) {
      assertThat(answers.get(i)).matches(beginnings.get(i));
    }
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

  /** The section about jobs that wait. */
  private static String waitReasons() {
    String page = page();
    int from = page.indexOf("\n## A job waits\n");
    return page.substring(from, page.indexOf("\n## ", from + 1));
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
