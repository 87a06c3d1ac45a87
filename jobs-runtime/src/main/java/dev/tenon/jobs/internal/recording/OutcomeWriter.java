package dev.tenon.jobs.internal.recording;

import dev.tenon.jobs.internal.background.LoggableFailure;
import dev.tenon.jobs.internal.sql.StoreUnavailableException;
import dev.tenon.jobs.internal.store.AttemptEnd;
import dev.tenon.jobs.internal.store.Lease;
import dev.tenon.jobs.internal.store.OutcomeStore;
import dev.tenon.jobs.internal.store.StartableJobs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the outcomes of attempts, many with one statement, and starts the next tasks of their
 * workflows. No outcome waits long for a workflow that somebody has locked, and a refused one is
 * replaced by one that PostgreSQL accepts. Not thread-safe.
 */
public final class OutcomeWriter {

  private static final Logger LOG = LoggerFactory.getLogger(OutcomeWriter.class);

  /** The time after others had locked a job that writes wait only briefly for the rows of jobs. */
  private static final Duration JOB_IS_HELD = Duration.ofSeconds(15);

  /** The maximum number of failed tries in a row, because each takes some time. */
  private static final int MAX_TRIES_IN_VAIN = 4;

  private final OutcomeStore store;
  private final ReportQueue queue;
  private final TaskStarter nextTasks;
  private final Consumer<StartableJobs> startable;
  private final Runnable afterBatch;
  private final HeldOutcomes held;
  private final BatchWriter<EndedAttempt> batches =
      new BatchWriter<>(this::recordUnlessHeld, false, this::replace);

  /** The time when somebody had locked a job outside of workflows; null if nobody ever has. */
  private @Nullable Long jobHeldNanos;

  /**
   * Creates a writer.
   *
   * @param queue is notified of recorded outcomes
   * @param startable receives the other jobs that can be started because jobs of workflows have
   *     ended
   * @param afterBatch is called after each batch of outcomes is recorded
   */
  public OutcomeWriter(
      String workerId,
      OutcomeStore store,
      ReportQueue queue,
      TaskStarter nextTasks,
      Consumer<StartableJobs> startable,
      Runnable afterBatch) {
    this.store = store;
    this.queue = queue;
    this.nextTasks = nextTasks;
    this.startable = startable;
    this.afterBatch = afterBatch;
    this.held = new HeldOutcomes(workerId);
  }

  /** Returns whether there are outcomes that others keep from being written. */
  boolean holdsOutcomes() {
    return !held.isEmpty();
  }

  /**
   * Writes the outcomes of the queue, including those left of earlier ones. Outcomes that were not
   * written when this throws are kept for the next time.
   *
   * @param unwritten the leases of attempts whose outcomes must wait
   */
  void write(Set<Lease> unwritten) {
    tryHeld();
    queue.takeEnded(unwritten, batches::add);
    try {
      batches.write();
    } finally {
      held.awaitNone();
      held.log();
    }
  }

  /**
   * Records outcomes that other transactions held, if they are free by now. If they cannot be
   * recorded for another reason, they are written with all others, which finds the items at fault.
   */
  private void tryHeld() {
    if (!held.isTryDue()) {
      return;
    }
    held.takeAwaited(batches::add);
    for (List<EndedAttempt> batch : held.inBatches()) {
      List<EndedAttempt> left = List.of();
      try {
        left = recordWhatIsFree(batch);
      } catch (RuntimeException | Error e) {
        batches.add(batch);
        LOG.debug("Outcomes whose workflows were held are tried again with all others.", e);
      }
      afterBatch.run();
      held.wasTried(batch, left);
    }
  }

  /**
   * Records the ends of attempts, except those whose workflows other transactions hold, and returns
   * whether it has recorded any.
   */
  private boolean recordUnlessHeld(List<EndedAttempt> batch) {
    Set<UUID> heldWorkflows = held.workflows();
    List<EndedAttempt> toHold = new ArrayList<>();
    List<EndedAttempt> free = new ArrayList<>();
    for (EndedAttempt attempt : batch) {
      (heldWorkflows.contains(attempt.workflowId()) ? toHold : free).add(attempt);
    }
    if (!free.isEmpty()) {
      try {
        recordAll(free);
      } catch (StoreUnavailableException e) {
        if (!e.isHeldByOthers() || areOutsideOfWorkflows(free)) {
          throw e;
        }
        // Do not wait for its next outcomes as well
        held.awaitNone();
        toHold.addAll(recordWhatIsFree(free));
      }
    }
    for (EndedAttempt attempt : toHold) {
      taskIsRecorded(attempt);
      held.add(attempt);
    }
    afterBatch.run();
    return toHold.size() < batch.size();
  }

  private static boolean areOutsideOfWorkflows(List<EndedAttempt> batch) {
    return batch.stream().allMatch(each -> each.workflowId() == null);
  }

  private void recordAll(List<EndedAttempt> batch) {
    if (areOutsideOfWorkflows(batch)) {
      recordPlain(batch);
      return;
    }
    List<SlotTurn> turns = batch.stream().map(EndedAttempt::turn).filter(Objects::nonNull).toList();
    List<SlotTurn> continuing =
        turns.stream().filter(SlotTurn::mayContinue).map(SlotTurn::continued).toList();
    ClaimsInProgress.Claim claim = nextTasks.claims().begin();
    OutcomeStore.Finished finished;
    try {
      finished = store.finish(ends(batch), nextTasks.claimable(continuing.size()));
      areDone(batch, finished.recorded());
      if (!continuing.isEmpty()) {
        nextTasks.start(finished.claimed(), continuing);
      }
    } finally {
      nextTasks.claims().end(claim);
    }
    if (!turns.isEmpty()) {
      nextTasks.areRecorded(turns.size());
    }
    tellStartable(finished.startable());
  }

