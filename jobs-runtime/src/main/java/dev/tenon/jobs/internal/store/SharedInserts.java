package dev.tenon.jobs.internal.store;

import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.sql.StoreRefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Inserts the jobs of many threads with few statements. Jobs that arrive while a statement is
 * running share the next one, and its commit. No thread returns before the commit, and a thread
 * that is alone waits for nobody. If a shared statement is refused, each thread's jobs are tried
 * separately, so that only the one at fault fails. Thread-safe.
 */
final class SharedInserts {

  /**
   * The maximum number of concurrent statements. With more of them, each would be smaller and there
   * would be more commits.
   */
  private static final int MAX_STATEMENTS = 2;

  private static final int MAX_JOBS = 500;
  private static final long MAX_CHARACTERS = 2L * 1024 * 1024;

  /** The maximum number of jobs in a shared request; a larger submit has its own statement. */
  private static final int MAX_JOBS_OF_ONE = 10;

  private static final long MAX_CHARACTERS_OF_ONE = 32 * 1024;

  private final Function<List<NewJob>, Map<UUID, NewRows.Inserted>> statement;

  /**
   * The requests that wait for a statement; empty while another statement may start. Not an {@code
   * ArrayDeque}: if memory runs out while that grows, it keeps a request whose thread has already
   * seen it fail.
   */
  private final Queue<Request> waiting = new LinkedBlockingQueue<>();

  /** The number of statements that are running or about to. */
  private int statements;

  /**
   * The request of one thread. The thread is woken when its jobs are inserted, or to write the next
   * statement.
   */
  private static final class Request {

    private final List<NewJob> jobs;
    private final long characters;
    private boolean isWriter;
    private boolean isDone;
    private Map<UUID, NewRows.Inserted> recorded = Map.of();
    private @Nullable Throwable failure;

    Request(List<NewJob> jobs) {
      this.jobs = jobs;
      this.characters = characters(jobs);
    }

    /** Waits until the jobs are inserted or refused, or this thread is to write. */
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

    synchronized void succeeded(Map<UUID, NewRows.Inserted> otherwise) {
      isDone = true;
      recorded = otherwise;
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

    /** Returns the result of the statement, which may include jobs of other threads. */
    synchronized Map<UUID, NewRows.Inserted> recordedOrThrow() {
      if (failure instanceof RuntimeException exception) {
        throw exception;
      }
      if (failure instanceof Error error) {
        throw error;
      }
      return recorded;
    }
  }

  /**
   * Creates an empty queue.
   *
   * @param statement inserts jobs with one statement, and commits; it returns the jobs that were
   *     recorded with other values than given
   */
  SharedInserts(Function<List<NewJob>, Map<UUID, NewRows.Inserted>> statement) {
    this.statement = statement;
  }

  /** Returns whether these jobs are few and small enough to share a statement with others. */
  static boolean accepts(List<NewJob> jobs) {
    return jobs.size() <= MAX_JOBS_OF_ONE && characters(jobs) <= MAX_CHARACTERS_OF_ONE;
  }

  private static long characters(List<NewJob> jobs) {
    return jobs.stream().mapToLong(job -> job.payload().length()).sum();
  }

  /**
   * Inserts jobs, all of them or none, and returns when that is committed.
   *
   * @return the jobs that were recorded with other values than given; it may include jobs of others
   * @throws StoreException if they are not inserted
   */
  Map<UUID, NewRows.Inserted> insert(List<NewJob> jobs) {
    Request mine = new Request(jobs);
    synchronized (this) {
      if (statements < MAX_STATEMENTS) {
        statements++;
        mine.becomeWriter();
      } else {
        waiting.add(mine);
      }
    }
    // An interrupt would not end a statement, and must not fail one that contains jobs of others
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
    return mine.recordedOrThrow();
  }

  private void writeWithOthers(Request mine) {
    try {
      write(takeBatch(mine));
    } finally {
      passOn();
    }
  }

  /** Returns the number of threads that wait for a statement that has not begun. */
  synchronized int waiting() {
    return waiting.size();
  }

  /** Returns the jobs of the writer, and the earliest of the others. */
  private synchronized List<Request> takeBatch(Request mine) {
    // Large enough from the start: if memory ran out halfway, requests already taken would be lost
    List<Request> batch = new ArrayList<>(1 + Math.min(waiting.size(), MAX_JOBS));
    batch.add(mine);
    int jobs = mine.jobs.size();
    long characters = mine.characters;
    for (Request next = waiting.peek(); next != null; next = waiting.peek()) {
      jobs += next.jobs.size();
      characters += next.characters;
      if (jobs > MAX_JOBS || characters > MAX_CHARACTERS) {
        break;
      }
      batch.add(next);
      waiting.remove();
    }
    return batch;
  }

  /** Removes the next writer from the queue, so that no other writer takes its jobs along. */
  private synchronized void passOn() {
    Request next = waiting.poll();
    if (next == null) {
      statements--;
    } else {
      next.becomeWriter();
    }
  }

  /** Answers all requests, whatever happens, because nothing else would. */
  private void write(List<Request> batch) {
    try {
      Map<UUID, NewRows.Inserted> recorded =
          statement.apply(batch.stream().flatMap(request -> request.jobs.stream()).toList());
      batch.forEach(request -> request.succeeded(recorded));
    } catch (RuntimeException | Error e) {
      if (batch.size() > 1 && isAboutValues(e)) {
        writeEach(batch, e);
      } else {
        fail(batch, e);
      }
    }
  }

  private void writeEach(List<Request> batch, Throwable refusal) {
    try {
      batch.forEach(request -> write(List.of(request)));
    } finally {
      // Those that were not written separately either
      fail(batch, refusal);
    }
  }

  private static boolean isAboutValues(Throwable e) {
    return e instanceof StoreRefusedException refusal && refusal.isAboutValues();
  }

  /** Allocates nothing, because there may be no memory. */
  private static void fail(List<Request> batch, Throwable e) {
    for (int i = 0; i < batch.size(); i++) {
      batch.get(i).failed(e);
    }
  }
}
