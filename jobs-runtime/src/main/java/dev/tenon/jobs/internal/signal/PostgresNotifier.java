package dev.tenon.jobs.internal.signal;

import dev.tenon.jobs.internal.background.BackgroundLoop;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.store.NotifyStore;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notifies workers of other processes over PostgreSQL of jobs to claim that RabbitMQ has no
 * messages for. Events in quick succession share one notification. Thread-safe.
 */
public final class PostgresNotifier implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PostgresNotifier.class);

  /** The pause between two notifications of jobs to claim. */
  private static final Duration MIN_INTERVAL = Duration.ofMillis(5);

  private static final int MAX_WAITING = 1000;
  private static final Duration RETRY_PAUSE = Duration.ofMillis(500);
  private static final Duration MAX_RETRY_PAUSE = Duration.ofSeconds(1);
  private static final Duration UNTIL_WOKEN = Duration.ofMinutes(1);
  private static final Duration MAX_CLOSE = Duration.ofSeconds(2);

  private final NotifyStore store;
  private final String schema;
  private final Set<WorkerNotice> waiting = ConcurrentHashMap.newKeySet();
  private final BackgroundLoop loop;

  /** True while the loop pauses: it continues soon without being woken. */
  private volatile boolean pauses;

  /** Creates a notifier; {@link #start()} starts it. */
  public PostgresNotifier(NotifyStore store, String schema) {
    this.store = store;
    this.schema = schema;
    this.loop =
        BackgroundLoop.named("tenon-notifier")
            .description("Notifying the workers of other processes")
            .whatFollowsAFailure("They poll the table four times a second.")
            .retryPause(RETRY_PAUSE, MAX_RETRY_PAUSE)
            .repeat(this::sendAll);
  }

  /** Starts to send. */
  public void start() {
    loop.start();
  }

  /** Queues a notice for the workers of all listening processes, and returns immediately. */
  public void tell(WorkerNotice notice) {
    // Heartbeats find the jobs to be cancelled, too
    boolean fits = !(notice instanceof WorkerNotice.Cancelled) || waiting.size() < MAX_WAITING;
    if (fits && waiting.add(notice) && !pauses) {
      loop.wake();
    }
  }

  /**
   * Sends a notice, and returns when it is sent.
   *
   * @throws dev.tenon.jobs.internal.sql.StoreException if the database cannot be reached
   */
  public void send(WorkerNotice notice) {
    store.send(notice.message(schema));
  }

  private Duration sendAll() {
    pauses = false;
    List<WorkerNotice> notices = List.copyOf(waiting);
    if (notices.isEmpty()) {
      return UNTIL_WOKEN;
    }
    for (WorkerNotice notice : notices) {
      // Later notices are sent the next time
      waiting.remove(notice);
      boolean sent = false;
      try {
        send(notice);
        sent = true;
      } finally {
        if (!sent) {
          waiting.add(notice);
        }
      }
    }
    pauses = true;
    return MIN_INTERVAL;
  }

  @Override
  public void close() {
    try {
      if (loop.close(MAX_CLOSE)) {
        Duration unused = sendAll();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (StoreException e) {
      LOG.debug("Workers of other processes find it in the table.", e);
    }
  }
}
