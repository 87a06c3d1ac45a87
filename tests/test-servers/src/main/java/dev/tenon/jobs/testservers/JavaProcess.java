package dev.tenon.jobs.testservers;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A JVM for a test to kill, freeze and read from. It runs on the same Java as the test, has the
 * test's class path unless it is given another one, and dies with the test's JVM.
 *
 * <p>May be used by several threads.
 */
public final class JavaProcess implements AutoCloseable {

  private final ManagedProcess process;
  private final Path log;
  private final String name;

  private JavaProcess(String name, ProcessBuilder command) {
    this.name = name;
    this.log = Folders.log(name);
    this.process = ManagedProcess.start(name, command, log);
  }

  /** Prepares a JVM that runs the main method of a class. */
  public static Builder of(Class<?> main) {
    return new Builder(main.getName());
  }

  /** Prepares a JVM that runs the main method of the class with this name. */
  public static Builder of(String main) {
    return new Builder(main);
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

  /** The settings that a JVM is started with. Not thread-safe. */
  public static final class Builder {

    private final String main;
    private String name;
    private String classPath = testClassPath();
    private final List<String> jvmArguments = new ArrayList<>();
    private final List<String> arguments = new ArrayList<>();
    private final Map<String, String> environment = new LinkedHashMap<>();

    private Builder(String main) {
      this.main = main;
      this.name = main.substring(main.lastIndexOf('.') + 1);
    }

    /** Sets its name in messages and in the name of its log; default: its main class. */
    public Builder name(String value) {
      name = value;
      return this;
    }

    /** Sets its class path; default: that of the test. */
    public Builder classPath(String value) {
      classPath = value;
      return this;
    }

    /** Adds arguments of the main method. */
    public Builder arguments(String... values) {
      arguments.addAll(List.of(values));
      return this;
    }

    /** Adds options of the JVM, e.g. {@code -Xmx64m}. */
    public Builder jvmArguments(String... values) {
      jvmArguments.addAll(List.of(values));
      return this;
    }

    /** Adds a system property. */
    public Builder systemProperty(String key, String value) {
      return jvmArguments("-D" + key + "=" + value);
    }

    /** Adds an environment variable to those of the test. */
    public Builder environment(String key, String value) {
      environment.put(key, value);
      return this;
    }

    /** Starts it and returns immediately, so wait for a line that says that it is ready. */
    public JavaProcess start() {
      List<String> line = new ArrayList<>();
      line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      String module = System.getProperty("basedir");
      if (module != null) {
        line.add(
            "-Dbasedir=" + module); // the folder for the logs of processes that it starts in turn
      }
      line.addAll(jvmArguments);
      line.addAll(List.of("-cp", classPath, main));
      line.addAll(arguments);
      ProcessBuilder command = new ProcessBuilder(line);
      command.environment().putAll(environment);
      return new JavaProcess(name, command);
    }

    /**
     * The class path of the test. Surefire hides it in the manifest of a jar, and says so in a
     * property.
     */
    private static String testClassPath() {
      String own = System.getProperty("java.class.path", "");
      String surefire = System.getProperty("surefire.test.class.path", own);
      return surefire.endsWith(File.pathSeparator)
          ? surefire.substring(0, surefire.length() - 1)
          : surefire;
    }
  }
}
