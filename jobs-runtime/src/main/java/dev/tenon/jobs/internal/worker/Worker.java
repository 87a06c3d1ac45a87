package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.internal.listeners.FigureRecords;
import dev.tenon.jobs.internal.signal.LookSchedule;
import dev.tenon.jobs.internal.signal.WorkerNotice;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.store.StartableJobs;
import dev.tenon.jobs.internal.store.WorkerStore;
import dev.tenon.jobs.listen.JobsFigures;
import dev.tenon.jobs.options.WorkerOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker: one thread claims jobs while there are free slots, each job runs on a thread of its
 * own, one thread records what they report, and one sends the heartbeats.
 */
public final class Worker implements JobWorker {

  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

  private static final Duration LAST_RECORDING = Duration.ofSeconds(5);

  /** For so long after a submit in a caller's transaction, the worker looks often for its job. */
  private static final Duration COMMIT_PATIENCE = Duration.ofSeconds(10);

  private final String id;
  private final WorkerOptions options;
  private final Listener listener;
  private final WorkerParts parts;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile boolean stopping;

  /** Is told what a worker does. Thread-safe. */
  public interface Listener {

    /** Jobs of workflows have ended, and others can be started. */
    void startable(StartableJobs jobs);

    /** The worker has stopped. */
    void stopped(Worker worker);
  }

  /**
   * A worker; {@link #start()} starts it.
   *
   * @param sources where it gets its jobs
   * @param settings what it has in common with the other workers of the process
   * @param handlers what it runs
   * @param options how it works
   * @param listener is told what it does
   */
  public Worker(
      JobSources sources,
      WorkerSettings settings,
      JobHandlers handlers,
      WorkerOptions options,
      Listener listener) {
    this.id = handlers.module().name() + "-" + UUID.randomUUID().toString().substring(0, 8);
    this.options = options;
    this.listener = listener;
    this.parts =
        new WorkerParts(
            id,
            sources,
            settings,
            new HandlersByType(handlers, sources.queues()),
            options,
            listener::startable);
  }

  /**
   * Starts to work.
   *
   * @throws StoreException if the database cannot be reached
   */
  public void start() {
    parts.heartbeat.start();
    parts.recorders.start();
    parts.cancelHints.start();
    if (parts.consumer != null) {
      parts.consumer.start();
    }
    parts.claimer.start();
    LOG.info(
        "Worker {} runs up to {} jobs at a time, of {} {}.",
        id,
        options.concurrency(),
        parts.handlers.types(),
        parts.handlers.types() == 1 ? "type" : "types");
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public int runningJobs() {
    return parts.attempts.all().size();
  }

  /** How much it has to do at the moment. */
  public JobsFigures.Worker figures() {
    return new FigureRecords.Worker(
        id,
        options.concurrency(),
        parts.slots.used(),
        parts.slots.waitingJobs(),
        parts.reports.waitingEnds(),
        parts.deadlines.leaked());
  }

  /** How many messages were not pointers to jobs, and went to the dead-letter queue. */
  public long refusedMessages() {
    return parts.consumer == null ? 0 : parts.consumer.refused();
  }

  /** What is not as it should be, for people to read; empty if all is well. */
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (stopping) {
      problems.add("it is stopping");
      return problems;
    }
    if (parts.claimer.hasDied()) {
      problems.add("its claiming thread has ended; restart the process");
    }
    parts.claimer.problem().ifPresent(problems::add);
    if (parts.heartbeat.isFailing()) {
      problems.add("its heartbeats have stopped, since the database cannot be reached");
    }
    if (parts.consumer != null
        && parts.consumer.downFor().compareTo(LookSchedule.FALL_BACK_AFTER) > 0) {
      if (!parts.consumer.isConnected()) {
        problems.add("it is not connected to RabbitMQ and takes its jobs from the table");
      } else if (!parts.consumer.isPaused()) {
        problems.add(
            "RabbitMQ does not let it consume its queues, so it takes its jobs from the table");
      }
    }
    if (parts.reports.isFull()) {
      problems.add("too many outcomes wait to be recorded; it claims no more jobs until some are");
    }
    if (parts.consumer != null) {
      problems.addAll(parts.consumer.problems());
    }
    if (parts.deadlines.leaked() > 0) {
      problems.add(
          parts.deadlines.leaked()
              + " handlers go on though their attempts are over; see the log for which"
              + (parts.gate.tooManyLeaked() ? ". It claims no more jobs until some return" : ""));
    }
    return problems;
  }

