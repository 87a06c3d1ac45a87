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

  /** Whether the thread of one has ended though nobody has asked for it. */
  boolean hasDied() {
    return all.stream().anyMatch(Recorder::hasDied);
  }

  /** Nothing more comes: they stop when everything is recorded. */
  void finishSoon() {
    all.forEach(Recorder::finishSoon);
  }

  /** Records what there is, for as long as given, and stops. Whether everything is recorded. */
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
