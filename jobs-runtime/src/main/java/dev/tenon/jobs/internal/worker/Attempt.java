package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.internal.store.AttemptEnd;
import dev.tenon.jobs.internal.store.AttemptFailure;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.store.Lease;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt at one job, from its claim to its end. It ends once: when the handler returns or
 * throws, or before that when the job is taken away, or the handler does not heed a signal in time.
 * What its thread does after the end has no effect. It has a slot until the handler returns, or the
 * attempt is over without it. Thread-safe.
 *
 * @param <P> the payload record
 * @param <R> what the handler returns
 */
final class Attempt<P, R> implements HandlerContext.State {

  private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);

  private final ClaimedJob job;
  private final AttemptRunner<P, R> runner;
  private final SlotTurn turn;
  private final AttemptEnvironment environment;
  private final ReportQueue reports;
  private final Consumer<Attempt<?, ?>> isDone;
  private final AttemptNotices notices;
  private final AtomicReference<@Nullable StopReason> stop = new AtomicReference<>();
  private final AtomicBoolean ended = new AtomicBoolean();
  private final AtomicBoolean hasSlot = new AtomicBoolean();
  private final AtomicBoolean isAbandoned = new AtomicBoolean();
  private @Nullable String payloadJson;
  private @Nullable Thread thread;
  private boolean isStarted;
  private volatile boolean handlerIsRunning;
  private Runnable handlerReturned = () -> {};

  /**
   * An attempt.
   *
   * @param turn of its slot
   * @param environment what it shares with all others
   * @param reports takes what it reports
   * @param isDone is told when there is nothing more to record: the worker is done with the attempt
   */
  Attempt(
      ClaimedJob job,
      SlotTurn turn,
      JobBinding<P, R> binding,
      AttemptEnvironment environment,
      ReportQueue reports,
      Consumer<Attempt<?, ?>> isDone) {
    this.job = job.withoutPayload();
    this.payloadJson = job.payload();
    this.turn = turn;
    this.environment = environment;
    this.runner =
        new AttemptRunner<>(
            binding,
            environment.storage(),
            () -> ThreadLocalRandom.current().nextDouble(),
            environment.contact()::explains);
    this.reports = reports;
    this.isDone = isDone;
    this.notices = new AttemptNotices(environment.listeners(), this.job, binding.definition());
  }

  UUID jobId() {
    return job.id();
  }

  Lease lease() {
    return job.lease();
  }

  Duration timeout() {
    return runner.timeout();
  }

  @Override
  public boolean isEnded() {
    return ended.get();
  }

  @Override
  public @Nullable StopReason stopReason() {
    return stop.get();
  }

  /** Whether it took the place of the task of a workflow that was before it. */
  boolean isNextTask() {
    return turn.isNextTask();
  }

  /**
   * Runs the handler, unless the attempt is over, the handler was told to stop before, or others
   * may have taken the job since it was claimed.
   *
   * @return whether it had its slot until now; false if the slot is free already
   */
  boolean run() {
    hasSlot.set(true);
    try {
      end(attemptUnlessStopped());
    } catch (RuntimeException | Error e) {
      giveUp(e);
    }
    boolean hadSlot = hasSlot.compareAndSet(true, false);
    handlerReturned.run();
    return hadSlot;
  }

  /** Throws nothing, not even if a line cannot be logged: the slot must not be lost. */
  private void giveUp(Throwable e) {
    // The heartbeat finds that the table has a job that nobody runs
    isDone.accept(this);
    try {
      LOG.error(
          "The outcome of job {} of type '{}' cannot be kept; the job is released.",
          job.id(),
          job.type(),
          e);
    } catch (RuntimeException | Error unloggable) {
      Thread.onSpinWait();
    }
  }

  private AttemptEnd attemptUnlessStopped() {
    ScheduledFuture<?> deadline;
    synchronized (this) {
      isStarted = true;
      if (ended.get()
          || stop.get() != null
          || !environment.contact().holdsSince(turn.sinceNanos())) {
        return new AttemptEnd.Released(job.lease());
      }
      deadline = environment.deadlines().start(this);
      thread = Thread.currentThread();
      handlerIsRunning = true;
    }
    try {
      return noticedAttempt();
    } finally {
      // The thread goes on with the next job, whatever happened to this one
      deadline.cancel(false);
      handlerHasReturned();
    }
  }

  private void handlerHasReturned() {
    synchronized (this) {
      handlerIsRunning = false;
      thread = null;
      // The thread is used again: a signal that came late is not for its next job
      boolean unused = Thread.interrupted();
    }
    if (ended.get()) {
      LOG.info(
          "The handler of job {} of type '{}' has returned after its attempt was over; what it did since"
              + " is not kept.",
          job.id(),
          job.type());
    }
  }

  private AttemptEnd noticedAttempt() {
    try {
      notices.starts();
      return attempt();
    } finally {
      notices.handlerReturned();
    }
  }

  /** Ends the attempt before it has begun. Whether it had not begun yet. */
  boolean endUnlessStarted() {
    synchronized (this) {
      if (isStarted) {
        return false;
      }
      isStarted = true;
    }
    end(new AttemptEnd.Released(job.lease()));
    return true;
  }

  /** Has something done when the handler returns; at once if it has returned by now. */
  void whenHandlerReturns(Runnable action) {
    synchronized (this) {
      if (handlerIsRunning) {
        handlerReturned = action;
        return;
      }
    }
    action.run();
  }

  private AttemptEnd attempt() {
    String json = Objects.requireNonNull(payloadJson);
    // It may be large, and the attempt may wait for long to be recorded
    payloadJson = null;
    return runner.run(job, json, this::context, stop::get, notices::threw);
  }

  private HandlerContext context(SensitiveValues sensitive) {
    Clock clock = environment.clock();
    Instant deadline = clock.instant().plus(timeout());
    return new HandlerContext(
        job, deadline, clock, environment.storage().limits(), sensitive, reports, this);
  }

  /** Tells the handler to stop. Only the first reason counts; whether this one was it. */
  boolean signal(StopReason reason) {
    if (ended.get() || !stop.compareAndSet(null, reason)) {
      return false;
    }
    interrupt();
    return true;
  }

  private synchronized void interrupt() {
    if (thread != null) {
      thread.interrupt();
    }
  }

  /**
   * The handler was told to stop and had its time to do so: the attempt is over without it.
   *
   * @return whether the handler still runs, so that its thread is lost to the worker; true only
   *     once
   */
  boolean abandon() {
    if (stop.get() != null) {
      end(new AttemptEnd.Released(job.lease()));
    }
    if (ended.get()) {
      freeSlot();
    }
    return ended.get() && handlerIsRunning && isAbandoned.compareAndSet(false, true);
  }

  /** The handler was not started, and nothing is recorded. */
  void discard() {
    ended.set(true);
  }

  /** The same, unless the handler has started or the attempt is over. Whether it was so. */
  synchronized boolean discardUnlessStarted() {
    if (isStarted || !ended.compareAndSet(false, true)) {
      return false;
    }
    isStarted = true;
    return true;
  }

  /** Whether the handler may end the process, as it may have done before. */
  boolean isSuspect() {
    return job.isSuspect();
  }

  /** The type of the job, by the name under which it was submitted. */
  String type() {
    return job.type();
  }

  /** Whether it counts for a limit of its type. */
  boolean isLimited() {
    return job.isLimited();
  }

  /** The job was given to another worker: there is nothing left to record. */
  void loseLease() {
    if (ended.compareAndSet(false, true)) {
      stop.compareAndSet(null, StopReason.LEASE_LOST);
      interrupt();
      try {
        notices.lost();
      } finally {
        isDone.accept(this);
      }
      LOG.warn(
          "Job {} of type '{}' does not belong to this worker any more: the worker was silent for too"
              + " long, or PostgreSQL lost the claim in a failover. What the handler did is not kept;"
              + " the job runs again.",
          job.id(),
          job.type());
    }
  }

  /** Ends the attempt, if it is not over. If the handler was told to stop, that counts. */
  private void end(AttemptEnd unlessStopped) {
    if (ended.compareAndSet(false, true)) {
      record(runner.afterStop(job, unlessStopped, stop.get()));
    }
  }

  private void record(AttemptEnd end) {
    notices.ended(end);
    reports.end(
        end,
        job.workflowId(),
        turn,
        underLease -> {
          isDone.accept(this);
          if (!underLease) {
            LOG.warn(
                "The outcome {} of job {} of type '{}' was refused: its lease had ended.",
                end.outcome().code(),
                job.id(),
                job.type());
          }
        });
  }

  /**
   * Ends the attempt if its handler is just ending the process, by {@link System#exit}: that counts
   * as a crash, as if the process had died of the job in any other way. The handler's thread never
   * returns from there, and waits for the hooks of the shutdown.
   *
   * @param maxCrashes with that many crashes the job fails
   */
  void endIfItEndsTheProcess(int maxCrashes) {
    if (isEndingTheProcess() && ended.compareAndSet(false, true)) {
      LOG.error(
          "The handler of job {} of type '{}' ends the process, by System.exit. That counts as a crash of"
              + " the job; after {} it fails.",
          job.id(),
          job.type(),
          maxCrashes);
      record(
          new AttemptEnd.Crashed(
              job.lease(),
              AttemptFailure.of(
                  JobError.Reason.PROCESS_ENDED,
                  "The handler has ended the process of worker %s, by System.exit. After %d such crashes the job is not run again. Throw an exception instead; a PermanentJobException ends a job for good."
                      .formatted(job.lease().workerId(), maxCrashes)),
              maxCrashes,
              Duration.ZERO));
      freeSlot();
    }
  }

  private boolean isEndingTheProcess() {
    for (StackTraceElement frame : stack()) {
      if (frame.getClassName().equals("java.lang.Shutdown")
          || (frame.getClassName().equals("java.lang.Runtime")
              && frame.getMethodName().equals("exit"))) {
        return true;
      }
    }
    return false;
  }

  private void freeSlot() {
    if (hasSlot.compareAndSet(true, false)) {
      environment.slots().release();
    }
  }

  /** For logs: which job, and where its thread is. */
  String describeLeak() {
    StackTraceElement[] stack = stack();
    return "job %s of type '%s'%s"
        .formatted(job.id(), job.type(), stack.length == 0 ? "" : ", now in " + stack[0]);
  }

  /** Where the handler is; empty if it does not run. */
  private synchronized StackTraceElement[] stack() {
    return thread == null ? new StackTraceElement[0] : thread.getStackTrace();
  }
}
