package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.internal.background.LineLimiter;
import dev.tenon.jobs.internal.background.LogText;
import dev.tenon.jobs.internal.broker.ConsumedQueue;
import dev.tenon.jobs.internal.broker.Delivery;
import dev.tenon.jobs.internal.broker.PointerConsumer;
import dev.tenon.jobs.internal.sql.StoreException;
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
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes jobs to which RabbitMQ has delivered a pointer, and takes them from the table while
 * RabbitMQ is away. A pointer is acknowledged as soon as its claim is committed.
 */
final class BrokerFeed implements JobFeed {

  private static final Logger LOG = LoggerFactory.getLogger(BrokerFeed.class);

  /** A pointer that should have been published so long ago is not waited for. */
  static final Duration OVERDUE_AFTER = Duration.ofSeconds(5);

  /** A pointer that waits here for longer than that goes back, for others to take. */
  private static final Duration MAX_WAIT_FOR_A_SLOT = Duration.ofSeconds(1);

  /** The claiming thread asks whether a paused type is resumed before it waits again. */
  private static final Duration WAIT_WHILE_PAUSED = Duration.ofMillis(200);

  private static final Duration LOG_INTERVAL = Duration.ofMinutes(1);

  private final PointerConsumer consumer;
  private final ClaimStore store;
  private final String workerId;
  private final Map<String, Integer> types;
  private final TableFeed table;
  private final TableLook look;
  private final PausedTypes pausedTypes;
  private final Function<Set<String>, Set<ConsumedQueue>> queuesOfNoneBut;
  private final BrokerTrust trust = new BrokerTrust();
  private final LineLimiter setBackTypes = new LineLimiter(LOG_INTERVAL);

  /** Pointers that were taken and not settled yet: whatever fails, none of them stays unsettled. */
  private final Deque<Delivery.Pointer> unsettled = new ArrayDeque<>();

  /** Pointers whose jobs were set back, and of which the log says nothing yet. */
  private final List<Delivery.Pointer> setBack = new ArrayList<>();

  private @Nullable Throwable overdueFailure;
  private long overdueAskedNanos = System.nanoTime();

  /** Nobody need look whether there are any. */
  private boolean hasOverdue;

  /** Nothing was left for them the last time. */
  private boolean pointersTookAll;

  private boolean onTable;

  /**
   * A feed.
   *
   * @param types the types that are taken, each up to a version
   * @param looks tells whether there is something to take that no pointer brings
   * @param pausedTypes which of them are paused
   * @param queuesOfNoneBut the queues that have only jobs of these types
   */
  BrokerFeed(
      PointerConsumer consumer,
      ClaimStore store,
      String workerId,
      Map<String, Integer> types,
      TableLooks looks,
      PausedTypes pausedTypes,
      Function<Set<String>, Set<ConsumedQueue>> queuesOfNoneBut) {
    this.consumer = consumer;
    this.store = store;
    this.workerId = workerId;
    this.types = types;
    this.pausedTypes = pausedTypes;
    this.queuesOfNoneBut = queuesOfNoneBut;
    this.look = looks.besideBroker(types);
    // Whoever submits has RabbitMQ too, and tells nobody over PostgreSQL
    Activity activity = new Activity(() -> false, () -> false);
    this.table = new TableFeed(store, workerId, types, looks.withoutBroker(types), activity);
  }

  @Override
  public List<ClaimedJob> next(int max, Duration wait) throws InterruptedException {
    boolean away = trust.isAway(consumer.downFor(), consumer.upFor(), System.nanoTime());
    if (away != onTable) {
      onTable = away;
      LOG.info(
          away
              ? "Worker {} takes its jobs from the table while RabbitMQ is away or does not work."
              : "Worker {} takes its jobs from RabbitMQ again.",
          workerId);
    }
    if (!away) {
      return claimDelivered(max, wait);
    }
    // Whether RabbitMQ works is only seen when it is asked for messages
    consumer.resume();
    consumer.handBackOlderThan(MAX_WAIT_FOR_A_SLOT);
    return table.next(max, wait);
  }

  private List<ClaimedJob> claimDelivered(int max, Duration wait) throws InterruptedException {
    handBackUnsettled();
    throwOverdueFailure();
    tendPauses();
    setBack.forEach(this::logSetBack);
    setBack.clear();
    consumer.expect(max);
    consumer.resume();
    boolean waitsForResume =
        !pausedTypes.paused().isEmpty() && wait.compareTo(WAIT_WHILE_PAUSED) > 0;
    // While the table has jobs for free slots, these do not wait for a pointer
    Duration patience = hasOverdue ? Duration.ZERO : waitsForResume ? WAIT_WHILE_PAUSED : wait;
    List<ClaimedJob> first = overdueThatMustNotWait(max);
    int left = max - first.size();
    if (left == 0) {
      return first;
    }
    unsettled.addAll(consumer.take(left, first.isEmpty() ? patience : Duration.ZERO));
    List<ClaimedJob> claimed = new ArrayList<>(first);
    try {
      consumer.handBackOlderThan(MAX_WAIT_FOR_A_SLOT);
      if (!unsettled.isEmpty()) {
        claimed.addAll(claimUnsettled(left));
      }
    } catch (StoreException | OutOfMemoryError e) {
      if (first.isEmpty()) {
        throw e;
      }
      overdueFailure = e;
    } finally {
      handBackUnsettled();
    }
    pointersTookAll = first.isEmpty() && claimed.size() >= max;
    return claimed.size() < max && first.isEmpty() ? withOverdue(claimed, max) : claimed;
  }

