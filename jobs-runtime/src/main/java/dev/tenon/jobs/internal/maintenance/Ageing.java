package dev.tenon.jobs.internal.maintenance;

import static java.util.Objects.requireNonNull;

import dev.tenon.jobs.internal.background.RestAfterWork;
import dev.tenon.jobs.internal.broker.BrokerUnavailableException;
import dev.tenon.jobs.internal.broker.PointerQueue;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.pointer.JobPointer;
import dev.tenon.jobs.internal.publish.PublishStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes sure that no job waits forever behind others of higher priority. The priorities of a queue
 * are strict, so the pointers of the jobs that have been queued the longest are published again
 * with the highest priority, a few of each queue at a time. The earlier pointers stay in the queue
 * and are found stale. The next few of a queue have to wait until these have been claimed, so that
 * messages do not pile up if nobody consumes the queue.
 */
final class Ageing implements MaintenanceTask {

  private static final Logger LOG = LoggerFactory.getLogger(Ageing.class);

  /** The maximum number of jobs of each queue at a time. */
  private static final int TRICKLE = 100;

  private static final Duration INTERVAL = Duration.ofSeconds(10);

  private final PublishStore store;
  private final Dispatcher dispatcher;
  private final Duration age;

  private final RestAfterWork rest = new RestAfterWork();
  private final BatchSize batches = new BatchSize("jobs of each queue", TRICKLE);

  /** The jobs that were published with the highest priority and may still be queued. */
  private final Set<UUID> advanced = new HashSet<>();

  /**
   * Creates the task.
   *
   * @param age the minimum time that a job has been queued before it is published again
   */
  Ageing(PublishStore store, Dispatcher dispatcher, Duration age) {
    this.store = store;
    this.dispatcher = dispatcher;
    this.age = age;
  }

  @Override
  public String name() {
    return "ageing";
  }

  @Override
  public Duration interval() {
    return INTERVAL;
  }

  @Override
  public Round run(Leadership leadership) {
    if (!dispatcher.isConnected() || !rest.hasEnded()) {
      return Round.SKIPPED;
    }
    Map<UUID, String> stillQueued = store.queuedAmong(advanced);
    advanced.retainAll(stillQueued.keySet());
    List<JobPointer> old = oldest();
    Set<String> keys = new HashSet<>(stillQueued.values());
    old.forEach(pointer -> keys.add(pointer.routingKey()));
    Map<String, PointerQueue> queues = dispatcher.queues().of(keys);
    Map<PointerQueue, Integer> left = new HashMap<>();
    stillQueued.values().forEach(key -> take(left, requireNonNull(queues.get(key))));
    Set<String> busy = Set.copyOf(stillQueued.values());
    List<JobPointer> aged = new ArrayList<>();
    for (JobPointer pointer : old) {
      // The workers of one type may be away; that must not hold up other types
      if (!busy.contains(pointer.routingKey())
          && take(left, requireNonNull(queues.get(pointer.routingKey())))) {
        aged.add(pointer.withPriority(JobPointer.RESCUED));
      }
    }
    if (aged.isEmpty()) {
      return Round.DONE;
    }
    try {
      dispatcher.publishAgain(aged);
      aged.forEach(pointer -> advanced.add(pointer.jobId()));
      LOG.debug("{} jobs that have been queued for a long time are published again.", aged.size());
    } catch (BrokerUnavailableException e) {
      LOG.debug(
          "Jobs that have been queued for a long time are published again when RabbitMQ is "
              + "back.",
          e);
      return Round.SKIPPED;
    }
    return Round.DONE;
  }

  private List<JobPointer> oldest() {
    long startNanos = System.nanoTime();
    try {
      return batches.run(limit -> store.queuedFor(age, limit)).orElse(List.of()).stream()
          .filter(pointer -> pointer.priority().compareTo(JobPointer.RESCUED) < 0)
          .toList();
    } finally {
      rest.begin(startNanos);
    }
  }

  /** Takes one of a queue's places for advanced jobs, if one is left. */
  private static boolean take(Map<PointerQueue, Integer> left, PointerQueue queue) {
    return left.merge(queue, TRICKLE - 1, (now, first) -> now - 1) >= 0;
  }
}
