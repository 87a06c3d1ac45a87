package dev.tenon.jobs.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Times that are measured, and printed where the build shows them. */
final class Figures {

  private Figures() {}

  /** Prints the median and the worst, and keeps them in a file. */
  static void report(String file, String what, List<Duration> times) {
    List<Duration> sorted = new ArrayList<>(times);
    Collections.sort(sorted);
    report(
        file,
        String.format(
            Locale.ROOT,
            "%s: median %.2f s, worst %.2f s, of %d",
            what,
            seconds(sorted.get(sorted.size() / 2)),
            seconds(sorted.get(sorted.size() - 1)),
            sorted.size()));
  }

  /** Prints a line, and keeps it in a file. */
  static void report(String file, String line) {
    System.out.println(line);
    try {
      Path folder = Path.of("target", "figures");
      Files.createDirectories(folder);
      Files.writeString(folder.resolve(file + ".txt"), line + System.lineSeparator());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }

  private static double seconds(Duration time) {
    return time.toMillis() / 1000.0;
  }
}
