package dev.tenon.jobs.testservers;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The signals that tests send. The shell's built-in {@code kill} sends them; Java knows only two.
 */
enum Signal {
  CONT,
  INT,
  KILL,
  QUIT,
  STOP,
  TERM;

  /** Sends it to the process; nothing happens if the process has ended. */
  void sendTo(ProcessHandle process) {
    CommandResult result = kill(Long.toString(process.pid()));
    if (result.code() != 0 && ProcessTree.isRunning(process)) {
      throw new TestServerException(
          "SIG" + name() + " did not reach process " + process.pid() + ": " + result.output());
    }
  }

  /** Sends it to the processes at about the same time; those that have ended are skipped. */
  void sendTo(Collection<ProcessHandle> processes) {
    String pids =
        processes.stream()
            .map(process -> Long.toString(process.pid()))
            .collect(Collectors.joining(" "));
    if (!pids.isEmpty() && kill(pids).code() != 0) {
      // Some have ended, or could not be reached: sends the signal to each one.
      processes.stream().filter(ProcessTree::isRunning).forEach(this::sendTo);
    }
  }

  private CommandResult kill(String pids) {
    return CommandResult.of(List.of("/bin/sh", "-c", "kill -s " + name() + " " + pids));
  }
}
