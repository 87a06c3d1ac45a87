package dev.tenon.jobs.testservers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first process of a PostgreSQL server, as the file {@code postmaster.pid} in its data names
 * it, whoever started it. Immutable.
 *
 * @param data the folder with the data of the server
 */
record Postmaster(Path data) {

  private static final Logger LOG = LoggerFactory.getLogger(Postmaster.class);

  private static final Duration DEATH = Duration.ofSeconds(20);

  // The line, counted from 0, with the key and id of the System V segment
  private static final int SHARED_MEMORY_LINE = 6;

  /** Returns the process; empty if none runs. */
  Optional<ProcessHandle> process() {
    return Files.exists(file())
        ? Folders.read(file()).stream()
            .findFirst()
            .map(String::trim)
            .filter(line -> line.matches("\\d+"))
            .map(Long::parseLong)
            .flatMap(ProcessHandle::of)
            .filter(ProcessTree::isRunning)
        : Optional.empty();
  }

  /**
   * Kills it and its children (SIGKILL), and removes what is left of them in the machine's memory
   * and in {@code postmaster.pid}: the state after a machine has lost its power.
   */
  void kill() {
    process().ifPresent(process -> ProcessTree.kill(process, DEATH));
    removeSharedMemory();
    try {
      Files.deleteIfExists(file());
    } catch (IOException e) {
      throw new TestServerException("Cannot delete " + file(), e);
    }
  }

  /** Freezes it and its children (SIGSTOP). */
  void freeze() {
    process().ifPresent(ProcessTree::freeze);
  }

  /** Lets them continue (SIGCONT). */
  void thaw() {
    process().ifPresent(ProcessTree::thaw);
  }

  /** Returns the child that receives the changes of the primary; empty if there is none. */
  Optional<ProcessHandle> receiver() {
    return process().stream()
        .flatMap(ProcessHandle::children)
        .filter(child -> title(child).contains("walreceiver"))
        .findFirst();
  }

  /**
   * Removes the shared memory that a killed server leaves behind; it would reuse it if it started
   * again.
   */
  void removeSharedMemory() {
    if (Files.notExists(file())) {
      return;
    }
    List<String> lines = Folders.read(file());
    if (lines.size() <= SHARED_MEMORY_LINE) {
      return; // Killed before it had any
    }
    String segment = lines.get(SHARED_MEMORY_LINE).trim().split("\\s+", 2)[1];
    CommandResult result = CommandResult.of(List.of("ipcrm", "-m", segment));
    if (result.code() != 0) {
      LOG.warn("Shared memory segment {} of {} is left: {}", segment, data, result.output());
    }
  }

  private Path file() {
    return data.resolve("postmaster.pid");
  }

  /** PostgreSQL shows in the command line of a process what it is for. */
  private static String title(ProcessHandle process) {
    Path commandLine = Path.of("/proc", Long.toString(process.pid()), "cmdline");
    if (Files.exists(commandLine)) {
      return String.join("\n", Folders.read(commandLine));
    }
    return CommandResult.of(List.of("ps", "-o", "args=", "-p", Long.toString(process.pid())))
        .output();
  }
}
