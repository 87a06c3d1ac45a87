package dev.tenon.jobs.internal.worker;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells handlers to stop when their time is up, ends attempts whose handler does not stop when told
 * to, and counts the handlers that go on nevertheless. Thread-safe.
 */
final class Deadlines implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Deadlines.class);

  /** How long a handler that was told to stop has before its attempt is ended without it. */
  static final Duration STOP_GRACE = Duration.ofSeconds(5);

  private final String workerId;
  private final ScheduledThreadPoolExecutor timer;
  private final AtomicInteger leaked = new AtomicInteger();

  Deadlines(String workerId) {
    this.workerId = workerId;
    this.timer =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread thread = new Thread(work, "tenon-timer-" + workerId);
              thread.setDaemon(true);
              return thread;
            });
    // Most deadlines are cancelled long before they come. They must not wait in the queue until
    // then.
    timer.setRemoveOnCancelPolicy(true);
  }

  /** How many handlers go on though their attempts are over. */
  int leaked() {
    return leaked.get();
  }

  /** How many timers there are. */
  int waiting() {
    return timer.getQueue().size();
  }

  /** Tells the handler to stop when its time is up; cancel what is returned once it has ended. */
  ScheduledFuture<?> start(Attempt<?, ?> attempt) {
    return after(
        attempt.timeout(),
        () -> {
          if (attempt.signal(StopReason.TIMED_OUT)) {
            abandonLater(attempt);
          }
        });
  }

  /** Ends the attempt, whose handler was told to stop, if it does not do so in time. */
  void abandonLater(Attempt<?, ?> attempt) {
    ScheduledFuture<?> unused =
        after(
            STOP_GRACE,
            () -> {
              if (attempt.abandon()) {
                leaked.incrementAndGet();
                attempt.whenHandlerReturns(leaked::decrementAndGet);
                LOG.warn(
                    "A handler goes on though its attempt is over: {}. It heeds neither"
                        + " JobContext.isCancelled() nor its interrupt; its thread is lost until it"
                        + " returns.",
                    attempt.describeLeak());
              }
            });
  }

  private ScheduledFuture<?> after(Duration delay, Runnable work) {
    return timer.schedule(
        () -> {
          try {
            work.run();
          } catch (RuntimeException e) {
            LOG.error("A timer of worker {} failed.", workerId, e);
          }
        },
        delay.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  /** Stops the timers: no attempt is ended after this. */
  @Override
  public void close() {
    timer.shutdownNow();
  }
}
