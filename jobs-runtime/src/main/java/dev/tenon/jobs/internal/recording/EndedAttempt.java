package dev.tenon.jobs.internal.recording;

import dev.tenon.jobs.JobError;
import dev.tenon.jobs.internal.background.DisplayText;
import dev.tenon.jobs.internal.background.LoggableFailure;
import dev.tenon.jobs.internal.store.AttemptEnd;
import dev.tenon.jobs.internal.store.AttemptFailure;
import dev.tenon.jobs.internal.store.Lease;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An attempt that has ended, until its outcome is recorded.
 *
 * @param workflowId the workflow of the job; null if it belongs to none
 * @param turn the turn of the slot, which a next task may continue; null if none does
 * @param recorded is notified when it is recorded, with true if its lease was still valid
 * @param isReplacement whether another outcome of it was refused
 */
record EndedAttempt(
    AttemptEnd end,
    @Nullable UUID workflowId,
    @Nullable SlotTurn turn,
    Consumer<Boolean> recorded,
    boolean isReplacement) {

  private static final int MAX_IN_A_BATCH = 500;

  private static final long BYTES_OF_AN_EMPTY_END = 200;

  Lease lease() {
    return end.lease();
  }

  /** Returns the same, without a task that continues in its slot. */
  EndedAttempt withoutTurn() {
    return new EndedAttempt(end, workflowId, null, recorded, isReplacement);
  }

  /** Returns the approximate number of bytes of the outcome. */
  long bytes() {
    AttemptFailure failure = end.failure();
    long text = failure == null ? 0 : length(failure.message()) + length(failure.stack());
    long result = end instanceof AttemptEnd.Completed completed ? length(completed.result()) : 0;
    return BYTES_OF_AN_EMPTY_END + text + result;
  }

  private static long length(@Nullable String text) {
    return text == null ? 0 : text.length();
  }

  /** Returns the same, without the parts of its outcome that could be refused. */
  EndedAttempt replacement(Throwable refusal) {
    return new EndedAttempt(end.withoutRefused(failure(refusal)), workflowId, turn, recorded, true);
  }

  private AttemptFailure failure(Throwable refusal) {
    if (end instanceof AttemptEnd.Completed completed && MemoryShortage.isCauseOf(refusal)) {
      return AttemptFailure.of(
          JobError.Reason.RESULT_TOO_LARGE,
          "The result has %s, and the worker has no memory to record it. Store the data elsewhere and return a reference to it, or give the worker more memory (-Xmx)."
              .formatted(DisplayText.ofBytes(length(completed.result()))));
    }
    return AttemptFailure.of(
        JobError.Reason.OUTCOME_REFUSED,
        "The outcome %s of the attempt could not be recorded: %s."
            .formatted(end.outcome().code(), LoggableFailure.describe(refusal)));
  }

  /** Splits attempts into batches of a size that one statement can take. */
  static List<List<EndedAttempt>> inBatches(List<EndedAttempt> ended) {
    List<List<EndedAttempt>> batches = new ArrayList<>();
    List<EndedAttempt> batch = new ArrayList<>();
    long bytes = 0;
    for (EndedAttempt each : ended) {
      long size = each.bytes();
      if (batch.size() >= MAX_IN_A_BATCH
          || (!batch.isEmpty() && bytes + size > BatchWriter.MAX_BYTES)) {
        batches.add(batch);
        batch = new ArrayList<>();
        bytes = 0;
      }
      batch.add(each);
      bytes += size;
    }
    if (!batch.isEmpty()) {
      batches.add(batch);
    }
    return batches;
  }
}
