package dev.tenon.jobs.internal.background;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A daemon thread that repeats one step until it is closed. All background threads of the runtime
 * are loops of this class, so that they fail, log, pause and stop in the same way:
 *
 * <ul>
 *   <li>Nothing that a step throws ends the thread, errors such as {@link OutOfMemoryError}
 *       included. The step is repeated after a pause, which doubles up to a maximum while the
 *       failure lasts.
 *   <li>The first failure is logged with its stack frames and what happens next. A failure that
 *       lasts is logged again after a minute and then less and less often, and the recovery once.
 *   <li>{@link #wake()} ends a pause, except one after a failure, and {@link #close} ends the loop
 *       after the step that is running. An interrupt asks for the same: it never ends a step
 *       halfway without ending the loop.
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class BackgroundLoop {

  private static final Logger LOG = LoggerFactory.getLogger(BackgroundLoop.class);

  private final FailureLog failures;
  private final Duration firstRetryPause;
  private final Duration maxRetryPause;
  private final Step step;
  private final Thread thread;
  private final WakeUp wakeUp;
  private final CountDownLatch closingSoon = new CountDownLatch(1);
  private volatile boolean closing;
  private Duration retryPause;

  /** The step that a loop repeats. */
  @FunctionalInterface
  public interface Step {

    /**
     * Does the work once. A step that blocks must return when its thread is interrupted, or within
     * a time that its owner can wait for when it closes the loop.
     *
     * @return the pause before the next step; {@link Duration#ZERO} for none
     * @throws InterruptedException if the thread was interrupted, which ends the loop
     * @throws Exception if the work failed; it is repeated after a pause
     */
    Duration run() throws Exception;
  }

  /** A builder of loops; see {@link #named}. */
  public static final class Builder {

    private final String threadName;
    private String description;
    private String whatFollows = "It is tried again.";
    private Duration firstRetryPause = Duration.ofMillis(500);
    private Duration maxRetryPause = Duration.ofSeconds(5);
    private WakeUp wakeUp = new WakeUp();

    private Builder(String threadName) {
      this.threadName = threadName;
      this.description = threadName;
    }

    /**
     * Sets the name of the work in log lines, as the subject of a sentence that continues with
     * "failed", such as "The heartbeat of worker x". Default: the name of the thread.
     */
    public Builder description(String description) {
      this.description = description;
      return this;
    }

    /**
     * Sets one or two sentences for the log: what a failure means until the work succeeds again.
     */
    public Builder whatFollowsAFailure(String whatFollows) {
      this.whatFollows = whatFollows;
      return this;
    }

    /** Sets the pause after the first failure in a row, and the maximum. Default: 0.5 s, 5 s. */
    public Builder retryPause(Duration first, Duration max) {
      this.firstRetryPause = first;
      this.maxRetryPause = max;
      return this;
    }

    /** Sets the wake-up that ends a pause, if others than the loop's owner need to do that, too. */
    public Builder wokenBy(WakeUp wakeUp) {
      this.wakeUp = wakeUp;
      return this;
    }

    /** Creates the loop, which {@link BackgroundLoop#start()} starts. */
    public BackgroundLoop repeat(Step step) {
      return new BackgroundLoop(this, step);
    }
  }

  private BackgroundLoop(Builder builder, Step step) {
    this.failures = new FailureLog(LOG, builder.description, builder.whatFollows);
    this.firstRetryPause = builder.firstRetryPause;
    this.maxRetryPause = builder.maxRetryPause;
    this.retryPause = builder.firstRetryPause;
    this.wakeUp = builder.wakeUp;
    this.step = step;
    this.thread = new Thread(this::run, builder.threadName);
    thread.setDaemon(true);
  }

  /** Returns a builder of a loop whose thread has this name. */
  public static Builder named(String threadName) {
    return new Builder(threadName);
  }

  /** Starts the thread. Call it once. */
  public void start() {
    thread.start();
  }

  /**
   * Returns whether the thread runs: it was started, and has not ended since the loop was closed.
   */
  public boolean isAlive() {
    return thread.isAlive();
  }

  /** Returns whether the last step failed. */
  public boolean isFailing() {
    return failures.isFailing();
  }

  /** Returns whether the loop was asked to end, for long steps that can stop early. */
  public boolean isClosing() {
    return closing;
  }

  /**
   * Ends the current pause, or the next one if the loop is not pausing at the moment. It does not
   * end a pause after a failure: a failing step must not be repeated as often as there is new work.
   */
  public void wake() {
    wakeUp.wake();
  }

  /** Asks the loop to end after the current step, and returns immediately. */
  public void closeSoon() {
    closing = true;
    closingSoon.countDown();
    wake();
  }

  /**
   * Asks the loop to end after the current step, and waits for it.
   *
   * @param timeout the maximum wait; zero does not wait
   * @return whether the thread has ended, or was never started
   * @throws InterruptedException if the caller was interrupted while it waited
   */
  public boolean close(Duration timeout) throws InterruptedException {
    closeSoon();
    if (timeout.toMillis() > 0) {
      thread.join(timeout.toMillis());
    }
    return !thread.isAlive();
  }

  /** Interrupts the current step, and asks the loop to end. */
  public void interrupt() {
    closeSoon();
    thread.interrupt();
  }

  private void run() {
    while (!closing) {
      try {
        runOnce();
      } catch (InterruptedException e) {
        // Only close(…) and interrupt() may end this thread
        closing = true;
        Thread.currentThread().interrupt();
      } catch (Throwable e) {
        // Logging itself may fail, if memory runs out. That must not end the thread either.
        Thread.onSpinWait();
      }
    }
  }

  private void runOnce() throws InterruptedException {
    Duration pause;
    try {
      pause = step.run();
    } catch (InterruptedException e) {
      throw e;
    } catch (Throwable e) {
      failed(e);
      return;
    }
    retryPause = firstRetryPause;
    failures.succeeded();
    if (pause.toNanos() > 0 && !closing) {
      boolean unused = wakeUp.await(pause);
    }
  }

  private void failed(Throwable e) throws InterruptedException {
    Duration pause = retryPause;
    try {
      Duration doubled = pause.multipliedBy(2);
      retryPause = doubled.compareTo(maxRetryPause) < 0 ? doubled : maxRetryPause;
      failures.failed(e, pause);
    } finally {
      // Even if the failure cannot be logged because memory has run out: an immediate retry would
      // make that worse
      boolean unused = closingSoon.await(pause.toNanos(), TimeUnit.NANOSECONDS);
    }
  }
}
