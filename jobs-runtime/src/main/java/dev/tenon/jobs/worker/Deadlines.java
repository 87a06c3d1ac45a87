package dev.tenon.jobs.worker;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends attempts whose time is up, and those whose handler was told to stop and does not; and keeps
 * count of the handlers that go on all the same. Thread-safe.
 */
final class Deadlines implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Deadlines.class);

  /** A handler that was told to stop has that long before the attempt is over without it. */
  static final Duration STOP_GRACE = Duration.ofSeconds(5);

  private final String workerId;
  private final ScheduledExecutorService timer;
  private final AtomicInteger leaked = new AtomicInteger();

  Deadlines(String workerId) {
    this.workerId = workerId;
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread thread = new Thread(work, "tenon-timer-" + workerId);
              thread.setDaemon(true);
              return thread;
            });
  }

  /** How many handlers go on though their attempts are over. */
  int leaked() {
    return leaked.get();
  }

  /** Ends the attempt when its time is up; cancel what is returned once it is over. */
  ScheduledFuture<?> start(Execution<?, ?> execution) {
    return after(
        execution.timeout(),
        () -> {
          execution.timeOut();
          reportLeakLater(execution);
        });
  }

  /** Ends the attempt, whose handler was told to stop, if it does not do so in time. */
  void abandonLater(Execution<?, ?> execution) {
    ScheduledFuture<?> unused =
        after(
            STOP_GRACE,
            () -> {
              execution.abandon();
              reportLeakLater(execution);
            });
  }

  private void reportLeakLater(Execution<?, ?> execution) {
    ScheduledFuture<?> unused =
        after(
            STOP_GRACE,
            () -> {
              if (execution.isLeaked()) {
                leaked.incrementAndGet();
                execution.whenHandlerReturns(leaked::decrementAndGet);
                LOG.warn(
                    "A handler goes on though its attempt is over: {}. It heeds neither"
                        + " JobContext.isCancelled() nor its interrupt; its thread is lost until it"
                        + " returns.",
                    execution.describeLeak());
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

  /** Nothing is ended any more. */
  @Override
  public void close() {
    timer.shutdownNow();
  }
}