  /**
   * Records ends of jobs outside of workflows. If somebody has locked one of these jobs, the try
   * takes two seconds; then the batch is halved, and for a while no try waits that long.
   */
  private void recordPlain(List<EndedAttempt> batch) {
    Long heldNanos = jobHeldNanos;
    try {
      if (heldNanos != null && System.nanoTime() - heldNanos < JOB_IS_HELD.toNanos()) {
        // None of them is in a workflow that others might hold
        List<EndedAttempt> unused = recordFree(batch);
      } else {
        areDone(batch, store.finish(ends(batch)));
      }
    } catch (StoreUnavailableException e) {
      if (e.isHeldByOthers()) {
        jobHeldNanos = System.nanoTime();
      }
      throw e;
    }
  }

  private static List<AttemptEnd> ends(List<EndedAttempt> batch) {
    return batch.stream().map(EndedAttempt::end).toList();
  }

  /**
   * Records outcomes whose workflows nobody holds at the moment, and waits for none. If somebody
   * holds another workflow that has tasks waiting for one of these, they are tried one by one.
   *
   * @return the others
   */
  private List<EndedAttempt> recordWhatIsFree(List<EndedAttempt> batch) {
    try {
      return recordFree(batch);
    } catch (StoreUnavailableException e) {
      if (!e.isHeldByOthers()) {
        throw e;
      }
    }
    Map<@Nullable UUID, List<EndedAttempt>> byWorkflow = new LinkedHashMap<>();
    batch.forEach(
        each ->
            byWorkflow.computeIfAbsent(each.workflowId(), unused -> new ArrayList<>()).add(each));
    List<EndedAttempt> plain = byWorkflow.remove(null);
    if (plain != null) {
      recordAll(plain);
    }
    List<EndedAttempt> untried = new ArrayList<>();
    List<EndedAttempt> inVain = new ArrayList<>();
    int triesInVain = 0;
    for (List<EndedAttempt> ofWorkflow : byWorkflow.values()) {
      if (triesInVain == MAX_TRIES_IN_VAIN) {
        untried.addAll(ofWorkflow);
        continue;
      }
      try {
        inVain.addAll(recordFree(ofWorkflow));
      } catch (RuntimeException | Error e) {
        // Recorded outcomes must not be tried again, so this throws nothing from here on
        triesInVain++;
        inVain.addAll(ofWorkflow);
        LOG.debug("The outcomes of a workflow are tried again.", e);
      }
    }
    untried.addAll(inVain);
    return untried;
  }

  private List<EndedAttempt> recordFree(List<EndedAttempt> batch) {
    Map<UUID, UUID> workflows = new HashMap<>();
    for (EndedAttempt attempt : batch) {
      if (attempt.workflowId() != null) {
        workflows.put(attempt.lease().jobId(), attempt.workflowId());
      }
    }
    OutcomeStore.FinishedInPart finished = store.finishFree(ends(batch), workflows);
    List<EndedAttempt> others = new ArrayList<>();
    for (EndedAttempt attempt : batch) {
      if (attempt.workflowId() != null && !finished.free().contains(attempt.workflowId())) {
        others.add(attempt);
        continue;
      }
      queue.isDone(attempt, finished.recorded().contains(attempt.lease().jobId()));
      taskIsRecorded(attempt);
    }
    tellStartable(finished.startable());
    return others;
  }

  private void areDone(List<EndedAttempt> batch, Set<UUID> recorded) {
    for (EndedAttempt attempt : batch) {
      queue.isDone(attempt, recorded.contains(attempt.lease().jobId()));
    }
  }

  private void taskIsRecorded(EndedAttempt attempt) {
    if (attempt.turn() != null) {
      nextTasks.areRecorded(1);
    }
  }

  private void tellStartable(StartableJobs some) {
    if (some.isNothing()) {
      return;
    }
    try {
      startable.accept(some);
    } catch (RuntimeException | Error e) {
      // The outcomes are recorded; the relay finds the jobs that can be started
      LOG.error("Starting the next tasks of workflows failed; they are started a little later.", e);
    }
  }

  private void replace(EndedAttempt attempt, Throwable refusal) {
    UUID jobId = attempt.lease().jobId();
    if (attempt.isReplacement()) {
      LOG.error(
          "The outcome of job {} cannot be recorded in any form ({}). The job is released.",
          jobId,
          LoggableFailure.describe(refusal));
      // The heartbeat finds that the table has a job that nobody runs
      queue.isDone(attempt, false);
      taskIsRecorded(attempt);
      return;
    }
    EndedAttempt replacement = attempt.replacement(refusal);
    LOG.error(
        "The outcome {} of job {} cannot be recorded ({}). {} is recorded instead.",
        attempt.end().outcome().code(),
        jobId,
        LoggableFailure.describe(refusal),
        replacement.end().outcome().code());
    queue.replaced(attempt, replacement);
    batches.add(List.of(replacement));
  }
}
