package dev.tenon.jobs.internal.recording;

import dev.tenon.jobs.internal.background.WakeUp;
import dev.tenon.jobs.internal.store.AttemptEnd;
import dev.tenon.jobs.internal.store.Lease;
import dev.tenon.jobs.internal.store.LogLine;
import dev.tenon.jobs.internal.store.NewCursor;
import dev.tenon.jobs.internal.store.ProgressReport;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reports of attempts, until a {@link Recorder} takes them: log lines, progress, cursors and
 * outcomes. It counts the outcomes and their bytes until they are recorded. Thread-safe.
 */
public final class ReportQueue implements ReportSink {

  private static final Logger LOG = LoggerFactory.getLogger(ReportQueue.class);

  /** The limits of waiting outcomes and of their bytes; beyond these, no more jobs are claimed. */
  static final int MAX_WAITING_ENDS = 2000;

  static final long MAX_WAITING_BYTES = 32L * 1024 * 1024;

  private final Runnable taskEnded;
  private final WakeUp arrivals = new WakeUp();
  private final LogBuffer lines = new LogBuffer();
  private final ConcurrentHashMap<UUID, ProgressReport> progress = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<UUID, NewCursor> cursors = new ConcurrentHashMap<>();
  private final Queue<EndedAttempt> ended = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waitingEnds = new AtomicInteger();
  private final AtomicLong waitingBytes = new AtomicLong();

  /**
   * Creates an empty queue.
   *
   * @param taskEnded is called when a task of a workflow has ended: next tasks may follow
   */
  public ReportQueue(Runnable taskEnded) {
    this.taskEnded = taskEnded;
  }

  /** Adds a line to the log of a job; waits if the handler is faster than the database. */
  @Override
  public void log(LogLine line) {
    if (lines.add(line)) {
      arrivals.wake();
    }
  }

  @Override
  public void emit(LogLine value, BooleanSupplier isOver) {
    if (lines.addEmitted(value, isOver)) {
      arrivals.wake();
    }
  }

  @Override
  public void progress(ProgressReport report) {
    progress.put(report.lease().jobId(), report);
  }

  /** Sets the cursor of a job; only the last one counts. It is saved before the outcome is. */
  public void cursor(NewCursor cursor) {
    cursors.put(cursor.lease().jobId(), cursor);
  }

  /**
   * Adds the outcome of an attempt. It is recorded after {@link #arrived()}.
   *
   * @param workflowId the workflow of the job; null if it belongs to none
   * @param turn the turn of its slot
   * @param recorded is notified when it is recorded, with true if its lease was still valid
   */
  public void add(
      AttemptEnd end, @Nullable UUID workflowId, SlotTurn turn, Consumer<Boolean> recorded) {
    if (end instanceof AttemptEnd.Completed) {
      // It is at 100: earlier reports no longer need to be written
      progress.remove(end.lease().jobId());
    }
    EndedAttempt attempt =
        new EndedAttempt(end, workflowId, workflowId == null ? null : turn, recorded, false);
    ended.add(attempt);
    waitingEnds.incrementAndGet();
    waitingBytes.addAndGet(attempt.bytes());
    if (attempt.turn() != null) {
      taskEnded.run();
    }
  }

  /** Has the outcomes recorded that were added. */
  public void arrived() {
    arrivals.wake();
  }

  /** Returns whether so much waits to be recorded that no more jobs should be started. */
  boolean isFull() {
    return waitingEnds.get() >= MAX_WAITING_ENDS || waitingBytes.get() >= MAX_WAITING_BYTES;
  }

  /** Returns the number of outcomes that are not recorded yet. */
  int waitingEnds() {
    return waitingEnds.get();
  }

  /** Wakes the thread that takes the reports. */
  WakeUp arrivals() {
    return arrivals;
  }

  /** Sets whether it makes sense to wait for room for log lines. */
  void recordsLines(boolean areRecorded) {
    lines.recordsLines(areRecorded);
  }

  /** Returns whether there are neither log lines nor outcomes to take. */
  boolean isEmpty() {
    return lines.isEmpty() && ended.isEmpty();
  }

  /**
   * Hands over lines; see {@link #takeEnded}.
   *
   * @param taker keeps lines until they are written; may throw if it has not kept them
   */
  void takeLines(int max, Consumer<List<LogLine>> taker) {
    lines.take(max, BatchWriter.MAX_BYTES, taker);
  }

  /** Hands over progress; see {@link #takeEnded}. */
  void takeProgress(Consumer<List<ProgressReport>> taker) {
    List<ProgressReport> taken = List.copyOf(progress.values());
    taker.accept(taken);
    // One that has arrived since stays
    taken.forEach(report -> progress.remove(report.lease().jobId(), report));
  }

  /** Hands over cursors; see {@link #takeEnded}. */
  void takeCursors(Consumer<List<NewCursor>> taker) {
    List<NewCursor> taken = List.copyOf(cursors.values());
    taker.accept(taken);
    // One that has arrived since stays
    taken.forEach(cursor -> cursors.remove(cursor.lease().jobId(), cursor));
  }

  /**
   * Hands over the outcomes of attempts whose log lines and cursors are all written, in batches. A
   * batch leaves the queue when it has been taken, so that none is lost if memory runs out before.
   *
   * @param unwritten the leases of those whose lines or cursors were taken, and are not written yet
   * @param taker keeps a batch until it is written; may throw if it has not kept it
   */
  void takeEnded(Set<Lease> unwritten, Consumer<List<EndedAttempt>> taker) {
    List<EndedAttempt> ready = new ArrayList<>();
    for (EndedAttempt attempt : ended) {
      if (!unwritten.contains(attempt.lease())
          && !lines.has(attempt.lease())
          && !hasCursor(attempt.lease())) {
        ready.add(attempt);
      }
    }
    // No other thread takes any, so this iterator meets the same ones in the same order
    Iterator<EndedAttempt> each = ended.iterator();
    for (List<EndedAttempt> batch : EndedAttempt.inBatches(ready)) {
      taker.accept(batch);
      batch.forEach(attempt -> removeNext(each, attempt.lease()));
    }
  }

  private static void removeNext(Iterator<EndedAttempt> each, Lease lease) {
    Lease met = each.next().lease();
    while (!met.equals(lease)) {
      met = each.next().lease();
    }
    each.remove();
  }

  private boolean hasCursor(Lease lease) {
    NewCursor cursor = cursors.get(lease.jobId());
    return cursor != null && cursor.lease().equals(lease);
  }

  /** Replaces an outcome that was taken by another one. */
  void replaced(EndedAttempt attempt, EndedAttempt replacement) {
    waitingBytes.addAndGet(replacement.bytes() - attempt.bytes());
  }

  /**
   * Notifies the attempt that its outcome is recorded, or never will be. Throws nothing: the
   * outcome must not be written again, and the others of its batch must be notified, too.
   */
  void isDone(EndedAttempt attempt, boolean underLease) {
    waitingEnds.decrementAndGet();
    waitingBytes.addAndGet(-attempt.bytes());
    try {
      attempt.recorded().accept(underLease);
    } catch (RuntimeException | Error e) {
      LOG.error(
          "The attempt of job {} could not be notified that its outcome is recorded.",
          attempt.lease().jobId(),
          e);
    }
  }
}
