package dev.tenon.jobs.upkeep;

import dev.tenon.jobs.store.Database;
import dev.tenon.jobs.store.LeaderStore;
import dev.tenon.jobs.store.PublishStore;
import dev.tenon.jobs.store.WorkerStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
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
  private final List<UpkeepTask> tasks = new ArrayList<>();
  private final Map<UpkeepTask, Long> lastRunNanos = new HashMap<>();
  private final Thread thread;
  private final CountDownLatch closing = new CountDownLatch(1);
  private boolean leading;
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
    if (dispatcher != null) {
      tasks.add(new Relay(new PublishStore(database), dispatcher));
    }
    tasks.add(new Rescue(new WorkerStore(database), silence, maxCrashes));
    this.thread = new Thread(this::run, "tenon-upkeep");
    thread.setDaemon(true);
    this.askedAtNanos = System.nanoTime() - TERM.toNanos();
  }

  /** Takes part in the election from now on. */
  public void start() {
    thread.start();
  }

  private void run() {
    Duration pause = Duration.ZERO;
    boolean failing = false;
    try {
      while (!closing.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          if (isLeading()) {
            runDueTasks();
          }
          pause = TICK;
          failing = false;
        } catch (RuntimeException e) {
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

  private boolean isLeading() {
    long now = System.nanoTime();
    if (now - askedAtNanos >= RENEWAL.toNanos()) {
      askedAtNanos = now;
      OptionalLong token = leaders.acquire(holder, TERM);
      if (token.isPresent() && !leading) {
        LOG.info("Process {} does the upkeep from now on (term {}).", holder, token.getAsLong());
      } else if (token.isEmpty() && leading) {
        LOG.info("Another process does the upkeep from now on, not {}.", holder);
      }
      leading = token.isPresent();
    }
    return leading;
  }

  private void runDueTasks() {
    for (UpkeepTask task : tasks) {
      long now = System.nanoTime();
      // Time has passed since the lead was asked for, perhaps much: the process may have been
      // frozen
      if (now - askedAtNanos >= TERM.toNanos()) {
        return;
      }
      Long last = lastRunNanos.get(task);
      if (last == null || now - last >= task.interval().toNanos()) {
        lastRunNanos.put(task, now);
        task.run();
      }
    }
  }

  /** Gives the lead up, and stops. */
  @Override
  public void close() {
    closing.countDown();
    try {
      thread.join();
      if (leading) {
        leaders.release(holder);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.info("The lead could not be given up; it ends within {} s.", TERM.toSeconds(), e);
    }
  }
}
