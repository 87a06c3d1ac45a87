package dev.tenon.clients.typescript;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.clients.JavaSide;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Runs the tests that are written in TypeScript, together with the Java application of the tests in
 * Python, and its servers.
 */
@Tag("servers")
@Tag("thorough")
class TypeScriptClientTest {

  private static final Path TARGET = Path.of("target");
  private static final Path OUTPUT = TARGET.resolve("node.txt");
  private static final Pattern COUNT = Pattern.compile("(?m)^# (pass|skipped|todo) (\\d+)$");

  @Test
  void allTestsInTypeScriptPass() throws Exception {
    Node.install(TARGET.resolve("npm.txt"));
    Node.run(TARGET.resolve("tsc.txt"), 10, Map.of(), "npx", "tsc", "-p", "tsconfig.tests.json");
    try (JavaSide java = new JavaSide()) {
      Node.run(
          OUTPUT,
          15,
          Map.of(
              "TENON_TEST_CONTROL", java.address(),
              "TENON_TEST_SCHEMAS", JavaSide.schemas().toString()),
          command());
    }
    assertThat(count("pass")).isGreaterThan(45);
    // The Java side is there, so no test has a reason to be left out
    assertThat(count("skipped") + count("todo")).isZero();
  }

  /** One file after the other: they stop and start the same servers. */
  private static String[] command() throws IOException {
    try (Stream<Path> files = Files.list(TARGET.resolve("tests/tests"))) {
      return Stream.concat(
              Stream.of("node", "--test", "--test-concurrency=1", "--test-reporter=tap"),
              files.map(Path::toString).filter(file -> file.endsWith(".test.js")).sorted())
          .toArray(String[]::new);
    }
  }

  private static int count(String of) throws Exception {
    Matcher counts = COUNT.matcher(Files.readString(OUTPUT));
    while (counts.find()) {
      if (counts.group(1).equals(of)) {
        return Integer.parseInt(counts.group(2));
      }
    }
    throw new AssertionError("Node does not say how many tests it ran: " + OUTPUT);
  }
}
