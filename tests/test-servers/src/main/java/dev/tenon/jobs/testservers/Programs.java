package dev.tenon.jobs.testservers;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Finds the programs of servers on this machine. */
final class Programs {

  private Programs() {}

  /** The folder of the programs of PostgreSQL; the newest one if there are several. */
  static Optional<Path> postgres() {
    List<Path> folders = new ArrayList<>(path());
    folders.addAll(newestFirst(Path.of("/usr/lib/postgresql"), "bin"));
    folders.addAll(newestFirst(Path.of("/opt/homebrew/opt"), "bin"));
    // A link on the path may name only initdb; its real folder has all of them.
    return find(folders, "initdb").map(Programs::real).map(Programs::folder);
  }

  /**
   * The folder of RabbitMQ's own scripts. They are preferred to those on the path, which
   * distributions wrap in scripts that switch to the user of the system's broker.
   */
  static Optional<Path> rabbit() {
    List<Path> folders = new ArrayList<>();
    folders.add(Path.of("/usr/lib/rabbitmq/bin"));
    folders.addAll(path());
    folders.add(Path.of("/opt/homebrew/sbin"));
    folders.add(Path.of("/usr/local/sbin"));
    return find(folders, "rabbitmq-server").map(Programs::folder);
  }

  /** The command that administers the system's broker. */
  static Optional<Path> rabbitmqctl() {
    List<Path> folders = new ArrayList<>(path());
    folders.add(Path.of("/usr/sbin"));
    folders.add(Path.of("/usr/lib/rabbitmq/bin"));
    folders.add(Path.of("/opt/homebrew/sbin"));
    return find(folders, "rabbitmqctl");
  }

  /** Patroni, in the version that is installed. */
  static Optional<Path> patroni() {
    return ofTheSystem("patroni");
  }

  /** The server of etcd. */
  static Optional<Path> etcd() {
    return ofTheSystem("etcd");
  }

  private static Optional<Path> ofTheSystem(String program) {
    List<Path> folders = new ArrayList<>(path());
    folders.add(Path.of("/usr/bin"));
    folders.add(Path.of("/opt/homebrew/bin"));
    return find(folders, program);
  }

  private static Optional<Path> find(List<Path> folders, String program) {
    return folders.stream()
        .map(folder -> folder.resolve(program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static List<Path> path() {
    List<Path> folders = new ArrayList<>();
    for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      if (!folder.isEmpty()) {
        folders.add(Path.of(folder));
      }
    }
    return folders;
  }

  private static List<Path> newestFirst(Path parent, String below) {
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> children = Files.newDirectoryStream(parent)) {
      children.forEach(child -> found.add(child.resolve(below)));
    } catch (IOException e) {
      throw new TestServerException("Cannot read " + parent, e);
    }
    found.sort(Comparator.comparingInt(Programs::version).reversed());
    return found;
  }

  /**
   * The major version in a name such as {@code .../15/bin} or {@code .../postgresql@15/bin}; 0 if
   * there is none.
   */
  private static int version(Path folder) {
    String digits = folder(folder).toString().replaceAll(".*?(\\d*)$", "$1");
    return digits.isEmpty() ? 0 : Integer.parseInt(digits);
  }

  private static Path real(Path program) {
    try {
      return program.toRealPath();
    } catch (IOException e) {
      throw new TestServerException("Cannot follow the link " + program, e);
    }
  }

  private static Path folder(Path program) {
    Path folder = program.getParent();
    if (folder == null) {
      throw new TestServerException("Not in a folder: " + program);
    }
    return folder;
  }
}
