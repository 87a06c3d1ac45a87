package dev.tenon.benchmarks;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The handler of the scenarios in which another process submits: how long each job waited. */
final class Latencies implements Consumer<Work> {

  private static final double MICROS_PER_MILLI = 1_000;
  private static final double MEDIAN = 0.5;
  private static final double LAST_HUNDREDTH = 0.99;

  private final int ignored;
  private final int jobs;
  private final Queue<Double> millis = new ConcurrentLinkedQueue<>();
  private final CountDownLatch left;

  /**
   * For the jobs of a submitter.
   *
   * @param ignored the first jobs, which warm up both processes
   * @param jobs how many are measured after them
   */
  Latencies(int ignored, int jobs) {
    this.ignored = ignored;
    this.jobs = jobs;
    this.left = new CountDownLatch(jobs);
  }

  @Override
  public void accept(Work work) {
    long now = Clocks.micros();
    if (work.number() >= ignored) {
      boolean unused = millis.add((now - work.sentAtMicros()) / MICROS_PER_MILLI);
      left.countDown();
    }
  }

  /** Waits for the last job. */
  Measurement await(Duration timeout) throws InterruptedException {
    if (!left.await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException(
          "Of %d jobs %d have not started after %s.".formatted(jobs, left.getCount(), timeout));
    }
    Statistics statistics = Statistics.of(List.copyOf(millis));
    Map<Figure, Double> figures = new EnumMap<>(Figure.class);
    figures.put(Figure.P50, statistics.percentile(MEDIAN));
    figures.put(Figure.P99, statistics.percentile(LAST_HUNDREDTH));
    return new Measurement(figures);
  }
}
