package dev.tenon.jobs.processor.lock;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.UUID;

/** The lock file on disk. */
final class LockFile {

  private final Path path;

  LockFile(Path path) {
    this.path = path;
  }

  Path path() {
    return path;
  }

  /**
   * The contents of the file; empty if the file does not exist.
   *
   * @throws LockFileException if it cannot be read
   */
  Optional<LockContents> read() throws LockFileException {
    String text;
    try {
      text = Files.readString(path);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new LockFileException("it cannot be read (" + describe(e) + ")");
    }
    return Optional.of(LockParser.parse(text));
  }

  /**
   * Replaces the file's contents atomically.
   *
   * @throws LockFileException if it cannot be written
   */
  void write(String text) throws LockFileException {
    try {
      // Not a JDK temporary file: only its owner could read that
      Path temporary = path.resolveSibling(path.getFileName() + "." + UUID.randomUUID() + ".tmp");
      try {
        Files.write(temporary, text.getBytes(StandardCharsets.UTF_8));
        replaceBy(temporary);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw new LockFileException("it cannot be written (" + describe(e) + ")");
    }
  }

  private void replaceBy(Path temporary) throws IOException {
    try {
      Files.move(
          temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      // Some network file systems cannot do this; there the file is replaced by copying
      Files.move(temporary, path, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static String describe(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "its directory does not exist";
    }
    // The exception's message would name the temporary file
    String reason = e instanceof FileSystemException failure ? failure.getReason() : null;
    return e.getClass().getSimpleName() + (reason == null ? "" : ": " + reason);
  }
}
