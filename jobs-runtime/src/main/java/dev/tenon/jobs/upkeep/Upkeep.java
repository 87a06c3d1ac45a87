package dev.tenon.jobs.upkeep;

import dev.tenon.jobs.store.Database;
import dev.tenon.jobs.store.LeaderStore;
import dev.tenon.jobs.store.Leadership;
import dev.tenon.jobs.store.LeadershipLostException;
import dev.tenon.jobs.store.PublishStore;
import dev.tenon.jobs.store.RetentionStore;
import dev.tenon.jobs.store.TaskStore;
import dev.tenon.jobs.store.WorkerStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does the upkeep while this process leads. Every runtime takes part in the election, and one
 * leads; if it dies or hangs, its term ends and another takes over.
 */
public final class Upkeep implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
  private static final Duration TERM = Duration.ofSeconds(10);
  private static final Duration RENEWAL = Duration.ofSeconds(3);
  private static final Duration TICK = Duration.ofMillis(100);
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);

  private final String holder =
      ProcessHandle.current().pid() + "-" + UUID.randomUUID().toString().substring(0, 8);
  private final LeaderStore leaders;
  private final List<Scheduled> schedule = new ArrayList<>();
  private final Thread thread;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile @Nullable Leadership leadership;
  private long askedAtNanos;

  /**
   * The upkeep; {@link #start()} starts it.
   *
   * @param database where the jobs are
   * @param dispatcher publishes pointers; null if there is no RabbitMQ
   * @param silence how old the last heartbeat of a worker is that counts as lost
   * @param maxCrashes with that many lost workers a job fails
   */
  public Upkeep(
      Database database, @Nullable Dispatcher dispatcher, Duration silence, int maxCrashes) {
    this.leaders = new LeaderStore(database);
    TaskStore runs = new TaskStore(database);
    List<UpkeepTask> tasks = new ArrayList<>();
    if (dispatcher != null) {
      PublishStore published = new PublishStore(database);
      tasks.add(new Relay(published, dispatcher));
      tasks.add(new Reconciliation(published, dispatcher));
    }
    tasks.add(new Rescue(new WorkerStore(database), silence, maxCrashes));
    tasks.add(new Retention(new RetentionStore(database)));
    tasks.forEach(task -> schedule.add(new Scheduled(task, runs)));
    this.thread = new Thread(this::run, "tenon-upkeep");
    thread.setDaemon(true);
    this.askedAtNanos = System.nanoTime() - TERM.toNanos();
  }

  /** Takes part in the election from now on. */
  public void start() {
    thread.start();
  }

  /** Whether this process does the upkeep at the moment. */
  public boolean isLeading() {
    return leadership != null;
  }

  private void run() {
    Duration pause = Duration.ZERO;
    boolean failing = false;
    try {
      while (!closing.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          ask();
          runDueTasks();
          pause = TICK;
          failing = false;
        } catch (LeadershipLostException e) {
          LOG.warn("{} Another process does the upkeep.", e.getMessage());
          leadership = null;
        } catch (Throwable e) {
          pause = PAUSE_AFTER_FAILURE;
          if (!failing) {
            failing = true;
            LOG.warn(
                "The upkeep failed. It is tried again every {} ms, here or by another process.",
                PAUSE_AFTER_FAILURE.toMillis(),
                e);
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Asks for the lead, or for more of it, when it is time to. */
  private void ask() {
    long now = System.nanoTime();
    if (now - askedAtNanos < RENEWAL.toNanos()) {
      return;
    }
    askedAtNanos = now;
    Optional<Leadership> answer = leaders.acquire(holder, TERM);
    if (answer.isPresent() && !isLeading()) {
      LOG.info("Process {} does the upkeep from now on (term {}).", holder, answer.get().token());
    } else if (answer.isEmpty() && isLeading()) {
      LOG.info("Another process does the upkeep from now on, not {}.", holder);
    }
    leadership = answer.orElse(null);
  }

  private void runDueTasks() {
    for (Scheduled scheduled : schedule) {
      Leadership current = leadership;
      // Time has passed since the lead was asked for, perhaps much: the process may have been
      // frozen
      if (current == null || System.nanoTime() - askedAtNanos >= TERM.toNanos()) {
        return;
      }
      scheduled.runIfDue(current);
    }
  }

  /** Gives the lead up, and stops. */
  @Override
  public void close() {
    closing.countDown();
    try {
      thread.join();
      Leadership current = leadership;
      if (current != null) {
        leaders.release(current);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.info("The lead could not be given up; it ends within {} s.", TERM.toSeconds(), e);
    }
  }

  /** A task, and when it was last done and noted. */
  private static final class Scheduled {

    /** Tasks that are done more often are not noted each time. */
    private static final Duration NOTE_INTERVAL = Duration.ofSeconds(2);

    private final UpkeepTask task;
    private final TaskStore runs;
    private @Nullable Long lastRunNanos;
    private @Nullable Long lastNoteNanos;

    Scheduled(UpkeepTask task, TaskStore runs) {
      this.task = task;
      this.runs = runs;
    }

    void runIfDue(Leadership leadership) {
      long now = System.nanoTime();
      if (lastRunNanos != null && now - lastRunNanos < task.interval().toNanos()) {
        return;
      }
      lastRunNanos = now;
      try {
        task.run(leadership);
      } catch (LeadershipLostException e) {
        throw e;
      } catch (Throwable e) {
        // One task that fails must not keep the others from being done
        LOG.warn(
            "The task '{}' of the upkeep failed; it is tried again in {} ms.",
            task.name(),
            task.interval().toMillis(),
            e);
        runs.done(task.name(), task.interval(), e.getClass().getName());
        lastNoteNanos = null;
        return;
      }
      if (lastNoteNanos == null || now - lastNoteNanos >= NOTE_INTERVAL.toNanos()) {
        runs.done(task.name(), task.interval(), null);
        lastNoteNanos = now;
      }
    }
  }
}
