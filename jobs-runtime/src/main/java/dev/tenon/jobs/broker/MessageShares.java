package dev.tenon.jobs.broker;

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
  private Map<MessagePointers.Kind, Integer> before = Map.of();
  private Map<MessagePointers.Kind, Integer> now = new HashMap<>();
  private long nowSinceNanos;

  /** No pointers were published yet. */
  MessageShares() {
    this(System::nanoTime);
  }

  MessageShares(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.nowSinceNanos = nanoTime.getAsLong();
  }

  /** How many pointers a message carries, if so many more of a kind are published. */
  int pointersPerMessage(MessagePointers.Kind kind, int pointers) {
    beginPeriod();
    int lately =
        Math.max(before.getOrDefault(kind, 0), now.merge(kind, pointers, MessageShares::sum));
    return Math.max(1, Math.min(lately / MIN_MESSAGES, MessagePointers.MAX_POINTERS));
  }

  private static int sum(int one, int other) {
    return (int) Math.min((long) one + other, Integer.MAX_VALUE);
  }

  private void beginPeriod() {
    long elapsed = nanoTime.getAsLong() - nowSinceNanos;
    if (elapsed >= PERIOD.toNanos()) {
      before = elapsed < 2 * PERIOD.toNanos() ? now : Map.of();
      now = new HashMap<>();
      nowSinceNanos += elapsed;
    }
  }
}
