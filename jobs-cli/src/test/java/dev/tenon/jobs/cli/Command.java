package dev.tenon.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
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
