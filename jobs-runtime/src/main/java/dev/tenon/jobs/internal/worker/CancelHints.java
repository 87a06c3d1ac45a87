package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.internal.background.BackgroundLoop;
import dev.tenon.jobs.internal.store.Lease;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Receives messages about jobs to be cancelled, and trusts none of them: anyone who may publish to
 * RabbitMQ can forge one. A message about a job that runs here is a reason to check the table, and
 * only the table counts. Many messages cost no more than a few: one statement handles them, and at
 * most a few statements run per second. {@link #heard} is thread-safe.
 */
final class CancelHints {

  /** The pause between two checks of the table. The first message after a while never waits. */
  static final Duration MIN_INTERVAL = Duration.ofMillis(200);

  private static final Duration RETRY_PAUSE = Duration.ofMillis(500);
  private static final Duration MAX_RETRY_PAUSE = Duration.ofSeconds(1);
  private static final Duration UNTIL_WOKEN = Duration.ofMinutes(1);
  private static final Duration MAX_CLOSE = Duration.ofSeconds(5);

  private final Function<UUID, @Nullable Lease> running;
  private final Function<Collection<UUID>, List<Lease>> cancelRequested;
  private final Consumer<UUID> cancel;
  private final Set<UUID> heard = ConcurrentHashMap.newKeySet();
  private final BackgroundLoop loop;
  private long lookedAtNanos = System.nanoTime() - MIN_INTERVAL.toNanos();

  /**
   * Creates the hints of one worker; {@link #start()} starts it.
   *
   * @param workerId the worker
   * @param running returns the lease of a job that the worker is running; null if it is not
   * @param cancelRequested returns those of the given jobs that the worker runs and somebody has
   *     asked to cancel, according to the table
   * @param cancel signals the attempt of a job to be cancelled
   */
  CancelHints(
      String workerId,
      Function<UUID, @Nullable Lease> running,
      Function<Collection<UUID>, List<Lease>> cancelRequested,
      Consumer<UUID> cancel) {
    this.running = running;
    this.cancelRequested = cancelRequested;
    this.cancel = cancel;
    this.loop =
        BackgroundLoop.named("tenon-cancels-" + workerId)
            .description("Looking up which jobs of worker " + workerId + " are to be cancelled")
            .whatFollowsAFailure("Its heartbeat finds them as well, a little later.")
            .retryPause(RETRY_PAUSE, MAX_RETRY_PAUSE)
            .repeat(this::look);
  }

  void start() {
    loop.start();
  }

  /** Records a hint that the job is to be cancelled. */
  void heard(UUID jobId) {
    // Most hints are about jobs that run elsewhere, and so is any hint that somebody makes up
    if (running.apply(jobId) != null && heard.add(jobId)) {
      loop.wake();
    }
  }

  void closeSoon() {
    loop.closeSoon();
  }

  void close() throws InterruptedException {
    boolean unused = loop.close(MAX_CLOSE);
  }

  private Duration look() {
    heard.removeIf(jobId -> running.apply(jobId) == null);
    if (heard.isEmpty()) {
      return UNTIL_WOKEN;
    }
    Duration sinceLast = Duration.ofNanos(System.nanoTime() - lookedAtNanos);
    if (sinceLast.compareTo(MIN_INTERVAL) < 0) {
      return MIN_INTERVAL.minus(sinceLast);
    }
    lookedAtNanos = System.nanoTime();
    List<UUID> asked = List.copyOf(heard);
    // Before the statement: a hint that arrives while it runs may be about a later change
    asked.forEach(heard::remove);
    List<Lease> requested;
    try {
      requested = cancelRequested.apply(asked);
    } catch (RuntimeException e) {
      heard.addAll(asked);
      throw e;
    }
    for (Lease lease : requested) {
      if (lease.equals(running.apply(lease.jobId()))) {
        cancel.accept(lease.jobId());
      }
    }
    return heard.isEmpty() ? UNTIL_WOKEN : MIN_INTERVAL;
  }
}
