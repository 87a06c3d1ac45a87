package dev.tenon.jobs.runtime;

import dev.tenon.jobs.internal.background.BackgroundLoop;
import dev.tenon.jobs.internal.broker.PointerPublisher;
import dev.tenon.jobs.internal.leader.TaskStore;
import dev.tenon.jobs.internal.listeners.FigureRecords;
import dev.tenon.jobs.internal.listeners.JobListeners;
import dev.tenon.jobs.internal.operate.BacklogStore;
import dev.tenon.jobs.internal.operate.StepPages;
import dev.tenon.jobs.internal.scaling.ScalingReader;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.listen.JobsFigures;
import dev.tenon.jobs.operate.JobScaling.TypeDemand;
import dev.tenon.jobs.operate.ScalingQuery;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The figures of a runtime. One thread reads the table while somebody reads the figures. Callers
 * never wait, and nothing is read if there are none. Thread-safe.
 */
final class Figures implements JobsFigures {

  private static final Logger LOG = LoggerFactory.getLogger(Figures.class);

  /**
   * The times of reads.
   *
   * @param interval the shortest time between two reads of the table
   * @param attention the time without calls before reading stops until the next call
   */
  record Times(Duration interval, Duration attention) {
    static final Times DEFAULT = new Times(Duration.ofSeconds(10), Duration.ofMinutes(2));
  }

  private static final Duration UNTIL_WOKEN = Duration.ofMinutes(10);

  /** The largest number of waits and of steps in doubt; counting stops there. */
  private static final int MAX_COUNT = 10_000;

  private static final Duration MAX_CLOSE = Duration.ofSeconds(6);

  private final Sources sources;
  private final Supplier<List<Worker>> workers;
  private final @Nullable PointerPublisher publisher;
  private final Clock clock;
  private final JobListeners listeners;
  private final Times times;
  private final BackgroundLoop loop;
  private final Object lock = new Object();
  private boolean isStarted;
  private boolean isAsleep = true;
  private long askedNanos;

  /** The thread that tells listeners of new figures; their calls do not count as interest. */
  private volatile @Nullable Thread telling;

  private volatile @Nullable Backlog backlog;
  private volatile @Nullable Maintenance maintenance;
  private volatile @Nullable Waits waits;
  private volatile @Nullable Slots slots;

  /** The places where the figures are read. */
  record Sources(BacklogStore backlog, StepPages steps, TaskStore tasks, ScalingReader scaling) {}

  Figures(
      Sources sources,
      Supplier<List<Worker>> workers,
      @Nullable PointerPublisher publisher,
      Clock clock,
      JobListeners listeners,
      Times times) {
    this.sources = sources;
    this.workers = workers;
    this.publisher = publisher;
    this.clock = clock;
    this.listeners = listeners;
    this.times = times;
    this.loop =
        BackgroundLoop.named("tenon-figures")
            .description("Counting the jobs that wait, for metrics")
            .whatFollowsAFailure(
                "There are no such figures until it succeeds. Jobs continue to run.")
            .retryPause(times.interval(), times.interval())
            .repeat(this::read);
  }

  @Override
  public List<Worker> workers() {
    return workers.get();
  }

  @Override
  public Optional<Backlog> backlog() {
    ask();
    return Optional.ofNullable(backlog);
  }

  @Override
  public Optional<Maintenance> maintenance() {
    ask();
    return Optional.ofNullable(maintenance);
  }

  @Override
  public Optional<Waits> waits() {
    ask();
    return Optional.ofNullable(waits);
  }

  @Override
  public Optional<Slots> slots() {
    ask();
    return Optional.ofNullable(slots);
  }

  private void ask() {
    if (Thread.currentThread().equals(telling)) {
      return;
    }
    synchronized (lock) {
      askedNanos = System.nanoTime();
      if (!isStarted) {
        loop.start();
        isStarted = true;
        isAsleep = false;
      } else if (isAsleep) {
        isAsleep = false;
        loop.wake();
      }
    }
  }

  @Override
  public Optional<Boolean> isConnectedToRabbitMq() {
    return Optional.ofNullable(publisher).map(PointerPublisher::isConnected);
  }

  private Duration read() {
    synchronized (lock) {
      if (System.nanoTime() - askedNanos > times.attention().toNanos()) {
        isAsleep = true;
        // Old figures must not look like current ones
        forget();
        return UNTIL_WOKEN;
      }
    }
    try {
      Backlog read = new FigureRecords.Backlog(clock.instant(), sources.backlog().read());
      maintenance = readMaintenance();
      waits = readWaits();
      slots = readSlots();
      backlog = read;
      tell(read);
    } catch (RuntimeException | Error e) {
      forget();
      throw e;
    }
    return times.interval();
  }

  private void tell(Backlog read) {
    telling = Thread.currentThread();
    try {
      listeners.backlogRead(read);
    } finally {
      telling = null;
    }
  }

  private Waits readWaits() {
    StepPages.Figures read = sources.steps().figures(MAX_COUNT);
    return new FigureRecords.Waits(
        clock.instant(),
        read.waiting(),
        read.inDoubt(),
        Optional.ofNullable(read.oldestSignal()).map(Duration::ofMillis));
  }

  /** Returns null if they cannot be read: the other figures do not depend on that. */
  private @Nullable Slots readSlots() {
    try {
      return slotsByType();
    } catch (StoreException e) {
      LOG.debug("The slots that job types need cannot be read, so they have no figure.", e);
      return null;
    }
  }

  private Slots slotsByType() {
    Map<String, Double> byType =
        sources.scaling().demand(ScalingQuery.all()).types().stream()
            .collect(Collectors.toMap(TypeDemand::type, TypeDemand::slots));
    return new FigureRecords.Slots(clock.instant(), byType);
  }

  private Maintenance readMaintenance() {
    List<MaintenanceTask> read =
        sources.tasks().list().stream()
            .<MaintenanceTask>map(
                run ->
                    new FigureRecords.MaintenanceTask(
                        run.name(), HealthReport.maintenance(run, false).isHealthy(), run.age()))
            .toList();
    return new FigureRecords.Maintenance(clock.instant(), read, sources.tasks().failingSchedules());
  }

  private void forget() {
    backlog = null;
    maintenance = null;
    waits = null;
    slots = null;
  }

  void close() {
    synchronized (lock) {
      if (!isStarted) {
        isStarted = true;
        isAsleep = false;
        return;
      }
    }
    try {
      boolean unused = loop.close(MAX_CLOSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
