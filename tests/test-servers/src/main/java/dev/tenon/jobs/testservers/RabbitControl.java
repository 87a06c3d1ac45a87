package dev.tenon.jobs.testservers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs {@code rabbitmqctl} against one broker. A call takes almost a second. A call that hangs is
 * killed and made once more, so a command must do no harm if it is carried out twice. Immutable.
 *
 * @param command the program and the words before its arguments
 * @param environment its environment variables, in addition to those of this JVM
 * @param patience how long the first call may take
 */
record RabbitControl(List<String> command, Map<String, String> environment, Duration patience) {

  private static final Logger LOG = LoggerFactory.getLogger(RabbitControl.class);

  RabbitControl(List<String> command, Map<String, String> environment) {
    this(command, environment, Duration.ofSeconds(30));
  }

  RabbitControl {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  /**
   * Runs the command and returns its output without headings; throws with that output if it fails.
   */
  List<String> run(String... arguments) {
    return tryRun(arguments).linesOfSuccess(String.join(" ", process(arguments).command()));
  }

  /** Runs a command that may fail. */
  CommandResult tryRun(String... arguments) {
    try {
      return CommandResult.of(process(arguments), patience);
    } catch (TestServerException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw e;
      }
      // RabbitMQ 4.0's did so twice in one run of all tests on a slow machine: it printed nothing
      // for 90 seconds, though the broker answered its clients
      LOG.warn("rabbitmqctl hangs, so it is killed and called again", e);
      return CommandResult.of(process(arguments));
    }
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
