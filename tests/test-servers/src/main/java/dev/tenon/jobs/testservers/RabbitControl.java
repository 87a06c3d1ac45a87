package dev.tenon.jobs.testservers;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Runs {@code rabbitmqctl} against one broker. A call takes most of a second. Immutable.
 *
 * @param command the program and what comes before its arguments
 * @param environment what is set for it, on top of what is set for this JVM
 */
record RabbitControl(List<String> command, Map<String, String> environment) {

  RabbitControl {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  /** Returns what it printed, without headings; fails with its output if it fails. */
  List<String> run(String... arguments) {
    return CommandResult.linesOf(process(arguments));
  }

  /** For a call that may fail. */
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
