package dev.tenon.jobs.internal.store;

import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.sql.StoreRefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Writes the rows of many threads with few statements. Rows that arrive while a statement is
 * running share the next one, and its commit. No thread returns before the commit, and a thread
 * that is alone waits for nobody. If a shared statement is refused, each thread's rows are tried
 * separately, so that only the one at fault fails. Thread-safe.
 *
 * @param <T> a row
 * @param <R> what the statement returns, for all of its rows together
 */
public final class SharedStatements<T, R> {

  /**
   * The maximum number of concurrent statements. With more of them, each would be smaller and there
   * would be more commits.
   */
  private static final int MAX_STATEMENTS = 2;

  private static final int MAX_ROWS = 500;
  private static final long MAX_CHARACTERS = 2L * 1024 * 1024;

  /** The maximum number of rows of a small request. */
  private static final int MAX_ROWS_OF_ONE = 10;

  private static final long MAX_CHARACTERS_OF_ONE = 32 * 1024;

  private final ToLongFunction<T> size;
  private final Function<List<T>, R> statement;

  /**
   * The requests that wait for a statement; empty while another statement may start. Not an {@code
   * ArrayDeque}: if memory runs out while that grows, it keeps a request whose thread has already
   * seen it fail.
   */
  private final Queue<Request<T, R>> waiting = new LinkedBlockingQueue<>();

  /** The number of statements that are running or about to. */
  private int statements;

  /**
   * The request of one thread. The thread is woken when its rows are written, or to write the next
   * statement.
   */
  private static final class Request<T, R> {

    private final List<T> rows;
    private final long characters;
    private boolean isWriter;
    private boolean isDone;
    private @Nullable R result;
    private @Nullable Throwable failure;

    Request(List<T> rows, long characters) {
      this.rows = rows;
      this.characters = characters;
    }

    /** Waits until the rows are written or refused, or this thread is to write. */
    synchronized boolean awaitTurn() throws InterruptedException {
      while (!isDone && !isWriter) {
        wait();
      }
      return isWriter;
    }

    synchronized void becomeWriter() {
      isWriter = true;
      notifyAll();
    }

    synchronized void succeeded(R returned) {
      isDone = true;
      result = returned;
      notifyAll();
    }

    /** Does nothing if the request already has its answer. */
    synchronized void failed(Throwable e) {
      if (!isDone) {
        isDone = true;
        failure = e;
        notifyAll();
      }
    }

    /**
     * Returns the result of the statement, which may have written rows of other threads as well.
     */
    synchronized R resultOrThrow() {
      if (failure instanceof RuntimeException exception) {
        throw exception;
      }
      if (failure instanceof Error error) {
        throw error;
      }
      return Objects.requireNonNull(result);
    }
  }

  /**
   * Creates an empty queue.
   *
   * @param size returns the approximate number of characters of a row
   * @param statement writes rows with one statement, and commits
   */
  public SharedStatements(ToLongFunction<T> size, Function<List<T>, R> statement) {
    this.size = size;
    this.statement = statement;
  }

  /**
   * Returns whether these rows are few and small. Larger requests share nothing if they have their
   * own statement instead, so that others need not wait for them.
   */
  boolean areSmall(List<T> rows) {
    return rows.size() <= MAX_ROWS_OF_ONE && characters(rows) <= MAX_CHARACTERS_OF_ONE;
  }

  private long characters(List<T> rows) {
    return rows.stream().mapToLong(size).sum();
  }

  /**
   * Writes rows, all of them or none, and returns when that is committed.
   *
   * @return what the statement returned, which may be about rows of others as well
   * @throws StoreException if they are not written
   */
  public R write(List<T> rows) {
    Request<T, R> mine = new Request<>(rows, characters(rows));
    synchronized (this) {
      if (statements < MAX_STATEMENTS) {
        statements++;
        mine.becomeWriter();
      } else {
        waiting.add(mine);
      }
    }
    // An interrupt would not end a statement, and must not fail one that contains rows of others
    boolean interrupted = false;
    try {
      while (true) {
        try {
          boolean isWriter = mine.awaitTurn();
          interrupted |= Thread.interrupted();
          if (isWriter) {
            writeWithOthers(mine);
          }
          break;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    return mine.resultOrThrow();
  }

  private void writeWithOthers(Request<T, R> mine) {
    try {
      answer(takeBatch(mine));
    } finally {
      passOn();
    }
  }

  /** Returns the number of threads that wait for a statement that has not begun. */
  synchronized int waiting() {
    return waiting.size();
  }

  /** Returns the request of the writer, and the earliest of the others. */
  private synchronized List<Request<T, R>> takeBatch(Request<T, R> mine) {
    // Large enough from the start: if memory ran out halfway, requests already taken would be lost
    List<Request<T, R>> batch = new ArrayList<>(1 + Math.min(waiting.size(), MAX_ROWS));
    batch.add(mine);
    int rows = mine.rows.size();
    long characters = mine.characters;
    for (Request<T, R> next = waiting.peek(); next != null; next = waiting.peek()) {
      rows += next.rows.size();
      characters += next.characters;
      if (rows > MAX_ROWS || characters > MAX_CHARACTERS) {
        break;
      }
      batch.add(next);
      waiting.remove();
    }
    return batch;
  }

  /** Removes the next writer from the queue, so that no other writer takes its rows along. */
  private synchronized void passOn() {
    Request<T, R> next = waiting.poll();
    if (next == null) {
      statements--;
    } else {
      next.becomeWriter();
    }
  }

  /** Answers all requests, whatever happens, because nothing else would. */
  private void answer(List<Request<T, R>> batch) {
    try {
      R result = statement.apply(batch.stream().flatMap(request -> request.rows.stream()).toList());
      batch.forEach(request -> request.succeeded(result));
    } catch (RuntimeException | Error e) {
      if (batch.size() > 1 && isAboutValues(e)) {
        answerEach(batch, e);
      } else {
        fail(batch, e);
      }
    }
  }

  private void answerEach(List<Request<T, R>> batch, Throwable refusal) {
    try {
      batch.forEach(request -> answer(List.of(request)));
    } finally {
      // Those that were not written separately either
      fail(batch, refusal);
    }
  }

  private static boolean isAboutValues(Throwable e) {
    return e instanceof StoreRefusedException refusal && refusal.isAboutValues();
  }

  /** Allocates nothing, because there may be no memory. */
  private static void fail(List<? extends Request<?, ?>> batch, Throwable e) {
    for (int i = 0; i < batch.size(); i++) {
      batch.get(i).failed(e);
    }
  }
}
