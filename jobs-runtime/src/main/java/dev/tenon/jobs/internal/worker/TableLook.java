package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.internal.store.LookStore.Waiting;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the table has for workers that wait. The workers of a process that know the same types share
 * the answers: however many there are, the table is asked as often as for one. Thread-safe.
 */
final class TableLook {

  /** How often a worker that waits looks. */
  static final Duration INTERVAL = Duration.ofSeconds(2);

  private final Supplier<Waiting> question;
  private final LongSupplier nanoTime;
  private final ReentrantLock asking = new ReentrantLock();
  private volatile @Nullable Answer last;

  /**
   * An answer.
   *
   * @param waiting what it says
   * @param askedNanos when it was asked for, by {@link System#nanoTime()}
   * @param answeredNanos when it was there
   */
  record Answer(Waiting waiting, long askedNanos, long answeredNanos) {

    /** Whether there may be a job to claim without a pointer. */
    boolean hasJobs() {
      return untilNext().isZero();
    }

    /** Whether a job becomes due before it is time to look again. */
    boolean isDueNext() {
      return untilNext().compareTo(INTERVAL) < 0;
    }

    /** When the first job is due, or it is time to look again. */
    long nextNanos() {
      // Not before it is due, by the clock of the database
      return (isDueNext() ? answeredNanos : askedNanos) + untilNext().toNanos();
    }

    /** Tasks of workflows that wait for others are due in thousands of years. */
    private Duration untilNext() {
      Duration until = waiting.untilDue();
      return until != null && until.compareTo(INTERVAL) < 0 ? until : INTERVAL;
    }
  }

  TableLook(Supplier<Waiting> question) {
    this(question, System::nanoTime);
  }

  TableLook(Supplier<Waiting> question, LongSupplier nanoTime) {
    this.question = question;
    this.nanoTime = nanoTime;
  }

  /** The last answer, if it was asked for later than that. */
  Optional<Answer> answeredSince(long nanos) {
    Answer answer = last;
    return answer != null && answer.askedNanos() - nanos > 0
        ? Optional.of(answer)
        : Optional.empty();
  }

  /**
   * An answer that was asked for later than that: the last one, or a new one.
   *
   * @return empty while another worker asks, which may take long if the database does not answer
   * @throws dev.tenon.jobs.internal.sql.StoreException if the database cannot be reached
   */
  Optional<Answer> since(long nanos) {
    Optional<Answer> answered = answeredSince(nanos);
    if (answered.isPresent() || !asking.tryLock()) {
      return answered;
    }
    try {
      Optional<Answer> meanwhile = answeredSince(nanos);
      if (meanwhile.isPresent()) {
        return meanwhile;
      }
      long asked = nanoTime.getAsLong();
      Answer answer = new Answer(question.get(), asked, nanoTime.getAsLong());
      last = answer;
      return Optional.of(answer);
    } finally {
      asking.unlock();
    }
  }
}
