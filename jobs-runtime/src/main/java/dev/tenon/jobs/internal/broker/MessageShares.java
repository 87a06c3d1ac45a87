package dev.tenon.jobs.internal.broker;

import dev.tenon.jobs.internal.background.RecentCount;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The number of pointers that share a message: the more of their kind were published recently, the
 * more share one. Jobs that are submitted one by one, but in quick succession, share messages like
 * those of one large batch. Not thread-safe.
 */
final class MessageShares {

  /**
   * The minimum number of messages for the jobs that are published within {@link #PERIOD}, so that
   * several workers get some of them.
   */
  private static final int MIN_MESSAGES = 20;

  private static final Duration PERIOD = Duration.ofMillis(100);

  private final LongSupplier nanoTime;
  private final Map<MessagePointers.Kind, RecentCount> published = new HashMap<>();

  /** Creates shares before any pointers were published. */
  MessageShares() {
    this(System::nanoTime);
  }

  MessageShares(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * Counts pointers of a kind that are about to be published, and returns how many of them each
   * message carries.
   */
  int pointersPerMessage(MessagePointers.Kind kind, int pointers) {
    long lately =
        published.computeIfAbsent(kind, unused -> new RecentCount(PERIOD, nanoTime)).add(pointers);
    return (int) Math.max(1, Math.min(lately / MIN_MESSAGES, MessagePointers.MAX_POINTERS));
  }
}
