package dev.tenon.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page about the command names its commands and options, and no others. */
class DocumentTest {

  private static final Path PAGE = Path.of("../docs/cli.md");
  private static final Pattern OPTION = Pattern.compile("--[a-z][a-z-]+");
  private static final Pattern COMMAND = Pattern.compile("(?m)^  ([a-z-]+)  ");

  /** Options of others: of psql, and of every command. */
  private static final Set<String> OTHERS = Set.of("--host", "--set", "--file", "--help");

  @Test
  void namesWhatThereIs() throws IOException {
    String page = Files.readString(PAGE);
    String usage = Command.run(Map.of(), "--help").succeeds().out();
    Set<String> options = new TreeSet<>();
    Set<String> commands = matches(COMMAND, usage, 1);
    assertThat(commands).hasSize(27);
    for (String command : commands) {
      assertThat(page).as("the command " + command).containsPattern("[`/ ]" + command + "\\b");
      String help = Command.run(Map.of(), command, "--help").out();
      options.addAll(matches(OPTION, help, 0));
      for (String below : matches(COMMAND, help, 1)) {
        options.addAll(matches(OPTION, Command.run(Map.of(), command, below, "--help").out(), 0));
      }
    }
    options.removeAll(Set.of("--version", "--help"));
    Set<String> documented = matches(OPTION, page, 0);
    documented.removeAll(OTHERS);
    assertThat(documented).isEqualTo(options);
  }

  private static Set<String> matches(Pattern pattern, String text, int group) {
    Set<String> found = new TreeSet<>();
    pattern.matcher(text).results().forEach(match -> found.add(match.group(group)));
    return found;
  }
}
