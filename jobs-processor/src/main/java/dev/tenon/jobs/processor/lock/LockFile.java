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
import java.util.SortedMap;
import java.util.UUID;

/** The file on the disk. */
final class LockFile {

  private final Path path;

  LockFile(Path path) {
    this.path = path;
  }

  Path path() {
    return path;
  }

  /**
   * The types in it, by name; empty if there is no file.
   *
   * @throws LockFileException if it cannot be read
   */
  Optional<SortedMap<String, LockedType>> read() throws LockFileException {
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
   * Puts the text in its place, all of it or nothing.
   *
   * @throws LockFileException if it cannot be written
   */
  void write(String text) throws LockFileException {
    try {
      // Not a temporary file of the JDK's: those are for their owner's eyes only
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
      // Some network file systems; there the file is replaced by copying
      Files.move(temporary, path, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static String describe(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "its directory is not there";
    }
    // Its message would name the temporary file
    String reason = e instanceof FileSystemException failure ? failure.getReason() : null;
    return e.getClass().getSimpleName() + (reason == null ? "" : ": " + reason);
  }
}
