package dev.tenon.jobs.internal.store;

import dev.tenon.jobs.internal.background.RestAfterWork;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/**
 * From which time on an index of jobs is read that is in the order of time; usually from its
 * beginning. While some transaction stays open, PostgreSQL keeps the entries of all jobs that have
 * left the index since it began, and whoever reads from the beginning passes them. So if that has
 * taken long twice, the next ones read on from the oldest job that was found. The beginning is read
 * for a tenth of the time at most, and once in a minute at least: what comes there late, such as a
 * job whose transaction has taken long, is found then. Thread-safe.
 *
 * @param <T> what says from when on
 * @see <a href="https://www.postgresql.org/docs/current/routine-vacuuming.html">Routine
 *     Vacuuming</a>
 */
public final class IndexReadStart<T> {

  /** Jobs of a transaction that commits late have older times than others that were there. */
  private static final Duration SLACK = Duration.ofMillis(100);

  /** What takes longer than that passes what has left the index, or had to wait. */
  private static final Duration LONG = Duration.ofMillis(5);

  private static final Duration MAX_REST = Duration.ofMinutes(1);

  private final LongSupplier nanoTime;
  private final RestAfterWork beginning;
  private Optional<T> time = Optional.empty();
  private boolean wasLong;
  private boolean somebodyReadsBeginning;

  /** It is read from the beginning at first. */
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
   * @param read is given from when on, empty from the beginning; returns from when on it should be
   *     read next, empty from the beginning
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
    if (time.isPresent() && (somebodyReadsBeginning || !beginning.isOver())) {
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
      // Unless somebody has found meanwhile that the beginning is read fast again
      time = time.isPresent() ? next : time;
    } else {
      // Once may be because somebody had locked the table, or nothing was in memory
      time = wasLong ? next : Optional.empty();
      wasLong = next.isPresent();
    }
  }

  /**
   * From when on an index should be read next.
   *
   * @param from from when on it was read now
   * @param startNanos when that began, by {@link System#nanoTime()}
   * @param oldest the oldest job that was found, or the time by the clock of the database if that
   *     is earlier or none was found
   */
  static Optional<Instant> next(Optional<Instant> from, long startNanos, Instant oldest) {
    return from.isEmpty() && !wasLong(startNanos)
        ? Optional.empty()
        : Optional.of(later(from, oldest));
  }

  /** Whether a read took so long that the next one had better go on from where it came to. */
  public static boolean wasLong(long startNanos) {
    return System.nanoTime() - startNanos > LONG.toNanos();
  }

  /**
   * From when on an index should be read next, if not from its beginning.
   *
   * @param from from when on it was read now; empty from the beginning
   * @param oldest as for {@link #next}
   */
  public static Instant later(Optional<Instant> from, Instant oldest) {
    Instant next = oldest.minus(SLACK);
    return from.filter(next::isBefore).orElse(next);
  }
}
