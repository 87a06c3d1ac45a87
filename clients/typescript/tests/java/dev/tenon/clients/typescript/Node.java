package dev.tenon.clients.typescript;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs Node.js and npm in the folder of the client. {@code ./dev test} installs what they need. */
final class Node {

  private static final Path MODULES = Path.of("node_modules");

  private Node() {}

  /** Installs the packages that the lock file names, unless they are there. */
  static void install(Path output) {
    if (!Files.isDirectory(MODULES)) {
      run(output, 10, Map.of(), "npm", "ci", "--no-audit", "--no-fund");
    }
  }

  /**
   * Runs a command, and fails with everything that it printed if it fails.
   *
   * @param environment variables in addition to those of this process
   */
  static void run(Path output, long minutes, Map<String, String> environment, String... command) {
    ProcessBuilder builder =
        new ProcessBuilder(List.of(command))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    try {
      Files.createDirectories(output.toAbsolutePath().getParent());
      Process process = builder.start();
      try {
        if (!process.waitFor(minutes, TimeUnit.MINUTES)) {
          throw new AssertionError(
              "%s did not end in %d minutes:%n%s"
                  .formatted(List.of(command), minutes, Files.readString(output)));
        }
        if (process.exitValue() != 0) {
          throw new AssertionError(
              "%s ended with %d:%n%s"
                  .formatted(List.of(command), process.exitValue(), Files.readString(output)));
        }
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Node.js 20 or newer with npm is needed. Run ./dev test, which installs it where it can.",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
