package dev.tenon.jobs.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The base of all commands: a database, and output as text or JSON. */
abstract class TenonCommand implements Callable<Integer> {

  @Mixin private Connection connection;

  @Option(names = "--json", description = "Print JSON")
  private boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean help;

  @Spec private CommandSpec spec;

  /** For commands, whose fields picocli sets. */
  @SuppressWarnings("NullAway.Init")
  TenonCommand() {}

  /** Runs the command, and returns the exit code. */
  abstract int run(Connection database);

  @Override
  public final Integer call() {
    try (Connection database = connection) {
      return run(database);
    }
  }

  PrintWriter out() {
    return spec.commandLine().getOut();
  }

  boolean isJson() {
    return json;
  }

  /** Answers in JSON. */
  void print(@Nullable Object value) {
    out().println(Json.write(value));
  }

  /** Prints a question to standard error. */
  void ask(String question) {
    PrintWriter err = spec.commandLine().getErr();
    err.print(Text.safe(question));
    err.flush();
  }

  /** Prints a failure, while the command continues. */
  void complain(Exception failure) {
    int unused = Failure.print(failure, spec.commandLine().getErr());
  }

  /** Prints a line, with control characters made visible. */
  void line(String text) {
    out().println(Text.safe(text));
  }
}
