package dev.tenon.jobs.faults;

import dev.tenon.jobs.testservers.TestProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Builds and starts workers in TypeScript, which run the jobs of {@link FaultJobs#EXTERNAL}. */
final class TypeScriptWorker {

  private static final Path MODULE = Path.of(System.getProperty("basedir", ".")).toAbsolutePath();
  private static final Path CLIENT = MODULE.resolve("../../clients/typescript").normalize();

  /** A copy: the tests of the client may install and compile at the same moment. */
  private static final Path BUILD = MODULE.resolve("target/typescript");

  private static final List<String> COPIED =
      List.of("package.json", "package-lock.json", "tsconfig.json", "tsconfig.build.json", "src");

  private static final Duration MAX_OF_A_COMMAND = Duration.ofMinutes(10);

  private TypeScriptWorker() {}

  /**
   * The settings of a worker.
   *
   * @param database the database, as a URL with the user
   * @param rabbitMq RabbitMQ
   * @param namePrefix of exchanges and queues
   * @param folder where ledgers are
   * @param heartbeatMillis between two heartbeats
   * @param slots how many jobs run at a time
   * @param graceMillis how long handlers may continue when it stops
   */
  record Settings(
      String database,
      String rabbitMq,
      String namePrefix,
      String folder,
      int heartbeatMillis,
      int slots,
      int graceMillis) {}

  /** Compiles the worker together with the client. */
  static void build() {
    try {
      copy();
      // Next to the client, whose tests check the types of both
      Files.copy(
          CLIENT.resolve("tests/fault-worker.ts"),
          BUILD.resolve("src/fault-worker.ts"),
          StandardCopyOption.REPLACE_EXISTING);
      if (!Files.isDirectory(BUILD.resolve("node_modules"))) {
        run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline");
      }
      run("npx", "tsc", "-p", "tsconfig.build.json", "--noCheck");
    } catch (IOException e) {
      throw new UncheckedIOException("The client for TypeScript cannot be copied", e);
    }
  }

  private static void copy() throws IOException {
    for (String name : COPIED) {
      try (Stream<Path> files = Files.walk(CLIENT.resolve(name))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Path copy = BUILD.resolve(CLIENT.relativize(file).toString());
          Files.createDirectories(copy.getParent());
          Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }

  private static void run(String... command) {
    try (TestProcess process =
        TestProcess.start(command[0], new ProcessBuilder(command).directory(BUILD.toFile()))) {
      int status = process.awaitExit(MAX_OF_A_COMMAND);
      if (status != 0) {
        throw new IllegalStateException(
            "%s ended with %d:%n%s"
                .formatted(
                    String.join(" ", command),
                    status,
                    String.join(System.lineSeparator(), process.lines())));
      }
    }
  }

  /** Starts a worker; returns immediately. It must have been built. */
  static Node start(String name, Settings settings) {
    ProcessBuilder command =
        new ProcessBuilder("node", BUILD.resolve("dist/fault-worker.js").toString());
    command.environment().put("FAULTS_DATABASE", settings.database());
    command.environment().put("FAULTS_RABBITMQ", settings.rabbitMq());
    command.environment().put("FAULTS_NAME_PREFIX", settings.namePrefix());
    command.environment().put("FAULTS_FOLDER", settings.folder());
    command.environment().put("FAULTS_TYPE", FaultJobs.EXTERNAL.type());
    command
        .environment()
        .put("FAULTS_HEARTBEAT_MILLIS", Integer.toString(settings.heartbeatMillis()));
    command.environment().put("FAULTS_SLOTS", Integer.toString(settings.slots()));
    command.environment().put("FAULTS_GRACE_MILLIS", Integer.toString(settings.graceMillis()));
    return new Node(TestProcess.start(name, command));
  }
}
