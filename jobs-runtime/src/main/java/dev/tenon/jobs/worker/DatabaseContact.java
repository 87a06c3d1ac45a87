package dev.tenon.jobs.worker;

import dev.tenon.jobs.background.LoggableFailure;
import dev.tenon.jobs.store.StoreException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What a worker knows of its own contact with the database. It tells whether a handler's failure is
 * that of the database, which could not be reached at that moment. Thread-safe.
 */
class DatabaseContact {

  /** A server that is stopping may still answer on one connection when it has closed another. */
  private static final Duration BEFORE_THE_SECOND_QUESTION = Duration.ofMillis(500);

  private final Runnable question;
  private final long intervalNanos;
  private final ReentrantLock asking = new ReentrantLock();
  private volatile boolean hasFailed;
  private volatile long failedNanos;
  private volatile boolean hasAnswered;
  private volatile long answeredNanos;

  /**
   * Nothing is known yet.
   *
   * @param question asks the database anything, and throws a {@link StoreException} if it cannot
   * @param interval how often the worker sends a heartbeat
   */
  DatabaseContact(Runnable question, Duration interval) {
    this.question = question;
    this.intervalNanos = interval.toNanos();
  }

  /** A statement of the worker has failed, perhaps because the database cannot be reached. */
  void failed(@Nullable Throwable e) {
    if (Batches.isOutage(e)) {
      failedNanos = System.nanoTime();
      hasFailed = true;
    }
  }

  /**
   * Whether a handler has failed only because the database was away: its exception says so by its
   * SQL state, and the worker itself could not reach its own database in the last heartbeat
   * interval, or cannot now. Asks the database, twice, if nothing has failed lately.
   */
  boolean explains(Throwable thrown) {
    long now = System.nanoTime();
    return isAboutConnections(LoggableFailure.sqlState(thrown)) && couldNotBeReached(now);
  }

  private static boolean isAboutConnections(@Nullable String state) {
    return state != null && (state.startsWith("08") || state.startsWith("57P"));
  }

  /** One asks for all whose handlers have failed by then. */
  private boolean couldNotBeReached(long sinceNanos) {
    asking.lock();
    try {
      if (hasFailed && sinceNanos - failedNanos <= intervalNanos) {
        return true;
      }
      if (hasAnswered && answeredNanos - sinceNanos > 0) {
        return false;
      }
      long askedNanos = System.nanoTime();
      question.run();
      TimeUnit.NANOSECONDS.sleep(BEFORE_THE_SECOND_QUESTION.toNanos());
      question.run();
      answeredNanos = askedNanos;
      hasAnswered = true;
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (StoreException e) {
      if (Thread.currentThread().isInterrupted()) {
        // The handler was told to stop, which breaks a question as well
        return false;
      }
      failed(e);
      return Batches.isOutage(e);
    } finally {
      asking.unlock();
    }
  }
}