  /**
   * While there are pointers for all slots, the table would never be looked into: what was set
   * back, or never published, gets its turn every other time.
   */
  private List<ClaimedJob> overdueThatMustNotWait(int max) {
    if (!pointersTookAll || !mayHaveOverdue()) {
      return List.of();
    }
    pointersTookAll = false;
    return claimOverdue((max + 1) / 2);
  }

  /**
   * Leaves the queues alone whose types are all paused, or every pointer in them would be taken,
   * and its job set back. When a type is resumed, its jobs that were set back are looked for at
   * once.
   */
  private void tendPauses() {
    Set<String> before = pausedTypes.paused();
    Set<String> resumed = pausedTypes.resumed();
    Set<String> paused = pausedTypes.paused();
    if (!before.equals(paused)) {
      consumer.leaveAlone(queuesOfNoneBut.apply(paused));
      Set<String> newlyPaused = new HashSet<>(paused);
      newlyPaused.removeAll(before);
      if (!newlyPaused.isEmpty()) {
        LOG.info(
            "Worker {} starts no jobs of {}: paused by an operator, until they are resumed.",
            workerId,
            names(newlyPaused));
      }
      if (!resumed.isEmpty()) {
        LOG.info("Worker {} starts jobs of {} again: resumed.", workerId, names(resumed));
        hasOverdue = true;
      }
    }
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

  /** A pointer that cannot be handed back now, for lack of memory, is handed back the next time. */
  private void handBackUnsettled() {
    for (Delivery.Pointer next = unsettled.peek(); next != null; next = unsettled.peek()) {
      consumer.handBack(next);
      unsettled.remove();
    }
  }

  /** What was claimed beside it had to be run first. */
  private void throwOverdueFailure() {
    Throwable failure = overdueFailure;
    overdueFailure = null;
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof StoreException exception) {
      throw exception;
    }
  }

  /**
   * Now and then also takes what should have been published and was not. A broker that is out of
   * memory or disk takes no messages, but keeps its connections, so nothing else tells that it is
   * of no use.
   */
  private List<ClaimedJob> withOverdue(List<ClaimedJob> claimed, int max) {
    List<ClaimedJob> all = new ArrayList<>(claimed);
    try {
      if (mayHaveOverdue()) {
        all.addAll(claimOverdue(max - claimed.size()));
      }
    } catch (StoreException | OutOfMemoryError e) {
      if (claimed.isEmpty()) {
        throw e;
      }
      overdueFailure = e;
    }
    return all;
  }

  private List<ClaimedJob> claimOverdue(int max) {
    // What is published may not come here
    List<ClaimedJob> overdue =
        consumer.missesPointers()
            ? store.claimDue(workerId, types, max, MAX_CLAIM_BYTES)
            : store.claimOverdue(workerId, types, OVERDUE_AFTER, max, MAX_CLAIM_BYTES);
    // There may be many: they are asked for as fast as slots become free
    hasOverdue = !overdue.isEmpty();
    return overdue;
  }

  /** Whether it is worth a claim to look for them, which costs more than the shared look. */
  private boolean mayHaveOverdue() {
    long now = System.nanoTime();
    if (hasOverdue) {
      overdueAskedNanos = now;
      return true;
    }
    if (now - overdueAskedNanos < TableLook.INTERVAL.toNanos()) {
      return false;
    }
    if (consumer.missesPointers()) {
      overdueAskedNanos = now;
      return true;
    }
    Optional<TableLook.Answer> answer = look.since(overdueAskedNanos);
    answer.ifPresent(known -> overdueAskedNanos = known.askedNanos());
    return answer.isPresent() && answer.get().hasJobs();
  }

  private List<ClaimedJob> claimUnsettled(int max) {
    Claims claims =
        store.claim(
            workerId,
            unsettled.stream().map(Delivery.Pointer::jobId).toList(),
            types,
            max,
            MAX_CLAIM_BYTES);
    // A pointer that is not left is stale: its job is claimed, has ended, runs elsewhere, is set
    // back, or will be published again
    Set<UUID> left = Set.copyOf(claims.left());
    Set<UUID> passedOverIds = Set.copyOf(claims.setBack());
    List<Delivery.Pointer> done = new ArrayList<>(unsettled);
    done.removeIf(pointer -> left.contains(pointer.jobId()));
    consumer.acknowledge(done);
    unsettled.removeIf(pointer -> !left.contains(pointer.jobId()));
    if (claims.jobs().size() >= max) {
      // They were only taken to see which of them are stale
      keepUnsettled();
    } else {
      handBackUnsettled();
    }
    List<Delivery.Pointer> passedOver =
        done.stream().filter(pointer -> passedOverIds.contains(pointer.jobId())).toList();
    if (passedOver.stream().anyMatch(pointer -> isUnexplained(pointer.delivery().type()))) {
      // Paused, limited only lately, or of a newer version
      pausedTypes.askNow();
    }
    // After the next look, which must not fail before what was claimed here is run
    setBack.addAll(passedOver);
    return claims.jobs();
  }

  private boolean isUnexplained(String type) {
    return pausedTypes.isOwn(type)
        && !pausedTypes.paused().contains(type)
        && !pausedTypes.isLimited(type);
  }

  /** Says why these jobs were not started, as far as that is worth a line. */
  private void logSetBack(Delivery.Pointer pointer) {
    String type = pointer.delivery().type();
    if (pausedTypes.paused().contains(type) || pausedTypes.isLimited(type)) {
      return;
    }
    long count = setBackTypes.admit(type);
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

  @Override
  public void pause() {
    handBackUnsettled();
    consumer.pause();
  }

  @Override
  public void wake() {
    table.wake();
    consumer.wake();
  }

  @Override
  public void expect(Duration within) {
    table.expect(within);
  }
}
