package dev.tenon.jobs.internal.maintenance;

import dev.tenon.jobs.internal.background.BackgroundLoop;
import java.time.Duration;
import java.util.List;
import java.util.function.ObjLongConsumer;

/**
 * A thread that does some maintenance tasks in turn. Tasks that are due every half second have
 * their own thread, so that no other task holds them up.
 */
final class TaskLoop {

  private static final Duration TICK = Duration.ofMillis(100);

  /**
   * The maximum time of a round of tasks; a longer one counts as hanging, and another process
   * should take over.
   */
  private static final Duration MAX_ROUND = Duration.ofSeconds(30);

  private final List<ScheduledTask> tasks;
  private final ObjLongConsumer<ScheduledTask> runIfDue;
  private final BackgroundLoop loop;
  private volatile long roundStartedNanos;
  private volatile boolean inRound;

  /**
   * Creates a loop that {@link #start()} starts.
   *
   * @param builder the description of the thread
   * @param runIfDue does a task if it is due at that time
   */
  TaskLoop(
      BackgroundLoop.Builder builder,
      List<ScheduledTask> tasks,
      ObjLongConsumer<ScheduledTask> runIfDue) {
    this.tasks = List.copyOf(tasks);
    this.runIfDue = runIfDue;
    this.loop = builder.repeat(this::doDueTasks);
  }

  void start() {
    loop.start();
  }

  private Duration doDueTasks() {
    roundStartedNanos = System.nanoTime();
    inRound = true;
    long now = roundStartedNanos;
    try {
      tasks.forEach(task -> runIfDue.accept(task, now));
    } finally {
      inRound = false;
    }
    return TICK;
  }

  /** Returns whether a round is taking far too long. */
  boolean hangs() {
    return inRound && System.nanoTime() - roundStartedNanos > MAX_ROUND.toNanos();
  }

  /** Asks the loop to end after the current task. */
  void closeSoon() {
    loop.closeSoon();
  }

  /** Ends the loop. Returns whether it has ended within that time. */
  boolean close(Duration timeout) throws InterruptedException {
    return loop.close(timeout);
  }
}
