package dev.tenon.jobs.internal.maintenance;

import dev.tenon.jobs.internal.background.BackgroundLoop;
import dev.tenon.jobs.internal.background.LoggableFailure;
import dev.tenon.jobs.internal.background.RecentCount;
import dev.tenon.jobs.internal.broker.BrokerUnavailableException;
import dev.tenon.jobs.internal.broker.PointerPublisher;
import dev.tenon.jobs.internal.broker.PointerQueue;
import dev.tenon.jobs.internal.broker.QueueDepth;
import dev.tenon.jobs.internal.broker.Queues;
import dev.tenon.jobs.internal.listeners.JobListeners;
import dev.tenon.jobs.internal.pointer.JobPointer;
import dev.tenon.jobs.internal.pointer.PublishedPointer;
import dev.tenon.jobs.internal.publish.PublishStore;
import dev.tenon.jobs.internal.signal.OpenTransactions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the pointers of jobs that this process has submitted, as soon as they are committed,
 * and records in the table which of them the broker has. It is only the fast path: the relay later
 * publishes whatever it drops because the broker is down, its queue is full or the process dies.
 * Thread-safe.
 */
public final class Dispatcher implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
  private static final int MAX_WAITING = 20_000;
  private static final int BATCH = 1000;

  /** The most jobs that one statement notes as queued. */
  private static final int MAX_NOTED = 2000;

  private static final int MAX_CONFIRMED_BATCHES = 1000;
  private static final Duration UNTIL_WOKEN = Duration.ofMinutes(1);
  private static final Duration MAX_CLOSE = Duration.ofSeconds(5);

  /**
   * The number of pointers published within a tenth of a second above which more are gathered for a
   * moment before the next batch: each batch has a fixed cost, which takes processor time from the
   * submitters.
   */
  private static final int MANY_LATELY = 250;

  private static final Duration LATELY = Duration.ofMillis(100);
  private static final Duration GATHER = Duration.ofMillis(4);

  /**
   * The maximum delay before a published job is recorded as queued, and twice the minimum. A job
   * that is claimed meanwhile needs no such record.
   */
  private static final Duration NOTE_AFTER = Duration.ofMillis(500);

  private static final Duration UNROUTABLE_PAUSE = Duration.ofSeconds(1);
  private static final Duration UNPUBLISHABLE_PAUSE = Duration.ofMinutes(10);

  private final PointerPublisher publisher;
  private final PublishStore store;
  private final JobListeners listeners;
  private final Queues queues;
  private final BackgroundLoop loop;
  private final BlockingQueue<JobPointer> committed = new LinkedBlockingQueue<>(MAX_WAITING);
  private final ConcurrentLinkedQueue<Collection<UUID>> arriving = new ConcurrentLinkedQueue<>();
  private final OpenTransactions transactions = new OpenTransactions();
  private final RecentCount published = new RecentCount(LATELY);

  /** True while the loop gathers jobs: it then finds committed ones soon without being woken. */
  private volatile boolean gathers;

  private final Deque<Confirmed> confirmed = new ArrayDeque<>();

  /** Pointers that the broker has, and the time when the table records that. */
  private record Confirmed(List<PublishedPointer> pointers, long noteAtNanos) {}

  /** Creates a dispatcher; {@link #start()} starts it. */
  public Dispatcher(
      PointerPublisher publisher, Queues queues, PublishStore store, JobListeners listeners) {
    this.listeners = listeners;
    this.queues = queues;
    this.publisher = publisher;
    this.store = store;
    this.loop =
        BackgroundLoop.named("tenon-dispatcher")
            .description("Publishing the jobs that this process submits")
            .whatFollowsAFailure("Maintenance publishes them a little later.")
            .retryPause(Duration.ofMillis(100), Duration.ofSeconds(1))
            .repeat(this::publishNext);
  }

  /** Starts to publish. */
  public void start() {
    loop.start();
  }

  /** Publishes the pointers of committed jobs. Returns immediately. */
  public void committed(List<JobPointer> pointers) {
    for (JobPointer pointer : pointers) {
      if (!committed.offer(pointer)) {
        // The relay finds that it was not published in time
        break;
      }
    }
    if (!gathers) {
      loop.wake();
    }
  }

  /**
   * Publishes the pointers of jobs that one call has recorded in a transaction of the caller, once
   * that is committed.
   */
  public void afterCommit(Collection<UUID> jobIds) {
    arriving.add(jobIds);
    loop.wake();
  }

  private Duration publishNext() {
    gathers = false;
    noteConfirmed(System.nanoTime());
    List<JobPointer> batch = new ArrayList<>();
    committed.drainTo(batch, BATCH);
    // The relay publishes the others, too, now or soon
    boolean allAreNew = batch.stream().allMatch(pointer -> pointer.lease() == 0);
    List<JobPointer> fromCallers = newlyCommitted();
    batch.addAll(fromCallers);
    if (!batch.isEmpty()) {
      try {
        List<PublishedPointer> queued = publishBatch(batch);
        if (allAreNew && fromCallers.isEmpty()) {
          confirmed.add(new Confirmed(queued, System.nanoTime() + NOTE_AFTER.toNanos()));
        } else {
          note(queued);
        }
      } catch (BrokerUnavailableException e) {
        LOG.debug("{} pointers are left to the relay.", batch.size(), e);
      }
    }
    if (batch.size() < BATCH && published.add(batch.size()) >= MANY_LATELY) {
      gathers = true;
      return GATHER;
    }
    if (!committed.isEmpty() || !arriving.isEmpty()) {
      return Duration.ZERO;
    }
    Confirmed next = confirmed.peek();
    Duration pause =
        next == null
            ? UNTIL_WOKEN
            : Duration.ofNanos(Math.max(1, next.noteAtNanos() - System.nanoTime()));
    if (transactions.isEmpty()) {
      return pause;
    }
    Duration look = transactions.untilNextLook(System.nanoTime());
    return look.compareTo(pause) < 0 ? look : pause;
  }

  /**
   * Records pointers that were confirmed long enough ago, or all of them if there are many.
   * Together with the due ones it records those that soon will be, so that one statement covers
   * many.
   */
  private void noteConfirmed(long now) {
    Confirmed oldest = confirmed.peek();
    if (oldest == null
        || (now - oldest.noteAtNanos() < 0 && confirmed.size() <= MAX_CONFIRMED_BATCHES)) {
      return;
    }
    List<PublishedPointer> due = new ArrayList<>();
    long soon = now + NOTE_AFTER.toNanos() / 2;
    for (Confirmed next = oldest;
        next != null && due.size() < MAX_NOTED && soon - next.noteAtNanos() >= 0;
        next = confirmed.peek()) {
      due.addAll(next.pointers());
      confirmed.remove();
    }
    note(due);
  }

  private void note(List<PublishedPointer> queued) {
    if (!queued.isEmpty()) {
      store.markQueued(queued);
    }
  }

  /** Returns those of the jobs in callers' transactions that have been committed meanwhile. */
  private List<JobPointer> newlyCommitted() {
    long now = System.nanoTime();
    for (Collection<UUID> next = arriving.poll(); next != null; next = arriving.poll()) {
      transactions.add(next, now);
    }
    List<UUID> due = transactions.due(now);
    if (due.isEmpty()) {
      return List.of();
    }
    Set<UUID> there = store.visibleAmong(due);
    List<UUID> jobIds = transactions.recordedWith(there);
    List<JobPointer> pointers = jobIds.isEmpty() ? List.of() : store.pendingAmong(jobIds);
    transactions.looked(there, now);
    return pointers;
  }

  /**
   * Publishes pointers, and records those that the broker has. The relay uses this, too.
   *
   * @throws BrokerUnavailableException if the broker cannot be reached; the jobs stay pending
   */
  void publish(List<JobPointer> pointers) throws BrokerUnavailableException {
    note(publishBatch(pointers));
  }

  /** Publishes pointers. The caller still has to record those that the broker has. */
  private List<PublishedPointer> publishBatch(List<JobPointer> pointers)
      throws BrokerUnavailableException {
    PointerPublisher.Result result = send(pointers);
    if (!result.unroutable().isEmpty()) {
      LOG.warn(
          "{} pointers found no queue, which somebody has deleted. It is declared again, and they"
              + " are published again.",
          result.unroutable().size());
      store.postpone(result.unroutable(), UNROUTABLE_PAUSE);
    }
    if (!result.unpublishable().isEmpty()) {
      JobPointer last = result.unpublishable().get(result.unpublishable().size() - 1);
      LOG.warn(
          "{} jobs cannot be published because their type is too long for a message; the last one "
              + "is"
              + " {}. They are tried again in {} min. Cancel them, and find out who wrote them into"
              + " the table.",
          result.unpublishable().size(),
          last.jobId(),
          UNPUBLISHABLE_PAUSE.toMinutes());
      store.postpone(result.unpublishable(), UNPUBLISHABLE_PAUSE);
    }
    return result.confirmed();
  }

  private PointerPublisher.Result send(List<JobPointer> pointers)
      throws BrokerUnavailableException {
    try {
      PointerPublisher.Result result = publisher.publish(pointers);
      listeners.published(result.confirmed().size(), result.unroutable().size(), 0);
      return result;
    } catch (BrokerUnavailableException e) {
      listeners.published(0, 0, pointers.size());
      throw e;
    }
  }

  /**
   * Publishes pointers that were confirmed before and that the broker seems to have lost.
   *
   * @throws BrokerUnavailableException if the broker cannot be reached
   */
  void publishAgain(List<JobPointer> pointers) throws BrokerUnavailableException {
    PointerPublisher.Result result = send(pointers);
    if (!result.confirmed().isEmpty()) {
      store.markQueuedAgain(result.confirmed());
    }
  }

  /** Returns the queues that routing keys lead to. */
  Queues queues() {
    return queues;
  }

  /**
   * Returns the depth of a queue, without the messages that workers hold; empty if RabbitMQ refuses
   * the queue.
   *
   * @throws BrokerUnavailableException if the broker cannot be reached
   */
  Optional<QueueDepth> queueDepth(PointerQueue queue) throws BrokerUnavailableException {
    return publisher.queueDepth(queue);
  }

  /** Makes the next publish with these routing keys bind their queues again first. */
  void bindAgain(Collection<String> routingKeys) {
    publisher.bindAgain(routingKeys);
  }

  /**
   * Removes all messages from a queue.
   *
   * @throws BrokerUnavailableException if the broker cannot be reached
   */
  void purge(PointerQueue queue) throws BrokerUnavailableException {
    publisher.purge(queue);
  }

  /**
   * Returns the routing keys that cannot be published to, because RabbitMQ refuses their queues.
   */
  Set<String> refusedRoutingKeys() {
    return publisher.refusedRoutingKeys();
  }

  /** Returns whether there is a connection to publish on. */
  boolean isConnected() {
    return publisher.isConnected();
  }

  /** Publishes the committed jobs, and stops. */
  @Override
  public void close() {
    try {
      if (loop.close(MAX_CLOSE)) {
        while (!committed.isEmpty()) {
          Duration unused = publishNext();
        }
        while (!confirmed.isEmpty()) {
          noteConfirmed(System.nanoTime() + NOTE_AFTER.toNanos());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.info(
          "{} pointers are left to the relay because publishing them failed with {}.",
          committed.size(),
          LoggableFailure.describe(e));
    }
  }
}
