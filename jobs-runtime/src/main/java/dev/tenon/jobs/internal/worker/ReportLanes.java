package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.internal.store.ClaimedJob;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The queues of reports of a worker, each with a recorder of its own. Whoever records the end of a
 * job in a workflow also does what follows from it, which takes longer than the recording: so
 * workflows are spread over several queues, and all jobs of a workflow have the same one, as they
 * would wait for each other. One queue is enough for all other jobs. Thread-safe.
 */
final class ReportLanes {

  private static final int COUNT = 2;

  private final List<ReportQueue> all;

  /**
   * Nothing waits.
   *
   * @param slots are told that next tasks may follow when a task of a workflow has ended
   */
  ReportLanes(Slots slots) {
    this.all = Stream.generate(() -> new ReportQueue(slots)).limit(COUNT).toList();
  }

  List<ReportQueue> all() {
    return all;
  }

  /** The one for what the job reports, and for its outcome. */
  ReportQueue of(ClaimedJob job) {
    @Nullable UUID workflowId = job.workflowId();
    return all.get(workflowId == null ? 0 : Math.floorMod(workflowId.hashCode(), all.size()));
  }

  /** Whether so much waits to be recorded that no more jobs should be started. */
  boolean isFull() {
    return all.stream().anyMatch(ReportQueue::isFull);
  }

  /** How many outcomes wait to be recorded. */
  int waitingEnds() {
    return all.stream().mapToInt(ReportQueue::waitingEnds).sum();
  }
}
