package dev.tenon.jobs.internal.attempt;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The slots of a worker, which limit how many handlers run at a time. Jobs that were claimed ahead
 * wait here for a slot, and a thread whose handler has returned takes the next one of them. Jobs of
 * batch types wait here for others, until their batch is full or starts at its time.
 *
 * <p>The number of jobs claimed ahead depends on the worker's recent throughput. It is the number
 * that the worker will start within {@link #HORIZON}, judging by both the number of jobs that ended
 * recently and the duration of handlers. A worker whose handlers take longer than that claims none
 * ahead. Nor does one that runs a job that may end the process: waiting jobs would be lost with it.
 * Thread-safe.
 */
public final class Slots {

  /** The time limit for the start of a job that is claimed ahead. */
  private static final Duration HORIZON = Duration.ofMillis(100);

  /** The maximum number of jobs claimed ahead; more would not make a claim cheaper. */
  private static final int MAX_AHEAD = 500;

  /** The approximate maximum number of characters of the payloads of waiting jobs. */
  private static final long MAX_WAITING_CHARACTERS = 8L * 1024 * 1024;

  /** The weight of the last job in the average duration. */
  private static final double WEIGHT_OF_ONE_JOB = 0.05;

  private final int count;
  private final Executor threads;

  /** The next tasks of workflows, which start before all others. */
  private final Deque<Waiting> nextTasks = new ArrayDeque<>();

  /** The jobs and batches that were claimed ahead. */
  private final Deque<Waiting> waiting = new ArrayDeque<>();

  /** The number of jobs of these. */
  private int waitingJobs;

  /** The batches that jobs may still join. */
  private final Gathering gathering;

  private long waitingCharacters;

  /** The number of waiting jobs at or below which others are claimed. */
  private int worthAClaim;

  /** The jobs of workflows that have ended and are not recorded yet: next tasks may follow them. */
  private int unrecorded;

  /** The work whose handlers run, including those that have lost their slots. */
  private final Set<SlotWork> running = new HashSet<>();

  /** The average number of next tasks that follow such a job. */
  private double tasksPerEnd;

  /** True while the worker must not claim jobs. */
  private boolean quieted;

  private int used;
  private int suspects;
  private double averageNanos;
  private double jobsPerCall = 1;
  private long ended;
  private double endsPerNano;
  private long endedBefore;
  private long measuredNanos = System.nanoTime();

  /** A job or a batch that waits for a slot. */
  private record Waiting(SlotWork work, long characters, long sinceNanos) {}

  /**
   * Creates free slots.
   *
   * @param count the number of slots
   * @param threads runs each used slot on a separate thread
   * @param gathering the batches of the worker; none yet
   */
  public Slots(int count, Executor threads, Gathering gathering) {
    this.count = count;
    this.threads = threads;
    this.gathering = gathering;
  }

  /** Creates free slots of a worker whose types have no batches. */
  public Slots(int count, Executor threads) {
    this(count, threads, new Gathering(List.of()));
  }

  /**
   * Waits until it is worthwhile to claim jobs: a slot is idle, or half of the jobs that were
   * claimed ahead have started.
   *
   * @return the room for jobs to claim; none if that did not happen in time, or the worker is
   *     quieted
   */
  public synchronized Room awaitRoom(Duration wait) throws InterruptedException {
    long end = System.nanoTime() + wait.toNanos();
    while (true) {
      int tasks = expectedTasks();
      int free = Math.max(0, freeSlots() - tasks);
      int ahead = ahead();
      int filled = waitingJobs + Math.max(0, tasks - freeSlots());
      worthAClaim = ahead / 2;
      if (!quieted && (free > 0 || (ahead > 0 && filled <= worthAClaim))) {
        Room room = gathering.room(free, Math.max(0, ahead - filled));
        if (room.atMost() > 0) {
          return room;
        }
      }
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        return Room.of(0, Map.of(), Map.of());
      }
      wait(left);
    }
  }

  /** Sets whether claiming stops. Jobs that wait for a slot are released as usual. */
  public synchronized void quiet(boolean nothingMore) {
    quieted = nothingMore;
    notifyAll();
  }

  /** Returns the number of idle slots. */
  public synchronized int freeSlots() {
    return Math.max(0, count - used - waiting.size() - nextTasks.size());
  }

  /**
   * Returns the number of next tasks that are expected soon. If other jobs were claimed for the
   * slots that are free until then, more and more workflows would be in progress, each of them
   * slower.
   */
  private int expectedTasks() {
    return (int) Math.round(unrecorded * tasksPerEnd);
  }

  /** Records that a job of a workflow has ended, and will be recorded. */
  public synchronized void taskEnded() {
    unrecorded++;
  }

  /** Records that this number of jobs of workflows is recorded. */
  public synchronized void tasksRecorded(int jobs) {
    unrecorded -= jobs;
    notifyAll();
  }

  /** Records the number of next tasks that were claimed for a number of ended jobs of workflows. */
  public synchronized void tasksFollowed(int ended, int claimed) {
    double share = 1 - Math.pow(1 - WEIGHT_OF_ONE_JOB, ended);
    tasksPerEnd += share * ((double) claimed / ended - tasksPerEnd);
  }

  /**
   * Returns the number of next tasks of workflows that may take the place of ended jobs without
   * waiting long.
   *
   * @param ended the number of ended jobs
   */
  public synchronized int roomInPlaceOf(int ended) {
    if (quieted || suspects > 0 || waitingCharacters > MAX_WAITING_CHARACTERS) {
      return 0;
    }
    int room = averageNanos > HORIZON.toNanos() ? freeSlots() : MAX_AHEAD - nextTasks.size();
    return Math.max(0, Math.min(ended, room));
  }

  /** Returns the number of used slots. */
  public synchronized int used() {
    return used;
  }

  /** Returns the number of jobs that wait for a slot, or for others of their batch. */
  public synchronized int waitingJobs() {
    return waitingJobs + gathering.jobs();
  }

  private int ahead() {
    long now = System.nanoTime();
    double elapsed = Math.max(1, now - measuredNanos);
    // The average over about the last HORIZON: older ends count less and less
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
    double byDuration = count * (HORIZON.toNanos() / Math.max(1, averageNanos)) * jobsPerCall;
    return (int) Math.min(MAX_AHEAD, Math.min(byRate, byDuration));
  }

  /**
   * Starts a job, or makes it wait for a slot.
   *
   * @param work the attempt at the job, or a batch with only this job; a next task goes before
   *     those that were claimed ahead
   * @param characters the length of its payload
   * @throws RejectedExecutionException if the worker is closed; nothing has changed then
   */
  public synchronized void start(SlotWork work, int characters) {
    if (used < count) {
      startNow(work);
    } else {
      await(work, characters);
      waitingCharacters += characters;
    }
    if (work.isSuspect()) {
      suspects++;
    }
  }

  private void await(SlotWork work, long characters) {
    Waiting last = new Waiting(work, characters, System.nanoTime());
    if (work.isNextTask()) {
      nextTasks.add(last);
    } else {
      waiting.add(last);
      waitingJobs += work.attempts().size();
    }
  }

  /**
   * Adds a job to the batch of its type and key, which starts when it is full.
   *
   * @param characters the length of its payload
   * @param another makes the batch if there is none
   * @return the batch if it is new and not full: {@link #startGathered} starts it at its time;
   *     otherwise null
   */
  public synchronized @Nullable BatchCall<?, ?> gather(
      Attempt<?, ?> attempt,
      String type,
      String key,
      int characters,
      Supplier<? extends BatchCall<?, ?>> another) {
    BatchCall<?, ?> found = gathering.find(type, key);
    BatchCall<?, ?> batch = found == null ? another.get() : found;
    if (found == null) {
      gathering.open(batch);
    }
    batch.add(attempt, characters);
    gathering.joined(batch);
    waitingCharacters += characters;
    if (batch.isFull()) {
      startGathered(batch);
      return null;
    }
    return found == null ? batch : null;
  }

  /** Starts a batch that jobs have joined, or makes it wait for a slot, unless that was done. */
  public synchronized void startGathered(BatchCall<?, ?> batch) {
    if (!gathering.close(batch)) {
      return;
    }
    long characters = batch.characters();
    if (used < count) {
      try {
        startNow(batch);
        waitingCharacters -= characters;
      } catch (RuntimeException | Error e) {
        // There may be no memory for another thread. It waits, and is released after a while.
        await(batch, characters);
      }
    } else {
      await(batch, characters);
    }
    notifyAll();
  }

  private void startNow(SlotWork work) {
    threads.execute(() -> runFrom(work));
    running.add(work);
    used++;
  }

  /** Runs the thread of a slot: one job or batch after the other, while any are waiting. */
  private void runFrom(SlotWork first) {
    SlotWork next = first;
    while (next != null) {
      long start = System.nanoTime();
      boolean hadSlot = next.run();
      long took = System.nanoTime() - start;
      next = nextAfter(next, hadSlot, took);
    }
  }

  private synchronized @Nullable SlotWork nextAfter(SlotWork last, boolean hadSlot, long nanos) {
    running.remove(last);
    if (last.isSuspect()) {
      suspects--;
    }
    if (!hadSlot) {
      // Its handler has returned after its attempt had ended, and another has its slot
      return null;
    }
    int jobs = last.attempts().size();
    averageNanos += WEIGHT_OF_ONE_JOB * (nanos - averageNanos);
    jobsPerCall += WEIGHT_OF_ONE_JOB * (jobs - jobsPerCall);
    ended += jobs;
    SlotWork next = poll();
    if (next == null) {
      used--;
    } else {
      running.add(next);
    }
    if (next == null || waitingJobs <= worthAClaim) {
      notifyAll();
    }
    return next;
  }

  /** Asks the handlers to stop that continue although they have ended their jobs. */
  public void stopThoseThatHaveEnded() {
    List<SlotWork> now;
    synchronized (this) {
      now = List.copyOf(running);
    }
    now.forEach(SlotWork::stopIfEnded);
  }

  /** Frees a slot although its handler continues. */
  synchronized void release() {
    used--;
    notifyAll();
    Waiting next = first().peek();
    if (next != null) {
      // If there is no thread for it, it keeps waiting
      startNow(next.work());
      SlotWork unused = poll();
    }
  }

  private Deque<Waiting> first() {
    return nextTasks.isEmpty() ? waiting : nextTasks;
  }

  private @Nullable SlotWork poll() {
    return poll(first());
  }

  private @Nullable SlotWork poll(Deque<Waiting> from) {
    Waiting first = from.poll();
    if (first == null) {
      return null;
    }
    waitingCharacters -= first.characters();
    if (from == waiting) {
      waitingJobs -= first.work().attempts().size();
    }
    return first.work();
  }

  /**
   * Takes out the jobs that have waited for longer than that; they are no longer started. If it is
   * zero, those that wait for others of their batch are among them.
   */
  public synchronized List<Attempt<?, ?>> takeWaitingFor(Duration age) {
    long before = System.nanoTime() - age.toNanos();
    List<Attempt<?, ?>> taken = new ArrayList<>();
    for (Deque<Waiting> some : List.of(nextTasks, waiting)) {
      for (Waiting first = some.peek();
          first != null && first.sinceNanos() - before <= 0;
          first = some.peek()) {
        taken.addAll(first.work().attempts());
        if (first.work().isSuspect()) {
          suspects--;
        }
        SlotWork unused = poll(some);
      }
    }
    if (age.isZero()) {
      for (BatchCall<?, ?> batch : gathering.all()) {
        boolean unused = gathering.close(batch);
        waitingCharacters -= batch.characters();
        taken.addAll(batch.attempts());
      }
    }
    return taken;
  }

  /** Waits until all slots are free, and returns whether that happened in time. */
  public synchronized boolean awaitFree(Duration wait) throws InterruptedException {
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
