package dev.tenon.jobs.runtime;

import dev.tenon.jobs.internal.background.BackgroundLoop;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.store.NotifyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells workers of other processes, over PostgreSQL, that there is something to claim where no
 * message of RabbitMQ says so. What comes close together is told once. Thread-safe.
 */
final class PostgresNotifier implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PostgresNotifier.class);

  /** The pause between two messages that there is something to claim. */
  private static final Duration MIN_INTERVAL = Duration.ofMillis(5);

  private static final int MAX_CANCELLED = 1000;
  private static final Duration RETRY_PAUSE = Duration.ofMillis(500);
  private static final Duration MAX_RETRY_PAUSE = Duration.ofSeconds(1);
  private static final Duration UNTIL_WOKEN = Duration.ofMinutes(1);
  private static final Duration MAX_CLOSE = Duration.ofSeconds(2);

  private final NotifyStore store;
  private final String schema;
  private final Set<UUID> cancelled = ConcurrentHashMap.newKeySet();
  private final BackgroundLoop loop;
  private volatile boolean claimable;
  private volatile boolean soon;

  /** The loop looks soon, without being woken. */
  private volatile boolean pauses;

  /** A notifier; {@link #start()} starts it. */
  PostgresNotifier(NotifyStore store, String schema) {
    this.store = store;
    this.schema = schema;
    this.loop =
        BackgroundLoop.named("tenon-notifier")
            .description("Notifying the workers of other processes")
            .whatFollowsAFailure("They look into the table four times a second.")
            .retryPause(RETRY_PAUSE, MAX_RETRY_PAUSE)
            .repeat(this::send);
  }

  void start() {
    loop.start();
  }

  /** Something was committed that workers find in the table only. Returns at once. */
  void claimable() {
    claimable = true;
    if (!pauses) {
      loop.wake();
    }
  }

  /** Something was recorded that workers find in the table only, once it is committed. */
  void soonClaimable() {
    soon = true;
    if (!pauses) {
      loop.wake();
    }
  }

  /**
   * Sends something that its sender listens to. Returns when it is sent.
   *
   * @throws dev.tenon.jobs.internal.sql.StoreException if the database cannot be reached
   */
  void probe(WorkerNotice.Probe probe) {
    store.send(probe.message(schema));
  }

  /** Somebody wants to cancel a job, which may run in another process. Returns at once. */
  void cancelRequested(UUID jobId) {
    // The heartbeat of its worker finds it as well
    if (cancelled.size() < MAX_CANCELLED && cancelled.add(jobId)) {
      loop.wake();
    }
  }

  private Duration send() {
    pauses = false;
    List<UUID> jobIds = new ArrayList<>(cancelled);
    for (UUID jobId : jobIds) {
      store.send(new WorkerNotice.Cancelled(jobId).message(schema));
      cancelled.remove(jobId);
    }
    if (!claimable && !soon) {
      return UNTIL_WOKEN;
    }
    // Whatever is recorded or committed from here on is told the next time
    if (soon) {
      soon = false;
      sendOr(new WorkerNotice.Soon(), () -> soon = true);
    }
    if (claimable) {
      claimable = false;
      sendOr(new WorkerNotice.Claimable(), () -> claimable = true);
    }
    pauses = true;
    return MIN_INTERVAL;
  }

  private void sendOr(WorkerNotice notice, Runnable ifThatFails) {
    boolean sent = false;
    try {
      store.send(notice.message(schema));
      sent = true;
    } finally {
      if (!sent) {
        ifThatFails.run();
      }
    }
  }

  @Override
  public void close() {
    try {
      if (loop.close(MAX_CLOSE) && (claimable || !cancelled.isEmpty())) {
        Duration unused = send();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (StoreException e) {
      LOG.debug("Workers of other processes find by themselves what they were not told.", e);
    }
  }
}
