package dev.tenon.jobs.quarkus.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.quarkus.TenonBuildConfig;
import dev.tenon.jobs.quarkus.TenonConfig;
import io.smallrye.config.WithDefault;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The settings are those of Spring Boot, which {@code docs/configuration.md} has with their
 * defaults, except for the differences that {@code docs/quarkus.md} lists.
 */
class SettingsTest {

  private static final Path DOCS =
      Path.of(System.getProperty("basedir", "."), "..", "..", "..", "docs");

  /** A cell that is a property of Spring Boot, and the cell after it. */
  private static final Pattern PROPERTY =
      Pattern.compile("\\| `(tenon\\.[a-z.-]*[a-z])` \\| ([^|]*?) ?(?=\\|)");

  @Test
  void areThoseOfSpringBootWithTheirDefaults() throws IOException {
    Map<String, String> boot = new TreeMap<>();
    PROPERTY
        .matcher(Files.readString(DOCS.resolve("configuration.md")))
        .results()
        .forEach(row -> boot.put(row.group(1), row.group(2).replace("`", "")));
    Map<String, String> quarkus = new TreeMap<>();
    read(TenonConfig.class, "tenon", quarkus);
    read(TenonBuildConfig.class, "tenon", quarkus);
    String page = Files.readString(DOCS.resolve("quarkus.md"));

    for (String only : new String[] {"tenon.datasource", "tenon.health.enabled"}) {
      assertThat(quarkus.remove(only)).as(only).isNotNull();
      assertThat(page).contains("| `quarkus." + only + "` |");
    }
    assertThat(boot.remove("tenon.rabbitmq.ssl-bundle")).isNotNull();
    assertThat(quarkus.keySet()).isEqualTo(boot.keySet());
    quarkus.forEach(
        (name, value) -> {
          if (!value.isEmpty()) {
            assertThat(value.replaceFirst("(?<=\\d[KM])$", "B"))
                .as("The default of %s", name)
                .isEqualTo(boot.get(name));
          }
        });
  }

  private static void read(Class<?> settings, String prefix, Map<String, String> found) {
    for (Method method : settings.getMethods()) {
      String name = prefix + "." + kebab(method.getName());
      if (method.getReturnType().getEnclosingClass() == settings) {
        read(method.getReturnType(), name, found);
        continue;
      }
      WithDefault value = method.getAnnotation(WithDefault.class);
      found.put(name, value == null ? "" : value.value());
    }
  }

  private static String kebab(String name) {
    return name.replaceAll("(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
  }
}
