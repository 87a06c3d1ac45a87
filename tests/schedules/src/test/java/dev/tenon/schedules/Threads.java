package dev.tenon.schedules;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The threads of one schedule, and what it checks. For the thread that runs the schedule only. */
public final class Threads {

  private static final AtomicInteger PAUSES = new AtomicInteger();

  /** The first failure, which is also the last one of the process. */
  private static @Nullable String failure;

  private final List<Thread> started = new ArrayList<>();

  /** The work of a thread. What it throws ends the run, and is the failure of the schedule. */
  @FunctionalInterface
  public interface Work {

    /** Does the work. */
    void run() throws InterruptedException;
  }

  /** Starts a thread. */
  public Thread start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (InterruptedException e) {
                throw new AssertionError("Nobody interrupts this thread.", e);
              }
            });
    started.add(thread);
    thread.start();
    return thread;
  }

  /** Waits until all threads have ended. */
  public void join() throws InterruptedException {
    for (Thread thread : started) {
      thread.join();
    }
  }

  /**
   * Lets other threads go first, as a statement or a message takes time. To Fray, each access to an
   * atomic variable is a place where it may switch to another thread. {@link Thread#yield} is one
   * as well, but gives the processor away to other processes.
   */
  public static void pause() {
    int unused = PAUSES.incrementAndGet();
  }

  /**
   * Fails the schedule unless something holds. The threads of the runtime survive whatever is
   * thrown in them, so the next check throws the failure again: each schedule ends with one.
   *
   * @param holds whether it does
   * @param what what holds in every schedule, as a sentence
   */
  public static void check(boolean holds, String what) {
    if (failure == null && !holds) {
      failure = "Not true in this schedule: " + what;
    }
    if (failure != null) {
      throw new AssertionError(failure);
    }
  }
}
