package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.internal.store.ClaimedJob;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The recorders of a worker. Whoever records the end of a job in a workflow also does what follows
 * from it, which takes longer than the recording: so workflows are spread over several recorders,
 * and all jobs of a workflow have the same one, as they would wait for each other. One recorder is
 * enough for all other jobs. Thread-safe.
 */
final class RecorderGroup {

  private static final int COUNT = 2;

  private final List<Recorder> all;

  /** As many recorders as there are, each made with its number. */
  RecorderGroup(IntFunction<Recorder> recorder) {
    this.all = IntStream.range(0, COUNT).mapToObj(recorder).toList();
  }

  /** The one that records what the job reports, and its end. */
  Recorder of(ClaimedJob job) {
    @Nullable UUID workflowId = job.workflowId();
    return all.get(workflowId == null ? 0 : Math.floorMod(workflowId.hashCode(), all.size()));
  }

  void start() {
    all.forEach(Recorder::start);
  }

  boolean isAlive() {
    return all.stream().allMatch(Recorder::isAlive);
  }

  /** Whether so much waits to be recorded that no more jobs should be started. */
  boolean isFull() {
    return all.stream().anyMatch(Recorder::isFull);
  }

  /** How many outcomes wait to be recorded. */
  int waitingEnds() {
    return all.stream().mapToInt(Recorder::waitingEnds).sum();
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
