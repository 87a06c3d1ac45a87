package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.ModuleDefinition;
import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guide's statements about the types of components match the compiler and the codecs. */
class GuideTypesTest {

  private static final Path GUIDE = Path.of("../docs/payloads.md");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  /** Types of newer Java versions than the tests may run on. */
  private static final List<String> NEWER =
      List.of("SequencedCollection", "SequencedMap", "SequencedSet");

  private static final String IMPORTS =
      """
      package guide;

      import com.fasterxml.jackson.annotation.*;
      import dev.tenon.jobs.annotation.*;
      import java.io.*;
      import java.math.*;
      import java.net.*;
      import java.nio.file.Path;
      import java.time.*;
      import java.util.*;
      import java.util.concurrent.*;
      import java.util.concurrent.atomic.*;
      import java.util.regex.Pattern;
      import tools.jackson.databind.JsonNode;

      @JobModule(value = "GuideJobs", handlers = JobModule.Handlers.ELSEWHERE)
      """;

  @TempDir Path directory;

  /** A row of a table of the guide: the code in its two cells. */
  private record Row(List<String> types, List<String> forms) {}

  private static List<Row> rows(String header) throws IOException {
    String guide = Files.readString(GUIDE);
    int start = guide.indexOf("\n" + header + "\n");
    assertThat(start).as(header).isPositive();
    List<Row> rows = new ArrayList<>();
    for (String line : guide.substring(start + 1).lines().skip(2).toList()) {
      if (!line.startsWith("|")) {
        break;
      }
      String[] cells = line.split("\\|", -1);
      rows.add(new Row(code(cells[1]), code(cells[2])));
    }
    return rows;
  }

  private static List<String> code(String cell) {
    return CODE.matcher(cell).results().map((MatchResult found) -> found.group(1)).toList();
  }

  @Test
  void eachListedTypeIsReadAsItWasWritten() throws Exception {
    Map<String, String> examples = new LinkedHashMap<>();
    for (Row row : rows("| type | in JSON |")) {
      for (String type : row.types()) {
        // An example comes first in its cell; types that are not single values have none
        if (!row.forms().isEmpty() && !row.forms().get(0).matches("@.*|null|\"type\"|\\w+\\[\\]")) {
          examples.put(type, row.forms().get(0));
        }
      }
    }
    List<String> components = new ArrayList<>();
    List<String> properties = new ArrayList<>();
    examples.forEach(
        (type, json) -> {
          components.add("%s c%d".formatted(type, components.size()));
          properties.add("\"c%d\":%s".formatted(properties.size(), json));
        });
    assertThat(examples).hasSizeGreaterThan(30).containsKeys("Year", "Date", "Locale", "int");
    Compilation.Result result = compile(components).clean();
    try (URLClassLoader loader = result.load()) {
      JobDefinition<?, ?> definition =
          ServiceLoader.load(ModuleDefinition.class, loader)
              .findFirst()
              .orElseThrow()
              .find("guide.types")
              .orElseThrow();
      String json = "{" + String.join(",", properties) + "}";
      assertThat(StoredForm.write(definition, StoredForm.read(definition, json))).isEqualTo(json);
    }
  }

  @Test
  void eachListedContainerCompiles() throws IOException {
    List<String> components = new ArrayList<>();
    for (Row row : rows("| type | in JSON |")) {
      for (String type : row.types()) {
        if (row.forms().isEmpty() && !NEWER.contains(type)) {
          boolean isSorted = type.matches("(Sorted|Navigable|Tree).*");
          String key = type.equals("EnumMap") ? "DayOfWeek" : isSorted ? "UUID" : "Currency";
          String entry = isSorted ? "UUID" : "Locale";
          String arguments =
              type.endsWith("Map") ? "<%s, Date>".formatted(key) : "<%s>".formatted(entry);
          components.add("%s%s c%d".formatted(type, arguments, components.size()));
        }
      }
    }
    assertThat(components).hasSizeGreaterThan(20);
    compile(components).clean();
  }

  @Test
  void eachTypeThatPeopleTryIsRefusedWithWhatIsListed() throws IOException {
    List<String> components = new ArrayList<>();
    List<String> instead = new ArrayList<>();
    for (Row row : rows("| type | instead |")) {
      for (int i = 0; i < row.types().size(); i++) {
        components.add("%s c%d".formatted(row.types().get(i), components.size()));
        // There is one example for each type, or all are for the only type
        instead.add(row.types().size() == row.forms().size() ? row.forms().get(i) : "");
      }
    }
    List<String> diagnostics = compile(components).diagnostics();
    assertThat(diagnostics).hasSameSizeAs(components);
    for (int i = 0; i < instead.size(); i++) {
      assertThat(diagnostics.get(i))
          .contains("[JobsJson] JSON cannot carry Types.c%d,".formatted(i), instead.get(i));
    }
  }

  private Compilation.Result compile(List<String> components) {
    return Compilation.in(directory)
        .source(
            "guide/Types.java",
            IMPORTS
                + "@JobType(\"guide.types\") record Types(\n%s) {}"
                    .formatted(String.join(",\n", components)))
        .run();
  }
}
