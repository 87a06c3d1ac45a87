package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.internal.background.ExplainedFailure;
import dev.tenon.jobs.internal.background.LoggableFailure;
import dev.tenon.jobs.internal.sql.StoreException;

/** Memory ran out while jobs were claimed. */
final class MemoryShortage extends RuntimeException implements ExplainedFailure {

  private static final long serialVersionUID = 1L;

  /** How PostgreSQL's driver says that it has no memory for a row. */
  private static final String OUT_OF_MEMORY = "53200";

  /**
   * A shortage.
   *
   * @param whatIsDone what the worker does about it, without a full stop at the end
   * @param cause how it was noticed
   */
  MemoryShortage(String whatIsDone, Throwable cause) {
    super(whatIsDone, cause);
  }

  /** Whether that is why something failed. */
  static boolean isCauseOf(Throwable failure) {
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
