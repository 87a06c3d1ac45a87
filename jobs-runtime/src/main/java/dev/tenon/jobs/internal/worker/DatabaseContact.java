package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.internal.background.LoggableFailure;
import dev.tenon.jobs.internal.sql.StoreException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a worker knows of its own contact with the database. It tells whether a handler's failure is
 * that of the database, which could not be reached at that moment, and whether others may have
 * taken the worker's jobs, because its heartbeats had stopped. Thread-safe.
 */
final class DatabaseContact {

  /** Whoever sends none for that many intervals may be taken for lost. */
  private static final int INTERVALS_PER_SILENCE = 3;

  /** A server that is stopping may still answer on one connection when it has closed another. */
  private static final Duration BEFORE_THE_SECOND_QUESTION = Duration.ofMillis(500);

  private final Runnable question;
  private final long intervalNanos;
  private final long silenceNanos;
  private final LongSupplier ticker;
  private final ReentrantLock asking = new ReentrantLock();
  private volatile boolean hasFailed;
  private volatile long failedNanos;
  private volatile boolean hasAnswered;
  private volatile long answeredNanos;
  private boolean hasBeaten;
  private volatile long beatNanos;
  private volatile long silentUntilNanos;

  /**
   * Nothing is known yet.
   *
   * @param question asks the database anything, and throws a {@link StoreException} if it cannot
   * @param interval how often the worker sends a heartbeat
   */
  DatabaseContact(Runnable question, Duration interval) {
    this(question, interval, System::nanoTime);
  }

  /**
   * Nothing is known yet.
   *
   * @param ticker gives the time as {@link System#nanoTime()} does
   */
  DatabaseContact(Runnable question, Duration interval, LongSupplier ticker) {
    this.question = question;
    this.intervalNanos = interval.toNanos();
    this.silenceNanos = intervalNanos * INTERVALS_PER_SILENCE;
    this.ticker = ticker;
    this.beatNanos = ticker.getAsLong();
    this.silentUntilNanos = beatNanos - 1;
  }

  /**
   * A heartbeat has reached the database. Only one thread calls this.
   *
   * @param sentNanos when it was sent
   * @return whether the worker had been silent for so long that others may have taken its jobs
   */
  boolean beat(long sentNanos) {
    boolean wasSilent = hasBeaten && sentNanos - beatNanos >= silenceNanos;
    if (wasSilent) {
      // First this: who reads the other one sees that the silence is over, and must see this, too
      silentUntilNanos = ticker.getAsLong();
    }
    hasBeaten = true;
    beatNanos = sentNanos;
    return wasSilent;
  }

  /** Whether others may be taking the worker's jobs, because its heartbeats have stopped. */
  boolean isSilent() {
    return ticker.getAsLong() - beatNanos >= silenceNanos;
  }

  /**
   * Whether the worker holds what it has claimed since then. A process that was frozen does not
   * know that it was, except by its clock: nobody has taken its jobs if at no time since then its
   * last heartbeat was older than a silence.
   *
   * @param sinceNanos when the claim was sent, or earlier
   */
  boolean holdsSince(long sinceNanos) {
    // In this order: see above
    return !isSilent() && sinceNanos - silentUntilNanos > 0;
  }

  /** A statement of the worker has failed, perhaps because the database cannot be reached. */
  void failed(@Nullable Throwable e) {
    if (BatchWriter.isOutage(e)) {
      failedNanos = ticker.getAsLong();
      hasFailed = true;
    }
  }

  /**
   * Whether a handler has failed only because the database was away: its exception says so by its
   * SQL state, and the worker itself could not reach its own database in the last heartbeat
   * interval, or cannot now. Asks the database, twice, if nothing has failed lately.
   */
  boolean explains(Throwable thrown) {
    long now = ticker.getAsLong();
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
      long askedNanos = ticker.getAsLong();
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
      return BatchWriter.isOutage(e);
    } finally {
      asking.unlock();
    }
  }
}
