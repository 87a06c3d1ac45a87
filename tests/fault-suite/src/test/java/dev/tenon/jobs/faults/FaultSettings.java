package dev.tenon.jobs.faults;

import java.time.Duration;

/** How long and how much: system properties that {@code ./dev faults} passes on. */
final class FaultSettings {

  private FaultSettings() {}

  /** Whether everything runs, at the full durations of the promises. */
  static boolean isFull() {
    return "full".equals(System.getProperty("faults"));
  }

  /** The one or the other. */
  static <T> T choose(T reduced, T full) {
    return isFull() ? full : reduced;
  }

  /** A time that is promised; the short run shares its machine with other tests. */
  static Duration promised(Duration time) {
    return isFull() ? time : time.multipliedBy(3);
  }

  /** How long the random run breaks things. */
  static Duration randomRun() {
    String minutes = System.getProperty("faults.minutes", "");
    return minutes.isEmpty()
        ? choose(Duration.ofSeconds(25), Duration.ofMinutes(5))
        : Duration.ofSeconds((long) (Double.parseDouble(minutes) * 60));
  }

  /** How many jobs the random run submits. */
  static int randomJobs() {
    String jobs = System.getProperty("faults.jobs", "");
    return jobs.isEmpty() ? choose(1_000, 50_000) : Integer.parseInt(jobs);
  }

  /** For how long workflows are submitted while things break. */
  static Duration randomGraphsRun() {
    String minutes = System.getProperty("faults.minutes", "");
    return minutes.isEmpty()
        ? choose(Duration.ofSeconds(15), Duration.ofMinutes(5))
        : Duration.ofSeconds((long) (Double.parseDouble(minutes) * 60));
  }

  /** How many workflows the random run submits. */
  static int randomGraphs() {
    String graphs = System.getProperty("faults.graphs", "");
    return graphs.isEmpty() ? choose(150, 20_000) : Integer.parseInt(graphs);
  }

  /** What the random run is made from; the same seed makes the same faults in the same order. */
  static long seed() {
    String seed = System.getProperty("faults.seed", "");
    return seed.isEmpty() ? System.nanoTime() & 0xffffffffL : Long.parseLong(seed);
  }
}
