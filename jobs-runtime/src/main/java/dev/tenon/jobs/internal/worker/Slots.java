package dev.tenon.jobs.internal.worker;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The slots of a worker: so many handlers run at a time. Jobs that were claimed ahead wait here for
 * a slot, and a thread whose handler has returned takes the next one of them.
 *
 * <p>How many jobs are claimed ahead follows from what the worker has done lately: as many as it
 * will start within {@link #HORIZON}, both by how many jobs ended in the last moments and by how
 * long handlers take. A worker whose handlers take longer than that claims none ahead, nor does one
 * that runs a job which may end the process: those that wait would be lost with it. Thread-safe.
 */
final class Slots {

  /** A job that is claimed ahead should start within that time. */
  private static final Duration HORIZON = Duration.ofMillis(100);

  /** More does not make a claim cheaper. */
  private static final int MAX_AHEAD = 500;

  /** The payloads of the jobs that wait may have about as many characters. */
  private static final long MAX_WAITING_CHARACTERS = 8L * 1024 * 1024;

  /** What the last job adds to the average duration. */
  private static final double WEIGHT_OF_ONE_JOB = 0.05;

  private final int count;
  private final Executor threads;

  /** The next tasks of workflows, which start before all others. */
  private final Deque<Waiting> nextTasks = new ArrayDeque<>();

  /** What was claimed ahead. */
  private final Deque<Waiting> waiting = new ArrayDeque<>();

  private long waitingCharacters;

  /** When no more jobs than that wait, others are claimed. */
  private int worthAClaim;

  /** Jobs of workflows that have ended and are not recorded yet: next tasks may follow them. */
  private int unrecorded;

  /** How many next tasks follow such a job, on average. */
  private double tasksPerEnd;

  /** Whether the worker claims nothing more. */
  private boolean quieted;

  private int used;
  private int suspects;
  private double averageNanos;
  private long ended;
  private double endsPerNano;
  private long endedBefore;
  private long measuredNanos = System.nanoTime();

  /** A job that waits for a slot. */
  private record Waiting(Attempt<?, ?> attempt, int characters, long sinceNanos) {}

  /**
   * Free slots.
   *
   * @param count how many there are
   * @param threads runs each slot that is used on a thread of its own
   */
  Slots(int count, Executor threads) {
    this.count = count;
    this.threads = threads;
  }

  /**
   * Waits until it is worth the while to claim jobs: a slot has nothing to do, or half of the jobs
   * that were claimed ahead have started.
   *
   * @return how many jobs to claim; 0 if that did not come true in time, or the worker is quieted
   */
  synchronized int awaitRoom(Duration wait) throws InterruptedException {
    long end = System.nanoTime() + wait.toNanos();
    while (true) {
      int tasks = expectedTasks();
      int free = Math.max(0, freeSlots() - tasks);
      int ahead = ahead();
      int filled = waiting.size() + Math.max(0, tasks - freeSlots());
      worthAClaim = ahead / 2;
      if (!quieted && (free > 0 || (ahead > 0 && filled <= worthAClaim))) {
        return free + Math.max(0, ahead - filled);
      }
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        return 0;
      }
      wait(left);
    }
  }

  /** Sets whether nothing more is claimed. What waits for a slot is released as ever. */
  synchronized void quiet(boolean nothingMore) {
    quieted = nothingMore;
    notifyAll();
  }

  /** How many slots have nothing to do. */
  synchronized int freeSlots() {
    return Math.max(0, count - used - waiting.size() - nextTasks.size());
  }

  /**
   * How many next tasks are about to come. Were other jobs claimed for the slots that are free
   * until then, more and more workflows would be under way, each of them slower.
   */
  private int expectedTasks() {
    return (int) Math.round(unrecorded * tasksPerEnd);
  }

  /** A job of a workflow has ended, and will be recorded. */
  synchronized void taskEnded() {
    unrecorded++;
  }

  /** So many jobs of workflows are recorded. */
  synchronized void tasksRecorded(int jobs) {
    unrecorded -= jobs;
    notifyAll();
  }

  /** So many next tasks were claimed when so many jobs of workflows had ended. */
  synchronized void tasksFollowed(int ended, int claimed) {
    double share = 1 - Math.pow(1 - WEIGHT_OF_ONE_JOB, ended);
    tasksPerEnd += share * ((double) claimed / ended - tasksPerEnd);
  }

  /**
   * How many next tasks of workflows may take the place of jobs that have ended: none has to wait
   * for long.
   *
   * @param ended how many have ended
   */
  synchronized int roomInPlaceOf(int ended) {
    if (quieted || suspects > 0 || waitingCharacters > MAX_WAITING_CHARACTERS) {
      return 0;
    }
    int room = averageNanos > HORIZON.toNanos() ? freeSlots() : MAX_AHEAD - nextTasks.size();
    return Math.max(0, Math.min(ended, room));
  }

  /** How many slots are taken. */
  synchronized int used() {
    return used;
  }

  /** How many jobs wait for a slot. */
  synchronized int waitingJobs() {
    return waiting.size();
  }

  private int ahead() {
    long now = System.nanoTime();
    double elapsed = Math.max(1, now - measuredNanos);
    // The average over about the last HORIZON: older ends count for less and less
    double share = 1 - Math.exp(-elapsed / HORIZON.toNanos());
    endsPerNano += share * ((ended - endedBefore) / elapsed - endsPerNano);
    endedBefore = ended;
    measuredNanos = now;
    if (suspects > 0
        || averageNanos > HORIZON.toNanos()
        || waitingCharacters > MAX_WAITING_CHARACTERS) {
      return 0;
    }
    double byRate = endsPerNano * HORIZON.toNanos();
    double byDuration = count * (HORIZON.toNanos() / Math.max(1, averageNanos));
    return (int) Math.min(MAX_AHEAD, Math.min(byRate, byDuration));
  }

  /**
   * Starts a job, or has it wait for a slot.
   *
   * @param attempt goes before those that were claimed ahead if it is a next task
   * @param characters how long its payload is
   * @throws RejectedExecutionException if the worker is closed; nothing has changed then
   */
  synchronized void start(Attempt<?, ?> attempt, int characters) {
    if (used < count) {
      startNow(attempt);
    } else {
      (attempt.isNextTask() ? nextTasks : waiting)
          .add(new Waiting(attempt, characters, System.nanoTime()));
      waitingCharacters += characters;
    }
    if (attempt.isSuspect()) {
      suspects++;
    }
  }

  private void startNow(Attempt<?, ?> attempt) {
    threads.execute(() -> runFrom(attempt));
    used++;
  }

  /** What the thread of a slot does: one job after the other, while there are any that wait. */
  private void runFrom(Attempt<?, ?> first) {
    Attempt<?, ?> next = first;
    while (next != null) {
      long start = System.nanoTime();
      boolean hadSlot = next.run();
      long took = System.nanoTime() - start;
      next = nextAfter(next, hadSlot, took);
    }
  }

  private synchronized @Nullable Attempt<?, ?> nextAfter(
      Attempt<?, ?> last, boolean hadSlot, long nanos) {
    if (last.isSuspect()) {
      suspects--;
    }
    if (!hadSlot) {
      // Its handler has returned after its attempt was over, and another has its slot
      return null;
    }
    averageNanos += WEIGHT_OF_ONE_JOB * (nanos - averageNanos);
    ended++;
    Attempt<?, ?> next = poll();
    if (next == null) {
      used--;
    }
    if (next == null || waiting.size() <= worthAClaim) {
      notifyAll();
    }
    return next;
  }

  /** A slot is free though its handler goes on. */
  synchronized void release() {
    used--;
    notifyAll();
    Waiting next = first().peek();
    if (next != null) {
      // If there is no thread for it, it keeps waiting
      startNow(next.attempt());
      Attempt<?, ?> unused = poll();
    }
  }

  private Deque<Waiting> first() {
    return nextTasks.isEmpty() ? waiting : nextTasks;
  }

  private @Nullable Attempt<?, ?> poll() {
    return poll(first());
  }

  private @Nullable Attempt<?, ?> poll(Deque<Waiting> from) {
    Waiting first = from.poll();
    if (first == null) {
      return null;
    }
    waitingCharacters -= first.characters();
    return first.attempt();
  }

  /** Takes out the jobs that have waited for longer than that; they are not started any more. */
  synchronized List<Attempt<?, ?>> takeWaitingFor(Duration age) {
    long before = System.nanoTime() - age.toNanos();
    List<Attempt<?, ?>> taken = new ArrayList<>();
    for (Deque<Waiting> some : List.of(nextTasks, waiting)) {
      for (Waiting first = some.peek();
          first != null && first.sinceNanos() - before <= 0;
          first = some.peek()) {
        taken.add(first.attempt());
        if (first.attempt().isSuspect()) {
          suspects--;
        }
        Attempt<?, ?> unused = poll(some);
      }
    }
    return taken;
  }

  /** Waits until all slots are free. Whether that came true in time. */
  synchronized boolean awaitFree(Duration wait) throws InterruptedException {
    long end = System.nanoTime() + wait.toNanos();
    while (used > 0) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }
}
