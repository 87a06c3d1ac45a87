package dev.tenon.benchmarks;

import dev.tenon.jobs.testservers.JavaProcess;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Processes of workers, some of which are killed. */
final class Workers implements AutoCloseable {

  private static final int SECONDS_BETWEEN_KILLS = 10;

  private final Supplier<JavaProcess> starter;
  private final ScheduledExecutorService killer = Executors.newSingleThreadScheduledExecutor();

  /** The one that has lived longest first. */
  private final Deque<JavaProcess> processes = new ArrayDeque<>();

  /**
   * None yet.
   *
   * @param starter starts a process
   */
  Workers(Supplier<JavaProcess> starter) {
    this.starter = starter;
  }

  /**
   * Starts them.
   *
   * @param count how many
   * @param kills whether one is killed every ten seconds, and another one started in its place
   */
  void start(int count, boolean kills) {
    for (int i = 0; i < count; i++) {
      startOne();
    }
    if (kills) {
      var unused =
          killer.scheduleAtFixedRate(
              this::killOne, SECONDS_BETWEEN_KILLS, SECONDS_BETWEEN_KILLS, TimeUnit.SECONDS);
    }
  }

  private synchronized void startOne() {
    processes.add(starter.get());
  }

  private synchronized void killOne() {
    JavaProcess oldest = processes.poll();
    // None are left when the workers are closed
    if (oldest != null) {
      oldest.kill();
      processes.add(starter.get());
    }
  }

  @Override
  public synchronized void close() {
    killer.shutdownNow();
    processes.forEach(JavaProcess::close);
    processes.clear();
  }
}
