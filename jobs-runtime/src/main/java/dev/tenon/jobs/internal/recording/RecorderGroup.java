package dev.tenon.jobs.internal.recording;

import java.time.Duration;
import java.util.List;

/** The recorders of a worker, one for each of its queues of reports. Thread-safe. */
public final class RecorderGroup {

  private final List<Recorder> all;

  public RecorderGroup(List<Recorder> all) {
    this.all = List.copyOf(all);
  }

  public void start() {
    all.forEach(Recorder::start);
  }

  /** Returns whether the thread of one has ended although nobody asked it to. */
  public boolean hasDied() {
    return all.stream().anyMatch(Recorder::hasDied);
  }

  /** Makes them stop when everything is recorded, because nothing more comes. */
  public void finishSoon() {
    all.forEach(Recorder::finishSoon);
  }

  /**
   * Records the reports within the given time, stops, and returns whether everything is recorded.
   */
  public boolean close(Duration timeout) throws InterruptedException {
    finishSoon();
    long end = System.nanoTime() + timeout.toNanos();
    boolean recorded = true;
    for (Recorder recorder : all) {
      recorded &= recorder.close(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
    }
    return recorded;
  }
}
