package dev.tenon.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A run of the command, with what it printed. */
record Command(int code, String out, String err) {

  /** Runs the command on a database that environment variables name, with nobody to ask. */
  static Command run(Map<String, String> environment, String... arguments) {
    return answering("", environment, arguments);
  }

  /** Runs the command while somebody types. */
  static Command answering(String typed, Map<String, String> environment, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Tenon.run(
            new PrintWriter(out),
            new PrintWriter(err),
            new BufferedReader(new StringReader(typed)),
            environment,
            arguments);
    return new Command(code, out.toString(), err.toString());
  }

  /** Runs the command with a standard output that takes nothing, as that of a full disk. */
  static Command withoutRoom(Map<String, String> environment, String... arguments) {
    StringWriter err = new StringWriter();
    Writer full =
        new Writer() {
          @Override
          public void write(char[] characters, int offset, int length) throws IOException {
            throw new IOException("No space left on device");
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    int code =
        Tenon.run(
            new PrintWriter(full),
            new PrintWriter(err),
            new BufferedReader(new StringReader("")),
            environment,
            arguments);
    return new Command(code, "", err.toString());
  }

  /** The lines of the answer, in columns. */
  List<List<String>> columns() {
    List<List<String>> rows = new ArrayList<>();
    out.lines().forEach(line -> rows.add(Arrays.asList(line.split(" {2,}"))));
    return rows;
  }

  Command succeeds() {
    assertThat(err).isEmpty();
    assertThat(code).isZero();
    return this;
  }

  Command exitsWith(int expected) {
    assertThat(code).as(out + err).isEqualTo(expected);
    return this;
  }
}
