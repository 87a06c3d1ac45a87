package dev.tenon.jobs.runtime;

import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.internal.background.BackgroundLoop;
import dev.tenon.jobs.internal.store.LineStore;
import dev.tenon.jobs.internal.store.StartableJobs;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Opens the next jobs of lines as soon as this process has submitted jobs with an order, or has
 * recorded the end of some. Maintenance does the same twice a second for whatever is left. A
 * process that knows no type with an order has no thread for this.
 */
final class LineAdvance implements AutoCloseable {

  private static final Duration RETRY_PAUSE = Duration.ofMillis(500);
  private static final Duration MAX_RETRY_PAUSE = Duration.ofSeconds(1);
  private static final Duration UNTIL_WOKEN = Duration.ofMinutes(1);
  private static final Duration MAX_CLOSE = Duration.ofSeconds(5);

  /** The maximum time that it polls for the commit of a caller's transaction. */
  private static final Duration AWAIT_COMMIT = Duration.ofSeconds(10);

  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  private final LineStore store;
  private final Consumer<StartableJobs> startable;
  private final BackgroundLoop loop;
  private final AtomicBoolean isStarted = new AtomicBoolean();

  private volatile boolean awaitsCommit;
  private volatile long recordedNanos;

  /**
   * Creates it; it starts with the first type that has an order.
   *
   * @param startable receives the jobs that can be started now
   */
  LineAdvance(LineStore store, Consumer<StartableJobs> startable) {
    this.store = store;
    this.startable = startable;
    this.loop =
        BackgroundLoop.named("tenon-lines")
            .description("Opening the next jobs of lines")
            .whatFollowsAFailure("Maintenance opens them a little later.")
            .retryPause(RETRY_PAUSE, MAX_RETRY_PAUSE)
            .repeat(this::advance);
  }

  /** Starts, if one of these types has an order. */
  void know(Collection<? extends JobDefinition<?, ?>> definitions) {
    if (definitions.stream().anyMatch(each -> each.order().isPresent())
        && isStarted.compareAndSet(false, true)) {
      loop.start();
    }
  }

  /** Signals that some lines may advance. Returns immediately. */
  void wake() {
    if (isStarted.get()) {
      loop.wake();
    }
  }

  /** Signals that some may, once a transaction of a caller is committed. Returns immediately. */
  void wakeAfterCommit() {
    recordedNanos = System.nanoTime();
    awaitsCommit = true;
    wake();
  }

  private Duration advance() {
    long after = 0;
    while (true) {
      LineStore.Advanced advanced = store.advance(after);
      if (!advanced.startable().isNothing()) {
        startable.accept(advanced.startable());
      }
      if (!advanced.hasMore()) {
        break;
      }
      after = advanced.lastNote();
    }
    if (awaitsCommit && System.nanoTime() - recordedNanos > AWAIT_COMMIT.toNanos()) {
      awaitsCommit = false;
    }
    return awaitsCommit ? LOOK_EVERY : UNTIL_WOKEN;
  }

  @Override
  public void close() {
    if (!isStarted.get()) {
      return;
    }
    try {
      boolean unused = loop.close(MAX_CLOSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
