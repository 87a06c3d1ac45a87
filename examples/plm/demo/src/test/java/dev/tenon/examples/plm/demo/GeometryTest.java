package dev.tenon.examples.plm.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the tests of the geometry, which are written in Python. */
@Tag("thorough")
class GeometryTest {

  @TempDir private Path folder;

  /** The tag leaves it out of the second round of tests, on another JDK. */
  @Tag("servers")
  @Test
  void itsTestsPass() throws Exception {
    Path worker = TestStage.root().resolve("examples/plm/worker-python");
    Path output = folder.resolve("pytest.log");

    Process pytest =
        new ProcessBuilder(Python.find(System.getenv()), "-m", "pytest", "--color=no")
            .directory(worker.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();

    assertThat(pytest.waitFor())
        .as(() -> readString(output))
        .isZero();
  }

  private static String readString(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
