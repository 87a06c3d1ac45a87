package dev.tenon.jobs.internal.broker;

import dev.tenon.jobs.internal.background.RecentCount;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How many pointers share a message: the more, the more of their kind were published lately. Jobs
 * that are submitted one by one, but fast, share messages like those of one large batch. Not
 * thread-safe.
 */
final class MessageShares {

  /**
   * Jobs that are published within {@link #PERIOD} come in that many messages at least, so that
   * several workers get some of them.
   */
  private static final int MIN_MESSAGES = 20;

  private static final Duration PERIOD = Duration.ofMillis(100);

  private final LongSupplier nanoTime;
  private final Map<MessagePointers.Kind, RecentCount> published = new HashMap<>();

  /** No pointers were published yet. */
  MessageShares() {
    this(System::nanoTime);
  }

  MessageShares(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** How many pointers a message carries, if so many more of a kind are published. */
  int pointersPerMessage(MessagePointers.Kind kind, int pointers) {
    long lately =
        published.computeIfAbsent(kind, unused -> new RecentCount(PERIOD, nanoTime)).add(pointers);
    return (int) Math.max(1, Math.min(lately / MIN_MESSAGES, MessagePointers.MAX_POINTERS));
  }
}
