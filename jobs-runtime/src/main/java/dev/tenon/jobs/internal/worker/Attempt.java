package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.internal.steps.AttemptHost;
import dev.tenon.jobs.internal.steps.AttemptSteps;
import dev.tenon.jobs.internal.steps.StopReason;
import dev.tenon.jobs.internal.store.AttemptEnd;
import dev.tenon.jobs.internal.store.AttemptFailure;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.store.Lease;
import dev.tenon.jobs.internal.values.HiddenValues;
import dev.tenon.jobs.internal.values.SensitiveValues;
import dev.tenon.jobs.listen.JobListener.Attempting;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
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
 * throws, or earlier if the job is taken away, or the handler does not respond to a stop signal in
 * time. Whatever its thread does after the end has no effect. It has a slot until the handler
 * returns, or the attempt ends without it. Thread-safe.
 *
 * @param <P> the payload record
 * @param <R> what the handler returns
 */
final class Attempt<P, R> implements AttemptHost {

  private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);

  private final ClaimedJob job;
  private final JobDefinition<P, R> definition;
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
  private final HandlerThread thread = new HandlerThread();
  private volatile @Nullable AttemptSteps steps;
  private boolean isStarted;
  private volatile boolean handlerIsRunning;
  private Runnable handlerReturned = () -> {};

  /**
   * Creates an attempt.
   *
   * @param turn the turn of its slot
   * @param environment the objects that it shares with all others
   * @param reports takes its reports
   * @param isDone is notified when there is nothing more to record and the worker is done with the
   *     attempt
   */
  Attempt(
      ClaimedJob job,
      SlotTurn turn,
      JobBinding<P, R> binding,
      AttemptEnvironment environment,
      ReportQueue reports,
      Consumer<Attempt<?, ?>> isDone) {
    this.job = job.withoutPayload();
    this.definition = binding.definition();
    this.payloadJson = job.payload();
    this.turn = turn;
    this.environment = environment;
    this.runner = new AttemptRunner<>(binding, environment.storage(), this::random, this::isOutage);
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

  /** Returns whether it took the place of the previous task of its workflow. */
  boolean isNextTask() {
    return turn.isNextTask();
  }

  /**
   * Runs the handler, unless the attempt has ended, the handler was asked to stop before, or others
   * may have taken the job since it was claimed.
   *
   * @return whether it had its slot until now; false if the slot is already free
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

  /**
   * Ends the attempt, and throws nothing even if logging fails, because the slot must not be lost.
   */
  private void giveUp(Throwable e) {
    // The heartbeat finds that the table has a job that this worker does not run
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
      thread.starts();
      handlerIsRunning = true;
    }
    try {
      return noticedAttempt();
    } finally {
      // The thread continues with the next job, whatever happened to this one
      deadline.cancel(false);
      handlerHasReturned();
    }
  }

  private void handlerHasReturned() {
    synchronized (this) {
      handlerIsRunning = false;
      thread.returned();
    }
    if (ended.get()) {
      LOG.info(
          "The handler of job {} of type '{}' has returned after its attempt had ended; its "
              + "result is dropped.",
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

  /** Ends the attempt if it has not begun, and returns whether it had not. */
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

  /** Runs an action when the handler returns, or immediately if it has already returned. */
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
    // It may be large, and the attempt may wait a long time to be recorded
    payloadJson = null;
    return runner.run(job, json, this::context, stop::get, notices::threw);
  }

  private HandlerContext context(SensitiveValues sensitive) {
    Clock clock = environment.clock();
    Instant deadline = clock.instant().plus(timeout());
    AttemptSteps own =
        new AttemptSteps(
            job,
            definition,
            environment.storage(),
            new HiddenValues(sensitive),
            environment.steps().recordsOf(job.lease(), reports),
            this);
    steps = own;
    return new HandlerContext(
        job, deadline, clock, environment.storage().limits(), reports, this, own);
  }

  @Override
  public boolean isShuttingDown() {
    return environment.steps().isShuttingDown();
  }

  @Override
  public boolean isOutage(Throwable thrown) {
    return environment.contact().explains(thrown);
  }

  @Override
  public double random() {
    return ThreadLocalRandom.current().nextDouble();
  }

  @Override
  public Runnable after(Duration delay, Runnable action) {
    ScheduledFuture<?> timer = environment.deadlines().after(delay, action);
    return () -> timer.cancel(false);
  }

  @Override
  public Shield shield() {
    return thread.shield();
  }

  @Override
  public Attempting listener() {
    return notices.listener();
  }

  /** Asks the handler to stop. Only the first reason counts; returns whether this was the first. */
  boolean signal(StopReason reason) {
    if (ended.get() || !stop.compareAndSet(null, reason)) {
      return false;
    }
    thread.interrupt();
    return true;
  }

  /**
   * Ends the attempt without its handler, which was asked to stop and has not done so in time.
   *
   * @return whether the handler is still running, so that the worker has lost its thread; true only
   *     once
   */
  boolean abandon() {
    if (stop.get() != null) {
      AttemptSteps own = steps;
      end(
          (own == null ? Optional.<AttemptEnd>empty() : runner.decided(job, own))
              .orElseGet(() -> new AttemptEnd.Released(job.lease())));
    }
    if (ended.get()) {
      freeSlot();
    }
    return ended.get() && handlerIsRunning && isAbandoned.compareAndSet(false, true);
  }

  /** Drops the attempt: the handler was not started, and nothing is recorded. */
  void discard() {
    ended.set(true);
  }

  /**
   * Does the same unless the handler has started or the attempt has ended, and returns whether it
   * did.
   */
  synchronized boolean discardUnlessStarted() {
    if (isStarted || !ended.compareAndSet(false, true)) {
      return false;
    }
    isStarted = true;
    return true;
  }

  /** Returns whether the handler may end the process, as it may have done before. */
  boolean isSuspect() {
    return job.isSuspect();
  }

  /** Returns the type of the job, by the name that it was submitted with. */
  String type() {
    return job.type();
  }

  /** Returns whether it counts towards a limit of its type. */
  boolean isLimited() {
    return job.isLimited();
  }

  /**
   * Ends the attempt because the job was given to another worker: there is nothing left to record.
   */
  @Override
  public void loseLease() {
    if (ended.compareAndSet(false, true)) {
      stop.compareAndSet(null, StopReason.LEASE_LOST);
      thread.interrupt();
      environment.deadlines().abandonLater(this);
      try {
        notices.lost();
      } finally {
        isDone.accept(this);
      }
      LOG.warn(
          "Job {} of type '{}' no longer belongs to this worker: the worker was silent for too "
              + "long, or PostgreSQL lost the claim in a failover. The handler's result is dropped; "
              + "the job runs again.",
          job.id(),
          job.type());
    }
  }

  /**
   * Ends the attempt, if it has not ended. If the handler was asked to stop, that determines the
   * outcome.
   */
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
   * Ends the attempt if its handler is ending the process by {@link System#exit}. That counts as a
   * crash, as if the job had killed the process in any other way. The handler's thread never
   * returns from there, and waits for the shutdown hooks.
   *
   * @param maxCrashes the number of crashes that fails the job
   */
  void endIfItEndsTheProcess(int maxCrashes) {
    if (isEndingTheProcess() && ended.compareAndSet(false, true)) {
      LOG.error(
          "The handler of job {} of type '{}' is ending the process by System.exit. That counts "
              + "as a crash of the job, which fails after {} crashes.",
          job.id(),
          job.type(),
          maxCrashes);
      record(
          new AttemptEnd.Crashed(
              job.lease(),
              AttemptFailure.of(
                  JobError.Reason.PROCESS_ENDED,
                  ("The handler has ended the process of worker %s by System.exit. After %d such "
                          + "crashes, the job is not run again. Throw an exception instead; a "
                          + "PermanentJobException ends a job for good.")
                      .formatted(job.lease().workerId(), maxCrashes)),
              maxCrashes,
              Duration.ZERO));
      freeSlot();
    }
  }

  private boolean isEndingTheProcess() {
    for (StackTraceElement frame : thread.stack()) {
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

  /** Returns the job and the position of its thread, for logs. */
  String describeLeak() {
    StackTraceElement[] stack = thread.stack();
    return "job %s of type '%s'%s"
        .formatted(job.id(), job.type(), stack.length == 0 ? "" : ", now in " + stack[0]);
  }
}
