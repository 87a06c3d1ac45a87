package dev.tenon.jobs.internal.store;

import dev.tenon.jobs.internal.background.RestAfterWork;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/**
 * The place where reads of an index of jobs, in the order of time, start; usually its beginning.
 * While a transaction stays open, PostgreSQL keeps the entries of all jobs that have left the index
 * since it began, and a read from the beginning passes them all. So after two slow reads, the next
 * ones start at the oldest job that was found. The beginning is still read at least once a minute,
 * for at most a tenth of the time, to find jobs that arrive there late, such as those of long
 * transactions. Thread-safe.
 *
 * @param <T> the type of the start
 * @see <a href="https://www.postgresql.org/docs/current/routine-vacuuming.html">Routine
 *     Vacuuming</a>
 */
public final class IndexReadStart<T> {

  /**
   * A margin, because jobs of a transaction that commits late have older times than jobs that are
   * already there.
   */
  private static final Duration SLACK = Duration.ofMillis(100);

  /** The time of a slow read, which either passed many dead entries of the index or had to wait. */
  private static final Duration LONG = Duration.ofMillis(5);

  private static final Duration MAX_REST = Duration.ofMinutes(1);

  private final LongSupplier nanoTime;
  private final RestAfterWork beginning;
  private Optional<T> time = Optional.empty();
  private boolean wasLong;
  private boolean somebodyReadsBeginning;

  /** Creates a start at the beginning of the index. */
  public IndexReadStart() {
    this(System::nanoTime);
  }

  IndexReadStart(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.beginning = new RestAfterWork(MAX_REST, nanoTime);
  }

  /**
   * Reads the index.
   *
   * @param read takes the time where the read starts, and returns the time where the next one
   *     should start; empty means the beginning
   */
  public void read(UnaryOperator<Optional<T>> read) {
    Optional<T> from = begin();
    long startNanos = nanoTime.getAsLong();
    Optional<Optional<T>> next = Optional.empty();
    try {
      next = Optional.of(read.apply(from));
    } finally {
      if (from.isEmpty()) {
        beginningWasRead(startNanos);
      }
    }
    next.ifPresent(then -> readOn(from, then));
  }

  private synchronized Optional<T> begin() {
    if (time.isPresent() && (somebodyReadsBeginning || !beginning.hasEnded())) {
      return time;
    }
    somebodyReadsBeginning = true;
    return Optional.empty();
  }

  private synchronized void beginningWasRead(long startNanos) {
    somebodyReadsBeginning = false;
    beginning.begin(startNanos);
  }

  private synchronized void readOn(Optional<T> from, Optional<T> next) {
    if (from.isPresent()) {
      // Unless another thread has found meanwhile that the beginning can be read fast again
      time = time.isPresent() ? next : time;
    } else {
      // A single slow read may be due to a lock on the table, or to a cold cache
      time = wasLong ? next : Optional.empty();
      wasLong = next.isPresent();
    }
  }

  /**
   * Returns the time where the next read of an index should start.
   *
   * @param from the time where this read started
   * @param startNanos the start of that read, by {@link System#nanoTime()}
   * @param oldest the oldest job that was found, or the time by the clock of the database if that
   *     is earlier or none was found
   */
  static Optional<Instant> next(Optional<Instant> from, long startNanos, Instant oldest) {
    return from.isEmpty() && !wasLong(startNanos)
        ? Optional.empty()
        : Optional.of(later(from, oldest));
  }

  /** Returns whether a read took so long that the next one should continue where it ended. */
  public static boolean wasLong(long startNanos) {
    return System.nanoTime() - startNanos > LONG.toNanos();
  }

  /**
   * Returns the time where the next read of an index should start, if not at its beginning.
   *
   * @param from the time where this read started; empty for the beginning
   * @param oldest as for {@link #next}
   */
  public static Instant later(Optional<Instant> from, Instant oldest) {
    Instant next = oldest.minus(SLACK);
    return from.filter(next::isBefore).orElse(next);
  }
}
