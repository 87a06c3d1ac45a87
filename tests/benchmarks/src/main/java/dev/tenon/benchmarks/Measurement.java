package dev.tenon.benchmarks;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The figures of one run of one system in one scenario. The measured process prints them, and the
 * process that started it reads them.
 */
record Measurement(Map<Figure, Double> figures) {

  private static final String PREFIX = "FIGURE ";
  private static final String END = "MEASURED";
  private static final String READY = "READY";

  /** Prints them. */
  void print() {
    figures.forEach((figure, value) -> System.out.println(PREFIX + figure.name() + " " + value));
    System.out.println(END);
  }

  /** Prints that another process may submit now. */
  static void printReady() {
    System.out.println(READY);
  }

  /** Whether a line says that another process may submit now. */
  static boolean isReady(String line) {
    return line.equals(READY);
  }

  /** Whether a line is the last one of a measurement. */
  static boolean isEnd(String line) {
    return line.equals(END);
  }

  /** Reads them from the lines that a process has printed. */
  static Measurement parse(List<String> lines) {
    Map<Figure, Double> figures = new EnumMap<>(Figure.class);
    for (String line : lines) {
      if (line.startsWith(PREFIX)) {
        String[] words = line.split(" ", -1);
        figures.put(Figure.valueOf(words[1]), Double.valueOf(words[2]));
      }
    }
    return new Measurement(figures);
  }
}
