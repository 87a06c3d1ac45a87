package dev.tenon.jobs.internal.maintenance;

import dev.tenon.jobs.internal.sql.StoreUnavailableException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The number of rows that a maintenance task changes with one statement: as many as fit into the
 * time limit of the leader's statements. After a batch that did not fit, the next one has half as
 * many rows, down to one; after a fast batch, it has twice as many, up to a maximum. So neither
 * large rows nor a busy server can stop a task for good. For one thread.
 */
final class BatchSize {

  private static final Logger LOG = LoggerFactory.getLogger(BatchSize.class);

  /** The time of a fast batch: even twice as many rows then stay far below the time limit. */
  private static final Duration QUICK = Duration.ofSeconds(1);

  private final String what;
  private final int max;
  private final LongSupplier nanoTime;
  private int size;

  /**
   * The statement of a task.
   *
   * @param <T> its result
   * @param <E> what else it may throw
   */
  @FunctionalInterface
  interface Statement<T, E extends Exception> {

    /** Changes up to that many rows. */
    T run(int limit) throws E;
  }

  /**
   * Creates the size of batches, which starts at the maximum.
   *
   * @param what the rows, for a line in the log, such as "jobs to delete"
   * @param max the maximum number of rows
   */
  BatchSize(String what, int max) {
    this(what, max, System::nanoTime);
  }

  /** Creates the same by another clock, such as {@link System#nanoTime()}. */
  BatchSize(String what, int max, LongSupplier nanoTime) {
    this.what = what;
    this.max = max;
    this.nanoTime = nanoTime;
    this.size = max;
  }

  /** Returns the maximum number of rows that the next statement changes. */
  int current() {
    return size;
  }

  /**
   * Does the next batch.
   *
   * @return the result of the statement; empty if it took too long and was rolled back, so that it
   *     should be tried again with fewer rows after the other tasks have had their turn
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
