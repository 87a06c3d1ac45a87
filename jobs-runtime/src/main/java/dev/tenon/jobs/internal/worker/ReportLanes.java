package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.internal.store.ClaimedJob;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The queues of reports of a worker, each with its own recorder. Recording the end of a job in a
 * workflow includes its consequences, which take longer than the record itself. So workflows are
 * spread over several queues, and all jobs of a workflow have the same one because they would wait
 * for each other. One queue is enough for all other jobs. Thread-safe.
 */
final class ReportLanes {

  private static final int COUNT = 2;

  private final List<ReportQueue> all;

  /**
   * Creates empty queues.
   *
   * @param slots are notified that next tasks may follow when a task of a workflow has ended
   */
  ReportLanes(Slots slots) {
    this.all = Stream.generate(() -> new ReportQueue(slots)).limit(COUNT).toList();
  }

  List<ReportQueue> all() {
    return all;
  }

  /** Returns the queue for the reports and the outcome of a job. */
  ReportQueue of(ClaimedJob job) {
    @Nullable UUID workflowId = job.workflowId();
    return all.get(workflowId == null ? 0 : Math.floorMod(workflowId.hashCode(), all.size()));
  }

  /** Returns whether so much waits to be recorded that no more jobs should be started. */
  boolean isFull() {
    return all.stream().anyMatch(ReportQueue::isFull);
  }

  /** Returns the number of outcomes that wait to be recorded. */
  int waitingEnds() {
    return all.stream().mapToInt(ReportQueue::waitingEnds).sum();
  }
}
