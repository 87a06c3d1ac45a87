package dev.tenon.examples.plm.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Builds the page in {@code examples/plm/web}, by Node.js and npm. */
public final class NodeJs {

  private static final int MIN_VERSION = 20;

  private NodeJs() {}

  /** Returns why Node.js and npm cannot be used; empty if they can. */
  public static Optional<String> hindrance() throws InterruptedException {
    try {
      String version = output("node", "--version").strip();
      String npm = output("npm", "--version").strip();
      if (npm.isEmpty() || !version.matches("v\\d+\\..*")) {
        return Optional.of("Node.js or npm does not run.");
      }
      return Integer.parseInt(version.substring(1, version.indexOf('.'))) >= MIN_VERSION
          ? Optional.empty()
          : Optional.of("Node.js " + version + " is too old; it needs 20 or newer.");
    } catch (IOException e) {
      return Optional.of("There is no Node.js with npm.");
    }
  }

  /**
   * Compiles the page with the client for TypeScript of this checkout. Installs packages of npm
   * where the lock file names others than the last time.
   *
   * @param root the checkout of Tenon
   * @param log where the output goes
   * @return the file that Node.js runs
   * @throws IllegalStateException if a step fails; it names the log
   */
  public static Path build(Path root, Path log) throws IOException, InterruptedException {
    Path web = root.resolve("examples/plm/web");
    // Inside of the package, because npm does not install what a package outside of it needs
    copyClient(root.resolve("clients/typescript"), web.resolve("target/client"));
    Path lock = web.resolve("package-lock.json");
    Path installed = web.resolve("node_modules/.installed");
    if (!Files.exists(installed) || Files.mismatch(lock, installed) >= 0) {
      run(web, log, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
      Files.copy(lock, installed, StandardCopyOption.REPLACE_EXISTING);
    }
    run(web, log, "npm", "run", "build");
    return web.resolve("target/js/main.js");
  }

  private static void copyClient(Path client, Path to) throws IOException {
    for (String name : List.of("package.json", "tsconfig.json", "tsconfig.build.json", "src")) {
      try (Stream<Path> files = Files.walk(client.resolve(name))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Path copy = to.resolve(client.relativize(file).toString());
          Files.createDirectories(copy.getParent());
          Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }

  private static void run(Path folder, Path log, String... command)
      throws IOException, InterruptedException {
    int status =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start()
            .waitFor();
    if (status != 0) {
      throw new IllegalStateException(
          "%s ended with %d. Its output:%n%s"
              .formatted(String.join(" ", command), status, Files.readString(log)));
    }
  }

  private static String output(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() == 0 ? output : "";
  }
}
