package dev.tenon.jobs.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** The rounds of a long run, one below the other, and what has grown or slowed down in it. */
final class SoakReport {

  private static final double MEBIBYTE = 1 << 20;

  /** The first round fills caches, and the tables to the size that they have at work. */
  private static final int WARM_UP = 1;

  /** In less than that, nothing can be seen that grows slowly. */
  private static final int ENOUGH = 6;

  private static final int LARGEST = 12;

  private final List<SoakRound> rounds = new ArrayList<>();

  /**
   * Something that must stay as it is.
   *
   * @param name what it is
   * @param value its value in a round; worse is more
   * @param factor how many times the first value is too much
   * @param allowance a rise that is accepted nevertheless
   */
  private record Measure(
      String name, ToDoubleFunction<SoakRound> value, double factor, double allowance) {}

  /** A column of a table, with its value for a round. */
  private record Column(String head, Function<SoakRound, String> value) {}

  void add(SoakRound round) {
    rounds.add(round);
  }

  private List<Measure> measures() {
    List<Measure> measures =
        new ArrayList<>(
            List.of(
                new Measure("ms a job of a backlog", round -> 1000 / round.drained(), 2, 0),
                new Measure(
                    "ms a submit, with nothing else to do",
                    round -> Latencies.millis(round.quietSubmitting().median()),
                    2,
                    2),
                new Measure(
                    "ms from a submit to its start",
                    round -> Latencies.millis(round.starting().median()),
                    2,
                    5),
                new Measure(
                    "MiB of heap of the submitter",
                    round -> round.submitter().heap() / MEBIBYTE,
                    1.2,
                    8),
                new Measure(
                    "MiB of heap of the worker", round -> round.worker().heap() / MEBIBYTE, 1.2, 4),
                new Measure(
                    "MiB of memory of the worker",
                    round -> round.worker().resident() / MEBIBYTE,
                    1.3,
                    32),
                new Measure("threads of the submitter", round -> round.submitter().threads(), 1, 8),
                new Measure("threads of the worker", round -> round.worker().threads(), 1, 8),
                new Measure("sessions of PostgreSQL", SoakRound::databaseConnections, 1, 5),
                new Measure("connections of RabbitMQ", SoakRound::brokerConnections, 1, 2),
                new Measure("messages without a job", SoakRound::messages, 1, 0),
                new Measure("MiB of all tables", round -> round.size() / MEBIBYTE, 1.5, 16)));
    for (String name : names()) {
      measures.add(new Measure("MiB of " + name, round -> size(round, name) / MEBIBYTE, 1.5, 8));
    }
    return measures;
  }

  private Set<String> names() {
    return rounds.stream()
        .flatMap(round -> round.sizes().keySet().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static long size(SoakRound round, String name) {
    return round.sizes().getOrDefault(name, 0L);
  }

  /**
   * What is worse in the last third of the rounds than in the first, by their medians; nothing if
   * there are too few rounds to say.
   */
  List<String> risen() {
    if (rounds.size() < ENOUGH) {
      return List.of();
    }
    List<SoakRound> warm = rounds.subList(WARM_UP, rounds.size());
    int third = warm.size() / 3;
    List<String> risen = new ArrayList<>();
    for (Measure measure : measures()) {
      double first = median(warm.subList(0, third), measure.value());
      double last = median(warm.subList(warm.size() - third, warm.size()), measure.value());
      if (last > Math.max(first * measure.factor(), first + measure.allowance())) {
        risen.add(String.format(Locale.ROOT, "%s: from %.1f to %.1f", measure.name(), first, last));
      }
    }
    return risen;
  }

  private static double median(List<SoakRound> some, ToDoubleFunction<SoakRound> value) {
    double[] sorted = some.stream().mapToDouble(value).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  /** One line about all of it. */
  String summary() {
    long faults = rounds.stream().mapToLong(SoakRound::faults).sum();
    long ended = rounds.stream().mapToLong(SoakRound::ended).sum();
    List<String> risen = risen();
    return "%s, %d faults, %d jobs; every history accepted; %s"
        .formatted(
            rounds.size() == 1 ? "1 round" : rounds.size() + " rounds",
            faults,
            ended,
            rounds.size() < ENOUGH
                ? "too few rounds to say what grows"
                : risen.isEmpty() ? "nothing has grown" : "grown: " + String.join(", ", risen));
  }

  /** Writes all rounds as tables in Markdown. */
  void write(Path file, String title) {
    StringBuilder text = new StringBuilder("# ").append(title).append("\n\n");
    text.append(summary()).append(".\n\nTimes are in milliseconds: median / 99th percentile.\n\n");
    table(
        text,
        List.of(
            new Column("Faults", round -> number(round.faults())),
            new Column("Jobs", round -> number(round.ended())),
            new Column("Jobs/s", round -> decimal(round.endedPerSecond())),
            new Column("Submit among faults", round -> round.submitting().toString()),
            new Column("Settled after, s", round -> decimal(seconds(round.settling()))),
            new Column("Submit", round -> round.quietSubmitting().toString()),
            new Column("Start", round -> round.starting().toString()),
            new Column("Backlog, jobs/s", round -> number(Math.round(round.drained())))));
    text.append("\nAt rest, after a garbage collection; sizes in MiB.\n\n");
    table(
        text,
        List.of(
            new Column("Heap: submitter", round -> mebibytes(round.submitter().heap())),
            new Column("worker", round -> mebibytes(round.worker().heap())),
            new Column("Memory: submitter", round -> mebibytes(round.submitter().resident())),
            new Column("worker", round -> mebibytes(round.worker().resident())),
            new Column("Threads: submitter", round -> number(round.submitter().threads())),
            new Column("worker", round -> number(round.worker().threads())),
            new Column("PostgreSQL's sessions", round -> number(round.databaseConnections())),
            new Column("RabbitMQ's connections", round -> number(round.brokerConnections())),
            new Column("Messages", round -> number(round.messages())),
            new Column("All tables", round -> mebibytes(round.size()))));
    text.append("\nThe largest tables and indexes, in MiB, after all jobs were deleted.\n\n");
    table(text, largest());
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, text.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Column> largest() {
    SoakRound last = rounds.get(rounds.size() - 1);
    return names().stream()
        .sorted(Comparator.comparing((String name) -> -size(last, name)))
        .limit(LARGEST)
        .map(name -> new Column(name, round -> mebibytes(size(round, name))))
        .toList();
  }

  /** Appends a table with a line for each round. */
  private void table(StringBuilder text, List<Column> columns) {
    row(text, "Round", columns, Column::head);
    text.append("|").append("---|".repeat(columns.size() + 1)).append('\n');
    for (int i = 0; i < rounds.size(); i++) {
      SoakRound round = rounds.get(i);
      row(text, number(i + 1), columns, column -> column.value().apply(round));
    }
  }

  private static void row(
      StringBuilder text, String first, List<Column> columns, Function<Column, String> cell) {
    text.append("| ").append(first);
    columns.forEach(column -> text.append(" | ").append(cell.apply(column)));
    text.append(" |\n");
  }

  private static String number(long value) {
    return Long.toString(value);
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private static String mebibytes(long bytes) {
    return decimal(bytes / MEBIBYTE);
  }

  private static double seconds(Duration time) {
    return time.toMillis() / 1000.0;
  }
}
