package dev.tenon.jobs.internal.worker;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Tells whether a worker may look into the table less often: it has not run or found anything for a
 * moment, has heard of nothing, and would hear of new jobs. Thread-safe.
 */
final class Activity {

  /** For so long a worker looks often after something has happened: more may follow. */
  private static final Duration REST = Duration.ofSeconds(2);

  private final BooleanSupplier hearsOfJobs;
  private final BooleanSupplier runsJobs;
  private final LongSupplier nanoTime;
  private long quietFromNanos;

  /**
   * The activity of a worker, which begins now.
   *
   * @param hearsOfJobs whether the worker hears of it when somebody has committed a job
   * @param runsJobs whether it runs jobs at the moment
   */
  Activity(BooleanSupplier hearsOfJobs, BooleanSupplier runsJobs) {
    this(hearsOfJobs, runsJobs, System::nanoTime);
  }

  Activity(BooleanSupplier hearsOfJobs, BooleanSupplier runsJobs, LongSupplier nanoTime) {
    this.hearsOfJobs = hearsOfJobs;
    this.runsJobs = runsJobs;
    this.nanoTime = nanoTime;
    this.quietFromNanos = nanoTime.getAsLong() + REST.toNanos();
  }

  /** Something has happened: a job was found, or somebody has told of one. */
  void happened() {
    expected(REST);
  }

  /** Jobs may come within this time of which nobody will tell. */
  synchronized void expected(Duration within) {
    long until = nanoTime.getAsLong() + within.toNanos();
    if (until - quietFromNanos > 0) {
      quietFromNanos = until;
    }
  }

  boolean isQuiet() {
    if (runsJobs.getAsBoolean()) {
      // It may be tried again after a short while
      happened();
      return false;
    }
    synchronized (this) {
      return nanoTime.getAsLong() - quietFromNanos >= 0 && hearsOfJobs.getAsBoolean();
    }
  }
}
