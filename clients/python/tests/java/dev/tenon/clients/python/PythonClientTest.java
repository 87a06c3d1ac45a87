package dev.tenon.clients.python;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.clients.JavaSide;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs the tests that are written in Python, together with a Java application and its servers. */
@Tag("servers")
class PythonClientTest {

  private static final Path OUTPUT = Path.of("target/pytest.txt");
  private static final Pattern PASSED = Pattern.compile("(\\d+) passed");

  @Test
  void allTestsInPythonPass() throws Exception {
    try (JavaSide java = new JavaSide()) {
      Python.run(
          OUTPUT,
          15,
          Map.of(
              "TENON_TEST_CONTROL", java.address(),
              "TENON_TEST_SCHEMAS", JavaSide.schemas().toString()),
          "-m",
          "pytest",
          "-v",
          "--color=no",
          "--durations=10",
          "tests");
    }
    String output = Files.readString(OUTPUT);
    Matcher passed = PASSED.matcher(output);
    assertThat(passed.find()).as("pytest says how many tests it ran").isTrue();
    assertThat(Integer.parseInt(passed.group(1))).isGreaterThan(100);
    // The Java side is there, so no test has a reason to be left out
    assertThat(output).doesNotContain(" skipped").doesNotContain("deselected");
  }
}
