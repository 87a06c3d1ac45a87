package dev.tenon.jobs.internal.signal;

import dev.tenon.jobs.internal.store.LimitedTypes;
import dev.tenon.jobs.internal.store.PollStore.Waiting;
import java.util.Optional;

/** Stands in for the class of this name: no job waits that the worker has not been told of. */
public final class SharedAnswer {

  /** An answer. */
  public record Answer(Waiting waiting, long askedNanos, long answeredNanos) {}

  /** Returns that nothing waits. */
  public Optional<Answer> since(long nanos) {
    long now = System.nanoTime();
    return Optional.of(new Answer(new Waiting(LimitedTypes.NONE, null), now, now));
  }
}
