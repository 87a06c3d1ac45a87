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
 * Inserts the jobs of many threads with few statements: what arrives while a statement is under way
 * shares the next one, and its commit. Nobody is answered before the commit, and a thread that is
 * alone waits for nobody. If a shared statement is refused, each thread's jobs are tried alone, so
 * that only the one at fault fails. Thread-safe.
 */
final class SharedInserts {

  /** More statements at a time make each one smaller, and commits more. */
  private static final int MAX_STATEMENTS = 2;

  private static final int MAX_JOBS = 500;
  private static final long MAX_CHARACTERS = 2L * 1024 * 1024;

  /** Who submits more than that has a statement of his own. */
  private static final int MAX_JOBS_OF_ONE = 10;

  private static final long MAX_CHARACTERS_OF_ONE = 32 * 1024;

  private final Function<List<NewJob>, Map<UUID, NewRows.Inserted>> statement;

  /**
   * Those that neither write nor are written; nobody while fewer statements are under way. Not an
   * {@code ArrayDeque}: if memory runs out while that grows, it keeps a request whose thread is
   * told that it failed.
   */
  private final Queue<Request> waiting = new LinkedBlockingQueue<>();

  /** How many are under way, or about to be. */
  private int statements;

  /** What one thread inserts. It is woken when that is done, or to write the next statement. */
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

    /** Nothing happens if it has its answer. */
    synchronized void failed(Throwable e) {
      if (!isDone) {
        isDone = true;
        failure = e;
        notifyAll();
      }
    }

    /** What the statement gave, which may have been about jobs of others too. */
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
   * Nothing waits yet.
   *
   * @param statement inserts jobs with one statement, and commits; it gives those that were
   *     recorded otherwise than given
   */
  SharedInserts(Function<List<NewJob>, Map<UUID, NewRows.Inserted>> statement) {
    this.statement = statement;
  }

  /** Whether these are so few and small that they may share a statement with others. */
  static boolean accepts(List<NewJob> jobs) {
    return jobs.size() <= MAX_JOBS_OF_ONE && characters(jobs) <= MAX_CHARACTERS_OF_ONE;
  }

  private static long characters(List<NewJob> jobs) {
    return jobs.stream().mapToLong(job -> job.payload().length()).sum();
  }

  /**
   * Inserts jobs, all of them or none, and returns when that is committed.
   *
   * @return those that were recorded otherwise than given; maybe also such jobs of others
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
    // An interrupt would not end a statement; it must not fail one that has the jobs of others
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

  /** How many threads wait for a statement that has not begun. */
  synchronized int waiting() {
    return waiting.size();
  }

  /** The jobs of the writer, and what arrived first of the others. */
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

  /** Who is to write waits no more: no other writer must take his jobs along. */
  private synchronized void passOn() {
    Request next = waiting.poll();
    if (next == null) {
      statements--;
    } else {
      next.becomeWriter();
    }
  }

  /** Answers all of them, whatever happens: nobody else would. */
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
      // Those that were not written alone either
      fail(batch, refusal);
    }
  }

  private static boolean isAboutValues(Throwable e) {
    return e instanceof StoreRefusedException refusal && refusal.isAboutValues();
  }

  /** Takes no memory: there may be none. */
  private static void fail(List<Request> batch, Throwable e) {
    for (int i = 0; i < batch.size(); i++) {
      batch.get(i).failed(e);
    }
  }
}
