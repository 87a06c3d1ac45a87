package dev.tenon.jobs.internal.recording;

import dev.tenon.jobs.internal.background.LoggableFailure;
import dev.tenon.jobs.internal.sql.StoreException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The state of a worker's contact with the database. It decides whether a handler failed because
 * the database could not be reached at that moment, and whether others may have taken the worker's
 * jobs because its heartbeats had stopped. Thread-safe.
 */
public final class DatabaseContact {

  /** The number of intervals without a heartbeat before a worker may count as lost. */
  private static final int INTERVALS_PER_SILENCE = 3;

  /**
   * The pause before the second query. A server that is stopping may still answer on one connection
   * when it has closed another.
   */
  private static final Duration BEFORE_THE_SECOND_QUESTION = Duration.ofMillis(500);

  private final Supplier<Duration> question;
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
   * Creates a contact about which nothing is known yet.
   *
   * @param question asks the database how long its server has been running, and throws a {@link
   *     StoreException} if it cannot
   * @param interval the interval of the worker's heartbeats
   */
  public DatabaseContact(Supplier<Duration> question, Duration interval) {
    this(question, interval, System::nanoTime);
  }

  /**
   * Creates the same with another clock.
   *
   * @param ticker returns the time as {@link System#nanoTime()} does
   */
  public DatabaseContact(Supplier<Duration> question, Duration interval, LongSupplier ticker) {
    this.question = question;
    this.intervalNanos = interval.toNanos();
    this.silenceNanos = intervalNanos * INTERVALS_PER_SILENCE;
    this.ticker = ticker;
    this.beatNanos = ticker.getAsLong();
    this.silentUntilNanos = beatNanos - 1;
  }

  /**
   * Records that a heartbeat has reached the database. Only one thread calls this.
   *
   * @param sentNanos when it was sent
   * @return whether the worker had been silent for so long that others may have taken its jobs
   */
  public boolean beat(long sentNanos) {
    boolean wasSilent = hasBeaten && sentNanos - beatNanos >= silenceNanos;
    if (wasSilent) {
      // First this: a thread that sees from the other that the silence has ended must see this, too
      silentUntilNanos = ticker.getAsLong();
    }
    hasBeaten = true;
    beatNanos = sentNanos;
    return wasSilent;
  }

  /**
   * Returns whether others may be taking the worker's jobs, because its heartbeats have stopped.
   */
  public boolean isSilent() {
    return ticker.getAsLong() - beatNanos >= silenceNanos;
  }

  /**
   * Returns whether the worker still holds the jobs that it has claimed since then. A process that
   * was suspended can tell only by its clock: nobody has taken its jobs if its last heartbeat was
   * never older than the silence period since then.
   *
   * @param sinceNanos when the claim was sent, or earlier
   */
  public boolean holdsSince(long sinceNanos) {
    // In this order: see above
    return !isSilent() && sinceNanos - silentUntilNanos > 0;
  }

  /**
   * Records that a statement of the worker has failed, perhaps because the database cannot be
   * reached.
   */
  public void failed(@Nullable Throwable e) {
    if (BatchWriter.isOutage(e)) {
      failedNanos = ticker.getAsLong();
      hasFailed = true;
    }
  }

  /**
   * Returns whether a handler has failed only because the database was down: its exception has an
   * SQL state that says so, and the worker could not reach its own database in the last heartbeat
   * interval, or cannot now. It queries the database, twice, if nothing has failed recently.
   */
  public boolean explains(Throwable thrown) {
    long now = ticker.getAsLong();
    return isAboutConnections(LoggableFailure.sqlState(thrown)) && couldNotBeReached(now);
  }

  private static boolean isAboutConnections(@Nullable String state) {
    return state != null && (state.startsWith("08") || state.startsWith("57P"));
  }

  /**
   * Returns whether the server was started after a time. A server that is back after a moment may
   * answer every query, because the pool replaces the connections that it has closed.
   */
  private boolean hasRestartedSince(long nanos, Duration running) {
    return running.compareTo(Duration.ofNanos(ticker.getAsLong() - nanos)) < 0;
  }

  /** Queries the database once for all handlers that have failed by then. */
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
      Duration unused = question.get();
      TimeUnit.NANOSECONDS.sleep(BEFORE_THE_SECOND_QUESTION.toNanos());
      if (hasRestartedSince(sinceNanos - intervalNanos, question.get())) {
        return true;
      }
      answeredNanos = askedNanos;
      hasAnswered = true;
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (StoreException e) {
      if (Thread.currentThread().isInterrupted()) {
        // The handler was asked to stop, which interrupts a query as well
        return false;
      }
      failed(e);
      return BatchWriter.isOutage(e);
    } finally {
      asking.unlock();
    }
  }
}
