package dev.tenon.jobs.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.micronaut.TenonDashboardProperties;
import dev.tenon.jobs.micronaut.TenonProperties;
import dev.tenon.jobs.quarkus.TenonBuildConfig;
import dev.tenon.jobs.quarkus.TenonConfig;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import io.smallrye.config.WithDefault;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The integrations with Spring Boot, Quarkus and Micronaut have the same settings, with the same
 * names, defaults and effects, except for what is listed here. {@code docs/configuration.md} is
 * compared with Spring Boot's in the tests of that integration.
 */
class FrameworkSettingsTest {

  private static final Path INTEGRATIONS = Path.of("..", "..", "integrations");
  private static final Path DOCS = Path.of("..", "..", "docs");

  /** The others have no bundles of certificates: a bean of the application has the TLS context. */
  private static final Set<String> ONLY_SPRING_BOOT = Set.of("tenon.rabbitmq.ssl-bundle");

  /**
   * Spring Boot has an annotation for the data source, and its own setting for the health check.
   */
  private static final Set<String> ONLY_QUARKUS =
      Set.of("tenon.datasource", "tenon.health.enabled");

  /** Spring Boot has an annotation for jobs in memory, and Quarkus has none. */
  private static final Set<String> ONLY_MICRONAUT = Set.of("tenon.data-source", "tenon.in-memory");

  private static final String SPRING_BOOT_METADATA = "META-INF/spring-configuration-metadata.json";

  /** The use of a value, with the property and the method that gets it. */
  private static final Pattern USE =
      Pattern.compile(
          "use\\(\\s*\"(?:quarkus\\.)?(tenon\\.[a-z.-]+)\",[^;]*?::(?!new\\b)(\\w+)\\)");

  @Test
  void haveTheSameNamesAndDefaults() throws IOException {
    Map<String, String> springBoot = without(ONLY_SPRING_BOOT, springBoot());

    assertThat(without(ONLY_QUARKUS, quarkus())).isEqualTo(springBoot);
    assertThat(without(ONLY_MICRONAUT, micronaut())).isEqualTo(springBoot);
  }

  @Test
  void haveTheSameEffects() throws IOException {
    Map<String, String> springBoot =
        without(ONLY_SPRING_BOOT, uses("spring-boot/jobs-spring-boot"));
    // In memory, another builder gets it
    Map<String, String> micronaut = uses("micronaut/jobs-micronaut");
    micronaut.put("tenon.submitted-by", "submittedBy");

    assertThat(springBoot).hasSizeGreaterThan(15);
    assertThat(uses("quarkus/jobs-quarkus")).isEqualTo(springBoot);
    assertThat(micronaut).isEqualTo(springBoot);
  }

  @Test
  void differencesAreOnThePages() throws IOException {
    String quarkus = Files.readString(DOCS.resolve("quarkus.md"));
    String micronaut = Files.readString(DOCS.resolve("micronaut.md"));

    assertThat(ONLY_QUARKUS)
        .allSatisfy(name -> assertThat(quarkus).contains("| `quarkus." + name + "` |"));
    assertThat(ONLY_MICRONAUT)
        .allSatisfy(name -> assertThat(micronaut).contains("| `" + name + "` |"));
  }

  private static Map<String, String> without(Set<String> names, Map<String, String> settings) {
    assertThat(settings).containsKeys(names.toArray(String[]::new));
    settings.keySet().removeAll(names);
    return settings;
  }

  private static Map<String, String> springBoot() throws IOException {
    Map<String, String> found = new TreeMap<>();
    try (InputStream in =
        dev.tenon.jobs.spring.TenonProperties.class
            .getClassLoader()
            .getResourceAsStream(SPRING_BOOT_METADATA)) {
      for (JsonNode property : JsonMapper.shared().readTree(in).get("properties")) {
        JsonNode value = property.get("defaultValue");
        found.put(property.get("name").asString(), value == null ? "" : value.asString());
      }
    }
    return found;
  }

  private static Map<String, String> quarkus() {
    Map<String, String> found = new TreeMap<>();
    readQuarkus(TenonConfig.class, "tenon", found);
    readQuarkus(TenonBuildConfig.class, "tenon", found);
    return found;
  }

  private static void readQuarkus(Class<?> settings, String prefix, Map<String, String> found) {
    for (Method method : settings.getMethods()) {
      String name = prefix + "." + kebab(method.getName());
      if (method.getReturnType().getEnclosingClass() == settings) {
        readQuarkus(method.getReturnType(), name, found);
        continue;
      }
      WithDefault value = method.getAnnotation(WithDefault.class);
      // Quarkus writes 1M for what is 1MB to the others
      found.put(name, value == null ? "" : value.value().replaceFirst("(?<=\\d[KM])$", "B"));
    }
  }

  private static Map<String, String> micronaut() {
    Map<String, String> found = new TreeMap<>();
    readMicronaut(TenonProperties.class, "", found);
    for (Class<?> group : TenonProperties.class.getDeclaredClasses()) {
      readMicronaut(group, "tenon.", found);
    }
    readMicronaut(TenonDashboardProperties.class, "", found);
    return found;
  }

  private static void readMicronaut(Class<?> group, String prefix, Map<String, String> found) {
    String path = prefix + group.getAnnotation(ConfigurationProperties.class).value() + ".";
    for (Parameter parameter : group.getDeclaredConstructors()[0].getParameters()) {
      Bindable value = parameter.getAnnotation(Bindable.class);
      found.put(path + kebab(parameter.getName()), value == null ? "" : value.defaultValue());
    }
  }

  private static String kebab(String name) {
    return name.replaceAll("(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
  }

  private static Map<String, String> uses(String module) throws IOException {
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> files = Files.walk(INTEGRATIONS.resolve(module).resolve("src/main/java"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        USE.matcher(Files.readString(file))
            .results()
            .forEach(use -> found.put(use.group(1), use.group(2)));
      }
    }
    return found;
  }
}
