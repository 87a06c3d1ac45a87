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

  /** The folder of this JVM for all data of servers; deleted when the JVM has ended. */
  static Path root() {
    return ROOT;
  }

  /** A new folder for the data of a server. */
  static Path temporary(String prefix) {
    try {
      return Files.createTempDirectory(ROOT, prefix + "-");
    } catch (IOException e) {
      throw new TestServerException("Cannot create a folder in " + ROOT, e);
    }
  }

  private static Path createRoot() {
    try {
      // Opens a folder to everybody: PostgreSQL may run as another user, who must pass through it.
      return Files.createTempDirectory(
          "tenon-",
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
    } catch (IOException e) {
      throw new TestServerException("Cannot create a temporary folder", e);
    }
  }

  /**
   * A new file for the output of a process, which is kept after the test. It is in {@code
   * target/test-servers} of the module if Maven runs the tests, else in the temporary folder.
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
      throw new TestServerException("Cannot create the folder for logs: " + folder, e);
    }
  }

  /** Appends lines to a file, which is created if it does not exist. */
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

  /** Deletes the folder and everything in it. Nothing happens if it does not exist. */
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
