package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.internal.background.DisplayText;
import dev.tenon.jobs.internal.listeners.FigureRecords;
import dev.tenon.jobs.internal.liveness.CurrentSession;
import dev.tenon.jobs.internal.signal.PollSchedule;
import dev.tenon.jobs.internal.signal.WorkerNotice;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.store.StartableJobs;
import dev.tenon.jobs.internal.store.WorkerStore;
import dev.tenon.jobs.internal.store.WorkerStore.Application;
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
 * A worker: one thread claims jobs while there are free slots, each job runs on a separate thread,
 * one thread records their reports, and one sends the heartbeats.
 */
public final class Worker implements JobWorker {

  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

  private static final Duration LAST_RECORDING = Duration.ofSeconds(5);

  private static final Duration LAST_CLAIM = Duration.ofSeconds(5);

  /** The time after a submit in a caller's transaction that the worker looks often for its job. */
  private static final Duration COMMIT_PATIENCE = Duration.ofSeconds(10);

  private final String id;
  private final WorkerOptions options;
  private final Listener listener;
  private final WorkerParts parts;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile boolean stopping;

  /** A listener of a worker's events. Thread-safe. */
  public interface Listener {

    /** Jobs of workflows have ended, and others can be started. */
    void startable(StartableJobs jobs);

    /** Jobs that others wait for in lines may have ended. */
    void linesMayAdvance();

    /** The worker has stopped. */
    void stopped(Worker worker);
  }

  /**
   * Creates a worker; {@link #start()} starts it.
   *
   * @param sources the sources of its jobs
   * @param settings the settings that the workers of the process share
   * @param handlers the handlers that it runs
   * @param options its options
   * @param listener is notified of its events
   * @param build the description of its build, as JSON
   * @param session the session of its process
   */
  public Worker(
      JobSources sources,
      WorkerSettings settings,
      JobHandlers handlers,
      WorkerOptions options,
      Listener listener,
      String build,
      CurrentSession session) {
    this.id = handlers.module().name() + "-" + UUID.randomUUID().toString().substring(0, 8);
    this.options = options;
    this.listener = listener;
    this.parts =
        new WorkerParts(
            new WorkerIdentity(
                id,
                new Application(
                    handlers.module().getClass().getName(),
                    options.applicationVersion().orElse(null),
                    build),
                session),
            sources,
            settings,
            new HandlersByType(handlers, settings.interceptors(), sources.queues()),
            options,
            listener::startable,
            listener::linesMayAdvance);
  }

  /**
   * Starts the worker.
   *
   * @throws StoreException if the database cannot be reached
   */
  public void start() {
    try {
      startParts();
    } catch (RuntimeException | Error e) {
      // Nobody closes a worker that has not started, and its heartbeat would make it look alive
      closed.set(true);
      closeTheRest();
      throw e;
    }
    LOG.info(
        "Worker {} runs up to {} jobs at a time, of {} {}.",
        id,
        options.concurrency(),
        parts.handlers.types(),
        parts.handlers.types() == 1 ? "type" : "types");
  }

