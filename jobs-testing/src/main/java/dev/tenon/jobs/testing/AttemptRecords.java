package dev.tenon.jobs.testing;

import dev.tenon.jobs.internal.steps.StepRecords;
import dev.tenon.jobs.internal.store.NewCursor;
import dev.tenon.jobs.internal.store.NewStep;
import dev.tenon.jobs.internal.store.NewWait;
import dev.tenon.jobs.internal.store.StepStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The records of one attempt in memory. Thread-safe. */
final class AttemptRecords implements StepRecords {

  private final MemorySteps steps;
  private final Clock clock;
  private final BooleanSupplier hasLease;
  private final @Nullable DataSource dataSource;

  /**
   * Creates the records of an attempt.
   *
   * @param steps what the job keeps
   * @param clock the clock for the times of records
   * @param hasLease returns whether the attempt still has its lease
   * @param dataSource opens connections for transactional steps; null if the test has none
   */
  AttemptRecords(
      MemorySteps steps, Clock clock, BooleanSupplier hasLease, @Nullable DataSource dataSource) {
    this.steps = steps;
    this.clock = clock;
    this.hasLease = hasLease;
    this.dataSource = dataSource;
  }

  @Override
  public StepStore.Kept read() {
    return steps.kept();
  }

  @Override
  public boolean record(NewStep step) {
    boolean isHeld = hasLease.getAsBoolean();
    if (isHeld) {
      steps.record(step, clock.instant());
    }
    return isHeld;
  }

  @Override
  public <X extends Exception> boolean inTransaction(Work<X> work) throws X {
    Connection connection = open();
    boolean isCommitted = false;
    try {
      NewStep step = work.run(connection);
      if (!hasLease.getAsBoolean()) {
        return false;
      }
      commit(connection);
      isCommitted = true;
      return record(step);
    } finally {
      close(connection, isCommitted);
    }
  }

  private Connection open() {
    if (dataSource == null) {
      throw new IllegalStateException(
          "A step takes a connection, and this test has none. Give it one with withStepDataSource or stepDataSource, or use TenonExtension, which runs jobs on a PostgreSQL.");
    }
    try {
      Connection connection = dataSource.getConnection();
      connection.setAutoCommit(false);
      return connection;
    } catch (SQLException e) {
      throw new TransactionException(e);
    }
  }

  private static void commit(Connection connection) {
    try {
      connection.commit();
    } catch (SQLException e) {
      throw new TransactionException(e);
    }
  }

  private static void close(Connection connection, boolean isCommitted) {
    try (connection) {
      if (!isCommitted) {
        connection.rollback();
      }
    } catch (SQLException e) {
      throw new TransactionException(e);
    }
  }

  @Override
  public Optional<StepStore.Awaited> await(NewWait wait) {
    return hasLease.getAsBoolean()
        ? Optional.of(steps.await(wait, clock.instant()))
        : Optional.empty();
  }

  @Override
  public boolean refuseSignal(NewWait wait, String signalId, String error) {
    boolean isHeld = hasLease.getAsBoolean();
    if (isHeld) {
      steps.refuse(wait, signalId, error);
    }
    return isHeld;
  }

  @Override
  public void saveCursor(NewCursor cursor) {
    if (hasLease.getAsBoolean()) {
      steps.save(cursor);
    }
  }
}
