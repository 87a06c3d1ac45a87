package dev.tenon.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rooms and the map in {@code docs/architecture.md} name what there is. */
class RuntimeMapTest {

  private static final Path ROOT = Path.of("..");
  private static final Path ROOMS = Path.of("src/main/java/dev/tenon/jobs/internal");
  private static final Pattern NAME = Pattern.compile("`([A-Z]\\w*(?:\\.sql)?)`");

  /** What is written in capitals is a constant of a class that the same line names. */
  private static final Pattern CONSTANT = Pattern.compile("[A-Z_]+");

  @Test
  void everyClassAndFileOfTheMapExists() throws IOException {
    Set<String> named =
        NAME.matcher(section("### A map of the runtime"))
            .results()
            .map(found -> found.group(1))
            .filter(name -> !CONSTANT.matcher(name).matches())
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> files = new TreeSet<>();
    for (String folder : List.of("jobs-runtime/src", "jobs-api/src/main")) {
      try (Stream<Path> all = Files.walk(ROOT.resolve(folder))) {
        all.map(file -> file.getFileName().toString().replaceFirst("\\.java$", ""))
            .forEach(files::add);
      }
    }
    assertThat(named).hasSizeGreaterThan(40);
    named.removeAll(files);
    assertThat(named).as("There are no classes or files of these names").isEmpty();
  }

  @Test
  void everyRoomIsInTheTable() throws IOException {
    String table = section("## The rooms of the runtime");
    List<String> missing = new ArrayList<>();
    try (Stream<Path> rooms = Files.list(ROOMS)) {
      rooms
          .map(room -> room.getFileName().toString())
          .filter(room -> rowsOf(table).noneMatch(row -> row.contains("`" + room + "`")))
          .forEach(missing::add);
    }
    assertThat(missing).isEmpty();
  }

  private static Stream<String> rowsOf(String table) {
    return Pattern.compile("^\\|([^|]*)\\|", Pattern.MULTILINE)
        .matcher(table)
        .results()
        .map((MatchResult row) -> row.group(1));
  }

  /** From a heading to the next one. */
  private static String section(String heading) throws IOException {
    String page = Files.readString(ROOT.resolve("docs/architecture.md"));
    int start = page.indexOf(heading + "\n");
    assertThat(start).isNotNegative();
    int end = page.indexOf("\n#", start + heading.length());
    return page.substring(start, end);
  }
}
