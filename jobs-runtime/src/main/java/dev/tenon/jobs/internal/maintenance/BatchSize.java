package dev.tenon.jobs.internal.maintenance;

import dev.tenon.jobs.internal.sql.StoreUnavailableException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many rows a task of maintenance changes with one statement: as many as fit into the time that
 * a statement of the leader may take. What did not fit is tried again with half as many, down to
 * one, and what was done quickly is followed by twice as many, up to a maximum: neither large rows
 * nor a busy server can stop a task for good. For one thread.
 */
final class BatchSize {

  private static final Logger LOG = LoggerFactory.getLogger(BatchSize.class);

  /** Twice as many then take far less time than a statement may. */
  private static final Duration QUICK = Duration.ofSeconds(1);

  private final String what;
  private final int max;
  private final LongSupplier nanoTime;
  private int size;

  /**
   * The statement of a task.
   *
   * @param <T> what it gives
   * @param <E> what else it may throw
   */
  @FunctionalInterface
  interface Statement<T, E extends Exception> {

    /** Changes up to that many rows. */
    T run(int limit) throws E;
  }

  /**
   * The size of batches, which is the maximum at first.
   *
   * @param what the rows, for a line in the log, such as "jobs to delete"
   * @param max how many rows at most
   */
  BatchSize(String what, int max) {
    this(what, max, System::nanoTime);
  }

  /** The same by another clock, such as {@link System#nanoTime()}. */
  BatchSize(String what, int max, LongSupplier nanoTime) {
    this.what = what;
    this.max = max;
    this.nanoTime = nanoTime;
    this.size = max;
  }

  /** How many rows the next statement changes at most. */
  int current() {
    return size;
  }

  /**
   * Does the next batch.
   *
   * @return what the statement gave; empty if it took too long and was undone, so that it is to be
   *     tried again with fewer rows, once the other tasks have had their turn
   * @throws StoreUnavailableException if it took too long with a single row, or failed otherwise
   */
  <T, E extends Exception> Optional<T> run(Statement<T, E> statement) throws E {
    long start = nanoTime.getAsLong();
    T result;
    try {
      result = statement.run(size);
    } catch (StoreUnavailableException e) {
      if (!e.tookTooLong() || size == 1) {
        throw e;
      }
      size /= 2;
      LOG.info("A batch of {} took too long. The next one has at most {} of them.", what, size);
      return Optional.empty();
    }
    if (nanoTime.getAsLong() - start < QUICK.toNanos()) {
      size = (int) Math.min(max, 2L * size);
    }
    return Optional.of(result);
  }
}
