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
 * The queues that RabbitMQ refuses to one connection, with the reasons, and the times to ask again,
 * because somebody may fix the cause. Thread-safe.
 */
final class QueueRefusals {

  private static final Logger LOG = LoggerFactory.getLogger(QueueRefusals.class);

  /** The time until a refused queue is tried again; each try costs one channel. */
  static final Duration RETRY_AFTER = Duration.ofSeconds(10);

  /** The consequence of refusing a queue of pointers. */
  static final String TABLE = "workers claim the jobs of this queue from the table";

  private static final Duration LOG_INTERVAL = Duration.ofMinutes(10);

  private final String owner;
  private final LineLimiter lines = new LineLimiter(LOG_INTERVAL);
  private final Map<String, Refusal> refusals = new ConcurrentHashMap<>();

  private record Refusal(String explanation, long retryAtNanos) {}

  /**
   * Creates the refusals of one connection.
   *
   * @param owner its name in log lines
   */
  QueueRefusals(String owner) {
    this.owner = owner;
  }

  /**
   * Records a refusal.
   *
   * @param key what is refused
   * @param explanation the reason, without a full stop
   * @param consequence what that means until it is fixed, as a clause
   */
  void add(String key, String explanation, String consequence) {
    refusals.put(key, new Refusal(explanation, System.nanoTime() + RETRY_AFTER.toNanos()));
    if (lines.admit(key) > 0) {
      LOG.warn(
          "{}. {} continues with other queues and tries again every {} s. Meanwhile, {}.",
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

  /** Returns whether a queue is refused, and it is too early to ask again. */
  boolean isRefused(String key) {
    Refusal refusal = refusals.get(key);
    return refusal != null && System.nanoTime() - refusal.retryAtNanos() < 0;
  }

  /** Returns whether a queue is refused, or was at the last try. */
  boolean isKnown(String key) {
    return refusals.containsKey(key);
  }

  /** Returns all refused queues that it is too early to ask for again. */
  Set<String> refused() {
    return refusals.keySet().stream().filter(this::isRefused).collect(Collectors.toSet());
  }

  /** Returns all that were refused some time ago, so that it is time to ask again. */
  Set<String> due() {
    return refusals.keySet().stream().filter(key -> !isRefused(key)).collect(Collectors.toSet());
  }

  /** Returns the problems, for people to read; empty if there are none. */
  List<String> explanations() {
    return refusals.values().stream().map(Refusal::explanation).sorted().toList();
  }

  /** Discards the refusals, so that the next connection asks immediately. */
  void askAgain() {
    refusals.replaceAll((key, refusal) -> new Refusal(refusal.explanation(), System.nanoTime()));
  }
}
