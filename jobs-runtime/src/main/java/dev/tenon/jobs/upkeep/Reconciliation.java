package dev.tenon.jobs.upkeep;

import dev.tenon.jobs.background.LogText;
import dev.tenon.jobs.broker.BrokerUnavailableException;
import dev.tenon.jobs.pointer.JobPointer;
import dev.tenon.jobs.pointer.PublishedPointer;
import dev.tenon.jobs.store.Leadership;
import dev.tenon.jobs.store.PublishStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detects that the broker has lost pointers, because a queue was purged or deleted or the broker's
 * data is gone: by the table there should be more messages in the queue then than it has. The
 * pointers of as many messages are published again, those first that have been queued the longest,
 * some at each run. Messages that workers hold at that moment are not in the queue, so a few may be
 * published though they are not lost; they are found stale.
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

  /** How many messages are still to be replaced, by routing key. */
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
    Map<String, Integer> messages = store.messages(leadership, AGE);
    long took = System.nanoTime() - start;
    countAgainNanos = start + took * REST_PER_COUNT;
    for (Map.Entry<String, Integer> each : messages.entrySet()) {
      String routingKey = each.getKey();
      OptionalLong inQueue = dispatcher.queueDepth(routingKey);
      if (inQueue.isPresent()) {
        compare(routingKey, each.getValue(), inQueue.getAsLong());
      }
    }
  }

  private void compare(String routingKey, int byTable, long inQueue) {
    if (byTable > inQueue) {
      missing.put(routingKey, byTable - inQueue);
      if (byTable - inQueue >= WORTH_A_LINE_IN_THE_LOG || inQueue == 0) {
        LOG.info(
            "By the table there are {} messages about jobs at {}, but the queue has {}; what is missing is"
                + " published again.",
            byTable,
            LogText.escape(routingKey),
            inQueue);
      }
    }
  }

  private void publishAgain(Leadership leadership, String routingKey)
      throws BrokerUnavailableException {
    long left = missing.getOrDefault(routingKey, 0L);
    Set<UUID> messages = new HashSet<>();
    List<JobPointer> lost = new ArrayList<>();
    for (PublishedPointer each : store.queuedLongest(leadership, routingKey, AGE, BATCH)) {
      if (messages.size() == left && !messages.contains(each.messageId())) {
        break;
      }
      messages.add(each.messageId());
      lost.add(each.pointer());
    }
    if (!lost.isEmpty()) {
      dispatcher.publishAgain(lost);
    }
    if (lost.isEmpty() || messages.size() >= left) {
      missing.remove(routingKey);
    } else {
      missing.put(routingKey, left - messages.size());
    }
  }
}
