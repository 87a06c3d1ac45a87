package dev.tenon.jobs.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Formats values for a terminal. */
final class Text {

  private Text() {}

  /**
   * Makes control characters visible, since error messages and log entries are not trusted. Line
   * breaks and tabs stay.
   */
  static String safe(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              boolean steers =
                  (Character.isISOControl(c) && c != '\n' && c != '\t')
                      || Character.getType(c) == Character.FORMAT;
              if (steers) {
                safe.append(String.format("\\u%04x", c));
              } else {
                safe.appendCodePoint(c);
              }
            });
    return safe.toString();
  }

  /** Joins the lines of a value into one line. */
  static String oneLine(@Nullable Object text) {
    return text == null ? "" : text.toString().replaceAll("\\s*\\R\\s*", " ");
  }

  /** A time to the second. */
  static String time(@Nullable Instant time) {
    return time == null ? "" : time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** A rough duration in one unit. */
  static String duration(Duration duration) {
    long seconds = Math.max(0, duration.toSeconds());
    if (seconds < 120) {
      return seconds + " s";
    }
    if (seconds < 7_200) {
      return seconds / 60 + " min";
    }
    return seconds < 172_800 ? seconds / 3_600 + " h" : seconds / 86_400 + " days";
  }

  /** A duration with all its parts: {@code 2 min 30 s}. */
  static String exact(Duration duration) {
    List<String> parts = new ArrayList<>();
    addPart(duration.toDaysPart(), "d", parts);
    addPart(duration.toHoursPart(), "h", parts);
    addPart(duration.toMinutesPart(), "min", parts);
    addPart(duration.toSecondsPart(), "s", parts);
    addPart(duration.toMillisPart(), "ms", parts);
    return String.join(" ", parts);
  }

  private static void addPart(long amount, String unit, List<String> parts) {
    if (amount > 0) {
      parts.add(amount + " " + unit);
    }
  }

  /** Rows in columns, under headings; nothing if there are no rows. */
  static List<String> table(List<String> head, List<List<String>> rows) {
    List<String> lines = new ArrayList<>();
    if (rows.isEmpty()) {
      return lines;
    }
    List<List<String>> all = new ArrayList<>();
    all.add(head);
    all.addAll(rows);
    int[] widths = new int[head.size()];
    for (List<String> row : all) {
      for (int i = 0; i < row.size(); i++) {
        widths[i] = Math.max(widths[i], safe(row.get(i)).length());
      }
    }
    for (List<String> row : all) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        String cell = safe(row.get(i));
        line.append(cell);
        if (i < row.size() - 1) {
          line.append(" ".repeat(widths[i] - cell.length() + 2));
        }
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  /**
   * The load of a worker. It claims some jobs before it has a slot for them.
   *
   * @param claimed the jobs that it has claimed and not ended
   * @param slots how many it runs at a time
   */
  static String load(int claimed, int slots) {
    return Math.min(claimed, slots)
        + " of "
        + slots
        + (claimed > slots ? ", %d claimed ahead".formatted(claimed - slots) : "");
  }
}
