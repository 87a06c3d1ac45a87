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
   * @param factor how much more is too much, unless it is
   * @param allowance no more than that
   */
  private record Measure(
      String name, ToDoubleFunction<SoakRound> value, double factor, double allowance) {}

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
    row(
        text,
        List.of(
            "Round",
            "Faults",
            "Jobs",
            "Jobs/s",
            "Submit among faults",
            "Settled after, s",
            "Submit",
            "Start",
            "Backlog, jobs/s"));
    rule(text, 9);
    for (int i = 0; i < rounds.size(); i++) {
      SoakRound round = rounds.get(i);
      row(
          text,
          List.of(
              number(i + 1),
              number(round.faults()),
              number(round.ended()),
              decimal(round.endedPerSecond()),
              round.submitting().toString(),
              decimal(seconds(round.settling())),
              round.quietSubmitting().toString(),
              round.starting().toString(),
              number(Math.round(round.drained()))));
    }
    text.append("\nAt rest, after a garbage collection; sizes in MiB.\n\n");
    row(
        text,
        List.of(
            "Round",
            "Heap: submitter",
            "worker",
            "Memory: submitter",
            "worker",
            "Threads: submitter",
            "worker",
            "PostgreSQL's sessions",
            "RabbitMQ's connections",
            "Messages",
            "All tables"));
    rule(text, 11);
    for (int i = 0; i < rounds.size(); i++) {
      SoakRound round = rounds.get(i);
      row(
          text,
          List.of(
              number(i + 1),
              mebibytes(round.submitter().heap()),
              mebibytes(round.worker().heap()),
              mebibytes(round.submitter().resident()),
              mebibytes(round.worker().resident()),
              number(round.submitter().threads()),
              number(round.worker().threads()),
              number(round.databaseConnections()),
              number(round.brokerConnections()),
              number(round.messages()),
              mebibytes(round.size())));
    }
    writeSizes(text);
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, text.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void writeSizes(StringBuilder text) {
    text.append("\nThe largest tables and indexes, in MiB, after all jobs were deleted.\n\n");
    SoakRound last = rounds.get(rounds.size() - 1);
    List<String> largest =
        names().stream()
            .sorted(Comparator.comparing((String name) -> -size(last, name)))
            .limit(LARGEST)
            .toList();
    List<String> head = new ArrayList<>(List.of("Round"));
    head.addAll(largest);
    row(text, head);
    rule(text, head.size());
    for (int i = 0; i < rounds.size(); i++) {
      SoakRound round = rounds.get(i);
      List<String> cells = new ArrayList<>(List.of(number(i + 1)));
      largest.forEach(name -> cells.add(mebibytes(size(round, name))));
      row(text, cells);
    }
  }

  private static void row(StringBuilder text, List<String> cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  private static void rule(StringBuilder text, int columns) {
    text.append("|").append("---|".repeat(columns)).append('\n');
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
