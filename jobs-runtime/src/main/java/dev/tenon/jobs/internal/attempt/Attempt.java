package dev.tenon.jobs.internal.attempt;

import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.internal.recording.ReportQueue;
import dev.tenon.jobs.internal.recording.SlotTurn;
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
import java.util.List;
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
 * time. Whatever its thread does after the end has no effect. The {@link HandlerCall} that it
 * belongs to has its thread and its slot. Thread-safe.
 *
 * @param <P> the payload record
 * @param <R> what the handler returns
 */
public final class Attempt<P, R> implements AttemptHost, BatchRunner.Member, SlotWork {

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
  private @Nullable String payloadJson;
  private volatile HandlerCall call;
  private volatile @Nullable AttemptSteps steps;
  private boolean isStarted;

  /**
   * Creates an attempt.
   *
   * @param turn the turn of its slot
   * @param environment the objects that it shares with all others
   * @param reports takes its reports
   * @param isDone is notified when there is nothing more to record and the worker is done with the
   *     attempt
   */
  public Attempt(
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
    this.call = new SingleCall(environment.slots(), this);
  }

  /** Makes it a part of a batch, before it starts. */
  void joins(HandlerCall batch) {
    call = batch;
  }

  @Override
  public ClaimedJob job() {
    return job;
  }

  public UUID jobId() {
    return job.id();
  }

  public Lease lease() {
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

  @Override
  public boolean isNextTask() {
    return turn.isNextTask();
  }

  /**
   * Runs the handler, unless the attempt has ended, the handler was asked to stop before, or others
   * may have taken the job since it was claimed.
   *
   * @return whether it had its slot until now; false if the slot is already free
   */
  @Override
  public boolean run() {
    return call.runInSlot(
        () -> {
          try {
            end(attemptUnlessStopped());
          } catch (Throwable e) {
            giveUp(e);
          }
        });
  }

  @Override
  public List<Attempt<?, ?>> attempts() {
    return List.of(this);
  }

  /**
   * Ends the attempt, and throws nothing even if logging fails, because the slot must not be lost.
   */
  void giveUp(Throwable e) {
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
      if (!starts()) {
        return new AttemptEnd.Released(job.lease());
      }
      deadline = environment.deadlines().start(this);
      call.starts();
      if (stop.get() != null || ended.get()) {
        // Somebody has asked before there was a thread to interrupt
        call.shouldStop();
      }
    }
    try {
      return noticedAttempt();
    } finally {
      // The thread continues with the next job, whatever happened to this one
      deadline.cancel(false);
      handlerHasReturned();
    }
  }

  /** Marks it as started, and returns whether its handler may be called. */
  private boolean starts() {
    isStarted = true;
    return !ended.get()
        && stop.get() == null
        && environment.contact().holdsSince(turn.sinceNanos());
  }

  /**
   * Starts it in a batch, and returns whether that is possible; otherwise it has ended.
   *
   * @see #handlerStarts
   */
  boolean startsInBatch() {
    synchronized (this) {
      if (starts()) {
        return true;
      }
    }
    end(new AttemptEnd.Released(job.lease()));
    return false;
  }

  /** Notifies listeners that it starts in a batch of that many jobs. */
  void handlerStarts(int batchSize) {
    notices.starts(batchSize);
  }

  /** Notifies listeners that the handler of its batch has returned. */
  void handlerOfBatchReturned() {
    notices.handlerReturned();
  }

