package dev.tenon.jobs.testservers;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/**
 * A process for a test to kill, freeze and read from. It dies with the test's JVM.
 *
 * <p>May be used by several threads.
 */
public sealed class TestProcess implements AutoCloseable permits JavaProcess {

  private final ManagedProcess process;
  private final Path log;
  private final String name;

  TestProcess(String name, ProcessBuilder command) {
    this.name = name;
    this.log = Folders.log(name);
    this.process = ManagedProcess.start(name, command, log);
  }

  /**
   * Starts a program and returns immediately, so wait for a line that says that it is ready.
   *
   * @param name its name in messages and in the name of its log
   */
  public static TestProcess start(String name, ProcessBuilder command) {
    return new TestProcess(name, command);
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /** Returns whether the process runs, frozen or not. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** The file with everything it printed, including standard error. */
  public Path log() {
    return log;
  }

  /** The lines that it has printed so far, including standard error. */
  public List<String> lines() {
    return process.output().lines();
  }

  /** Forgets all but the last lines that it has printed; {@link #log} has all of them. */
  public void forgetLines() {
    process.output().forget();
  }

  /**
   * Waits for a line that it prints, or has already printed.
   *
   * @return the first one that matches
   * @throws TestServerException with its last lines, if it ends without one, or on timeout
   */
  public String awaitLine(Predicate<? super String> wanted, Duration timeout) {
    return process.output().await(1, wanted, timeout);
  }

  /**
   * Waits until it has printed this many matching lines, and returns the last one. Throws the same
   * exceptions as {@link #awaitLine}.
   */
  public String awaitLines(int count, Predicate<? super String> wanted, Duration timeout) {
    return process.output().await(count, wanted, timeout);
  }

  /** Kills it (SIGKILL) and waits until it has ended. Nothing happens if it has already ended. */
  public void kill() {
    process.kill();
  }

  /** Asks it to end (SIGTERM), so that its shutdown hooks run. Does not wait. */
  public void terminate() {
    process.signal(Signal.TERM);
  }

  /** Freezes it (SIGSTOP). */
  public void freeze() {
    process.freeze();
  }

  /** Lets it continue (SIGCONT). */
  public void thaw() {
    process.thaw();
  }

  /**
   * Waits until it has ended and returns its exit code: 143 after SIGTERM, 137 after SIGKILL.
   *
   * @throws TestServerException with its last lines, on timeout
   */
  public int awaitExit(Duration timeout) {
    return process.awaitExit(timeout);
  }

  /** Kills it if it is still running. */
  @Override
  public void close() {
    kill();
  }

  @Override
  public String toString() {
    return name + " (process " + pid() + ")";
  }
}
