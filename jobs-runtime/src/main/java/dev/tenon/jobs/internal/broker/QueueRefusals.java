package dev.tenon.jobs.internal.broker;

import dev.tenon.jobs.internal.background.LineLimiter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queues that RabbitMQ refuses to one connection, why, and when to ask again, since somebody
 * may fix the cause. Thread-safe.
 */
final class QueueRefusals {

  private static final Logger LOG = LoggerFactory.getLogger(QueueRefusals.class);

  /** Asking costs one channel. */
  static final Duration RETRY_AFTER = Duration.ofSeconds(10);

  /** What the refusal of a queue of pointers means. */
  static final String TABLE = "workers take the jobs of this queue from the table";

  private static final Duration LOG_INTERVAL = Duration.ofMinutes(10);

  private final String owner;
  private final LineLimiter lines = new LineLimiter(LOG_INTERVAL);
  private final Map<String, Refusal> refusals = new ConcurrentHashMap<>();

  private record Refusal(String explanation, long retryAtNanos) {}

  /**
   * The refusals of one connection.
   *
   * @param owner what log lines call it
   */
  QueueRefusals(String owner) {
    this.owner = owner;
  }

  /**
   * Notes a refusal.
   *
   * @param key what is refused
   * @param explanation why, without a full stop
   * @param consequence what that means until it is mended, in half a sentence
   */
  void add(String key, String explanation, String consequence) {
    refusals.put(key, new Refusal(explanation, System.nanoTime() + RETRY_AFTER.toNanos()));
    if (lines.admit(key) > 0) {
      LOG.warn(
          "{}. {} goes on with other queues and asks again every {} s; until then {}.",
          explanation,
          owner,
          RETRY_AFTER.toSeconds(),
          consequence);
    }
  }

  void remove(String key, String queue) {
    if (refusals.remove(key) != null) {
      LOG.info("{} can use queue '{}' now.", owner, queue);
    }
  }

  /** Whether a queue is refused, and it is too early to ask again. */
  boolean isRefused(String key) {
    Refusal refusal = refusals.get(key);
    return refusal != null && System.nanoTime() - refusal.retryAtNanos() < 0;
  }

  /** Whether a queue is refused, or was when it was last asked. */
  boolean isKnown(String key) {
    return refusals.containsKey(key);
  }

  /** All for which it is too early to ask again. */
  Set<String> refused() {
    return refusals.keySet().stream().filter(this::isRefused).collect(Collectors.toSet());
  }

  /** All that were refused some time ago, so that it is time to ask again. */
  Set<String> due() {
    return refusals.keySet().stream().filter(key -> !isRefused(key)).collect(Collectors.toSet());
  }

  /** What is wrong, for people to read; empty if all is well. */
  List<String> explanations() {
    return refusals.values().stream().map(Refusal::explanation).sorted().toList();
  }

  /** The next connection asks at once. */
  void askAgain() {
    refusals.replaceAll((key, refusal) -> new Refusal(refusal.explanation(), System.nanoTime()));
  }
}
