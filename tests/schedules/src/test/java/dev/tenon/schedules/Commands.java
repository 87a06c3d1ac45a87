package dev.tenon.schedules;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Runs programs, and cleans up after them. */
final class Commands {

  private Commands() {}

  /**
   * Runs a program, and waits for its end.
   *
   * @param output the file for all that it prints
   * @throws IllegalStateException if it fails
   */
  static void run(Path output, List<String> command) throws IOException, InterruptedException {
    int code = code(output, command);
    if (code != 0) {
      throw new IllegalStateException(
          "%s ended with %d:%n%s".formatted(command, code, Files.readString(output)));
    }
  }

  /**
   * Does the same, and returns the exit code. If the test is interrupted, the program is killed.
   */
  static int code(Path output, List<String> command) throws IOException, InterruptedException {
    Files.createDirectories(output.getParent());
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      return process.waitFor();
    } finally {
      process.destroyForcibly();
    }
  }

  /** Deletes a folder, if there is one. */
  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
