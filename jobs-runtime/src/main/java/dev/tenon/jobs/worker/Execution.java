package dev.tenon.jobs.worker;

import dev.tenon.jobs.InvalidPayloadException;
import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.SizeLimits;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.Violation;
import dev.tenon.jobs.listeners.JobListeners;
import dev.tenon.jobs.store.AttemptEnd;
import dev.tenon.jobs.store.AttemptFailure;
import dev.tenon.jobs.store.ClaimedJob;
import dev.tenon.jobs.store.Lease;
import dev.tenon.jobs.store.StoredJson;
import dev.tenon.jobs.store.StoredText;
import dev.tenon.jobs.store.StoredValues;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
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
final class Execution<P, R> {

  private static final Logger LOG = LoggerFactory.getLogger(Execution.class);

  private final ClaimedJob job;
  private final JobBinding<P, R> binding;
  private final SizeLimits limits;
  private final Recorder recorder;
  private final Listener listener;
  private final AttemptNotices notices;
  private final Clock clock;
  private final AtomicReference<@Nullable StopReason> stop = new AtomicReference<>();
  private final AtomicBoolean ended = new AtomicBoolean();
  private final AtomicBoolean hasSlot = new AtomicBoolean();
  private @Nullable String payloadJson;
  private @Nullable Thread thread;
  private boolean isStarted;
  private volatile boolean handlerIsRunning;
  private Runnable handlerReturned = () -> {};

  /** Is told how far the attempt has got. */
  interface Listener {

    /** The handler starts. What is returned is cancelled when it has ended. */
    ScheduledFuture<?> starts(Execution<?, ?> execution);

    /** Its slot is free, though the handler goes on. */
    void slotIsFree();

    /** There is nothing more to record: the worker is done with the attempt. */
    void isRecorded(Execution<?, ?> execution);
  }

  /**
   * An attempt.
   *
   * @param limits how much the result and the log may have
   * @param listeners are told of the attempt
   */
  Execution(
      ClaimedJob job,
      JobBinding<P, R> binding,
      SizeLimits limits,
      Recorder recorder,
      Clock clock,
      Listener listener,
      JobListeners listeners) {
    this.job = job.withoutPayload();
    this.payloadJson = job.payload();
    this.binding = binding;
    this.limits = limits;
    this.recorder = recorder;
    this.listener = listener;
    this.clock = clock;
    this.notices = new AttemptNotices(listeners, this.job, binding.definition());
  }

  UUID jobId() {
    return job.id();
  }

  Lease lease() {
    return job.lease();
  }

  Duration timeout() {
    return binding.definition().timeout();
  }

  boolean isEnded() {
    return ended.get();
  }

  /**
   * Runs the handler, unless the attempt is over or the handler was told to stop before.
   *
   * @return whether it had its slot until now; false if the slot is free already
   */
  boolean run() {
    hasSlot.set(true);
    try {
      end(attemptUnlessStopped());
    } catch (RuntimeException | Error e) {
      LOG.error(
          "The outcome of job {} of type '{}' cannot be kept; the job is given back.",
          job.id(),
          job.type(),
          e);
      // The heartbeat finds that the table has a job that nobody runs
      listener.isRecorded(this);
    }
    boolean hadSlot = hasSlot.compareAndSet(true, false);
    handlerReturned.run();
    return hadSlot;
  }

