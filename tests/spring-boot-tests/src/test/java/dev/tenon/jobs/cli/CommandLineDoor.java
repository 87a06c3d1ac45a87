package dev.tenon.jobs.cli;

import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.Map;

/** Runs the command in this process, where its entry for tests can be reached. */
public final class CommandLineDoor {

  private CommandLineDoor() {}

  /**
   * Runs the command.
   *
   * @throws AssertionError if it does not end well
   */
  public static void run(Map<String, String> environment, String... arguments) {
    StringWriter out = new StringWriter();
    PrintWriter writer = new PrintWriter(out);
    int code =
        Tenon.run(writer, writer, new BufferedReader(new StringReader("")), environment, arguments);
    if (code != 0) {
      throw new AssertionError(String.join(" ", arguments) + " ended with " + code + ": " + out);
    }
  }
}
