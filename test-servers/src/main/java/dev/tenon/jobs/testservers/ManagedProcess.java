package dev.tenon.jobs.testservers;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A process that this JVM started, with the processes that it started in turn: its output, its end,
 * and the signals to hurt it with. Dies with this JVM. May be used by several threads.
 */
final class ManagedProcess {

  private static final Duration DEATH = Duration.ofSeconds(20);
  private static final Duration LAST_OUTPUT = Duration.ofSeconds(2);

  private final String name;
  private final Process process;
  private final OutputLog output;
  private final CompletableFuture<Integer> exit;

  private ManagedProcess(String name, Process process, OutputLog output) {
    this.name = name;
    this.process = process;
    this.output = output;
    Leash.hold(process.pid());
    this.exit =
        process
            .onExit()
            .thenApply(
                ended -> {
                  Leash.release(ended.pid());
                  return ended.exitValue();
                });
  }

  /** Starts the command; standard error goes where standard output goes. */
  static ManagedProcess start(String name, ProcessBuilder command, @Nullable Path log) {
    command.redirectErrorStream(true).redirectInput(Redirect.from(new File("/dev/null")));
    try {
      Process process = command.start();
      return new ManagedProcess(name, process, OutputLog.read(name, process.getInputStream(), log));
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
    try {
      int code = exit.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      output.awaitEnd(LAST_OUTPUT);
      return code;
    } catch (TimeoutException e) {
      throw new TestServerException(name + " did not end in " + timeout + ". " + output.tail(), e);
    } catch (ExecutionException e) {
      throw new TestServerException("The end of " + name + " was missed", e.getCause());
    } catch (InterruptedException e) {
      throw TestServerException.interrupted("the end of " + name, e);
    }
  }

  /** Sends a signal to the process alone. */
  void signal(Signal signal) {
    signal.sendTo(process.toHandle());
  }

  /** Stops the process and all below it where they stand (SIGSTOP). */
  void freeze() {
    ProcessTree.freeze(process.toHandle());
  }

  /** Lets them go on (SIGCONT). */
  void thaw() {
    ProcessTree.thaw(process.toHandle());
  }

  /** Kills the process and all below it (SIGKILL), and waits until they are gone. */
  void kill() {
    ProcessTree.kill(process.toHandle(), DEATH);
    int unused = awaitExit(DEATH);
  }
}
