package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs the programs of the tests' JDK, as a build does.
 *
 * @param exitCode its exit code
 * @param output its output, including standard error
 */
record JdkTool(int exitCode, String output) {

  private static final long MINUTES = 2;

  /** Runs a program, {@code java} or {@code javac}, in a directory. */
  static JdkTool run(Path directory, String program, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", program).toString());
    command.addAll(arguments);
    Path output = directory.resolve(program + ".txt");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      try {
        assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES))
            .as("%s ends. It printed: %s", program, output)
            .isTrue();
        return new JdkTool(process.exitValue(), Files.readString(output));
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted while " + program + " ran.", e);
    }
  }

  /** Writes sources below a directory, and compiles them into {@code classes} there. */
  static JdkTool javac(Path directory, List<Source> sources, String... options) {
    List<String> arguments = new ArrayList<>(List.of("-d", "classes"));
    arguments.addAll(List.of(options));
    for (Source source : sources) {
      try {
        Path file = directory.resolve(source.path());
        Files.createDirectories(file.getParent());
        Files.writeString(file, source.text());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      arguments.add(source.path().replace('/', File.separatorChar));
    }
    return run(directory, "javac", arguments);
  }

  /** This result, if the program ended well. */
  JdkTool succeeded() {
    assertThat(exitCode).as(output).isZero();
    return this;
  }

  /** A source, by its path. */
  record Source(String path, String text) {}
}
