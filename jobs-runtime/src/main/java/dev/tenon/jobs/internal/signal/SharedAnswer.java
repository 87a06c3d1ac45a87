package dev.tenon.jobs.internal.signal;

import dev.tenon.jobs.internal.store.PollStore.Waiting;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The jobs that the table has for idle workers. The workers of a process that know the same types
 * share the answers: however many workers there are, the table is queried as often as for one.
 * Thread-safe.
 */
public final class SharedAnswer {

  private final Supplier<Waiting> question;
  private final LongSupplier nanoTime;
  private final ReentrantLock asking = new ReentrantLock();
  private volatile @Nullable Answer last;

  /**
   * An answer.
   *
   * @param waiting its content
   * @param askedNanos when the query was sent, by {@link System#nanoTime()}
   * @param answeredNanos when the answer arrived
   */
  public record Answer(Waiting waiting, long askedNanos, long answeredNanos) {}

  SharedAnswer(Supplier<Waiting> question, LongSupplier nanoTime) {
    this.question = question;
    this.nanoTime = nanoTime;
  }

  /**
   * Returns an answer whose query was sent after the given moment: the last one, or a new one.
   *
   * @return empty while another worker is running the query, which may take a long time if the
   *     database does not answer
   * @throws dev.tenon.jobs.internal.sql.StoreException if the database cannot be reached
   */
  public Optional<Answer> since(long nanos) {
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

  private Optional<Answer> answeredSince(long nanos) {
    return Optional.ofNullable(last).filter(answer -> answer.askedNanos() - nanos > 0);
  }
}
