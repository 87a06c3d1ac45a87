package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.internal.attempt.Room;
import dev.tenon.jobs.internal.background.LineLimiter;
import dev.tenon.jobs.internal.background.LogText;
import dev.tenon.jobs.internal.broker.ConsumedQueue;
import dev.tenon.jobs.internal.broker.Delivery;
import dev.tenon.jobs.internal.broker.PointerConsumer;
import dev.tenon.jobs.internal.broker.PointerRoom;
import dev.tenon.jobs.internal.flow.OperatorStore;
import dev.tenon.jobs.internal.flow.OperatorStore.Barred;
import dev.tenon.jobs.internal.signal.ClaimSource;
import dev.tenon.jobs.internal.signal.PollSchedule;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims jobs whose pointers RabbitMQ has delivered. A pointer is acknowledged as soon as its claim
 * is committed. For the claiming thread only.
 */
final class MessageClaims {

  private static final Logger LOG = LoggerFactory.getLogger(MessageClaims.class);

  /** The maximum wait of a pointer here; then it is requeued, for others to take. */
  private static final Duration MAX_WAIT_FOR_A_SLOT = Duration.ofSeconds(1);

  private static final Duration LOG_INTERVAL = Duration.ofMinutes(1);

  private final PointerConsumer consumer;
  private final ClaimStore store;
  private final String workerId;
  private final Map<String, Integer> types;
  private final OperatorStore operators;
  private final Function<Set<String>, Set<ConsumedQueue>> queuesOfNoneBut;
  private final PollSchedule schedule;
  private final LineLimiter parkedTypes = new LineLimiter(LOG_INTERVAL);

  /**
   * The pointers that were taken and not settled yet: whatever fails, none of them stays unsettled.
   */
  private final Deque<Delivery.Pointer> unsettled = new ArrayDeque<>();

  /** The pointers whose jobs were parked, but not logged yet. */
  private final List<Delivery.Pointer> parked = new ArrayList<>();

  /** The types that operators had paused at the last look. */
  private Barred barred = Barred.NONE;

  private boolean isTrusted = true;
  private int lastTaken;

  /**
   * Creates claims for a worker.
   *
   * @param types the types to claim, each up to a version
   * @param operators knows which of them are paused
   * @param queuesOfNoneBut returns the queues that have only jobs of these types
   * @param schedule decides whether RabbitMQ is trusted, and receives the paused types
   */
  MessageClaims(
      PointerConsumer consumer,
      ClaimStore store,
      String workerId,
      Map<String, Integer> types,
      OperatorStore operators,
      Function<Set<String>, Set<ConsumedQueue>> queuesOfNoneBut,
      PollSchedule schedule) {
    this.consumer = consumer;
    this.store = store;
    this.workerId = workerId;
    this.types = types;
    this.operators = operators;
    this.queuesOfNoneBut = queuesOfNoneBut;
    this.schedule = schedule;
  }

  /** Passes the state of RabbitMQ to the schedule. */
  void tend() {
    boolean trusts =
        schedule.isTrusted(consumer.downFor(), consumer.upFor(), consumer.missesPointers());
    if (trusts != isTrusted) {
      isTrusted = trusts;
      LOG.info(
          trusts
              ? "Worker {} takes its jobs from RabbitMQ again."
              : "Worker {} takes its jobs from the table while RabbitMQ is down or does not work.",
          workerId);
    }
    if (!trusts) {
      // Only asking RabbitMQ for messages shows whether it works
      consumer.resume();
      consumer.requeueOlderThan(MAX_WAIT_FOR_A_SLOT);
    }
  }

  /** Claims jobs whose pointers have arrived, if any have. */
  List<ClaimedJob> claim(Room room) {
    requeueUnsettled();
    parked.forEach(this::logParked);
    parked.clear();
    consumer.expect(expected(room));
    consumer.resume();
    int max = takeInto(room);
    try {
      consumer.requeueOlderThan(MAX_WAIT_FOR_A_SLOT);
      return unsettled.isEmpty() ? List.of() : claimUnsettled(max);
    } finally {
      requeueUnsettled();
      if (consumer.hasPointers()) {
        schedule.pollSoon(ClaimSource.MESSAGES);
      }
    }
  }

