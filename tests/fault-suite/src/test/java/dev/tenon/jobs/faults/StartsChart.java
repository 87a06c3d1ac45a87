package dev.tenon.jobs.faults;

import dev.tenon.jobs.faults.Outages.Outage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * A chart of how many jobs started in each second of a run, with the faults: as lines of text for a
 * terminal, and as SVG.
 *
 * @param begin the first second
 * @param starts the numbers, one for each second
 * @param outages the faults
 */
record StartsChart(Instant begin, List<Integer> starts, List<Outage> outages) {

  /** A line of text has the mean of that many seconds. */
  private static final int SECONDS_OF_A_LINE = 3;

  private static final int WIDEST = 40;

  // Pixels
  private static final int SECOND = 3;
  private static final int HEIGHT = 240;
  private static final int LEFT = 50;
  private static final int TOP = 20;
  private static final int LEGEND_LINE = 16;

  StartsChart {
    starts = List.copyOf(starts);
    outages = List.copyOf(outages);
  }

  /** A line for each three seconds, which names the faults that begin in it. */
  String text() {
    StringBuilder text = new StringBuilder("  second  starts a second\n");
    int most = most();
    for (int second = 0; second < starts.size(); second += SECONDS_OF_A_LINE) {
      int end = Math.min(starts.size(), second + SECONDS_OF_A_LINE);
      double mean =
          starts.subList(second, end).stream().mapToInt(Integer::intValue).average().orElse(0);
      String bar = "#".repeat((int) Math.round(Math.min(1, mean / most) * WIDEST));
      text.append(
              "  %6d  %6.1f %-40s %s"
                  .formatted(second, mean, bar, notes(second, end))
                  .stripTrailing())
          .append('\n');
    }
    return text.toString();
  }

  private String notes(int from, int to) {
    StringBuilder notes = new StringBuilder();
    for (Outage outage : outages) {
      if (isWithin(outage.begun(), from, to)) {
        notes.append("<- ").append(outage.what()).append(' ');
      }
      if (isWithin(outage.healed(), from, to)) {
        notes.append("(healed) ");
      }
    }
    return notes.toString();
  }

  private boolean isWithin(Instant moment, int from, int to) {
    double second = second(moment);
    return second >= from && second < to;
  }

  private double second(Instant moment) {
    return Duration.between(begin, moment).toMillis() / 1000.0;
  }

  /** Three times the usual number: the catch-up after an outage would flatten everything else. */
  private int most() {
    List<Integer> sorted = starts.stream().filter(count -> count > 0).sorted().toList();
    return sorted.isEmpty() ? 1 : 3 * sorted.get(sorted.size() / 2);
  }

  /** Writes the SVG, with a numbered band for each fault and their names below. */
  void write(Path file) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, svg());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String svg() {
    int most = most();
    int width = LEFT + Math.max(starts.size() * SECOND, 600) + LEFT;
    int height = TOP + HEIGHT + 3 * LEGEND_LINE + outages.size() * LEGEND_LINE;
    StringBuilder svg = new StringBuilder();
    line(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
            + " font-family=\"sans-serif\" font-size=\"11\">",
        width,
        height);
    line(svg, "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>");
    for (int i = 0; i < outages.size(); i++) {
      Outage outage = outages.get(i);
      double from = LEFT + second(outage.begun()) * SECOND;
      double to = LEFT + second(outage.healed()) * SECOND;
      line(
          svg,
          "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"#fde2dd\"><title>%s</title></rect>",
          from,
          TOP,
          to - from,
          HEIGHT,
          outage.what());
      line(svg, "<text x=\"%.1f\" y=\"%d\" fill=\"#b3321b\">%d</text>", from, TOP - 5, i + 1);
    }
    for (int second = 0; second < starts.size(); second++) {
      int bar = Math.min(HEIGHT, starts.get(second) * HEIGHT / most);
      line(
          svg,
          "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"#2f6f9f\"/>",
          LEFT + second * SECOND,
          TOP + HEIGHT - bar,
          SECOND - 1,
          bar);
    }
    for (int second = 0; second <= starts.size(); second += 30) {
      line(
          svg,
          "<text x=\"%d\" y=\"%d\">%d s</text>",
          LEFT + second * SECOND,
          TOP + HEIGHT + LEGEND_LINE,
          second);
    }
    line(svg, "<text x=\"4\" y=\"%d\">%d / s</text>", TOP + 10, most);
    line(svg, "<text x=\"4\" y=\"%d\">0</text>", TOP + HEIGHT);
    for (int i = 0; i < outages.size(); i++) {
      line(
          svg,
          "<text x=\"%d\" y=\"%d\">%d  %s</text>",
          LEFT,
          TOP + HEIGHT + 3 * LEGEND_LINE + i * LEGEND_LINE,
          i + 1,
          outages.get(i).what());
    }
    line(svg, "</svg>");
    return svg.toString();
  }

  private static void line(StringBuilder svg, String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
