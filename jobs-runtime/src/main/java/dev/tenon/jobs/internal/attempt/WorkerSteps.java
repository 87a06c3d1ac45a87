package dev.tenon.jobs.internal.attempt;

import dev.tenon.jobs.internal.recording.ReportQueue;
import dev.tenon.jobs.internal.steps.StepRecords;
import dev.tenon.jobs.internal.steps.StoredStepRecords;
import dev.tenon.jobs.internal.store.Lease;
import dev.tenon.jobs.internal.store.NewCursor;
import dev.tenon.jobs.internal.store.StepStore;
import dev.tenon.jobs.options.StepTransactions;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/** The part of steps that all attempts of a worker share. Thread-safe. */
public final class WorkerSteps {

  private final BiFunction<UUID, Consumer<NewCursor>, StepRecords> records;
  private volatile boolean isShuttingDown;

  /**
   * Creates the shared state, for records in PostgreSQL.
   *
   * @param store keeps their records
   * @param transactions runs transactional steps
   */
  public static WorkerSteps of(StepStore store, StepTransactions transactions) {
    StoredStepRecords.Shared shared = new StoredStepRecords.Shared(store, transactions);
    return new WorkerSteps((jobId, cursors) -> new StoredStepRecords(shared, jobId, cursors));
  }

  /**
   * Creates what they share.
   *
   * @param records makes the records of one attempt, from its job and what saves its cursors
   */
  public WorkerSteps(BiFunction<UUID, Consumer<NewCursor>, StepRecords> records) {
    this.records = records;
  }

  /** Returns the records of an attempt, whose cursors go into the queue of its reports. */
  StepRecords recordsOf(Lease lease, ReportQueue reports) {
    return records.apply(lease.jobId(), reports::cursor);
  }

  /** Tells handlers that the worker is shutting down, so that those with a cursor stop there. */
  public void shutDown() {
    isShuttingDown = true;
  }

  /** Returns whether the worker is shutting down. */
  boolean isShuttingDown() {
    return isShuttingDown;
  }
}
