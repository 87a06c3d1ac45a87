package dev.tenon.jobs.internal.maintenance;

import dev.tenon.jobs.internal.background.LogText;
import dev.tenon.jobs.internal.background.RestAfterWork;
import dev.tenon.jobs.internal.broker.BrokerUnavailableException;
import dev.tenon.jobs.internal.broker.PointerQueue;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.maintenance.QueueComparison.Compared;
import dev.tenon.jobs.internal.pointer.JobPointer;
import dev.tenon.jobs.internal.pointer.PublishedPointer;
import dev.tenon.jobs.internal.publish.PublishStore;
import dev.tenon.jobs.internal.store.WalkPlace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detects that the broker has lost pointers, because a queue was purged or deleted or the broker's
 * data is gone: the queue then has fewer messages than it should have according to the table. The
 * pointers of that many messages are published again, some at each run; within each kind of jobs,
 * those that are next in turn come first. Messages that workers hold at that moment are not in the
 * queue, so a few may be published again although they were not lost; workers find these stale and
 * drop them. Missing queues are declared.
 */
final class Reconciliation implements MaintenanceTask {

  private static final Logger LOG = LoggerFactory.getLogger(Reconciliation.class);

  /** The minimum age of a counted message. No worker keeps a pointer unclaimed for that long. */
  private static final Duration AGE = Duration.ofSeconds(4);

  private static final Duration INTERVAL = Duration.ofSeconds(3);
  private static final int BATCH = 1_000;

  /**
   * The time limit of one run; the rest waits for the next run, so that other tasks get their turn.
   */
  private static final Duration MAX_RUN = Duration.ofSeconds(1);

  /** The smallest difference that is logged; a smaller one may be pointers that workers hold. */
  private static final int WORTH_A_LINE_IN_THE_LOG = 500;

  private final PublishStore store;
  private final Dispatcher dispatcher;
  private final StaleQueues staleQueues;
  private final BatchSize batches = new BatchSize("jobs whose messages are missing", BATCH);

  /**
   * The maximum number of kinds that are searched together; a queue may have thousands, and the
   * next ones follow.
   */
  private static final int MAX_KINDS = 20;

  /** The queues that still need messages replaced. */
  private final Map<PointerQueue, Missing> missing = new LinkedHashMap<>();

  /**
   * The missing messages of a queue.
   *
   * @param routingKeys those of the jobs that wait in it; some of the jobs may be missing
   * @param places where the search for jobs whose messages may be missing continues, in each of
   *     their kinds
   * @param messages the number of messages that still have to be replaced
   */
  private record Missing(Set<String> routingKeys, List<WalkPlace> places, long messages) {}

  /** The rest after comparisons, which take longer the more jobs are queued. */
  private final RestAfterWork rest = new RestAfterWork();

  private final BatchSize counts = new BatchSize("jobs to count", QueueComparison.BATCH);

  /** The comparison in progress; null if there is none. */
  private @Nullable QueueComparison comparison;

  /** The routing keys of queued jobs in the last count. */
  private Set<String> routingKeys = Set.of();

  /** The total time that the steps of the comparison have taken. */
  private long comparedNanos;

  Reconciliation(PublishStore store, Dispatcher dispatcher) {
    this.store = store;
    this.dispatcher = dispatcher;
    this.staleQueues = new StaleQueues(dispatcher);
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
  public Round run(Leadership leadership) {
    if (!dispatcher.isConnected()) {
      // A difference found later is another matter
      missing.clear();
      comparison = null;
      return Round.SKIPPED;
    }
    if (missing.isEmpty() && comparison == null && !rest.hasEnded()) {
      return Round.SKIPPED;
    }
    long end = System.nanoTime() + MAX_RUN.toNanos();
    try {
      if (missing.isEmpty() && comparison == null) {
        comparison = new QueueComparison(store, dispatcher, counts, AGE, routingKeys);
        comparedNanos = 0;
      }
      while ((!missing.isEmpty() || comparison != null) && System.nanoTime() < end) {
        // One batch of each queue in turn, so that a large one does not hold up the others
        for (PointerQueue queue : List.copyOf(missing.keySet())) {
          publishAgain(leadership, queue);
        }
        if (comparison != null) {
          compareSome(leadership, comparison);
        }
      }
      return missing.isEmpty() && comparison == null ? Round.DONE : Round.MORE_TO_DO;
    } catch (BrokerUnavailableException e) {
      LOG.debug("Queues are compared with the table when RabbitMQ is back.", e);
      comparison = null;
      return Round.SKIPPED;
    } catch (RuntimeException e) {
      comparison = null;
      rest.begin(System.nanoTime() - MAX_RUN.toNanos());
      throw e;
    }
  }

  private void compareSome(Leadership leadership, QueueComparison some)
      throws BrokerUnavailableException {
    if (!some.isDone()) {
      long startNanos = System.nanoTime();
      List<Compared> compared = some.step(leadership);
      comparedNanos += System.nanoTime() - startNanos;
      for (Compared queue : compared) {
        compare(queue);
        staleQueues.look(queue);
      }
      if (some.isDone()) {
        routingKeys = some.routingKeys();
        staleQueues.forgetAllBut(
            compared.stream().map(Compared::queue).collect(Collectors.toSet()));
      }
    }
    if (some.isDone()) {
      comparison = null;
      rest.begin(System.nanoTime() - comparedNanos);
    }
  }

  private void compare(Compared compared) {
    PointerQueue queue = compared.queue();
    long lacks = compared.byTable() - compared.depth().messages();
    if (lacks > 0) {
      // It is not known whose messages are missing, so no queue may always be the last one
      List<WalkPlace> places =
          new ArrayList<>(compared.kinds().stream().map(WalkPlace::beginning).toList());
      Collections.shuffle(places);
      missing.put(queue, new Missing(compared.routingKeys(), places, lacks));
      // If it was deleted, its bindings were deleted with it
      dispatcher.bindAgain(compared.routingKeys());
      if (lacks >= WORTH_A_LINE_IN_THE_LOG || compared.depth().messages() == 0) {
        LOG.info(
            "Queue {} should have {} messages about jobs, but has {}; the missing ones are published"
                + " again.",
            LogText.escape(queue.name()),
            compared.byTable(),
            compared.depth().messages());
      }
    }
  }

  private void publishAgain(Leadership leadership, PointerQueue queue)
      throws BrokerUnavailableException {
    Missing lacks = missing.get(queue);
    if (lacks == null) {
      return;
    }
    long left = lacks.messages();
    List<WalkPlace> places = lacks.places();
    List<WalkPlace> some = places.subList(0, Math.min(MAX_KINDS, places.size()));
    Set<UUID> messages = new HashSet<>();
    List<JobPointer> lost = new ArrayList<>();
    Optional<PublishStore.Queued> queued =
        batches.run(limit -> store.queued(leadership, some, lacks.routingKeys(), AGE, limit));
    if (queued.isEmpty()) {
      return;
    }
    for (PublishedPointer each : queued.get().pointers()) {
      if (messages.size() == left && !messages.contains(each.messageId())) {
        break;
      }
      messages.add(each.messageId());
      lost.add(each.pointer());
    }
    if (!lost.isEmpty()) {
      dispatcher.publishAgain(lost);
    }
    List<WalkPlace> next = new ArrayList<>(places.subList(some.size(), places.size()));
    next.addAll(queued.get().rest());
    if (next.isEmpty() || messages.size() >= left) {
      missing.remove(queue);
    } else {
      missing.put(queue, new Missing(lacks.routingKeys(), next, left - messages.size()));
    }
  }
}
