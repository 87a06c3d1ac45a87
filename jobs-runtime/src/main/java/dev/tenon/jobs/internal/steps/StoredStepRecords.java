package dev.tenon.jobs.internal.steps;

import dev.tenon.jobs.internal.store.NewCursor;
import dev.tenon.jobs.internal.store.NewStep;
import dev.tenon.jobs.internal.store.NewWait;
import dev.tenon.jobs.internal.store.StepStore;
import dev.tenon.jobs.options.StepTransactions;
import java.sql.Connection;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Keeps the records of steps in PostgreSQL. Thread-safe. */
public final class StoredStepRecords implements StepRecords {

  private final Shared shared;
  private final UUID jobId;
  private final Consumer<NewCursor> cursors;

  /**
   * The part that the attempts of a worker share. Thread-safe.
   *
   * @param store the store
   * @param transactions runs transactional steps
   * @param turns the permits for statements that share nothing, so that they do not use up the
   *     connections
   */
  public record Shared(StepStore store, StepTransactions transactions, Semaphore turns) {

    private static final int MAX_STATEMENTS = 2;

    /** Creates the shared part for the attempts of a worker. */
    public Shared(StepStore store, StepTransactions transactions) {
      this(store, transactions, new Semaphore(MAX_STATEMENTS, true));
    }
  }

  /**
   * Creates the records of one attempt.
   *
   * @param jobId the job
   * @param cursors takes its cursors, and saves them soon
   */
  public StoredStepRecords(Shared shared, UUID jobId, Consumer<NewCursor> cursors) {
    this.shared = shared;
    this.jobId = jobId;
    this.cursors = cursors;
  }

  @Override
  public StepStore.Kept read() {
    return inTurn(() -> shared.store().read(jobId));
  }

  @Override
  public boolean record(NewStep step) {
    return shared.store().record(step);
  }

  @Override
  public Optional<StepStore.Awaited> await(NewWait wait) {
    return inTurn(() -> shared.store().await(wait));
  }

  @Override
  public boolean refuseSignal(NewWait wait, String signalId, String error) {
    return inTurn(() -> shared.store().refuseSignal(wait, signalId, error));
  }

  @Override
  public void saveCursor(NewCursor cursor) {
    cursors.accept(cursor);
  }

  private <T> T inTurn(Supplier<T> statement) {
    shared.turns().acquireUninterruptibly();
    try {
      return statement.get();
    } finally {
      shared.turns().release();
    }
  }

  @Override
  public <X extends Exception> boolean inTransaction(Work<X> work) throws X {
    Transaction<X> transaction = new Transaction<>(shared.store(), work);
    try {
      shared.transactions().run(transaction::run);
    } catch (Exception e) {
      if (transaction.thrown == null && transaction.isHeld()) {
        throw new TransactionException(e);
      }
    }
    transaction.rethrow();
    return transaction.isHeld();
  }

  /** The work of one transaction, and how it went. */
  private static final class Transaction<X extends Exception> {

    private final StepStore store;
    private final Work<X> work;
    private @Nullable Throwable thrown;
    private @Nullable Boolean isRecorded;

    Transaction(StepStore store, Work<X> work) {
      this.store = store;
      this.work = work;
    }

    /** Throws something unchecked to have the transaction rolled back. */
    void run(Connection connection) {
      try {
        isRecorded = store.record(connection, work.run(connection));
      } catch (Throwable e) {
        thrown = e;
        throw new RollBackException(e);
      }
      if (!isRecorded) {
        throw new RollBackException(null);
      }
    }

    /** Returns whether the lease was not lost, as far as is known. */
    boolean isHeld() {
      return isRecorded == null || isRecorded;
    }

    /** Throws what the work has thrown: an {@code X}, or something unchecked. */
    @SuppressWarnings("unchecked")
    void rethrow() throws X {
      if (thrown instanceof Error error) {
        throw error;
      }
      if (thrown != null) {
        throw (X) thrown;
      }
      if (isRecorded == null) {
        throw new IllegalStateException(
            "StepTransactions.run has returned without running the work.");
      }
    }
  }

  /** Has a transaction rolled back. */
  private static final class RollBackException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RollBackException(@Nullable Throwable cause) {
      super("The step's transaction is rolled back.", cause);
    }
  }
}
