package dev.tenon.jobs.internal.attempt;

import dev.tenon.jobs.internal.steps.StopReason;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks handlers to stop when their time is up, ends attempts whose handlers do not stop, and counts
 * the handlers that continue nevertheless. Thread-safe.
 */
public final class Deadlines implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Deadlines.class);

  /** The time that a handler has to stop before its attempt is ended without it. */
  public static final Duration STOP_GRACE = Duration.ofSeconds(5);

  private final String workerId;
  private final ScheduledThreadPoolExecutor timer;
  private final AtomicInteger leaked = new AtomicInteger();

  public Deadlines(String workerId) {
    this.workerId = workerId;
    this.timer =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread thread = new Thread(work, "tenon-timer-" + workerId);
              thread.setDaemon(true);
              return thread;
            });
    // Most deadlines are cancelled long before they expire. They must not stay in the queue until
    // then.
    timer.setRemoveOnCancelPolicy(true);
  }

  /** Returns the number of handlers that continue after their attempts have ended. */
  public int leaked() {
    return leaked.get();
  }

  /** Returns the number of timers. */
  public int waiting() {
    return timer.getQueue().size();
  }

  /** Asks the handler to stop when its time is up; cancel the returned timer once it has ended. */
  ScheduledFuture<?> start(Attempt<?, ?> attempt) {
    return after(
        attempt.timeout(),
        () -> {
          if (attempt.signal(StopReason.TIMED_OUT)) {
            abandonLater(attempt);
          }
        });
  }

  /** Ends the attempt if its handler, which was asked to stop, does not do so in time. */
  public void abandonLater(Attempt<?, ?> attempt) {
    ScheduledFuture<?> unused =
        after(
            STOP_GRACE,
            () -> {
              if (attempt.abandon()) {
                leaked.incrementAndGet();
                attempt.whenHandlerReturns(leaked::decrementAndGet);
                LOG.warn(
                    "A handler continues although its attempt has ended: {}. It ignores "
                        + "JobContext.isCancelled() and its interrupt; its thread is lost until it "
                        + "returns.",
                    attempt.describeLeak());
              }
            });
  }

  /** Runs short work after a while, unless the returned timer is cancelled before. */
  public ScheduledFuture<?> after(Duration delay, Runnable work) {
    return timer.schedule(
        () -> {
          try {
            work.run();
          } catch (RuntimeException e) {
            LOG.error("A timer of worker {} failed; the others continue.", workerId, e);
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
