package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.internal.background.LineLimiter;
import dev.tenon.jobs.internal.background.LogText;
import dev.tenon.jobs.internal.broker.ConsumedQueue;
import dev.tenon.jobs.internal.broker.Delivery;
import dev.tenon.jobs.internal.broker.PointerConsumer;
import dev.tenon.jobs.internal.flow.OperatorStore;
import dev.tenon.jobs.internal.flow.OperatorStore.Barred;
import dev.tenon.jobs.internal.signal.Look;
import dev.tenon.jobs.internal.signal.LookSchedule;
import dev.tenon.jobs.internal.store.ClaimStore;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.store.Claims;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims jobs to which RabbitMQ has delivered a pointer. A pointer is acknowledged as soon as its
 * claim is committed. For the claiming thread only.
 */
final class MessageClaims {

  private static final Logger LOG = LoggerFactory.getLogger(MessageClaims.class);

  /** A pointer that waits here for longer than that is requeued, for others to take. */
  private static final Duration MAX_WAIT_FOR_A_SLOT = Duration.ofSeconds(1);

  private static final Duration LOG_INTERVAL = Duration.ofMinutes(1);

  private final PointerConsumer consumer;
  private final ClaimStore store;
  private final String workerId;
  private final Map<String, Integer> types;
  private final OperatorStore operators;
  private final Function<Set<String>, Set<ConsumedQueue>> queuesOfNoneBut;
  private final LookSchedule schedule;
  private final LineLimiter parkedTypes = new LineLimiter(LOG_INTERVAL);

  /** Pointers that were taken and not settled yet: whatever fails, none of them stays unsettled. */
  private final Deque<Delivery.Pointer> unsettled = new ArrayDeque<>();

  /** Pointers whose jobs were parked, and of which the log says nothing yet. */
  private final List<Delivery.Pointer> parked = new ArrayList<>();

  /** What operators have said, when that was last asked for. */
  private Barred barred = Barred.NONE;

  private boolean isTrusted = true;

  /**
   * Claims for a worker.
   *
   * @param types the types that are taken, each up to a version
   * @param operators tells which of them are paused
   * @param queuesOfNoneBut the queues that have only jobs of these types
   * @param schedule tells whether RabbitMQ is trusted, and is told what is paused
   */
  MessageClaims(
      PointerConsumer consumer,
      ClaimStore store,
      String workerId,
      Map<String, Integer> types,
      OperatorStore operators,
      Function<Set<String>, Set<ConsumedQueue>> queuesOfNoneBut,
      LookSchedule schedule) {
    this.consumer = consumer;
    this.store = store;
    this.workerId = workerId;
    this.types = types;
    this.operators = operators;
    this.queuesOfNoneBut = queuesOfNoneBut;
    this.schedule = schedule;
  }

  /** Tells the schedule what RabbitMQ does. */
  void tend() {
    boolean trusts =
        schedule.isTrusted(consumer.downFor(), consumer.upFor(), consumer.missesPointers());
    if (trusts != isTrusted) {
      isTrusted = trusts;
      LOG.info(
          trusts
              ? "Worker {} takes its jobs from RabbitMQ again."
              : "Worker {} takes its jobs from the table while RabbitMQ is away or does not work.",
          workerId);
    }
    if (!trusts) {
      // Whether RabbitMQ works is only seen when it is asked for messages
      consumer.resume();
      consumer.requeueOlderThan(MAX_WAIT_FOR_A_SLOT);
    }
  }

  /** Claims jobs to which pointers have come, if any have. */
  List<ClaimedJob> claim(int max) {
    requeueUnsettled();
    parked.forEach(this::logParked);
    parked.clear();
    consumer.expect(max);
    consumer.resume();
    unsettled.addAll(consumer.take(max));
    try {
      consumer.requeueOlderThan(MAX_WAIT_FOR_A_SLOT);
      return unsettled.isEmpty() ? List.of() : claimUnsettled(max);
    } finally {
      requeueUnsettled();
      if (consumer.hasPointers()) {
        schedule.lookAt(Look.MESSAGES);
      }
    }
  }

