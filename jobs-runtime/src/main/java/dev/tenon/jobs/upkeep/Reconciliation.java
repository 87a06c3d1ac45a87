package dev.tenon.jobs.upkeep;

import dev.tenon.jobs.JobPointer;
import dev.tenon.jobs.broker.BrokerUnavailableException;
import dev.tenon.jobs.store.Leadership;
import dev.tenon.jobs.store.PublishStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out that the broker has lost pointers, because a queue was purged or deleted or the
 * broker's data is gone: the table then knows of more queued jobs than the queue has messages. It
 * publishes as many again, those first that have been queued the longest. Pointers that workers
 * hold at that moment are in neither count, so a few may be published though they are not lost;
 * they are found stale.
 */
final class Reconciliation implements UpkeepTask {

  private static final Logger LOG = LoggerFactory.getLogger(Reconciliation.class);

  /** No worker keeps a pointer unclaimed for that long. */
  private static final Duration AGE = Duration.ofSeconds(4);

  private static final int BATCH = 1_000;

  /** Differences of that size are pointers that workers hold. */
  private static final int WORTH_A_LINE_IN_THE_LOG = 500;

  private final PublishStore store;
  private final Dispatcher dispatcher;

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
    return Duration.ofSeconds(3);
  }

  @Override
  public void run(Leadership leadership) {
    if (!dispatcher.isConnected()) {
      return;
    }
    try {
      for (Map.Entry<String, Integer> queued : store.queued(AGE).entrySet()) {
        String routingKey = queued.getKey();
        long inQueue = dispatcher.queueDepth(routingKey);
        long missing = queued.getValue() - inQueue;
        if (missing > 0) {
          if (missing >= WORTH_A_LINE_IN_THE_LOG || inQueue == 0) {
            LOG.info(
                "{} jobs are queued at {} by the table, but the queue has {} messages; what is missing is"
                    + " published again.",
                queued.getValue(),
                routingKey,
                inQueue);
          }
          publishAgain(routingKey, missing);
        }
      }
    } catch (BrokerUnavailableException e) {
      LOG.debug("Queues are compared with the table when RabbitMQ is back.", e);
    }
  }

  private void publishAgain(String routingKey, long missing) throws BrokerUnavailableException {
    long left = missing;
    while (left > 0) {
      List<JobPointer> lost = store.queuedLongest(routingKey, AGE, (int) Math.min(left, BATCH));
      if (lost.isEmpty()) {
        return;
      }
      dispatcher.publishAgain(lost);
      left -= lost.size();
    }
  }
}
