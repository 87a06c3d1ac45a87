package dev.tenon.jobs.internal.recording;

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
public final class ReportLanes {

  private static final int COUNT = 2;

  private final List<ReportQueue> all;

  /**
   * Creates empty queues.
   *
   * @param taskEnded is called when a task of a workflow has ended: next tasks may follow
   */
  public ReportLanes(Runnable taskEnded) {
    this.all = Stream.generate(() -> new ReportQueue(taskEnded)).limit(COUNT).toList();
  }

  public List<ReportQueue> all() {
    return all;
  }

  /** Returns the queue for the reports and the outcome of a job. */
  public ReportQueue of(ClaimedJob job) {
    @Nullable UUID workflowId = job.workflowId();
    return all.get(workflowId == null ? 0 : Math.floorMod(workflowId.hashCode(), all.size()));
  }

  /** Returns whether so much waits to be recorded that no more jobs should be started. */
  public boolean isFull() {
    return all.stream().anyMatch(ReportQueue::isFull);
  }

  /** Returns the number of outcomes that wait to be recorded. */
  public int waitingEnds() {
    return all.stream().mapToInt(ReportQueue::waitingEnds).sum();
  }
}
