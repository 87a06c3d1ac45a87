package dev.tenon.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.WaitReason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The commands on all pages exist, with their options. The outputs on the page for 3 a.m. have the
 * columns of the commands, and their reasons to wait.
 */
class CommandsOnPagesTest {

  private static final Path ROOT = Path.of("..");
  private static final Path SOURCES = Path.of("src/main/java/dev/tenon/jobs/cli");

  /** It also has what commands were called before. */
  private static final String RENAMED = "renamed.md";

  /** A command in code: at the beginning of a line, after a prompt or after a backtick. */
  private static final Pattern USE = Pattern.compile("(?m)(?:^ *|\\$ |`)tenon ([a-z][^`|>\n]*)");

  private static final Pattern OPTION = Pattern.compile("--[a-z][a-z-]+");

  /** The first line of a table: capitals in columns that two spaces or more separate. */
  private static final Pattern COLUMNS =
      Pattern.compile("(?m)^ *([A-Z]+(?: [A-Z]+)*(?: {2,}[A-Z]+(?: [A-Z]+)*)+)$");

  private static final Pattern WAITS = Pattern.compile("(?m)^ *Waits +(.*)$");

  private static final Pattern HEADER =
      Pattern.compile("List\\.of\\(\\s*(\"[A-Z ]+\"(?:,\\s*\"[A-Z ]+\")+)\\)");

  @Test
  void commandsExist() throws IOException {
    assertThat(pages())
        .hasSizeGreaterThan(20)
        .allSatisfy(
            page ->
                assertThat(USE.matcher(read(page)).results().map(use -> use.group(1).strip()))
                    .allSatisfy(
                        use ->
                            assertThat(options(help(use.split("\\s+", -1))))
                                .as("The options of %s, on %s", use, page)
                                .containsAll(options(use))));
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> top = Files.list(ROOT);
        Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
      return Stream.concat(top, docs)
          .filter(page -> page.toString().endsWith(".md") && !page.endsWith(RENAMED))
          .sorted()
          .toList();
    }
  }

  /** What a command says about itself; of a command below another one if there is one. */
  private static String help(String... words) {
    if (words.length > 1 && words[1].matches("[a-z]+")) {
      Command below = Command.run(Map.of(), words[0], words[1], "--help");
      if (below.code() == 0) {
        return below.out();
      }
    }
    return Command.run(Map.of(), words[0], "--help").succeeds().out();
  }

  private static Set<String> options(String text) {
    return OPTION
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void tablesHaveTheColumnsOfTheCommands() throws IOException {
    Set<List<String>> headers = headers();
    List<List<String>> tables =
        COLUMNS
            .matcher(read(ROOT.resolve("docs/at-3-am.md")))
            .results()
            .map(table -> Arrays.asList(table.group(1).split(" {2,}", -1)))
            .toList();

    assertThat(tables).hasSizeGreaterThan(5);
    assertThat(headers).containsAll(tables);
  }

  @Test
  void reasonsToWaitAreWhatShowSays() {
    UUID id = UUID.randomUUID();
    Set<String> reasons =
        Stream.of(
                new WaitReason.InQueue(false),
                new WaitReason.InQueue(true),
                new WaitReason.NoWorker("mail.send"),
                new WaitReason.StepInDoubt("charge", "", "Is order 17 on the bank statement?"),
                new WaitReason.OverLimit(Optional.empty(), 1, List.of(id)),
                new WaitReason.StepInDoubt("charge", "", "Is order 17 on the bank statement?"))
            .map(reason -> general(reason.describe()))
            .collect(Collectors.toSet());
    List<String> waits =
        WAITS
            .matcher(read(ROOT.resolve("docs/at-3-am.md")))
            .results()
            .map(line -> general(line.group(1)))
            .toList();

    assertThat(waits).isNotEmpty();
    assertThat(reasons).containsAll(waits);
  }

  /** A sentence without what differs from job to job. */
  private static String general(String sentence) {
    return sentence
        .replaceAll("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:, )?", "ID")
        .replaceAll("(?:ID)+", "ID")
        .replaceAll("[0-9]+", "N")
        .replaceAll("'[^']+'", "TYPE");
  }

  private static Set<List<String>> headers() throws IOException {
    try (Stream<Path> files = Files.list(SOURCES)) {
      return files
          .filter(Files::isRegularFile)
          .map(CommandsOnPagesTest::read)
          .flatMap(source -> HEADER.matcher(source).results())
          .map(header -> Arrays.asList(header.group(1).replace("\"", "").split(",\\s*", -1)))
          .collect(Collectors.toSet());
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
