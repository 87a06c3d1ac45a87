package dev.tenon.jobs.internal.attempt;

import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.internal.recording.ReportQueue;
import dev.tenon.jobs.internal.steps.StopReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The call of a batch handler. Jobs join it until it starts. Each has its own attempt, which may
 * end earlier than the others. Outcomes are handed to the recorders together: when the handler
 * returns, or after a while if it has said some and continues. Thread-safe.
 *
 * @param <P> the payload record
 * @param <R> the result of a job
 */
public final class BatchCall<P, R> extends HandlerCall implements SlotWork {

  private static final Logger LOG = LoggerFactory.getLogger(BatchCall.class);

  /** The time that an outcome waits for others while the handler continues. */
  private static final Duration GATHERS_OUTCOMES = Duration.ofSeconds(1);

  /** The approximate maximum number of characters of the payloads of a batch. */
  private static final long MAX_CHARACTERS = 8L * 1024 * 1024;

  private final JobBinding<P, R> binding;
  private final AttemptEnvironment environment;
  private final String key;
  private final int maxJobs;
  private final List<Attempt<?, ?>> attempts = new ArrayList<>();
  private final List<Outcome> outcomes = new ArrayList<>();
  private @Nullable ScheduledFuture<?> flush;
  private long characters;
  private boolean gathersOutcomes;

  /** An outcome that waits for the others of its batch. */
  private record Outcome(Attempt<?, ?> attempt, ReportQueue queue, Runnable add) {}

  /**
   * Creates a call without jobs.
   *
   * @param binding the type and its handler, which takes batches
   * @param environment the objects that all attempts of the worker share
   * @param key what its jobs have in common, as far as that is known before payloads are read
   */
  public BatchCall(JobBinding<P, R> binding, AttemptEnvironment environment, String key) {
    super(environment.slots());
    this.binding = binding;
    this.environment = environment;
    this.key = key;
    this.maxJobs = binding.batch().orElseThrow().rule().maxJobs();
  }

  /** Returns the type of its jobs. */
  String type() {
    return binding.definition().type();
  }

  /** Returns what its jobs have in common. */
  String key() {
    return key;
  }

  /** Adds a job; only before the call starts. */
  public synchronized void add(Attempt<?, ?> attempt, int length) {
    attempts.add(attempt);
    characters += length;
    attempt.joins(this);
  }

  /** Returns whether no more jobs should join. */
  synchronized boolean isFull() {
    return attempts.size() >= maxJobs || characters >= MAX_CHARACTERS;
  }

  /** Returns the number of jobs. */
  synchronized int size() {
    return attempts.size();
  }

  /** Returns the number of characters of their payloads. */
  synchronized long characters() {
    return characters;
  }

  @Override
  public synchronized List<Attempt<?, ?>> attempts() {
    return List.copyOf(attempts);
  }

  @Override
  public boolean isNextTask() {
    return false;
  }

  @Override
  public boolean isSuspect() {
    return attempts().stream().anyMatch(Attempt::isSuspect);
  }

  @Override
  public boolean run() {
    return runInSlot(this::runBatch);
  }

  private void runBatch() {
    List<Attempt<?, ?>> noticed = new ArrayList<>();
    starts();
    synchronized (this) {
      gathersOutcomes = true;
    }
    @Nullable ScheduledFuture<?> deadline = null;
    @Nullable Throwable failure = null;
    try {
      deadline =
          environment
              .deadlines()
              .after(binding.definition().timeout(), () -> stop(StopReason.TIMED_OUT));
      runAttempts(noticed);
    } catch (Throwable e) {
      failure = e;
    } finally {
      if (deadline != null) {
        deadline.cancel(false);
      }
      giveUpWithoutEnd(failure);
      handlerHasReturned(noticed);
    }
  }

  /**
   * Calls the handler with the jobs that can be started.
   *
   * @param noticed receives those whose listeners are notified
   */
  private void runAttempts(List<Attempt<?, ?>> noticed) {
    List<Attempt<?, ?>> started = new ArrayList<>();
    for (Attempt<?, ?> attempt : attempts()) {
      if (attempt.startsInBatch()) {
        started.add(attempt);
      }
    }
    for (Attempt<?, ?> attempt : started) {
      noticed.add(attempt);
      attempt.handlerStarts(started.size());
    }
    new BatchRunner<>(binding, runner()).run(started);
  }

  /** Gives up the jobs that have no end, because something failed that should not fail. */
  private void giveUpWithoutEnd(@Nullable Throwable failure) {
    for (Attempt<?, ?> attempt : attempts()) {
      if (!attempt.isEnded()) {
        attempt.giveUp(
            failure == null
                ? new IllegalStateException("The end of the job could not be determined.")
                : failure);
      }
    }
  }

  private AttemptRunner<P, R> runner() {
    return new AttemptRunner<>(
        binding,
        environment.storage(),
        () -> ThreadLocalRandom.current().nextDouble(),
        environment.contact()::explains);
  }

  /** Asks the handler to stop, with all jobs that have not ended or without any. */
  private void stop(StopReason reason) {
    List<Attempt<?, ?>> all = attempts();
    for (Attempt<?, ?> attempt : all) {
      if (attempt.signal(reason)) {
        environment.deadlines().abandonLater(attempt);
      }
    }
    if (stopThoughEnded()) {
      environment.deadlines().abandonLater(all.get(0));
    }
  }

  @Override
  public void stopIfEnded() {
    boolean unused = stopThoughEnded();
  }

  private void handlerHasReturned(List<Attempt<?, ?>> noticed) {
    try {
      // The listeners of the last one have changed the thread last
      for (int i = noticed.size() - 1; i >= 0; i--) {
        noticed.get(i).handlerOfBatchReturned();
      }
    } finally {
      returned();
      haveEnded();
    }
  }

  /** Keeps an outcome until the handler has returned, or for a while. */
  @Override
  void record(Attempt<?, ?> attempt, ReportQueue queue, Runnable add) {
    synchronized (this) {
      if (gathersOutcomes) {
        outcomes.add(new Outcome(attempt, queue, add));
        flushLater();
        return;
      }
    }
    super.record(attempt, queue, add);
  }

  private synchronized void flushLater() {
    if (flush != null) {
      return;
    }
    try {
      flush = environment.deadlines().after(GATHERS_OUTCOMES, this::recordAll);
    } catch (RejectedExecutionException e) {
      LOG.debug("The worker is closed; outcomes are recorded when the handler returns.", e);
    }
  }

  @Override
  void haveEnded() {
    synchronized (this) {
      gathersOutcomes = false;
    }
    recordAll();
  }

  private void recordAll() {
    List<Outcome> taken;
    synchronized (this) {
      taken = List.copyOf(outcomes);
      outcomes.clear();
      if (flush != null) {
        flush.cancel(false);
        flush = null;
      }
    }
    Set<ReportQueue> queues = new LinkedHashSet<>();
    for (Outcome outcome : taken) {
      try {
        outcome.add().run();
        queues.add(outcome.queue());
      } catch (RuntimeException | Error e) {
        outcome.attempt().giveUp(e);
      }
    }
    queues.forEach(ReportQueue::arrived);
  }
}
