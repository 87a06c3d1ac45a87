package dev.tenon.benchmarks;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** The handler of most scenarios: counts the jobs that have started. */
final class StartCounter implements Consumer<Work> {

  private static final long NOT_STARTED = 0;

  private final AtomicLong firstStart = new AtomicLong(NOT_STARTED);
  private final CountDownLatch left;
  private final int jobs;

  StartCounter(int jobs) {
    this.jobs = jobs;
    this.left = new CountDownLatch(jobs);
  }

  @Override
  public void accept(Work work) {
    if (firstStart.get() == NOT_STARTED) {
      boolean unused = firstStart.compareAndSet(NOT_STARTED, System.nanoTime());
    }
    left.countDown();
  }

  /** When the first job started, by {@link System#nanoTime()}. */
  long firstStart() {
    return firstStart.get();
  }

  /** Waits until all jobs have started. */
  void await(Duration timeout) throws InterruptedException {
    if (!left.await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException(
          "Of %d jobs %d have not started after %s.".formatted(jobs, left.getCount(), timeout));
    }
  }
}
