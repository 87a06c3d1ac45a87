package dev.tenon.jobs.testservers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * The programs of PostgreSQL in versions that need not be installed. In a module that tests with
 * them, Maven copies the jars of {@code io.zonky.test.postgres} to {@code target/postgres/14.jar}
 * and so on. They are unpacked once per JVM. Thread-safe.
 */
final class PostgresPrograms {

  private static final Map<Integer, Path> UNPACKED = new ConcurrentHashMap<>();

  private PostgresPrograms() {}

  /** The folder of the programs of a major version. */
  static Path of(int version) {
    return UNPACKED.computeIfAbsent(version, PostgresPrograms::unpack);
  }

  private static Path unpack(int version) {
    Path jar = Path.of(System.getProperty("basedir", "."), "target", "postgres", version + ".jar");
    if (Files.notExists(jar)) {
      throw new TestServerException(
          "There is no %s: the module's pom must copy PostgreSQL %d there".formatted(jar, version));
    }
    Path folder = Folders.temporary("postgres-" + version);
    Path archive = folder.resolve("programs.txz");
    try (ZipInputStream content = new ZipInputStream(Files.newInputStream(jar))) {
      copyArchive(content, archive);
      // PostgreSQL may run as another user, who must read and execute them
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    } catch (IOException e) {
      throw new TestServerException("Cannot unpack " + jar, e);
    }
    List<String> unused =
        CommandResult.linesOf(
            new ProcessBuilder("tar", "-xJf", archive.toString(), "-C", folder.toString()));
    return folder.resolve("bin");
  }

  private static void copyArchive(ZipInputStream jar, Path target) throws IOException {
    for (ZipEntry entry = jar.getNextEntry(); entry != null; entry = jar.getNextEntry()) {
      if (entry.getName().endsWith(".txz")) {
        InputStream archive = jar;
        long unused = Files.copy(archive, target);
        return;
      }
    }
    throw new IOException("There is no archive of programs in it");
  }
}
