package dev.tenon.jobs.internal.worker;

import java.time.Duration;
import java.util.List;

/** The recorders of a worker, one for each of its queues of reports. Thread-safe. */
final class RecorderGroup {

  private final List<Recorder> all;

  RecorderGroup(List<Recorder> all) {
    this.all = List.copyOf(all);
  }

  void start() {
    all.forEach(Recorder::start);
  }

  /** Returns whether the thread of one has ended although nobody asked it to. */
  boolean hasDied() {
    return all.stream().anyMatch(Recorder::hasDied);
  }

  /** Makes them stop when everything is recorded, because nothing more comes. */
  void finishSoon() {
    all.forEach(Recorder::finishSoon);
  }

  /**
   * Records the reports within the given time, stops, and returns whether everything is recorded.
   */
  boolean close(Duration timeout) throws InterruptedException {
    finishSoon();
    long end = System.nanoTime() + timeout.toNanos();
    boolean recorded = true;
    for (Recorder recorder : all) {
      recorded &= recorder.close(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
    }
    return recorded;
  }
}
