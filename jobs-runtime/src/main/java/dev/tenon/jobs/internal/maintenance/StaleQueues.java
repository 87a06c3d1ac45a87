package dev.tenon.jobs.internal.maintenance;

import dev.tenon.jobs.internal.background.LogText;
import dev.tenon.jobs.internal.broker.BrokerUnavailableException;
import dev.tenon.jobs.internal.broker.PointerQueue;
import dev.tenon.jobs.internal.broker.QueueDepth;
import dev.tenon.jobs.internal.maintenance.QueueComparison.Compared;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Empties queues of modules that nobody consumes, which would grow without bounds. This happens if
 * each worker handles only some types of a module: then all workers take copies of the pointers
 * from their own queues. For one thread.
 */
final class StaleQueues {

  private static final Logger LOG = LoggerFactory.getLogger(StaleQueues.class);

  /** The number of superfluous messages that are tolerated. */
  private static final long MAX_STALE = 10_000;

  /**
   * The time that superfluous messages must stay, so that workers can restart, and messages that
   * have just been sent can arrive.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Dispatcher dispatcher;

  /** The time since each queue has had too many messages. */
  private final Map<PointerQueue, Long> sinceNanos = new HashMap<>();

  StaleQueues(Dispatcher dispatcher) {
    this.dispatcher = dispatcher;
  }

  /**
   * Checks a queue.
   *
   * @throws BrokerUnavailableException if RabbitMQ cannot be reached
   */
  void look(Compared compared) throws BrokerUnavailableException {
    PointerQueue queue = compared.queue();
    QueueDepth depth = compared.depth();
    // Without those that are only seconds old
    long excess = depth.messages() - compared.byTable();
    if (queue.kind() != PointerQueue.Kind.OF_MODULE
        || depth.consumers() > 0
        || excess <= MAX_STALE) {
      sinceNanos.remove(queue);
      return;
    }
    long since = sinceNanos.computeIfAbsent(queue, unused -> System.nanoTime());
    if (System.nanoTime() - since < PATIENCE.toNanos()) {
      return;
    }
    sinceNanos.remove(queue);
    long stale = excess - compared.later();
    if (stale <= MAX_STALE) {
      return;
    }
    dispatcher.purge(queue);
    LOG.info(
        "Queue {} had {} messages, {} of them about jobs that no longer wait, and nobody consumes"
            + " it. It has been emptied; the pointers of jobs that still wait are published again.",
        LogText.escape(queue.name()),
        depth.messages(),
        stale);
  }

  /** Forgets the queues that are no longer checked. */
  void forgetAllBut(Set<PointerQueue> queues) {
    sinceNanos.keySet().retainAll(queues);
  }
}
