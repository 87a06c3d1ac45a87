package dev.tenon.jobs.internal.maintenance;

import dev.tenon.jobs.internal.broker.BrokerUnavailableException;
import dev.tenon.jobs.internal.broker.PointerQueue;
import dev.tenon.jobs.internal.broker.QueueDepth;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.publish.PublishStore;
import dev.tenon.jobs.internal.publish.PublishStore.Counted;
import dev.tenon.jobs.internal.publish.PublishStore.CountedPart;
import dev.tenon.jobs.internal.publish.PublishStore.CountedSoFar;
import dev.tenon.jobs.internal.store.JobKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One comparison of all queues with the table, in steps. Queued jobs are counted in parts, so that
 * no number of them is too large.
 *
 * <p>RabbitMQ is asked first. A job that was confirmed before that, and is still queued when it is
 * counted, however much later, should have been in the queue. For one thread.
 */
final class QueueComparison {

  /** The number of jobs that one statement counts. */
  static final int BATCH = 50_000;

  private final PublishStore store;
  private final Dispatcher dispatcher;
  private final BatchSize batches;
  private final Instant until;
  private final Deque<PointerQueue> unasked;
  private final Map<PointerQueue, QueueDepth> depths = new LinkedHashMap<>();
  private final Map<PointerQueue, Sum> sums = new LinkedHashMap<>();
  private final Set<String> routingKeys = new HashSet<>();
  private @Nullable CountedSoFar soFar;
  private boolean isDone;

  /**
   * A queue whose messages were counted.
   *
   * @param routingKeys those of the jobs that wait in it
   * @param kinds the kinds of these jobs
   * @param byTable the number of messages that it should have, according to the table
   * @param later the number of messages sent to it since, including a few later ones
   * @param depth its actual depth
   */
  record Compared(
      PointerQueue queue,
      Set<String> routingKeys,
      Set<JobKind> kinds,
      long byTable,
      long later,
      QueueDepth depth) {}

  /** The counts of one queue. */
  private static final class Sum {
    private final Set<String> routingKeys = new LinkedHashSet<>();
    private final Set<JobKind> kinds = new LinkedHashSet<>();
    private long messages;
    private long later;

    private void add(Counted counted) {
      routingKeys.add(counted.routingKey());
      kinds.add(counted.kind());
      messages += counted.messages();
      later += counted.later();
    }
  }

  /**
   * Begins a comparison.
   *
   * @param batches the number of jobs that one statement counts
   * @param age the minimum time since the counted messages were confirmed
   * @param knownRoutingKeys the routing keys of queued jobs in the last count. Queues of other
   *     routing keys are left out, because a queue's number of messages must be read before its
   *     jobs are counted.
   */
  QueueComparison(
      PublishStore store,
      Dispatcher dispatcher,
      BatchSize batches,
      Duration age,
      Collection<String> knownRoutingKeys) {
    this.store = store;
    this.dispatcher = dispatcher;
    this.batches = batches;
    this.until = store.now().minus(age);
    Set<String> keys = new HashSet<>(knownRoutingKeys);
    keys.addAll(store.firstRoutingKeys());
    Set<PointerQueue> queues = new LinkedHashSet<>(dispatcher.queues().of(keys).values());
    // This includes queues whose jobs the table does not have
    queues.addAll(dispatcher.queues().ofModules());
    this.unasked = new ArrayDeque<>(queues);
  }

  /** Returns whether all queues were compared. */
  boolean isDone() {
    return isDone;
  }

  /** Returns the routing keys of queued jobs, once all queues were compared. */
  Set<String> routingKeys() {
    return routingKeys;
  }

  /**
   * Asks RabbitMQ about a queue, or counts some more.
   *
   * @return the queues, once all have been counted; empty until then
   * @throws BrokerUnavailableException if the broker cannot be reached
   */
  List<Compared> step(Leadership leadership) throws BrokerUnavailableException {
    PointerQueue queue = unasked.poll();
    if (queue != null) {
      // There is no depth if RabbitMQ refuses the queue
      dispatcher.queueDepth(queue).ifPresent(depth -> depths.put(queue, depth));
      return List.of();
    }
    Optional<CountedPart> part = batches.run(limit -> store.count(leadership, soFar, until, limit));
    if (part.isEmpty()) {
      return List.of();
    }
    add(part.get().counted());
    soFar = part.get().next();
    isDone = soFar == null;
    return isDone ? compared() : List.of();
  }

  private void add(List<Counted> counted) {
    List<String> keys = counted.stream().map(Counted::routingKey).distinct().toList();
    Map<String, PointerQueue> queues = dispatcher.queues().of(keys);
    routingKeys.addAll(keys);
    for (Counted each : counted) {
      PointerQueue queue = queues.get(each.routingKey());
      if (queue != null) {
        sums.computeIfAbsent(queue, unused -> new Sum()).add(each);
      }
    }
  }

  private List<Compared> compared() {
    List<Compared> all = new ArrayList<>();
    depths.forEach(
        (queue, depth) -> {
          Sum sum = sums.getOrDefault(queue, new Sum());
          all.add(new Compared(queue, sum.routingKeys, sum.kinds, sum.messages, sum.later, depth));
        });
    return all;
  }
}