  /**
   * Asks, with a small statement, which types are paused, and leaves the queues alone whose types
   * all are: every pointer in them would be taken, and its job parked. No claim takes a job of a
   * paused type, so the worker learns of a pause by a pointer whose job it did not get.
   */
  void askForPauses() {
    Set<String> before = barred.paused();
    barred = operators.barred(types.keySet());
    Set<String> paused = barred.paused();
    Set<String> resumed = without(before, paused);
    schedule.pausedTypes(!paused.isEmpty(), !resumed.isEmpty());
    if (!before.equals(paused)) {
      consumer.leaveAlone(queuesOfNoneBut.apply(paused));
      Set<String> newlyPaused = without(paused, before);
      if (!newlyPaused.isEmpty()) {
        LOG.info(
            "Worker {} starts no jobs of {}: paused by an operator, until they are resumed.",
            workerId,
            names(newlyPaused));
      }
      if (!resumed.isEmpty()) {
        LOG.info("Worker {} starts jobs of {} again: resumed.", workerId, names(resumed));
      }
    }
  }

  private static Set<String> without(Set<String> all, Set<String> some) {
    Set<String> others = new HashSet<>(all);
    others.removeAll(some);
    return others;
  }

  private static String names(Set<String> types) {
    return types.stream()
        .sorted()
        .map(type -> "'" + LogText.escape(type) + "'")
        .collect(Collectors.joining(", "));
  }

  private void keepUnsettled() {
    // The last one first, so that they are in their order again
    for (Delivery.Pointer next = unsettled.peekLast(); next != null; next = unsettled.peekLast()) {
      consumer.keep(next);
      unsettled.removeLast();
    }
  }

  /** A pointer that cannot be requeued now, for lack of memory, is requeued the next time. */
  private void requeueUnsettled() {
    for (Delivery.Pointer next = unsettled.peek(); next != null; next = unsettled.peek()) {
      consumer.requeue(next);
      unsettled.remove();
    }
  }

  private List<ClaimedJob> claimUnsettled(int max) {
    Claims claims =
        store.claim(
            workerId,
            unsettled.stream().map(Delivery.Pointer::jobId).toList(),
            types,
            max,
            JobFeed.MAX_CLAIM_BYTES);
    // A pointer that is not left is stale: its job is claimed, has ended, runs elsewhere, is set
    // back, or will be published again
    Set<UUID> left = Set.copyOf(claims.left());
    Set<UUID> parkedIds = Set.copyOf(claims.parked());
    List<Delivery.Pointer> done = new ArrayList<>(unsettled);
    done.removeIf(pointer -> left.contains(pointer.jobId()));
    consumer.acknowledge(done);
    unsettled.removeIf(pointer -> !left.contains(pointer.jobId()));
    if (claims.jobs().size() >= max) {
      // They were only taken to see which of them are stale
      keepUnsettled();
    } else {
      requeueUnsettled();
    }
    List<Delivery.Pointer> parkedNow =
        done.stream().filter(pointer -> parkedIds.contains(pointer.jobId())).toList();
    if (parkedNow.stream().anyMatch(pointer -> isUnexplained(pointer.delivery().type()))) {
      // Paused, limited only lately, or of a newer version
      schedule.lookAt(Look.PAUSED_TYPES);
    }
    // After the next look, which must not fail before what was claimed here is run
    parked.addAll(parkedNow);
    return claims.jobs();
  }

  private boolean isUnexplained(String type) {
    return types.containsKey(type) && !isBarred(type);
  }

  private boolean isBarred(String type) {
    return barred.paused().contains(type) || barred.limited().contains(type);
  }

  /** Says why these jobs were not started, as far as that is worth a line. */
  private void logParked(Delivery.Pointer pointer) {
    String type = pointer.delivery().type();
    if (isBarred(type)) {
      return;
    }
    long count = parkedTypes.admit(type);
    if (count > 0) {
      LOG.warn(
          "{} jobs of type '{}' came, the last one is {}; worker {} does not know the type, or not"
              + " in that version. They wait in the table for a worker that does.",
          count,
          LogText.escape(type),
          pointer.jobId(),
          workerId);
    }
  }

  /** Keeps nothing back for this worker, until it claims again. */
  void pause() {
    requeueUnsettled();
    consumer.pause();
    schedule.lookAt(Look.MESSAGES);
  }
}
