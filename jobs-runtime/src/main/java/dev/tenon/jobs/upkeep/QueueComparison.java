package dev.tenon.jobs.upkeep;

import dev.tenon.jobs.broker.BrokerUnavailableException;
import dev.tenon.jobs.broker.PointerQueue;
import dev.tenon.jobs.broker.QueueDepth;
import dev.tenon.jobs.store.Leadership;
import dev.tenon.jobs.store.PublishStore;
import dev.tenon.jobs.store.PublishStore.Counted;
import dev.tenon.jobs.store.PublishStore.Uncounted;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One comparison of all queues with the table, in steps: what is queued is counted in parts, so
 * that no number of jobs is too large. Queues take turns, so that a large one does not hold up the
 * others.
 *
 * <p>RabbitMQ is asked first. What was confirmed before that and is still queued when it is
 * counted, however much later, should have been in the queue. For one thread.
 */
final class QueueComparison {

  /** How many jobs are counted with one statement. */
  static final int BATCH = 50_000;

  /** How many routing keys are counted with one statement. */
  private static final int MAX_KEYS = 20;

  private final PublishStore store;
  private final Dispatcher dispatcher;
  private final BatchSize batches;
  private final Instant until;
  private final Map<PointerQueue, List<String>> routingKeys = new LinkedHashMap<>();
  private final Deque<Count> counts = new ArrayDeque<>();

  /**
   * A queue whose messages were counted.
   *
   * @param routingKeys those of the jobs that wait in it
   * @param byTable how many messages it should have, by the table
   * @param until when they had been confirmed at the latest
   * @param depth what it has
   */
  record Compared(
      PointerQueue queue,
      List<String> routingKeys,
      long byTable,
      Instant until,
      QueueDepth depth) {}

  /** How far the count of one queue has come. */
  private static final class Count {
    private final PointerQueue queue;
    private final Deque<Uncounted> rest = new ArrayDeque<>();
    private Optional<QueueDepth> depth = Optional.empty();
    private long messages;

    private Count(PointerQueue queue, List<String> routingKeys) {
      this.queue = queue;
      routingKeys.forEach(key -> rest.add(new Uncounted(key, null)));
    }
  }

  /**
   * Begins a comparison.
   *
   * @param batches how many jobs are counted with one statement
   * @param age how long ago the messages were confirmed that are counted, at least
   */
  QueueComparison(PublishStore store, Dispatcher dispatcher, BatchSize batches, Duration age) {
    this.store = store;
    this.dispatcher = dispatcher;
    this.batches = batches;
    PublishStore.Queued queued = store.queued();
    this.until = queued.now().minus(age);
    dispatcher
        .queues()
        .of(queued.routingKeys())
        .forEach(
            (routingKey, queue) ->
                routingKeys.computeIfAbsent(queue, unused -> new ArrayList<>()).add(routingKey));
    // Also those about whose jobs the table has nothing to say
    dispatcher
        .queues()
        .ofModules()
        .forEach(queue -> routingKeys.computeIfAbsent(queue, unused -> new ArrayList<>()));
    routingKeys.forEach((queue, keys) -> counts.add(new Count(queue, keys)));
  }

  /** The queues that are compared, with the routing keys of what waits in them. */
  Map<PointerQueue, List<String>> routingKeys() {
    return routingKeys;
  }

  /** Whether all queues were compared. */
  boolean isDone() {
    return counts.isEmpty();
  }

  /**
   * Counts some more.
   *
   * @return a queue that has been counted; empty if none was finished by this step
   * @throws BrokerUnavailableException if the broker cannot be reached
   */
  Optional<Compared> step(Leadership leadership) throws BrokerUnavailableException {
    Count count = counts.element();
    if (count.depth.isEmpty()) {
      count.depth = dispatcher.queueDepth(count.queue);
      if (count.depth.isEmpty()) {
        // RabbitMQ refuses it
        counts.remove();
        return Optional.empty();
      }
    }
    if (!count.rest.isEmpty()) {
      countSome(leadership, count);
    }
    counts.remove();
    if (!count.rest.isEmpty()) {
      counts.add(count);
      return Optional.empty();
    }
    return count.depth.map(
        depth ->
            new Compared(
                count.queue,
                routingKeys.getOrDefault(count.queue, List.of()),
                count.messages,
                until,
                depth));
  }

  private void countSome(Leadership leadership, Count count) {
    List<Uncounted> some = count.rest.stream().limit(MAX_KEYS).toList();
    Optional<List<Counted>> counted =
        batches.run(
            limit -> store.count(leadership, some, until, Math.max(1, limit / some.size())));
    if (counted.isPresent()) {
      some.forEach(unused -> count.rest.remove());
      for (Counted each : counted.get()) {
        count.messages += each.messages();
        each.rest().ifPresent(count.rest::add);
      }
    }
  }
}
