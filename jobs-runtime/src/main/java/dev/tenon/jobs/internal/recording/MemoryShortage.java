package dev.tenon.jobs.internal.recording;

import dev.tenon.jobs.internal.background.ExplainedFailure;
import dev.tenon.jobs.internal.background.LoggableFailure;
import dev.tenon.jobs.internal.sql.StoreException;

/** Thrown when memory ran out while jobs were claimed. */
public final class MemoryShortage extends RuntimeException implements ExplainedFailure {

  private static final long serialVersionUID = 1L;

  /** The SQL state of PostgreSQL's driver when it has no memory for a row. */
  private static final String OUT_OF_MEMORY = "53200";

  /**
   * Creates a shortage.
   *
   * @param whatIsDone the worker's reaction, without a full stop at the end
   * @param cause the failure that revealed it
   */
  public MemoryShortage(String whatIsDone, Throwable cause) {
    super(whatIsDone, cause);
  }

  /** Returns whether a lack of memory caused a failure. */
  public static boolean isCauseOf(Throwable failure) {
    if (failure instanceof StoreException store && OUT_OF_MEMORY.equals(store.sqlState())) {
      return true;
    }
    return LoggableFailure.chain(failure).stream().anyMatch(OutOfMemoryError.class::isInstance);
  }

  @Override
  public String explanation() {
    return "out of memory: " + getMessage();
  }
}
