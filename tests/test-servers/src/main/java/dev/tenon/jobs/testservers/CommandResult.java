package dev.tenon.jobs.testservers;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What came of a command that was run to its end.
 *
 * @param code the exit code
 * @param lines what it printed, standard error included
 */
record CommandResult(int code, List<String> lines) {

  private static final Duration TIMEOUT = Duration.ofSeconds(90);
  private static final int SHOWN = 30;

  static CommandResult of(List<String> command) {
    return of(new ProcessBuilder(command));
  }

  /** Runs the command; kills it and fails when it does not end in time. */
  static CommandResult of(ProcessBuilder command) {
    ManagedProcess process =
        ManagedProcess.start(String.join(" ", command.command()), command, null);
    try {
      int code = process.awaitExit(TIMEOUT);
      return new CommandResult(code, process.output().lines());
    } finally {
      if (process.isAlive()) {
        process.kill();
      }
    }
  }

  /** Runs the command and fails with its output unless it succeeds; returns what it printed. */
  static List<String> linesOf(ProcessBuilder command) {
    CommandResult result = of(command);
    if (result.code() != 0) {
      throw new TestServerException(
          "Exit code %d of %s: %s"
              .formatted(result.code(), String.join(" ", command.command()), result.output()));
    }
    return result.lines();
  }

  /** The beginning of what it printed, for a message. */
  String output() {
    return lines.stream().limit(SHOWN).collect(Collectors.joining("\n"));
  }
}
