package dev.tenon.jobs.runtime;

import java.util.ArrayList;
import java.util.List;

/** Threads that close workers, all at the same time. For one thread. */
final class ClosingThreads {

  private final List<Thread> threads = new ArrayList<>();

  /** Starts to close something in a thread with this name. */
  void start(String name, Runnable close) {
    Thread thread = new Thread(close, name);
    thread.start();
    threads.add(thread);
  }

  /**
   * Waits until all of them are done. An interrupt is passed on to them, which ends the grace
   * period of their workers, and this thread keeps it.
   *
   * @return whether it was interrupted
   */
  boolean join() {
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
          threads.forEach(Thread::interrupt);
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return interrupted;
  }
}
