package dev.tenon.jobs.internal.steps;

import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.store.NewCursor;
import dev.tenon.jobs.internal.store.NewStep;
import dev.tenon.jobs.internal.store.NewWait;
import dev.tenon.jobs.internal.store.StepStore;
import java.sql.Connection;
import java.util.Optional;

/**
 * The place where an attempt keeps what its steps, waits and cursor record. Every write counts only
 * while the attempt has its lease. Thread-safe. The methods throw {@link StoreException} if the
 * place cannot be reached.
 */
public interface StepRecords {

  /** Returns everything that the job has kept. */
  StepStore.Kept read();

  /**
   * Writes a record, and returns when it is committed.
   *
   * @return false if the attempt has lost its lease, so that nothing was written
   */
  boolean record(NewStep step);

  /**
   * Runs work with a connection, and writes the record that the work returns. Both are committed
   * together, or neither is.
   *
   * @param work the work, which is called once
   * @return false if the attempt has lost its lease, so that nothing was committed
   * @throws X if the work does
   * @throws TransactionException if the transaction could not begin, or could not be committed
   */
  <X extends Exception> boolean inTransaction(Work<X> work) throws X;

  /**
   * Work in a transaction.
   *
   * @param <X> what it throws
   */
  @FunctionalInterface
  interface Work<X extends Exception> {

    /**
     * Does the work.
     *
     * @param transaction the connection, which the work neither commits nor closes
     * @return the record to write with it
     */
    NewStep run(Connection transaction) throws X;
  }

  /** Thrown if a transaction could not begin, or if it is unknown whether it was committed. */
  final class TransactionException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param cause the exception of the database, its driver or its pool
     */
    public TransactionException(Throwable cause) {
      super(cause);
    }
  }

  /**
   * Takes the oldest signal that ends a wait, or records that the wait has timed out or that the
   * job waits.
   *
   * @return how the wait stands; empty if the attempt has lost its lease
   */
  Optional<StepStore.Awaited> await(NewWait wait);

  /**
   * Records that a signal that has ended a wait cannot be delivered: the wait continues.
   *
   * @param error the reason, for people, without values
   * @return false if the attempt has lost its lease
   */
  boolean refuseSignal(NewWait wait, String signalId, String error);

  /** Takes a cursor, which is saved soon, and at the latest before the end of the attempt is. */
  void saveCursor(NewCursor cursor);
}
