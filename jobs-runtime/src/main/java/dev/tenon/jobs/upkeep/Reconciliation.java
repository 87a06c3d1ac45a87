package dev.tenon.jobs.upkeep;

import dev.tenon.jobs.background.LogText;
import dev.tenon.jobs.broker.BrokerUnavailableException;
import dev.tenon.jobs.pointer.JobPointer;
import dev.tenon.jobs.store.Leadership;
import dev.tenon.jobs.store.PublishStore;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detects that the broker has lost pointers, because a queue was purged or deleted or the broker's
 * data is gone: the table then knows of more queued jobs than the queue has messages. It publishes
 * as many again, those first that have been queued the longest, some at each run. Pointers that
 * workers hold at that moment are in neither count, so a few may be published though they are not
 * lost; they are found stale.
 */
final class Reconciliation implements UpkeepTask {

  private static final Logger LOG = LoggerFactory.getLogger(Reconciliation.class);

  /** No worker keeps a pointer unclaimed for that long. */
  private static final Duration AGE = Duration.ofSeconds(4);

  private static final Duration INTERVAL = Duration.ofSeconds(3);
  private static final int BATCH = 1_000;

  /** The rest waits for the next run, so that other tasks get their turn. */
  private static final Duration MAX_RUN = Duration.ofSeconds(1);

  /** Counting takes at most this part of the time, however many jobs are queued. */
  private static final int REST_PER_COUNT = 10;

  /** Differences of that size are pointers that workers hold. */
  private static final int WORTH_A_LINE_IN_THE_LOG = 500;

  private final PublishStore store;
  private final Dispatcher dispatcher;

  /** How many pointers are still to be published again, by routing key. */
  private final Map<String, Long> missing = new LinkedHashMap<>();

  private long countAgainNanos = System.nanoTime();

  Reconciliation(PublishStore store, Dispatcher dispatcher) {
    this.store = store;
    this.dispatcher = dispatcher;
  }

  @Override
  public String name() {
    return "reconciliation";
  }

  @Override
  public Duration interval() {
    return INTERVAL;
  }

  @Override
  public boolean run(Leadership leadership) {
    if (!dispatcher.isConnected()) {
      // What is missing then is another matter
      missing.clear();
      return false;
    }
    long end = System.nanoTime() + MAX_RUN.toNanos();
    try {
      if (missing.isEmpty() && System.nanoTime() - countAgainNanos >= 0) {
        compare(leadership);
      }
      while (!missing.isEmpty() && System.nanoTime() < end) {
        // A batch of each queue in turn: a large one does not hold up the others
        for (String routingKey : List.copyOf(missing.keySet())) {
          publishAgain(leadership, routingKey);
        }
      }
      return !missing.isEmpty();
    } catch (BrokerUnavailableException e) {
      LOG.debug("Queues are compared with the table when RabbitMQ is back.", e);
      return false;
    }
  }

  private void compare(Leadership leadership) throws BrokerUnavailableException {
    long start = System.nanoTime();
    Map<String, Integer> queued = store.queued(leadership, AGE);
    long took = System.nanoTime() - start;
    countAgainNanos = start + took * REST_PER_COUNT;
    for (Map.Entry<String, Integer> each : queued.entrySet()) {
      String routingKey = each.getKey();
      OptionalLong inQueue = dispatcher.queueDepth(routingKey);
      if (inQueue.isPresent()) {
        compare(routingKey, each.getValue(), inQueue.getAsLong());
      }
    }
  }

  private void compare(String routingKey, int queued, long inQueue) {
    if (queued > inQueue) {
      missing.put(routingKey, queued - inQueue);
      if (queued - inQueue >= WORTH_A_LINE_IN_THE_LOG || inQueue == 0) {
        LOG.info(
            "{} jobs are queued at {} by the table, but the queue has {} messages; what is missing"
                + " is published again.",
            queued,
            LogText.escape(routingKey),
            inQueue);
      }
    }
  }

  private void publishAgain(Leadership leadership, String routingKey)
      throws BrokerUnavailableException {
    long left = missing.getOrDefault(routingKey, 0L);
    List<JobPointer> lost =
        store.queuedLongest(leadership, routingKey, AGE, (int) Math.min(left, BATCH));
    if (!lost.isEmpty()) {
      dispatcher.publishAgain(lost);
    }
    if (lost.isEmpty() || lost.size() >= left) {
      missing.remove(routingKey);
    } else {
      missing.put(routingKey, left - lost.size());
    }
  }
}
