package dev.tenon.clients.python;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A Python with everything that the client and its tests need; {@code ./dev test} makes sure of
 * that.
 */
final class Python {

  private static final String IMPORTS =
      "import sys, psycopg, pika, pytest, jsonschema; sys.exit(sys.version_info < (3, 11))";

  private Python() {}

  /** The one that TENON_PYTHON names, else the first that has everything. */
  static String find() {
    List<String> tried = new ArrayList<>();
    for (String candidate : candidates()) {
      String said = say(candidate, "-c", IMPORTS);
      if (said.isEmpty()) {
        return candidate;
      }
      tried.add(candidate + ": " + said.strip());
    }
    throw new AssertionError(
        "No Python 3.11 or newer has the packages psycopg, pika, pytest and jsonschema. Run ./dev"
            + " test, which installs them where it can, or install them (Debian: apt-get install"
            + " python3-psycopg python3-pika python3-pytest python3-jsonschema), or let"
            + " TENON_PYTHON name a Python that has them. Tried: "
            + tried);
  }

  private static List<String> candidates() {
    String named = System.getenv("TENON_PYTHON");
    return Stream.of(named == null || named.isEmpty() ? null : named)
        .filter(Objects::nonNull)
        .findFirst()
        .map(List::of)
        .orElse(List.of("python3", "/usr/bin/python3"));
  }

  /** Runs a command and returns its output; empty if it succeeds and prints nothing. */
  private static String say(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int exit = process.waitFor();
      return exit == 0 ? "" : "exit code " + exit + ", " + output;
    } catch (IOException e) {
      return e.toString();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /**
   * Runs it in the folder of the client, and fails with everything that it printed if it fails.
   *
   * @param environment variables in addition to those of this process
   */
  static void run(Path output, long minutes, Map<String, String> environment, String... arguments) {
    List<String> command = new ArrayList<>(List.of(find()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    builder.environment().put("PYTHONUNBUFFERED", "1");
    try {
      Files.createDirectories(output.toAbsolutePath().getParent());
      Process process = builder.start();
      try {
        if (!process.waitFor(minutes, TimeUnit.MINUTES)) {
          throw new AssertionError(
              command + " did not end in " + minutes + " minutes:\n" + Files.readString(output));
        }
        if (process.exitValue() != 0) {
          throw new AssertionError(
              command + " ended with " + process.exitValue() + ":\n" + Files.readString(output));
        }
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
