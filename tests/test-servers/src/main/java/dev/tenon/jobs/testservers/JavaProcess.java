package dev.tenon.jobs.testservers;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A JVM for a test to kill, freeze and read from. It runs on the same Java as the test, has the
 * test's class path unless it is given another one, and dies with the test's JVM.
 *
 * <p>May be used by several threads.
 */
public final class JavaProcess extends TestProcess {

  private JavaProcess(String name, ProcessBuilder command) {
    super(name, command);
  }

  /** Prepares a JVM that runs the main method of a class. */
  public static Builder of(Class<?> main) {
    return new Builder(main.getName());
  }

  /** Prepares a JVM that runs the main method of the class with this name. */
  public static Builder of(String main) {
    return new Builder(main);
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