  private void handlerHasReturned() {
    call.returned();
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
      notices.starts(1);
      return attempt();
    } finally {
      notices.handlerReturned();
    }
  }

  /** Ends the attempt if it has not begun, and returns whether it had not. */
  public boolean endUnlessStarted() {
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
    call.whenHandlerReturns(action);
  }

  private AttemptEnd attempt() {
    return runner.run(job, takePayload(), this::context, stop::get, notices::threw);
  }

  @Override
  public String takePayload() {
    String json = Objects.requireNonNull(payloadJson);
    // It may be large, and the attempt may wait a long time to be recorded
    payloadJson = null;
    return json;
  }

  @Override
  public void threw(Throwable failure) {
    notices.threw(failure);
  }

  @Override
  public HandlerContext context(SensitiveValues sensitive) {
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
    return call.shield();
  }

  @Override
  public Attempting listener() {
    return notices.listener();
  }

  /** Asks the handler to stop. Only the first reason counts; returns whether this was the first. */
  public boolean signal(StopReason reason) {
    if (ended.get() || !stop.compareAndSet(null, reason)) {
      return false;
    }
    call.shouldStop();
    return true;
  }

  /**
   * Ends the attempt without its handler, which was asked to stop and has not done so in time.
   *
   * @return whether the handler is still running, so that the worker has lost its thread; true only
   *     once
   */
  public boolean abandon() {
    if (stop.get() != null) {
      AttemptSteps own = steps;
      end(
          (own == null ? Optional.<AttemptEnd>empty() : runner.decided(job, own))
              .orElseGet(() -> new AttemptEnd.Released(job.lease())));
    }
    return call.abandon();
  }

  /** Drops the attempt: the handler was not started, and nothing is recorded. */
  public void discard() {
    ended.set(true);
  }

  /**
   * Does the same unless the handler has started or the attempt has ended, and returns whether it
   * did.
   */
  public synchronized boolean discardUnlessStarted() {
    if (isStarted || !ended.compareAndSet(false, true)) {
      return false;
    }
    isStarted = true;
    return true;
  }

  @Override
  public boolean isSuspect() {
    return job.isSuspect();
  }

  /** Returns the type of the job, by the name that it was submitted with. */
  public String type() {
    return job.type();
  }

  /** Returns the type of the job, by today's name. */
  public String declaredType() {
    return definition.type();
  }

  /** Returns whether it counts towards a limit of its type. */
  public boolean isLimited() {
    return job.isLimited();
  }

  /**
   * Ends the attempt because the job was given to another worker: there is nothing left to record.
   */
  @Override
  public void loseLease() {
    if (ended.compareAndSet(false, true)) {
      stop.compareAndSet(null, StopReason.LEASE_LOST);
      call.shouldStop();
      environment.deadlines().abandonLater(this);
      try {
        notices.lost();
      } finally {
        isDone.accept(this);
      }
      LOG.warn(
          "Job {} of type '{}' no longer belongs to this worker: the worker was silent for too"
              + " long, or PostgreSQL lost the claim in a failover. The handler's result is"
              + " dropped; the job runs again.",
          job.id(),
          job.type());
    }
  }

  /**
   * Ends the attempt, if it has not ended. If the handler was asked to stop, that determines the
   * outcome. It throws nothing, as its caller may be a timer, or the handler of a batch.
   */
  @Override
  public void end(AttemptEnd unlessStopped) {
    if (ended.compareAndSet(false, true)) {
      try {
        record(runner.afterStop(job, unlessStopped, stop.get()));
      } catch (Throwable e) {
        giveUp(e);
      }
    }
  }

  private void record(AttemptEnd end) {
    notices.ended(end);
    call.record(
        this, reports, () -> reports.add(end, job.workflowId(), turn, held -> recorded(end, held)));
  }

  private void recorded(AttemptEnd end, boolean underLease) {
    isDone.accept(this);
    if (!underLease) {
      LOG.warn(
          "The outcome {} of job {} of type '{}' was refused: its lease had ended.",
          end.outcome().code(),
          job.id(),
          job.type());
    }
  }

  /**
   * Ends the attempt if its handler is ending the process by {@link System#exit}. That counts as a
   * crash, as if the job had killed the process in any other way. The handler's thread never
   * returns from there, and waits for the shutdown hooks.
   *
   * @param maxCrashes the number of crashes that fails the job
   */
  public void endIfItEndsTheProcess(int maxCrashes) {
    if (call.isEndingTheProcess() && ended.compareAndSet(false, true)) {
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
      call.leaveSlot();
    }
  }

  /** Returns the job and the position of its thread, for logs. */
  String describeLeak() {
    StackTraceElement[] stack = call.stack();
    int others = call.attempts().size() - 1;
    return "job %s of type '%s'%s%s"
        .formatted(
            job.id(),
            job.type(),
            others == 0 ? "" : ", with " + others + " others of its batch",
            stack.length == 0 ? "" : ", now in " + stack[0]);
  }
}
