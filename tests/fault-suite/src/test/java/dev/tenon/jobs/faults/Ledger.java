package dev.tenon.jobs.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A file of lines that one process writes and another reads. A line that was written survives the
 * writer, however it dies. Thread-safe.
 */
final class Ledger {

  // Not a channel: handlers are interrupted, and an interrupt closes the channel that is written to
  private final OutputStream file;

  private Ledger(OutputStream file) {
    this.file = file;
  }

  /** A ledger of this process. */
  static Ledger open(Path folder, String kind) {
    Path file = folder.resolve(kind + "-" + ProcessHandle.current().pid());
    try {
      return new Ledger(new FileOutputStream(file.toFile(), true));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  synchronized void write(String line) {
    try {
      file.write((line + "\n").getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Empties all ledgers, of all processes, which go on to write to them. */
  static void clear(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.write(file, new byte[0]);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many lines of that kind there are, of all processes. */
  static long count(Path folder, String kind) {
    return read(folder, kind).size();
  }

  /** All lines of that kind, of all processes. */
  static List<String> read(Path folder, String kind) {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        if (file.getFileName().toString().startsWith(kind + "-")) {
          String text = Files.readString(file, UTF_8);
          // The last line may be broken off, if its writer was killed in the middle of it
          int end = text.lastIndexOf('\n');
          if (end > 0) {
            lines.addAll(text.substring(0, end).lines().toList());
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return lines;
  }
}