  /**
   * Queries which types are paused, and stops consuming the queues whose types all are: otherwise
   * every pointer in them would be taken, and its job parked. No claim takes a job of a paused
   * type, so the worker notices a pause by a pointer whose job it did not get.
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
    // The last one first, which restores their order
    for (Delivery.Pointer next = unsettled.peekLast(); next != null; next = unsettled.peekLast()) {
      consumer.keep(next);
      unsettled.removeLast();
    }
  }

  /**
   * Requeues pointers; one that cannot be requeued now because there is no memory is requeued the
   * next time.
   */
  private void requeueUnsettled() {
    for (Delivery.Pointer next = unsettled.peek(); next != null; next = unsettled.peek()) {
      consumer.requeue(next);
      unsettled.remove();
    }
  }

  /**
   * Returns the number of pointers to take now. If there may be many of a batch type, that is at
   * most twice as many as the last time: pointers of other types would only wait here.
   */
  private int expected(Room room) {
    return room.isMixed()
        ? Math.min(room.atMost(), Math.max(room.ofOthers(), 2 * lastTaken))
        : room.atMost();
  }

  /** Takes pointers, and returns the number of jobs that there is room for among theirs. */
  private int takeInto(Room room) {
    AtomicInteger taken = new AtomicInteger();
    unsettled.addAll(
        consumer.take(
            new PointerRoom() {
              @Override
              public int of(String type) {
                int fits = Math.min(room.of(type), Room.MAX_CLAIMS - taken.get());
                if (fits <= 0 && taken.get() == 0) {
                  room.doesNotFit();
                }
                return fits;
              }

              @Override
              public boolean isMixed() {
                return room.isMixed();
              }

              @Override
              public void takes(String type, int pointers) {
                room.takes(type, pointers);
                taken.addAndGet(pointers);
              }
            }));
    lastTaken = taken.get();
    return lastTaken;
  }

  private List<ClaimedJob> claimUnsettled(int max) {
    Claims claims =
        store.claim(
            workerId,
            unsettled.stream().map(Delivery.Pointer::jobId).toList(),
            types,
            max,
            JobFeed.MAX_CLAIM_BYTES);
    // Any other pointer is stale: its job was claimed, has ended, runs elsewhere, was set back, or
    // will be published again
    Set<UUID> left = Set.copyOf(claims.left());
    Set<UUID> parkedIds = Set.copyOf(claims.parked());
    List<Delivery.Pointer> done = new ArrayList<>(unsettled);
    done.removeIf(pointer -> left.contains(pointer.jobId()));
    consumer.acknowledge(done);
    unsettled.removeIf(pointer -> !left.contains(pointer.jobId()));
    if (claims.jobs().size() >= max) {
      // They were taken only to find out which of them are stale
      keepUnsettled();
    } else {
      requeueUnsettled();
    }
    List<Delivery.Pointer> parkedNow =
        done.stream().filter(pointer -> parkedIds.contains(pointer.jobId())).toList();
    if (parkedNow.stream().anyMatch(pointer -> isUnexplained(pointer.delivery().type()))) {
      // Paused, limited only recently, or of a newer version
      schedule.pollSoon(ClaimSource.PAUSED_TYPES);
    }
    // After the next look, which must not fail before the jobs that were claimed here run
    parked.addAll(parkedNow);
    return claims.jobs();
  }

  private boolean isUnexplained(String type) {
    return types.containsKey(type) && !isBarred(type);
  }

  private boolean isBarred(String type) {
    return barred.paused().contains(type) || barred.limited().contains(type);
  }

  /** Logs why these jobs were not started, if that is worth a line. */
  private void logParked(Delivery.Pointer pointer) {
    String type = pointer.delivery().type();
    if (isBarred(type)) {
      return;
    }
    long count = parkedTypes.admit(type);
    if (count > 0) {
      LOG.warn(
          "Worker {} received {} jobs of type '{}', but does not know the type or the jobs' "
              + "version of it; the last job is {}. They wait in the table for a worker that does.",
          workerId,
          count,
          LogText.escape(type),
          pointer.jobId());
    }
  }

  /** Keeps nothing back for this worker, until it claims again. */
  void pause() {
    requeueUnsettled();
    consumer.pause();
    schedule.pollSoon(ClaimSource.MESSAGES);
  }
}
