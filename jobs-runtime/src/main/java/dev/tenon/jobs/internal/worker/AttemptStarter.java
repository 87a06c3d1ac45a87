package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.definition.BatchRule;
import dev.tenon.jobs.internal.attempt.Attempt;
import dev.tenon.jobs.internal.attempt.AttemptEnvironment;
import dev.tenon.jobs.internal.attempt.BatchCall;
import dev.tenon.jobs.internal.recording.ReportLanes;
import dev.tenon.jobs.internal.recording.SlotTurn;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.store.Lease;
import dev.tenon.jobs.internal.values.JsonProperty;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts claimed jobs, or makes them wait for a slot. Thread-safe. */
final class AttemptStarter {

  private static final Logger LOG = LoggerFactory.getLogger(AttemptStarter.class);

  private final HandlersByType handlers;
  private final AttemptEnvironment environment;
  private final AttemptRegistry registry;
  private final ReportLanes reports;
  private final StartGate gate;
  private final Consumer<String> limitedJobEnded;

  /**
   * Creates a starter.
   *
   * @param registry knows each attempt from its start until it is recorded
   * @param reports take the reports of attempts
   * @param gate is notified when an attempt is recorded
   * @param limitedJobEnded receives the type of each job that no longer counts towards a limit
   */
  AttemptStarter(
      HandlersByType handlers,
      AttemptEnvironment environment,
      AttemptRegistry registry,
      ReportLanes reports,
      StartGate gate,
      Consumer<String> limitedJobEnded) {
    this.handlers = handlers;
    this.environment = environment;
    this.registry = registry;
    this.reports = reports;
    this.gate = gate;
    this.limitedJobEnded = limitedJobEnded;
  }

  /**
   * Starts a job, or makes it wait for a slot. If this throws, the job is not started.
   *
   * @param turn the turn of its slot
   * @throws RejectedExecutionException if the worker is closed
   */
  void start(ClaimedJob job, SlotTurn turn) {
    start(job, turn, handlers.of(job));
  }

  private <P, R> void start(ClaimedJob job, SlotTurn turn, JobBinding<P, R> binding) {
    Attempt<P, R> attempt =
        new Attempt<>(job, turn, binding, environment, reports.of(job), this::isDone);
    Attempt<?, ?> before = registry.add(attempt);
    try {
      if (before != null && !before.isEnded()) {
        // It was taken from this worker and came back before the heartbeat noticed
        registry.loseLease(before);
      }
      if (binding.batch().isPresent()) {
        startInBatch(job, attempt, binding);
      } else {
        environment.slots().start(attempt, job.payload().length());
      }
    } catch (RuntimeException | Error e) {
      // There may be no memory for another thread. The job is released like those that do not
      // arrive.
      attempt.discard();
      registry.remove(attempt);
      throw e;
    }
  }

  private <P, R> void startInBatch(
      ClaimedJob job, Attempt<P, R> attempt, JobBinding<P, R> binding) {
    int characters = job.payload().length();
    BatchRule<P> rule = binding.batch().orElseThrow().rule();
    if (job.isSuspect()) {
      // It may end the process, and none of the others should be lost with it
      BatchCall<P, R> alone = new BatchCall<>(binding, environment, "");
      alone.add(attempt, characters);
      environment.slots().start(alone, characters);
      return;
    }
    String key = rule.property().map(name -> JsonProperty.text(job.payload(), name)).orElse("");
    BatchCall<?, ?> opened =
        environment
            .slots()
            .gather(
                attempt,
                binding.definition().type(),
                key,
                characters,
                () -> new BatchCall<>(binding, environment, key));
    if (opened == null) {
      return;
    }
    Runnable startOpened = () -> environment.slots().startGathered(opened);
    try {
      ScheduledFuture<?> unused = environment.deadlines().after(rule.maxWait(), startOpened);
    } catch (RuntimeException | Error e) {
      LOG.debug("A batch of {} starts early: its timer could not be started.", job.type(), e);
      startOpened.run();
    }
  }

  private void isDone(Attempt<?, ?> attempt) {
    registry.remove(attempt);
    gate.attemptIsDone();
    if (attempt.isLimited()) {
      limitedJobEnded.accept(attempt.type());
    }
  }

  /**
   * Releases the jobs that were claimed ahead and have waited for that long: the handlers before
   * them take longer than expected, and other workers may have a free slot.
   */
  void releaseWaitingFor(Duration age) {
    for (Attempt<?, ?> attempt : environment.slots().takeWaitingFor(age)) {
      boolean unused = attempt.endUnlessStarted();
    }
  }

  /**
   * Takes out all jobs that wait for a slot; the caller has to release them.
   *
   * @return their leases
   */
  List<Lease> takeWaiting() {
    List<Lease> leases = new ArrayList<>();
    for (Attempt<?, ?> attempt : environment.slots().takeWaitingFor(Duration.ZERO)) {
      if (attempt.discardUnlessStarted()) {
        registry.remove(attempt);
        leases.add(attempt.lease());
      }
    }
    return leases;
  }
}