  private void startParts() {
    parts.heartbeat.start();
    parts.recorders.start();
    parts.cancelHints.start();
    if (parts.consumer != null) {
      parts.consumer.start();
    }
    parts.claimer.start();
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public int runningJobs() {
    return parts.attempts.all().size();
  }

  /** Returns its current load. */
  public JobsFigures.Worker figures() {
    return new FigureRecords.Worker(
        id,
        options.concurrency(),
        parts.slots.used(),
        parts.slots.waitingJobs(),
        parts.reports.waitingEnds(),
        parts.deadlines.leaked());
  }

  /**
   * Returns the number of messages that were not pointers to jobs, and went to the dead-letter
   * queue.
   */
  public long refusedMessages() {
    return parts.consumer == null ? 0 : parts.consumer.refused();
  }

  /** Returns the problem, for people to read; empty if there is none. */
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
      problems.add("its heartbeats have stopped because the database cannot be reached");
    }
    if (parts.consumer != null
        && parts.consumer.downFor().compareTo(PollSchedule.FALL_BACK_AFTER) > 0) {
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
              + " handlers continue although their attempts have ended; the log names them"
              + (parts.gate.tooManyLeaked() ? ". It claims no more jobs until some return" : ""));
    }
    return problems;
  }

  /** Notifies the worker that there may be something to claim in the table. */
  public void wake() {
    parts.schedule.wake();
  }

  /** Notifies the worker that the session of its process has begun or ended. */
  public void sessionChanged() {
    parts.heartbeat.beatNow();
  }

  /**
   * Passes on a notice of another process, or of another part of this one. It is a hint to look.
   */
  public void hear(WorkerNotice notice) {
    if (notice instanceof WorkerNotice.Cancelled cancelled) {
      parts.cancelHints.heard(cancelled.jobId());
    } else if (pollsTable()) {
      if (notice instanceof WorkerNotice.Soon) {
        parts.schedule.expect(COMMIT_PATIENCE);
      } else {
        parts.schedule.hear();
      }
    }
  }

  /** Returns whether jobs wait in the table that no message of RabbitMQ brings. */
  public boolean pollsTable() {
    return parts.consumer == null || parts.handlers.declareLimits();
  }

  /**
   * Asks the handler of a job to stop because the job was cancelled, and returns whether the job
   * runs here.
   */
  public boolean cancel(UUID jobId) {
    return parts.attempts.cancel(jobId);
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      awaitStopped();
      return;
    }
    try {
      LOG.info(
          "Worker {} is stopping: it claims no more jobs, and waits up to {} for {} running ones.",
          id,
          DisplayText.of(options.longestGracePeriod()),
          parts.attempts.all().size());
      stop();
    } catch (InterruptedException e) {
      LOG.warn(
          "Worker {} was interrupted while it was stopping, so its grace period ends now.", id);
      stopWithoutGrace();
      Thread.currentThread().interrupt();
    } finally {
      closeTheRest();
    }
  }

  /**
   * Completes {@link #stop} without the rest of the grace period. What the threads of the worker
   * use may be closed next, so it waits for them. Each wait is short, and no other interrupt ends
   * it.
   */
  private void stopWithoutGrace() {
    boolean ended = false;
    while (!ended) {
      try {
        parts.claimer.close(LAST_CLAIM);
        parts.starter.releaseWaitingFor(Duration.ZERO);
        parts.attempts.stopAll();
        endThreads(LAST_RECORDING);
        ended = true;
      } catch (InterruptedException e) {
        // The caller keeps the first one
      }
    }
  }

  /**
   * Ends the threads after {@link #stop}, however that went: as long as the worker sends
   * heartbeats, nobody takes its jobs.
   */
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

  /** Releases claims whose replies were lost, because the heartbeat no longer looks for them. */
  private void releaseUnknown() {
    try {
      parts.lostClaims.release(
          parts.store.running(id, Optional.empty()).stream()
              .map(WorkerStore.Running::lease)
              .filter(lease -> !parts.attempts.jobIds().contains(lease.jobId()))
              .toList());
    } catch (StoreException e) {
      LOG.warn(
          "Worker {} could not check for jobs whose claims were lost. If there are any, other "
              + "workers run them once it counts as lost.",
          id);
    }
  }

  private void stop() throws InterruptedException {
    stopping = true;
    parts.steps.shutDown();
    parts.nextTasks.close();
    parts.claimer.close();
    parts.starter.releaseWaitingFor(Duration.ZERO);
    if (parts.attempts.isBusy()) {
      parts.heartbeat.announceStop();
    }
    long graceEnds = System.nanoTime() + options.gracePeriod().toNanos();
    if (!parts.attempts.awaitHandlers(
        attempt -> options.gracePeriod(attempt.declaredType()), options.longestGracePeriod())) {
      LOG.info(
          "The grace period of worker {} has ended; {} handlers are asked to stop.",
          id,
          parts.attempts.all().size());
      parts.attempts.stopAll();
    }
    // The rest of the grace period also gives a database time to come back
    Duration left = Duration.ofNanos(graceEnds - System.nanoTime());
    endThreads(left.compareTo(LAST_RECORDING) > 0 ? left : LAST_RECORDING);
  }

  /** Records what has ended, ends the threads, and deregisters the worker. */
  private void endThreads(Duration maxRecording) throws InterruptedException {
    boolean recorded = parts.recorders.close(maxRecording);
    parts.heartbeat.close();
    parts.cancelHints.close();
    if (recorded) {
      releaseUnknown();
      try {
        parts.store.deregister(id);
      } catch (StoreException e) {
        LOG.warn("Worker {} could not deregister; the others will soon count it as lost.", id);
      }
    }
    LOG.info("Worker {} has stopped.", id);
  }
}
