package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.options.RabbitMqOptions;
import dev.tenon.jobs.options.SizeLimits;
import dev.tenon.jobs.options.WorkerOptions;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The tables of {@code docs/configuration.md} have each setting of the classes, and no other. The
 * properties of Spring Boot are compared in its own tests.
 */
class ConfigurationPageTest {

  private static final Path PAGE = Path.of("..", "docs", "configuration.md");

  /** The method in the first cell of a row. */
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)\\(");

  static Stream<Arguments> settings() {
    return Stream.of(
        Arguments.of("The runtime", JobsRuntimeBuilder.class),
        Arguments.of("Workers", WorkerOptions.class),
        Arguments.of("Sizes", SizeLimits.class),
        Arguments.of("RabbitMQ", RabbitMqOptions.class),
        Arguments.of("One submit", SubmitOptions.class));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void theTableHasEachSetting(String heading, Class<?> type) throws IOException {
    Set<String> setters =
        Arrays.stream(type.getMethods())
            .filter(method -> method.getReturnType() == type)
            .filter(method -> !Modifier.isStatic(method.getModifiers()))
            .map(Method::getName)
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> rows =
        ROW.matcher(section(heading))
            .results()
            .map(row -> row.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    rows.remove("of");

    assertThat(setters).isNotEmpty();
    assertThat(rows).isEqualTo(setters);
  }

  private static String section(String heading) throws IOException {
    String page = Files.readString(PAGE);
    String title = "\n## " + heading + "\n";
    int from = page.indexOf(title);
    assertThat(from).as("The section '%s'", heading).isNotNegative();
    int to = page.indexOf("\n## ", from + title.length());
    return page.substring(from, to < 0 ? page.length() : to);
  }
}
