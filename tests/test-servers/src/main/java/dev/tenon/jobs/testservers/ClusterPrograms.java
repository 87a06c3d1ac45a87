package dev.tenon.jobs.testservers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Patroni and etcd: the installed ones, or packages of Debian that {@code ./dev cluster} and {@code
 * ./dev test --all} have downloaded to {@code target/cluster-programs} at the top of the
 * repository. These are unpacked once per JVM, and nothing is installed.
 *
 * @param patroni the command that starts Patroni, without its arguments
 * @param etcd the program of etcd
 * @param environment the environment variables of Patroni
 */
record ClusterPrograms(List<String> patroni, String etcd, Map<String, String> environment) {

  private static final Path SYSTEM_PYTHON = Path.of("/usr/bin/python3");

  private static final Pattern VERSION = Pattern.compile("(\\d+)\\.\\d+");

  /** The first major version of Patroni that lets any of several standbys confirm a commit. */
  private static final int FIRST_WITH_QUORUM = 4;

  private static @Nullable ClusterPrograms found;

  ClusterPrograms {
    patroni = List.copyOf(patroni);
    environment = Map.copyOf(environment);
  }

  /**
   * Finds them.
   *
   * @throws TestServerException if there are none; it says what to do
   */
  static synchronized ClusterPrograms find() {
    if (found == null) {
      found = installed().or(ClusterPrograms::downloaded).orElseThrow(ClusterPrograms::missing);
      found.checkVersion();
    }
    return found;
  }

  private static Optional<ClusterPrograms> installed() {
    Optional<Path> patroni = Programs.patroni();
    Optional<Path> etcd = Programs.etcd();
    return patroni.isPresent() && etcd.isPresent()
        ? Optional.of(
            new ClusterPrograms(List.of(patroni.get().toString()), etcd.get().toString(), Map.of()))
        : Optional.empty();
  }

  private static Optional<ClusterPrograms> downloaded() {
    // The last file that the download writes
    if (Files.notExists(folder().resolve("complete"))) {
      return Optional.empty();
    }
    Path unpacked = Folders.temporary("cluster-programs");
    try (Stream<Path> files = Files.list(folder())) {
      // Patroni runs as the user of PostgreSQL, who must read and execute them
      Files.setPosixFilePermissions(unpacked, PosixFilePermissions.fromString("rwxr-xr-x"));
      for (Path file : files.filter(each -> each.toString().endsWith(".deb")).sorted().toList()) {
        List<String> unused =
            CommandResult.linesOf(
                new ProcessBuilder("dpkg-deb", "-x", file.toString(), unpacked.toString()));
      }
    } catch (IOException e) {
      throw new TestServerException("Cannot unpack the packages in " + folder(), e);
    }
    return Optional.of(
        new ClusterPrograms(
            List.of(SYSTEM_PYTHON.toString(), "-m", "patroni"),
            unpacked.resolve("usr/bin/etcd").toString(),
            Map.of("PYTHONPATH", unpacked.resolve("usr/lib/python3/dist-packages").toString())));
  }

  private void checkVersion() {
    List<String> line = new ArrayList<>(patroni);
    line.add("--version");
    ProcessBuilder command = new ProcessBuilder(line);
    command.environment().putAll(environment);
    String answer = String.join(" ", CommandResult.linesOf(command));
    Matcher version = VERSION.matcher(answer);
    if (!version.find() || Integer.parseInt(version.group(1)) < FIRST_WITH_QUORUM) {
      throw new TestServerException(
          "%s answers '%s', but quorum commit needs Patroni %d or newer. Install a newer one."
              .formatted(String.join(" ", line), answer, FIRST_WITH_QUORUM));
    }
  }

  private static Path folder() {
    return Path.of(System.getProperty("basedir", "."), "..", "..", "target", "cluster-programs")
        .toAbsolutePath()
        .normalize();
  }

  private static TestServerException missing() {
    return new TestServerException(
        "Patroni and etcd are neither on the PATH nor in "
            + folder()
            + ". Run ./dev cluster, which downloads them there (on Debian and Ubuntu, and not as"
            + " root), or install them (Debian: apt-get install patroni etcd-server python3-etcd).");
  }
}
