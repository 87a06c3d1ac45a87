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
 * One comparison of all queues with the table, in steps: what is queued is counted in parts, so
 * that no number of jobs is too large.
 *
 * <p>RabbitMQ is asked first. What was confirmed before that and is still queued when it is
 * counted, however much later, should have been in the queue. For one thread.
 */
final class QueueComparison {

  /** How many jobs are counted with one statement. */
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
   * @param byTable how many messages it should have, by the table
   * @param later how many more it has been sent since then, and a few that came later still
   * @param depth what it has
   */
  record Compared(
      PointerQueue queue,
      Set<String> routingKeys,
      Set<JobKind> kinds,
      long byTable,
      long later,
      QueueDepth depth) {}

  /** What was counted of one queue. */
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
   * @param batches how many jobs are counted with one statement
   * @param age how long ago the messages were confirmed that are counted, at least
   * @param knownRoutingKeys by which jobs were queued when that was last counted. Queues to which
   *     others lead are left out: how many messages they have must be asked before jobs are
   *     counted.
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
    // Also those about whose jobs the table has nothing to say
    queues.addAll(dispatcher.queues().ofModules());
    this.unasked = new ArrayDeque<>(queues);
  }

  /** Whether all queues were compared. */
  boolean isDone() {
    return isDone;
  }

  /** By which routing keys jobs are queued, once all queues were compared. */
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
      // It has none if RabbitMQ refuses the queue
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
