package dev.tenon.jobs.testing;

import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.internal.attempt.AttemptRunner;
import dev.tenon.jobs.internal.attempt.BatchRunner;
import dev.tenon.jobs.internal.attempt.HandlerContext;
import dev.tenon.jobs.internal.recording.ReportSink;
import dev.tenon.jobs.internal.steps.AttemptHost;
import dev.tenon.jobs.internal.steps.AttemptSteps;
import dev.tenon.jobs.internal.steps.StepRecords;
import dev.tenon.jobs.internal.steps.StopReason;
import dev.tenon.jobs.internal.store.AttemptEnd;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.values.HiddenValues;
import dev.tenon.jobs.internal.values.SensitiveValues;
import dev.tenon.jobs.internal.values.ValueStorage;
import dev.tenon.jobs.listen.JobListener.Attempting;
import dev.tenon.jobs.options.SizeLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One attempt in the calling thread, decided by what decides in a worker. It ends when the handler
 * returns; its deadline is by a {@link TestClock}. Signals may come from other threads.
 */
final class OneAttempt {

  private final ClaimedJob job;
  private final TestClock clock;
  private final Instant createdAt;
  private final SizeLimits limits;
  private final StepRecords records;
  private final AtomicReference<@Nullable StopReason> stop = new AtomicReference<>();
  private final AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
  private @Nullable Thread thread;
  private final AtomicReference<@Nullable Runnable> watch = new AtomicReference<>();
  private volatile boolean ended;
  private volatile @Nullable AttemptEnd end;
  private Runnable onSignal = () -> {};

  OneAttempt(ClaimedJob job, TestClock clock, SizeLimits limits, StepRecords records) {
    this.job = job;
    this.clock = clock;
    this.createdAt = clock.instant();
    this.limits = limits;
    this.records = records;
  }

  /**
   * Makes the attempt.
   *
   * @param binding the type of the job, and the handler
   * @param reports takes what the handler reports
   * @param look is called when the handler starts, and each time that it asks whether it should
   *     stop
   */
  <P, R> AttemptEnd run(JobBinding<P, R> binding, ReportSink reports, Runnable look) {
    ValueStorage storage = ValueStorage.unencrypted(limits);
    AttemptRunner<P, R> runner =
        new AttemptRunner<>(
            new JobBinding<>(binding.definition(), noting(binding.handler())), storage, () -> 0.0);
    boolean wasInterrupted = Thread.interrupted();
    AttemptEnd end;
    try {
      end =
          runner.run(
              job,
              job.payload(),
              sensitive -> {
                start();
                return context(binding.definition(), sensitive, reports, look);
              },
              stop::get,
              failure -> {});
    } finally {
      handlerHasReturned();
      // The thread is the test's: an interrupt was for the handler, or came from it
      boolean unused = Thread.interrupted();
      if (wasInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
    return runner.afterStop(job, end, stop.get());
  }

  private HandlerContext context(
      JobDefinition<?, ?> definition,
      SensitiveValues sensitive,
      ReportSink reports,
      Runnable look) {
    Instant deadline = clock.instant().plus(definition.timeout());
    Runnable timer = () -> signalIfLate(deadline);
    watch.set(timer);
    clock.onAdvance(timer);
    AttemptHost host = host(look);
    AttemptSteps steps =
        new AttemptSteps(
            job,
            definition,
            ValueStorage.unencrypted(limits),
            new HiddenValues(sensitive),
            records,
            host);
    HandlerContext context = new HandlerContext(job, deadline, clock, limits, reports, host, steps);
    look.run();
    return context;
  }

  /**
   * Makes it a part of a batch.
   *
   * @param runner decides how it ends
   * @param reports takes what the handler reports
   * @param look is called when the handler starts, and each time that it asks whether it should
   *     stop
   * @param signalled is called when it should stop
   */
  BatchRunner.Member inBatch(
      AttemptRunner<?, ?> runner,
      JobDefinition<?, ?> definition,
      ReportSink reports,
      Runnable look,
      Runnable signalled) {
    onSignal = signalled;
    return new BatchRunner.Member() {
      @Override
      public ClaimedJob job() {
        return job;
      }

      @Override
      public String takePayload() {
        return job.payload();
      }

      @Override
      public HandlerContext context(SensitiveValues sensitive) {
        return OneAttempt.this.context(definition, sensitive, reports, look);
      }

      @Override
      public @Nullable StopReason stopReason() {
        return stop.get();
      }

      @Override
      public boolean isEnded() {
        return ended;
      }

      @Override
      public void threw(Throwable failure) {
        thrown.set(failure);
      }

      @Override
      public void end(AttemptEnd unlessStopped) {
        if (!ended) {
          end = runner.afterStop(job, unlessStopped, stop.get());
          handlerHasReturned();
        }
      }
    };
  }

  /** Returns the end of an attempt that was a part of a batch. */
  AttemptEnd end() {
    return Objects.requireNonNull(end);
  }

  /** Returns whether it has ended, or should stop. */
  boolean isOver() {
    return ended || stop.get() != null;
  }

  private AttemptHost host(Runnable look) {
    return new AttemptHost() {
      @Override
      public @Nullable StopReason stopReason() {
        look.run();
        return stop.get();
      }

      @Override
      public boolean isEnded() {
        return ended;
      }

      @Override
      public boolean isShuttingDown() {
        return stop.get() == StopReason.SHUTDOWN;
      }

      @Override
      public void loseLease() {
        signal(StopReason.LEASE_LOST);
      }

      @Override
      public boolean isOutage(Throwable thrown) {
        return false;
      }

      @Override
      public double random() {
        return 0;
      }

      @Override
      public long nanoTime() {
        return Duration.between(createdAt, clock.instant()).toNanos();
      }

      @Override
      public Runnable after(Duration delay, Runnable action) {
        Instant due = clock.instant().plus(delay);
        Runnable timer =
            () -> {
              if (!clock.instant().isBefore(due)) {
                action.run();
              }
            };
        clock.onAdvance(timer);
        return () -> clock.removeListener(timer);
      }

      @Override
      public Shield shield() {
        return Shield.NONE;
      }

      @Override
      public Attempting listener() {
        return Attempting.NOTHING;
      }
    };
  }

  private <P, R> JobHandler<P, R> noting(JobHandler<P, R> handler) {
    return (payload, context) -> {
      try {
        return handler.execute(payload, context);
      } catch (Throwable e) {
        thrown.set(e);
        throw e;
      }
    };
  }

  /** The exception that the handler threw; null if it returned. */
  @Nullable Throwable thrown() {
    return thrown.get();
  }

  private void signalIfLate(Instant deadline) {
    if (!clock.instant().isBefore(deadline)) {
      signal(StopReason.TIMED_OUT);
    }
  }

  private synchronized void start() {
    thread = Thread.currentThread();
    if (stop.get() != null) {
      thread.interrupt();
    }
  }

  private synchronized void handlerHasReturned() {
    Runnable timer = watch.get();
    if (timer != null) {
      clock.removeListener(timer);
    }
    ended = true;
    thread = null;
  }

  /** Tells the handler to stop, by a flag and an interrupt. Only the first reason counts. */
  void signal(StopReason reason) {
    synchronized (this) {
      if (ended || !stop.compareAndSet(null, reason)) {
        return;
      }
      if (thread != null) {
        thread.interrupt();
      }
    }
    onSignal.run();
  }
}
