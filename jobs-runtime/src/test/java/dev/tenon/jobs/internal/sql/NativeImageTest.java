package dev.tenon.jobs.internal.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Table;
import java.io.InputStream;
import java.lang.reflect.Array;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What GraalVM is told of the runtime: what it uses by reflection exists, and nothing is left out
 * that these tests know of.
 */
class NativeImageTest {

  private static final String FILE =
      "/META-INF/native-image/dev.tenon/jobs-runtime/reachability-metadata.json";

  private final JsonNode metadata = read();

  private static JsonNode read() {
    InputStream file = Objects.requireNonNull(NativeImageTest.class.getResourceAsStream(FILE));
    return JsonMapper.shared().readTree(file);
  }

  private Map<String, JsonNode> types() {
    Map<String, JsonNode> types = new LinkedHashMap<>();
    for (JsonNode entry : metadata.path("reflection")) {
      assertThat(types.put(entry.path("type").asString(), entry)).isNull();
    }
    return types;
  }

  @Test
  void everyTypeExists() throws Exception {
    for (Map.Entry<String, JsonNode> type : types().entrySet()) {
      Class<?> found = type(type.getKey());
      for (JsonNode method : type.getValue().path("methods")) {
        boolean isOfNewerJava =
            method.path("name").asString().equals("newVirtualThreadPerTaskExecutor");
        if (!isOfNewerJava || Runtime.version().feature() >= 21) {
          assertThat(found.getMethod(method.path("name").asString())).isNotNull();
        }
      }
    }
  }

  private static Class<?> type(String name) throws ClassNotFoundException {
    return name.endsWith("[]")
        ? Array.newInstance(type(name.substring(0, name.length() - 2)), 0).getClass()
        : Class.forName(name);
  }

  /** Rows are sent as arrays, one a column, which are made by reflection. */
  @Test
  void everyColumnCanBeAnArray() throws Exception {
    Tables tables = new Tables("tenon");
    List<Table<?>> all =
        List.of(
            tables.jobs,
            tables.data,
            tables.live,
            tables.ended,
            tables.attempts,
            tables.logs,
            tables.workers,
            tables.leaders,
            tables.tasks);
    for (Table<?> table : all) {
      assertThat(table.fields()).isNotEmpty();
      for (Field<?> field : table.fields()) {
        // A column of arrays is sent as it is
        Class<?> type = field.getType();
        Class<?> element = type.isArray() ? type.getComponentType() : type;
        assertThat(types()).containsKey(element.getName() + "[]");
      }
    }
  }

  @Test
  void everyMigrationIsKept() throws Exception {
    URI first =
        NativeImageTest.class
            .getResource("/dev/tenon/jobs/internal/schema/migrations/V1__tables.sql")
            .toURI();
    Path folder = Path.of(first).getParent();
    Path root = folder.resolve("../../../../../..").normalize();
    PathMatcher matcher =
        FileSystems.getDefault()
            .getPathMatcher("glob:" + metadata.at("/resources/0/glob").asString());
    try (Stream<Path> migrations = Files.list(folder)) {
      assertThat(migrations.map(root::relativize)).isNotEmpty().allMatch(matcher::matches);
    }
  }
}
