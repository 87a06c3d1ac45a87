package dev.tenon.examples.plm.handlers;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** The folder that files are kept in. Thread-safe. */
@Singleton
public final class FileStore {

  private final Path folder;

  /** The files of a folder. */
  @Inject
  public FileStore(FileSettings settings) {
    this.folder = settings.folder().toAbsolutePath().normalize();
  }

  /**
   * The lines of a file.
   *
   * @param path where in the store
   * @throws IllegalArgumentException if that is outside of it
   */
  List<String> readLines(String path) throws IOException {
    return Files.readAllLines(inside(path));
  }

  private Path inside(String path) {
    Path file = folder.resolve(path).normalize();
    if (!file.startsWith(folder)) {
      throw new IllegalArgumentException("Not in the file store: " + path);
    }
    return file;
  }

  /**
   * Writes a file, which is there as a whole or not at all.
   *
   * @param path where in the store
   * @throws IllegalArgumentException if that is outside of it
   */
  void write(String path, byte[] content) throws IOException {
    Path file = inside(path);
    Path parent = Files.createDirectories(file.getParent());
    Path written = Files.createTempFile(parent, ".new", null);
    try {
      Files.write(written, content);
      Files.move(
          written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(written);
    }
  }
}
