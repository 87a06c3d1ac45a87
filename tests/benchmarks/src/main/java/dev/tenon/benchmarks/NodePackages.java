package dev.tenon.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The job libraries of Node.js that are measured: their versions, which {@code package.json} pins,
 * and their files, which {@code npm ci} fetches.
 *
 * @param folder where {@code package.json} and {@code package-lock.json} are
 * @param node the program {@code node}
 * @param npm the program {@code npm}
 */
record NodePackages(Path folder, String node, String npm) {

  /** The oldest version of Node.js that all libraries run on. */
  static final int MIN_NODE = 20;

  /** Those of this module, with the programs that the path leads to. */
  static final NodePackages OWN =
      new NodePackages(Path.of(System.getProperty("basedir", "."), "node"), "node", "npm");

  private static final String LOCK = "package-lock.json";

  /** A copy of the lock file for which the packages were fetched. */
  private static final Path FETCHED = Path.of("node_modules", "fetched-" + LOCK);

  private static final Pattern NODE_VERSION = Pattern.compile("v(\\d+)\\..*");
  private static final Pattern DEPENDENCIES =
      Pattern.compile("\"dependencies\"\\s*:\\s*\\{([^}]*)}");
  private static final Pattern DEPENDENCY = Pattern.compile("\"([^\"]+)\"\\s*:\\s*\"([^\"]+)\"");

  private static final String WAY_OUT =
      "Graphile Worker and pg-boss need Node.js %d or newer, and npm. Install them (on Debian and Ubuntu: apt-get install nodejs npm), or name other systems with --systems."
          .formatted(MIN_NODE);

  /** What is missing to run them, and the way out; empty if nothing is. */
  Optional<String> missing() throws IOException {
    Optional<String> version = output(node, "--version");
    if (version.isEmpty()) {
      return Optional.of("The program %s was not found. %s".formatted(node, WAY_OUT));
    }
    Matcher parts = NODE_VERSION.matcher(version.get());
    if (!parts.matches() || Integer.parseInt(parts.group(1)) < MIN_NODE) {
      return Optional.of("%s is version %s. %s".formatted(node, version.get(), WAY_OUT));
    }
    return output(npm, "--version").isPresent()
        ? Optional.empty()
        : Optional.of("The program %s was not found. %s".formatted(npm, WAY_OUT));
  }

  /** Fetches what the lock file names, unless that was done before. */
  void fetch() throws IOException {
    Path lock = folder.resolve(LOCK);
    Path fetched = folder.resolve(FETCHED);
    if (Files.exists(fetched) && Files.mismatch(lock, fetched) < 0) {
      return;
    }
    // No script of a package is run: none of them needs one
    Process process =
        new ProcessBuilder(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exit = exitCode(process);
    if (exit != 0) {
      throw new IOException(
          "`npm ci` in %s failed with exit code %d. It needs a registry of npm. It said:%n%s"
              .formatted(folder, exit, output));
    }
    Path unused = Files.copy(lock, fetched, StandardCopyOption.REPLACE_EXISTING);
  }

  /** The versions of the libraries, and that of Node.js if it is there. */
  Map<String, String> versions() throws IOException {
    Map<String, String> versions = new LinkedHashMap<>();
    Matcher dependencies = DEPENDENCIES.matcher(Files.readString(folder.resolve("package.json")));
    if (!dependencies.find()) {
      throw new IOException("%s/package.json has no dependencies".formatted(folder));
    }
    Matcher each = DEPENDENCY.matcher(dependencies.group(1));
    while (each.find()) {
      versions.put(each.group(1), each.group(2));
    }
    versions.put("Node.js", output(node, "--version").orElse("none"));
    return versions;
  }

  /** The first line that a program prints; empty if the program is missing. */
  private static Optional<String> output(String... command) throws IOException {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      // The JDK has no other sign of a missing program
      return Optional.empty();
    }
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exit = exitCode(process);
    if (exit != 0) {
      throw new IOException(
          "`%s` failed with exit code %d: %s".formatted(List.of(command), exit, output));
    }
    return output.lines().findFirst();
  }

  private static int exitCode(Process process) throws IOException {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while " + process + " ran", e);
    }
  }
}
