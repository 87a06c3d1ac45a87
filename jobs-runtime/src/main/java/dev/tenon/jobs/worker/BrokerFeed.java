package dev.tenon.jobs.worker;

import dev.tenon.jobs.broker.PointerConsumer;
import dev.tenon.jobs.broker.PointerConsumer.Delivery;
import dev.tenon.jobs.store.ClaimStore;
import dev.tenon.jobs.store.ClaimedJob;
import dev.tenon.jobs.store.StoreException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes jobs to which RabbitMQ has delivered a pointer, and takes them from the table while
 * RabbitMQ is away. A pointer is acknowledged as soon as its claim is committed.
 */
final class BrokerFeed implements JobFeed {

  private static final Logger LOG = LoggerFactory.getLogger(BrokerFeed.class);

  /** After so long without RabbitMQ the table is asked. */
  static final Duration FALL_BACK_AFTER = Duration.ofSeconds(5);

  private static final Duration OVERDUE_INTERVAL = Duration.ofSeconds(2);
  private static final Duration OVERDUE_AFTER = Duration.ofSeconds(5);

  /** A pointer that waits here for longer than that goes back, for others to take. */
  private static final Duration LONGEST_WAIT_FOR_A_SLOT = Duration.ofSeconds(1);

  private final PointerConsumer consumer;
  private final ClaimStore store;
  private final String workerId;
  private final Map<String, Integer> types;
  private final TableFeed table;
  private final Deque<Delivery> foreign = new ArrayDeque<>();
  private long overdueAskedNanos = System.nanoTime();
  private boolean onTable;

  /**
   * A feed.
   *
   * @param types the types that are taken, each up to a version
   */
  BrokerFeed(
      PointerConsumer consumer, ClaimStore store, String workerId, Map<String, Integer> types) {
    this.consumer = consumer;
    this.store = store;
    this.workerId = workerId;
    this.types = types;
    this.table = new TableFeed(store, workerId, types);
  }

  @Override
  public List<ClaimedJob> next(int max, Duration wait) throws InterruptedException {
    boolean away = consumer.downFor().compareTo(FALL_BACK_AFTER) > 0;
    if (away != onTable) {
      onTable = away;
      LOG.info(
          away
              ? "Worker {} takes its jobs from the table while RabbitMQ is away."
              : "Worker {} takes its jobs from RabbitMQ again.",
          workerId);
    }
    return away ? table.next(max, wait) : claimDelivered(max, wait);
  }

  private List<ClaimedJob> claimDelivered(int max, Duration wait) throws InterruptedException {
    consumer.resume();
    List<Delivery> known = new ArrayList<>();
    for (Delivery delivery : consumer.take(max, wait)) {
      if (types.containsKey(delivery.type())) {
        known.add(delivery);
      } else {
        LOG.warn(
            "Job {} is of type '{}', for which worker {} has no handler; its pointer goes back to the"
                + " queue for a worker that has one.",
            delivery.jobId(),
            delivery.type(),
            workerId);
        foreign.add(delivery);
      }
    }
    consumer.handBackOlderThan(LONGEST_WAIT_FOR_A_SLOT);
    handBackForeign(LONGEST_WAIT_FOR_A_SLOT);
    List<ClaimedJob> claimed = known.isEmpty() ? List.of() : claim(known);
    return claimed.size() < max ? withOverdue(claimed, max) : claimed;
  }

  /**
   * Now and then also takes what should have been published and was not. A broker that is out of
   * memory or disk takes no messages, but keeps its connections, so nothing else tells that it is
   * of no use.
   */
  private List<ClaimedJob> withOverdue(List<ClaimedJob> claimed, int max) {
    long now = System.nanoTime();
    if (now - overdueAskedNanos < OVERDUE_INTERVAL.toNanos()) {
      return claimed;
    }
    overdueAskedNanos = now;
    List<ClaimedJob> all = new ArrayList<>(claimed);
    try {
      all.addAll(store.claimOverdue(workerId, types, OVERDUE_AFTER, max - claimed.size()));
    } catch (StoreException e) {
      // What was claimed before must be run
      LOG.debug("What is overdue is asked for again later.", e);
    }
    return all;
  }

  private List<ClaimedJob> claim(List<Delivery> known) {
    List<ClaimedJob> claimed;
    try {
      claimed = store.claim(workerId, known.stream().map(Delivery::jobId).toList(), types.keySet());
    } catch (RuntimeException e) {
      known.forEach(consumer::handBack);
      throw e;
    }
    // What was not claimed is stale: the job has ended, runs elsewhere, or will be published again
    known.forEach(consumer::acknowledge);
    return claimed;
  }

  /**
   * Pointers of types that have no handler here go back after a while, not at once: if this is the
   * only worker, the broker would deliver them again in the same moment, in a circle.
   */
  private void handBackForeign(Duration age) {
    long now = System.nanoTime();
    Delivery oldest = foreign.peek();
    while (oldest != null && now - oldest.receivedNanos() > age.toNanos()) {
      consumer.handBack(foreign.remove());
      oldest = foreign.peek();
    }
  }

  @Override
  public void pause() {
    consumer.pause();
    handBackForeign(Duration.ZERO);
  }

  @Override
  public void wake() {
    table.wake();
  }
}
