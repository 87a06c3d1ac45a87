package dev.tenon.jobs.internal.attempt;

import java.time.Duration;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for the class of this name: the schedule decides which timers end, and when. No handler
 * reaches its time limit.
 */
public final class Deadlines {

  public static final Duration STOP_GRACE = Duration.ofSeconds(5);

  private final BiConsumer<Duration, Runnable> timers;

  /** Creates timers that never end. */
  public Deadlines(String workerId) {
    this((delay, work) -> {});
  }

  /**
   * Creates timers.
   *
   * @param timers receives the time of each, and what it does
   */
  public Deadlines(BiConsumer<Duration, Runnable> timers) {
    this.timers = timers;
  }

  /** Returns that all handlers stop. */
  public int leaked() {
    return 0;
  }

  ScheduledFuture<?> start(Attempt<?, ?> attempt) {
    return new Timer(() -> {});
  }

  /** Ends the attempt after a while. */
  public void abandonLater(Attempt<?, ?> attempt) {
    ScheduledFuture<?> unused = after(STOP_GRACE, attempt::abandon);
  }

  /** Runs work after a while. */
  public ScheduledFuture<?> after(Duration delay, Runnable work) {
    Timer timer = new Timer(work);
    timers.accept(delay, timer);
    return timer;
  }

  private static final class Timer extends FutureTask<@Nullable Void>
      implements ScheduledFuture<@Nullable Void> {

    Timer(Runnable work) {
      super(work, null);
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return 0;
    }

    @Override
    public int compareTo(Delayed other) {
      return 0;
    }
  }
}
