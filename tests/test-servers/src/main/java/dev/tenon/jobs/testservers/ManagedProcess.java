package dev.tenon.jobs.testservers;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A process that this JVM started, with the processes that it started in turn: its output, its end,
 * and the signals to disturb it with. It dies with this JVM. Thread-safe.
 */
final class ManagedProcess {

  private static final Duration DEATH = Duration.ofSeconds(20);
  private static final Duration LAST_OUTPUT = Duration.ofSeconds(2);

  private final String name;
  private final Process process;
  private final OutputLog output;

  private ManagedProcess(String name, Process process, @Nullable Path log) {
    this.name = name;
    this.process = process;
    Leash.hold(process.pid());
    this.output = OutputLog.read(name, process.getInputStream(), log, this::release);
  }

  /** Starts the command; standard error is merged into standard output. */
  static ManagedProcess start(String name, ProcessBuilder command, @Nullable Path log) {
    command.redirectErrorStream(true).redirectInput(Redirect.from(new File("/dev/null")));
    try {
      return new ManagedProcess(name, command.start(), log);
    } catch (IOException e) {
      throw new TestServerException(name + " does not start: " + command.command(), e);
    }
  }

  OutputLog output() {
    return output;
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Waits for the end of the process and of its output, and returns the exit code. */
  int awaitExit(Duration timeout) {
    // Process.onExit() would take a thread of the common pool, where a test may be blocked.
    try {
      if (!process.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new TestServerException(name + " did not end in " + timeout + ". " + output.tail());
      }
    } catch (InterruptedException e) {
      throw TestServerException.interrupted("the end of " + name, e);
    }
    output.awaitEnd(LAST_OUTPUT);
    return process.exitValue();
  }

  /** Sends a signal to the process alone. */
  void signal(Signal signal) {
    signal.sendTo(process.toHandle());
  }

  /** Freezes the process and all its descendants (SIGSTOP). */
  void freeze() {
    ProcessTree.freeze(process.toHandle());
  }

  /** Lets them continue (SIGCONT). */
  void thaw() {
    ProcessTree.thaw(process.toHandle());
  }

  /** Kills the process and all its descendants (SIGKILL), and waits until they have ended. */
  void kill() {
    ProcessTree.kill(process.toHandle(), DEATH);
    int unused = awaitExit(DEATH);
  }

  /**
   * Takes the process off the leash when it has ended, because its id may be given to another
   * process.
   */
  private void release() {
    try {
      int unused = process.waitFor();
      Leash.release(process.pid());
    } catch (InterruptedException e) {
      throw TestServerException.interrupted("the end of " + name, e);
    }
  }
}
