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
    return minutes(choose(Duration.ofSeconds(25), Duration.ofMinutes(5)));
  }

  /** How many jobs the random run submits. */
  static int randomJobs() {
    String jobs = System.getProperty("faults.jobs", "");
    return jobs.isEmpty() ? choose(1_000, 50_000) : Integer.parseInt(jobs);
  }

  /** The time after which the long run begins no further round. */
  static Duration soak() {
    String hours = System.getProperty("faults.hours", "");
    return hours.isEmpty()
        ? Duration.ZERO
        : Duration.ofSeconds((long) (Double.parseDouble(hours) * 3600));
  }

  /** How long a round of the long run breaks things; it is short if nothing is asked for. */
  static Duration soakRound() {
    return minutes(soak().isZero() ? Duration.ofSeconds(30) : Duration.ofMinutes(8));
  }

  /** How many jobs the long run submits in a second. */
  static int soakRate() {
    String rate = System.getProperty("faults.rate", "");
    return rate.isEmpty() ? 40 : Integer.parseInt(rate);
  }

  /** For how long workflows are submitted while things break. */
  static Duration randomGraphsRun() {
    return minutes(choose(Duration.ofSeconds(15), Duration.ofMinutes(5)));
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

  /** The minutes that were asked for, or else the default. */
  private static Duration minutes(Duration otherwise) {
    String minutes = System.getProperty("faults.minutes", "");
    return minutes.isEmpty()
        ? otherwise
        : Duration.ofSeconds((long) (Double.parseDouble(minutes) * 60));
  }
}
