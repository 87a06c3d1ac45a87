package dev.tenon.jobs.faults;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Does several things at the same time, such as starting servers that wait for each other. */
final class Parallel {

  private Parallel() {}

  /** Does all of them, each in a thread, and waits for them; fails if one of them does. */
  static void run(Runnable... tasks) {
    ExecutorService threads = Executors.newFixedThreadPool(tasks.length);
    try {
      List<CompletableFuture<Void>> running =
          Arrays.stream(tasks).map(task -> CompletableFuture.runAsync(task, threads)).toList();
      running.forEach(CompletableFuture::join);
    } finally {
      threads.shutdown();
    }
  }
}
