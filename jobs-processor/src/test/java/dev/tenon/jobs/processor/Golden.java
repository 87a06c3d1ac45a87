package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Files that tests compare exactly. {@code -Dtenon.golden=rewrite} rewrites them; look at the diff
 * then.
 */
final class Golden {

  static final Path RESOURCES = Path.of("src/test/resources");

  private Golden() {}

  /** Compares a string with a file. */
  static void check(Path file, String actual) {
    try {
      if ("rewrite".equals(System.getProperty("tenon.golden"))) {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, actual);
      }
      assertThat(file).exists();
      assertThat(actual).isEqualTo(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
