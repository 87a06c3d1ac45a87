package dev.tenon.jobs.internal.recording;

import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.sql.StoreRefusedException;
import dev.tenon.jobs.internal.sql.StoreUnavailableException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Items that wait to be written, many with one statement. A batch that cannot be written is halved
 * until the items at fault are found, so that they do not hold up the others. Items that PostgreSQL
 * may accept later are kept; items that it refuses for good are handed to a callback. Not
 * thread-safe.
 */
final class BatchWriter<T> {

  /**
   * The maximum number of bytes of the items of one statement; at least one item is always written.
   */
  static final long MAX_BYTES = 4L * 1024 * 1024;

  /**
   * The number of failures before a batch is halved, whatever the reason, unless it is an outage.
   */
  private static final int TRIES_BEFORE_HALVING = 3;

  /** The maximum number of tries of an item that fails for a lack of memory, or of a right. */
  private static final int MAX_TRIES = 3;

  /** The maximum number of tries of an item that fails for any reason, while others succeed. */
  private static final int MAX_TRIES_IN_ANY_CASE = 20;

  private final Predicate<List<T>> statement;
  private final boolean mayBeLost;
  private final BiConsumer<T, Throwable> refused;
  private final Deque<Batch<T>> waiting = new ArrayDeque<>();
  private long written;

  private static final class Batch<T> {

    private final List<T> items;
    private final long writtenBefore;
    private int failures;

    Batch(List<T> items, long writtenBefore) {
      this.items = items;
      this.writtenBefore = writtenBefore;
    }
  }

  /**
   * Creates a writer without items.
   *
   * @param statement writes a batch; returns false if it has put all of it aside instead, which
   *     says nothing about the database
   * @param mayBeLost whether an item is also given up if a right is missing. Such items keep their
   *     order; others do not wait for one that fails.
   * @param refused receives each item that can never be written, and the reason
   */
  BatchWriter(Predicate<List<T>> statement, boolean mayBeLost, BiConsumer<T, Throwable> refused) {
    this.statement = statement;
    this.mayBeLost = mayBeLost;
    this.refused = refused;
  }

  void add(List<T> items) {
    if (!items.isEmpty()) {
      waiting.add(new Batch<>(items, written));
    }
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Returns the items that are not written yet. */
  Stream<T> items() {
    return waiting.stream().flatMap(batch -> batch.items.stream());
  }

  /** Writes everything. Items that were not written when this throws are kept for the next time. */
  void write() {
    for (Batch<T> batch = waiting.poll(); batch != null; batch = waiting.poll()) {
      boolean done = false;
      try {
        if (statement.test(batch.items)) {
          written++;
        }
        done = true;
      } catch (RuntimeException | Error e) {
        if (!isOutage(e)) {
          batch.failures++;
          done = isDealtWith(batch, e);
        }
        if (!done) {
          throw e;
        }
      } finally {
        if (!done) {
          keep(batch);
        }
      }
    }
  }

  private void keep(Batch<T> batch) {
    if (mayBeLost) {
      waiting.addFirst(batch);
    } else {
      waiting.addLast(batch);
    }
  }

  /** Returns whether the others can continue immediately. */
  private boolean isDealtWith(Batch<T> batch, Throwable e) {
    boolean isAboutItems = isAboutItems(e);
    int size = batch.items.size();
    if (size == 1) {
      if (isHopeless(batch, e)) {
        refused.accept(batch.items.get(0), e);
        return true;
      }
      return false;
    }
    if (isAboutItems || isHeld(e) || batch.failures >= TRIES_BEFORE_HALVING) {
      waiting.addFirst(new Batch<>(batch.items.subList(size / 2, size), written));
      waiting.addFirst(new Batch<>(batch.items.subList(0, size / 2), written));
      return true;
    }
    return false;
  }

  /** Returns whether the database cannot be reached, so that nothing at all can be written. */
  static boolean isOutage(@Nullable Throwable e) {
    if (!(e instanceof StoreUnavailableException unavailable)) {
      return false;
    }
    String state = unavailable.sqlState();
    return state == null || state.startsWith("08") || state.startsWith("57P");
  }

  /** Returns whether fewer or other items might have been written. */
  private static boolean isAboutItems(Throwable e) {
    return (e instanceof StoreRefusedException refusal && refusal.isAboutValues())
        || !(e instanceof StoreException)
        || MemoryShortage.isCauseOf(e);
  }

  /**
   * Returns whether others have locked the row of an item; they may keep it locked for a long time.
   */
  private static boolean isHeld(Throwable e) {
    return e instanceof StoreUnavailableException failure && failure.isHeldByOthers();
  }

  private boolean isHopeless(Batch<T> batch, Throwable e) {
    if (e instanceof StoreRefusedException refusal && refusal.isAboutValues()) {
      return true;
    }
    if (isAboutItems(e) || (mayBeLost && e instanceof StoreRefusedException)) {
      return batch.failures >= MAX_TRIES;
    }
    return !isHeld(e) && batch.failures >= MAX_TRIES_IN_ANY_CASE && written > batch.writtenBefore;
  }
}
