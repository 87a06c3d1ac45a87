package dev.tenon.jobs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.testservers.JavaProcess;
import java.io.File;
import java.net.MalformedURLException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The extension on the oldest JUnit that is supported, in a JVM that has no other one. */
@Tag("thorough")
class OldestJUnitTest {

  private static final Path JUNIT = Path.of("target/oldest-junit/junit.jar");
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @Test
  void runsJobsAndStopsPostgresAtTheEnd() throws MalformedURLException {
    try (JavaProcess process =
        JavaProcess.of("org.junit.platform.console.ConsoleLauncher")
            .name("oldest-junit")
            .classPath(classPath())
            .arguments(
                "execute",
                "--select-class=" + OldestJUnitSample.class.getName(),
                "--disable-banner",
                "--details=verbose",
                "--disable-ansi-colors")
            .start()) {
      int exitCode = process.awaitExit(PATIENCE);
      List<String> lines = process.lines();
      assertThat(lines).as("output").anyMatch(line -> line.matches("\\[ +1 tests successful +]"));
      assertThat(lines)
          .contains("JUnit of " + JUNIT.toUri().toURL(), "PostgreSQL has stopped: true");
      assertThat(exitCode).isZero();
    }
  }

  private static String classPath() {
    assertThat(JUNIT).isRegularFile();
    String surefire = System.getProperty("surefire.test.class.path");
    String own = surefire == null ? System.getProperty("java.class.path") : surefire;
    return Stream.concat(
            Stream.of(JUNIT.toString()),
            Stream.of(own.split(File.pathSeparator)).filter(entry -> !isJUnit(Path.of(entry))))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static boolean isJUnit(Path entry) {
    return Files.isRegularFile(entry) && entry.getFileName().toString().startsWith("junit-");
  }
}
