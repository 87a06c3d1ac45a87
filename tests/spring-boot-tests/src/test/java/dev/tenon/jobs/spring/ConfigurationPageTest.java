package dev.tenon.jobs.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.dashboard.JobDashboard;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.boot.json.JsonParserFactory;

/**
 * {@code docs/configuration.md} has each property of Tenon with its default, and no other, and each
 * setting of the dashboard.
 */
class ConfigurationPageTest {

  private static final Path PAGE =
      Path.of(System.getProperty("basedir", "."), "..", "..", "..", "docs", "configuration.md");

  private static final String METADATA = "META-INF/spring-configuration-metadata.json";

  /** A cell that is a property of Tenon, in whichever column, and the cell after it. */
  private static final Pattern PROPERTY =
      Pattern.compile("\\| `(tenon\\.[a-z.-]*[a-z])` \\| ([^|]*?) ?(?=\\|)");

  /** The method in the first cell of a row. */
  private static final Pattern SETTER = Pattern.compile("(?m)^\\| `(\\w+)\\(");

  @Test
  void hasEachPropertyWithItsDefault() throws IOException {
    Map<String, String> documented = new TreeMap<>();
    PROPERTY
        .matcher(Files.readString(PAGE))
        .results()
        .forEach(row -> documented.put(row.group(1), row.group(2).replace("`", "")));
    Map<String, Object> properties = properties();

    assertThat(documented.keySet()).isEqualTo(properties.keySet());
    properties.forEach(
        (name, value) -> {
          if (!value.equals("")) {
            assertThat(documented.get(name)).as("The default of %s", name).isEqualTo("" + value);
          }
        });
  }

  @Test
  void hasEachSettingOfTheDashboard() throws IOException {
    String page = Files.readString(PAGE);
    int from = page.indexOf("\n## The dashboard\n");
    Set<String> rows =
        SETTER
            .matcher(page.substring(from, page.indexOf("\n## ", from + 1)))
            .results()
            .map(row -> row.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> setters =
        Arrays.stream(JobDashboard.Builder.class.getMethods())
            .filter(method -> method.getReturnType() == JobDashboard.Builder.class)
            .map(Method::getName)
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(rows).isEqualTo(setters);
  }

  /** The defaults of all properties of Tenon, by name; empty where there is none. */
  private static Map<String, Object> properties() throws IOException {
    Map<String, Object> found = new TreeMap<>();
    for (URL file :
        Collections.list(ConfigurationPageTest.class.getClassLoader().getResources(METADATA))) {
      String json;
      try (InputStream in = file.openStream()) {
        json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
      if (!json.contains("\"tenon.")) {
        continue;
      }
      Map<String, Object> metadata = JsonParserFactory.getJsonParser().parseMap(json);
      for (Object each : (List<?>) metadata.getOrDefault("properties", List.of())) {
        Map<?, ?> property = (Map<?, ?>) each;
        String name = (String) property.get("name");
        if (name != null && name.startsWith("tenon.")) {
          Object value = property.get("defaultValue");
          found.put(name, value == null ? "" : value);
        }
      }
    }
    return found;
  }
}
