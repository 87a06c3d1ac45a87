package dev.tenon.jobs.testservers;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Runs {@code rabbitmqctl} against one broker. A call takes almost a second. Immutable.
 *
 * @param command the program and the words before its arguments
 * @param environment its environment variables, in addition to those of this JVM
 */
record RabbitControl(List<String> command, Map<String, String> environment) {

  RabbitControl {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  /**
   * Runs the command and returns its output without headings; throws with that output if it fails.
   */
  List<String> run(String... arguments) {
    return CommandResult.linesOf(process(arguments));
  }

  /** Runs a command that may fail. */
  CommandResult tryRun(String... arguments) {
    return CommandResult.of(process(arguments));
  }

  private ProcessBuilder process(String... arguments) {
    List<String> line = new ArrayList<>(command);
    line.add("--quiet");
    line.addAll(List.of(arguments));
    ProcessBuilder process = new ProcessBuilder(line);
    process.environment().putAll(environment);
    return process;
  }
}