  private AttemptEnd attemptUnlessStopped() {
    ScheduledFuture<?> deadline;
    synchronized (this) {
      isStarted = true;
      if (ended.get() || stop.get() != null) {
        return new AttemptEnd.Released(job.lease());
      }
      try {
        deadline = listener.starts(this);
      } catch (RuntimeException | Error e) {
        LOG.error(
            "Job {} of type '{}' cannot be started; it is given back.", job.id(), job.type(), e);
        return new AttemptEnd.Released(job.lease());
      }
      thread = Thread.currentThread();
      handlerIsRunning = true;
    }
    AttemptEnd end = noticedAttempt();
    deadline.cancel(false);
    handlerHasReturned();
    return end;
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
    } catch (RuntimeException | Error e) {
      LOG.error(
          "Nobody can be told that job {} of type '{}' starts; it is given back.",
          job.id(),
          job.type(),
          e);
      notices.handlerReturned();
      return new AttemptEnd.Released(job.lease());
    }
    try {
      return attemptInAnyCase();
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

  /**
   * An attempt always ends: one that did not would keep its slot, and its job running, for good.
   */
  private AttemptEnd attemptInAnyCase() {
    try {
      return attempt();
    } catch (Throwable e) {
      LOG.error(
          "The failure of job {} of type '{}' cannot be described ({}); the job fails.",
          job.id(),
          job.type(),
          e.getClass().getName());
      return new AttemptEnd.Failed(
          job.lease(),
          new AttemptFailure(
              JobError.Reason.EXCEPTION,
              e.getClass().getName(),
              "The failure cannot be described: its exception fails when it is asked.",
              null,
              null));
    }
  }

  private AttemptEnd attempt() {
    JobDefinition<P, R> definition = binding.definition();
    String json = Objects.requireNonNull(payloadJson);
    // It may be large, and the attempt may wait for long to be recorded
    payloadJson = null;
    if (job.version() > definition.version()) {
      return Versions.handBack(job, definition);
    }
    P payload;
    try {
      payload =
          StoredValues.payload(
              definition, job.id(), job.version(), json, "of job type '" + job.type() + "'");
      List<Violation> violations = definition.validatePayload(payload);
      if (!violations.isEmpty()) {
        throw new InvalidPayloadException(job.type(), job.id(), -1, violations);
      }
    } catch (JobsException e) {
      // Another attempt would find the same payload
      notices.threw(e);
      LOG.error("Job {} fails for good: {}", job.id(), e.getMessage());
      return Failures.permanent(job, e);
    } catch (OutOfMemoryError e) {
      // It may be the memory of others that is short
      return failed(e);
    } catch (Throwable e) {
      notices.threw(e);
      LOG.error(
          "Job {} fails for good: its payload cannot be read or validated ({}).",
          job.id(),
          e.getClass().getName());
      return Failures.permanent(job, e);
    }
    try {
      R result = binding.handler().execute(payload, context());
      return new AttemptEnd.Completed(job.lease(), encode(result), definition.version());
    } catch (Throwable e) {
      return failed(e);
    }
  }

  private HandlerContext context() {
    Instant deadline = clock.instant().plus(timeout());
    return new HandlerContext(job, deadline, clock, limits, recorder, stop::get, ended::get);
  }

  private @Nullable String encode(@Nullable R result) {
    JobDefinition<P, R> definition = binding.definition();
    if (result == null) {
      if (definition.resultType() != Void.class) {
        throw new JobsException(
            "The handler of job type '%s' returned null; its result type is %s. Return a result, or declare none."
                .formatted(job.type(), definition.resultType().getSimpleName()),
            job.type(),
            job.id(),
            null);
      }
      return null;
    }
    List<Violation> violations = definition.validateResult(result);
    if (!violations.isEmpty()) {
      throw new JobsException(
          "The result of job type '%s' is not valid: %s."
              .formatted(
                  job.type(),
                  violations.stream().map(Violation::toString).collect(Collectors.joining("; "))),
          job.type(),
          job.id(),
          null);
    }
    return storable(
        StoredJson.write(
            result,
            definition.resultCodec(),
            "the result of job type '" + job.type() + "'",
            limits.resultBytes(),
            bytes -> new ResultTooLargeException(job, bytes, limits.resultBytes())));
  }

  private String storable(String result) {
    if (StoredText.indexOfHalfCharacter(result).isPresent()) {
      throw new JobsException(
          "The result of job type '%s' has a surrogate without its partner, which UTF-8 cannot carry. Cut texts between characters, not inside one."
              .formatted(job.type()),
          job.type(),
          job.id(),
          null);
    }
    return result;
  }

  private AttemptEnd failed(Throwable e) {
    notices.threw(e);
    if (stop.get() != null) {
      // It left because it was told to; afterStop says what that means
      return new AttemptEnd.Released(job.lease());
    }
    AttemptEnd end = Failures.thrown(job, binding.definition().retryPolicy(), e);
    if (end instanceof AttemptEnd.Snoozed snoozed) {
      LOG.info(
          "Job {} of type '{}' is put off by its handler for {}.",
          job.id(),
          job.type(),
          DisplayText.of(snoozed.delay()));
      return end;
    }
    LOG.warn(
        "Attempt {} of {} at job {} of type '{}' failed with {}; {}.",
        job.attempt(),
        job.maxAttempts(),
        job.id(),
        job.type(),
        e.getClass().getName(),
        Failures.whatHappensNext(job, end));
    LOG.debug("Job {} failed", job.id(), e);
    return end;
  }

  /** The end of an attempt whose handler was told to stop does not depend on what it did then. */
  private AttemptEnd afterStop(AttemptEnd end) {
    StopReason reason = stop.get();
    if (reason == null) {
      return end;
    }
    return switch (reason) {
      case CANCELLED -> new AttemptEnd.Cancelled(job.lease());
      case TIMED_OUT -> timedOut();
      case SHUTDOWN, LEASE_LOST -> new AttemptEnd.Released(job.lease());
    };
  }

  private AttemptEnd timedOut() {
    AttemptEnd end = Failures.timedOut(job, binding.definition());
    LOG.warn(
        "Attempt {} of {} at job {} of type '{}' took longer than {}; {}.",
        job.attempt(),
        job.maxAttempts(),
        job.id(),
        job.type(),
        DisplayText.of(timeout()),
        Failures.whatHappensNext(job, end));
    return end;
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
   * @return whether the handler still runs, so that its thread is lost to the worker
   */
  boolean abandon() {
    if (stop.get() != null) {
      end(new AttemptEnd.Released(job.lease()));
    }
    if (ended.get()) {
      freeSlot();
    }
    return ended.get() && handlerIsRunning;
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
      LOG.warn(
          "Job {} of type '{}' does not belong to this worker any more: the worker was silent for too"
              + " long, or PostgreSQL lost the claim in a failover. What the handler did is not kept;"
              + " the job runs again.",
          job.id(),
          job.type());
      notices.lost();
      listener.isRecorded(this);
    }
  }

  /** Ends the attempt, if it is not over. If the handler was told to stop, that counts. */
  private void end(AttemptEnd unlessStopped) {
    if (ended.compareAndSet(false, true)) {
      record(afterStop(unlessStopped));
    }
  }

  private void record(AttemptEnd end) {
    notices.ended(end);
    recorder.end(
        end,
        job.workflowId() != null,
        underLease -> {
          if (!underLease) {
            LOG.warn(
                "The outcome {} of job {} of type '{}' was refused: its lease had ended.",
                end.outcome().code(),
                job.id(),
                job.type());
          }
          listener.isRecorded(this);
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
      listener.slotIsFree();
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