  /** Tells the worker that there may be something to claim in the table. */
  public void wake() {
    parts.schedule.wake();
  }

  /** Another process, or another part of this one, tells of something. It is a hint to look. */
  public void hear(WorkerNotice notice) {
    if (notice instanceof WorkerNotice.Cancelled cancelled) {
      parts.cancelHints.heard(cancelled.jobId());
    } else if (looksIntoTheTable()) {
      if (notice instanceof WorkerNotice.Soon) {
        parts.schedule.expect(COMMIT_PATIENCE);
      } else {
        parts.schedule.hear();
      }
    }
  }

  /** Whether jobs wait in the table that no message of RabbitMQ brings. */
  public boolean looksIntoTheTable() {
    return parts.consumer == null || parts.handlers.declareLimits();
  }

  /** Tells the handler of a job to stop, since the job was cancelled. Whether the job runs here. */
  public boolean cancel(UUID jobId) {
    return parts.attempts.cancel(jobId);
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      awaitStopped();
      return;
    }
    LOG.info(
        "Worker {} stops: it takes no more jobs, and waits up to {} for {} that run.",
        id,
        DisplayText.of(options.gracePeriod()),
        parts.attempts.all().size());
    try {
      stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      LOG.warn("Worker {} was interrupted while it stopped; other workers run its jobs again.", id);
      parts.attempts.tellAllToStop();
    } finally {
      closeTheRest();
    }
  }

  /** Whatever has become of {@link #stop}: as long as its heart beats, nobody takes its jobs. */
  private void closeTheRest() {
    try {
      parts.nextTasks.close();
      parts.claimer.closeSoon();
      parts.heartbeat.closeSoon();
      parts.cancelHints.closeSoon();
      parts.recorders.finishSoon();
      parts.handlerThreads.shutdown();
      parts.deadlines.close();
      if (parts.consumer != null) {
        parts.consumer.close();
      }
    } finally {
      listener.stopped(this);
      stopped.countDown();
    }
  }

  private void awaitStopped() {
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Claims whose answers were lost: the heartbeat does not look for them any more. */
  private void releaseUnknown() {
    try {
      parts.lostClaims.release(
          parts.store.running(id, Optional.empty()).stream()
              .map(WorkerStore.Running::lease)
              .filter(lease -> !parts.attempts.jobIds().contains(lease.jobId()))
              .toList());
    } catch (StoreException e) {
      LOG.warn("Worker {} could not look whether it has jobs by the table that it never got.", id);
    }
  }

  private void stop() throws InterruptedException {
    stopping = true;
    parts.nextTasks.close();
    parts.claimer.close();
    parts.starter.releaseWaitingFor(Duration.ZERO);
    long graceEnds = System.nanoTime() + options.gracePeriod().toNanos();
    if (!parts.attempts.awaitHandlers(options.gracePeriod())) {
      LOG.info(
          "The grace period of worker {} is over; {} handlers are told to stop.",
          id,
          parts.attempts.all().size());
      parts.attempts.stopAll();
    }
    // The rest of the grace period also gives a database time to come back
    Duration left = Duration.ofNanos(graceEnds - System.nanoTime());
    boolean recorded =
        parts.recorders.close(left.compareTo(LAST_RECORDING) > 0 ? left : LAST_RECORDING);
    parts.heartbeat.close();
    parts.cancelHints.close();
    if (recorded) {
      releaseUnknown();
      try {
        parts.store.deregister(id);
      } catch (StoreException e) {
        LOG.warn("Worker {} could not sign off; the others will soon count it as lost.", id);
      }
    }
    LOG.info("Worker {} has stopped.", id);
  }
}
