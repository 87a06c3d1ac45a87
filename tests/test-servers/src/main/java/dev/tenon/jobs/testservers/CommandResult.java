package dev.tenon.jobs.testservers;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The result of a command that has ended.
 *
 * @param code the exit code
 * @param lines its output, including standard error
 */
record CommandResult(int code, List<String> lines) {

  private static final Duration TIMEOUT = Duration.ofSeconds(90);
  private static final int SHOWN = 30;

  static CommandResult of(List<String> command) {
    return of(new ProcessBuilder(command));
  }

  static CommandResult of(ProcessBuilder command) {
    return of(command, TIMEOUT);
  }

  /** Runs the command; kills it and fails if it does not end in time. */
  static CommandResult of(ProcessBuilder command, Duration timeout) {
    ManagedProcess process =
        ManagedProcess.start(String.join(" ", command.command()), command, null);
    try {
      int code = process.awaitExit(timeout);
      return new CommandResult(code, process.output().lines());
    } finally {
      if (process.isAlive()) {
        process.kill();
      }
    }
  }

  /**
   * Runs the command and returns its output; fails with that output unless the command succeeds.
   */
  static List<String> linesOf(ProcessBuilder command) {
    return of(command).linesOfSuccess(String.join(" ", command.command()));
  }

  /** Its output; fails with that output unless the command, which the message names, succeeded. */
  List<String> linesOfSuccess(String command) {
    if (code != 0) {
      throw new TestServerException("Exit code %d of %s: %s".formatted(code, command, output()));
    }
    return lines;
  }

  /** The beginning of its output, for a message. */
  String output() {
    return lines.stream().limit(SHOWN).collect(Collectors.joining("\n"));
  }
}
