package dev.tenon.jobs.testservers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** The files of test servers. */
final class Folders {

  private static final Path ROOT = createRoot();
  private static final AtomicInteger LOGS = new AtomicInteger();

  private Folders() {}

  /** The folder of this JVM for all data of servers; deleted when the JVM is gone. */
  static Path root() {
    return ROOT;
  }

  /** A new folder for the data of a server. */
  static Path temporary(String prefix) {
    try {
      return Files.createTempDirectory(ROOT, prefix + "-");
    } catch (IOException e) {
      throw new TestServerException("No folder can be made in " + ROOT, e);
    }
  }

  private static Path createRoot() {
    try {
      // PostgreSQL may run as another user, who passes through.
      return Files.createTempDirectory(
          "tenon-",
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
    } catch (IOException e) {
      throw new TestServerException("No temporary folder can be made", e);
    }
  }

  /**
   * A new file for the output of a process; kept after the test: in {@code target/test-servers} of
   * the module where Maven runs the tests, else in the temporary folder.
   */
  static Path log(String name) {
    String module = System.getProperty("basedir");
    Path folder =
        module == null
            ? Path.of(System.getProperty("java.io.tmpdir", "/tmp"), "tenon-test-servers")
            : Path.of(module, "target", "test-servers");
    try {
      Files.createDirectories(folder);
      return folder.resolve(
          "%s-%d-%d.log".formatted(name, ProcessHandle.current().pid(), LOGS.incrementAndGet()));
    } catch (IOException e) {
      throw new TestServerException("The folder for logs cannot be made: " + folder, e);
    }
  }

  /** Adds lines to a file, which is made if it is not there. */
  static void append(Path file, List<String> lines) {
    try {
      Files.write(file, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new TestServerException("Cannot write " + file, e);
    }
  }

  /** The lines of a file. */
  static List<String> read(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new TestServerException("Cannot read " + file, e);
    }
  }

  /** Deletes the folder and all in it; nothing happens if it is not there. */
  static void delete(Path folder) {
    if (Files.notExists(folder)) {
      return;
    }
    try (Stream<Path> found = Files.walk(folder)) {
      for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | UncheckedIOException e) {
      throw new TestServerException("Cannot delete " + folder, e);
    }
  }
}
