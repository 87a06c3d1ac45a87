package dev.tenon.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/**
 * Submits jobs one by one, from several threads.
 *
 * @param ratePerSecond the total number per second; 0 for as many as possible
 * @param threads how many threads submit
 */
record PacedSubmits(int ratePerSecond, int threads) {

  private static final int WARM_UP_SECONDS = 20;
  private static final double NANOS_PER_SECOND = 1e9;

  /** As many as possible. */
  static PacedSubmits unlimited(int threads) {
    return new PacedSubmits(0, threads);
  }

  /** How many jobs are submitted before those that count. */
  int warmUp() {
    return ratePerSecond * WARM_UP_SECONDS;
  }

  /** Submits the jobs for the warm-up, and so many more; returns when all of them are durable. */
  void run(JobSystem system, int jobs) throws Exception {
    int count = warmUp() + jobs;
    long start = System.nanoTime();
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> submitting = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        int first = thread;
        submitting.add(
            executor.submit(
                () -> {
                  for (int number = first; number < count; number += threads) {
                    waitForTurn(number, start);
                    system.submit(Work.of(number));
                  }
                  return null;
                }));
      }
      for (Future<?> thread : submitting) {
        var unused = thread.get();
      }
    } finally {
      executor.shutdown();
    }
  }

  private void waitForTurn(int number, long start) {
    if (ratePerSecond == 0) {
      return;
    }
    long turn = start + (long) (number * NANOS_PER_SECOND / ratePerSecond);
    for (long left = turn - System.nanoTime(); left > 0; left = turn - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
