package dev.tenon.jobs.testing;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.Page;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.definition.SignalDefinition;
import dev.tenon.jobs.definition.StepsDefinition;
import dev.tenon.jobs.durable.InDoubtQuery;
import dev.tenon.jobs.durable.JobSignal;
import dev.tenon.jobs.durable.JobStep;
import dev.tenon.jobs.durable.JobSteps;
import dev.tenon.jobs.durable.SentSignal;
import dev.tenon.jobs.durable.SignalOptions;
import dev.tenon.jobs.durable.SignalRefusedException.Reason;
import dev.tenon.jobs.durable.SignalTarget;
import dev.tenon.jobs.internal.operate.StepRefusals;
import dev.tenon.jobs.internal.store.NewSignal;
import dev.tenon.jobs.internal.store.StepChanges;
import dev.tenon.jobs.internal.store.StoredStep;
import dev.tenon.jobs.internal.submit.NewSignalFactory;
import dev.tenon.jobs.internal.submit.SignalRefusals;
import dev.tenon.jobs.internal.submit.SignalToken;
import dev.tenon.jobs.internal.submit.SubmittedValues;
import dev.tenon.jobs.internal.submit.WrittenByHand;
import dev.tenon.jobs.internal.values.ValueStorage;
import dev.tenon.jobs.options.SizeLimits;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The steps, waits and signals of jobs that are kept in memory. Thread-safe. */
final class MemoryJobSteps implements JobSteps {

  private final MemoryTable table;
  private final MemoryBindings bindings;
  private final List<ModuleDefinition> modules;
  private final SizeLimits limits;
  private final NewSignalFactory newSignals;
  private final Clock clock;

  MemoryJobSteps(
      MemoryTable table,
      MemoryBindings bindings,
      List<ModuleDefinition> modules,
      SizeLimits limits,
      Clock clock) {
    this.table = table;
    this.bindings = bindings;
    this.modules = List.copyOf(modules);
    this.limits = limits;
    this.newSignals = new NewSignalFactory(ValueStorage.unencrypted(limits));
    this.clock = clock;
  }

  // ---------------------------------------------------------------- Sending

  /** Sends a signal; see {@link dev.tenon.jobs.JobSubmitter#send}. */
  <S> SentSignal send(
      SignalDefinition<S> definition,
      SignalTarget target,
      @Nullable S signal,
      String sentBy,
      SignalOptions options) {
    NewSignal made = newSignals.of(definition, signal, sentBy, options);
    bindings.load();
    if (target instanceof SignalTarget.OfItem item) {
      return sendToItem(item.itemId(), made);
    }
    if (target instanceof SignalTarget.OfToken token) {
      return sendByToken(token.token(), made);
    }
    return send(List.of(((SignalTarget.OfJob) target).jobId()), made);
  }

  /** Stores a signal for all of these jobs or, if one refuses it, for none. */
  private SentSignal send(List<UUID> jobIds, NewSignal signal) {
    return table.atOnce(
        () -> {
          for (UUID jobId : jobIds) {
            Optional<Reason> unused = table.with(jobId, job -> requireAccepted(job, signal));
          }
          boolean isNew = false;
          for (UUID jobId : jobIds) {
            isNew |= table.with(jobId, job -> store(job, signal));
          }
          return new SentSignal(jobIds, isNew);
        });
  }

  private Optional<Reason> requireAccepted(MemoryJob job, NewSignal signal) {
    Optional<Reason> refusal = refusal(job, signal);
    if (refusal.isPresent()) {
      throw SignalRefusals.ofJob(refusal.get(), signal.name(), job.type(), job.id());
    }
    return refusal;
  }

  /** As {@code send_signals} decides: a signal with a known id is never refused. */
  private Optional<Reason> refusal(MemoryJob job, NewSignal signal) {
    if (job.steps().hasSignal(signal.id())) {
      return Optional.empty();
    }
    if (job.status().isTerminal()) {
      return Optional.of(Reason.JOB_ENDED);
    }
    if (!mayAwait(job, signal.name())) {
      return Optional.of(Reason.NOT_AWAITED);
    }
    return job.steps().isFullOfSignals() ? Optional.of(Reason.TOO_MANY) : Optional.empty();
  }

  private boolean store(MemoryJob job, NewSignal signal) {
    boolean isNew = job.steps().send(signal, clock.instant());
    job.wake(clock.instant());
    return isNew;
  }

  private boolean mayAwait(MemoryJob job, String signal) {
    return bindings
        .find(job.type())
        .map(
            binding ->
                binding.steps().map(StepsDefinition::signals).stream()
                    .anyMatch(signals -> signals.contains(signal)))
        .orElse(true);
  }

  private SentSignal sendToItem(String itemId, NewSignal signal) {
    String unused = SubmittedValues.name("itemId", itemId);
    return table.atOnce(
        () -> {
          List<UUID> jobIds =
              table.ofItem(itemId).stream()
                  .filter(id -> table.with(id, job -> isTarget(job, signal)))
                  .toList();
          if (jobIds.isEmpty()) {
            throw SignalRefusals.noJob(itemId, signal.name());
          }
          return send(jobIds, signal);
        });
  }

  /** Returns whether a job may wait for a signal to its item, or has got one with its id. */
  private boolean isTarget(MemoryJob job, NewSignal signal) {
    return job.steps().hasSignal(signal.id())
        || (!job.status().isTerminal() && mayAwait(job, signal.name()));
  }

  private SentSignal sendByToken(String token, NewSignal signal) {
    SignalToken read =
        SignalToken.read(token).orElseThrow(() -> SignalRefusals.unknownToken(signal.name()));
    Optional<SentSignal> sent =
        table.read(
            read.jobId(),
            job -> {
              StoredStep found =
                  job.steps()
                      .token(signal.name(), read.secret())
                      .orElseThrow(() -> SignalRefusals.unknownToken(signal.name()));
              if (found.state() == JobStep.State.DONE) {
                throw SignalRefusals.ofJob(Reason.USED_TOKEN, signal.name(), null, job.id());
              }
              SentSignal stored =
                  send(
                      List.of(job.id()),
                      new NewSignal(
                          signal.id(),
                          signal.name(),
                          found.key(),
                          signal.version(),
                          signal.payload(),
                          signal.sentBy()));
              job.steps().useToken(found, clock.instant());
              return stored;
            });
    return sent.orElseThrow(() -> SignalRefusals.unknownToken(signal.name()));
  }

  @Override
  public SentSignal send(
      UUID jobId, String signal, String json, SignalOptions options, Actor actor) {
    Objects.requireNonNull(actor, "actor");
    WrittenByHand.requireSignal(signal, json, limits);
    // As in production, one that no module knows is checked when it is delivered
    NewSignal made =
        modules.stream()
            .<SignalDefinition<?>>flatMap(module -> module.findSignal(signal).stream())
            .findFirst()
            .map(definition -> newSignals.ofJson(definition, json, actor.name(), options))
            .orElseGet(() -> NewSignalFactory.of(signal, 1, json, actor.name(), options));
    bindings.load();
    return send(List.of(jobId), made);
  }

  // ---------------------------------------------------------------- Reading

  @Override
  public List<JobStep> ofJob(UUID jobId) {
    bindings.load();
    return table
        .read(jobId, job -> job.steps().steps(jobId, job.type(), mask(job)))
        .orElse(List.of());
  }

  @Override
  public List<JobSignal> signalsOfJob(UUID jobId) {
    bindings.load();
    return table.read(jobId, job -> job.steps().signals(jobId, mask(job))).orElse(List.of());
  }

  @Override
  public Optional<String> cursorOfJob(UUID jobId) {
    bindings.load();
    return table.read(jobId, job -> job.steps().cursor(mask(job))).flatMap(cursor -> cursor);
  }

  private StepMask mask(MemoryJob job) {
    return StepMask.of(bindings.find(job.type()));
  }

  @Override
  public Page<JobStep> inDoubt(InDoubtQuery query) {
    return table.inDoubt(query);
  }

  // ---------------------------------------------------------------- By hand

  @Override
  public void markDone(
      UUID jobId, String name, String key, @Nullable String resultJson, Actor actor) {
    WrittenByHand.requireNames(name, key);
    if (resultJson != null) {
      WrittenByHand.requireResult(resultJson, limits);
    }
    decide(
        jobId,
        name,
        key,
        actor,
        (job, step) -> job.steps().markDone(step, resultJson, clock.instant()));
  }

  @Override
  public void markNotDone(UUID jobId, String name, String key, Actor actor) {
    WrittenByHand.requireNames(name, key);
    decide(jobId, name, key, actor, (job, step) -> job.steps().markNotDone(step));
  }

  private void decide(
      UUID jobId,
      String name,
      String key,
      Actor actor,
      BiConsumer<MemoryJob, StoredStep> decision) {
    Objects.requireNonNull(actor, "actor");
    JobStatus unused =
        table.with(
            jobId,
            job -> {
              StoredStep step = requireInDoubt(job, name, key);
              decision.accept(job, step);
              // Otherwise the job waits for its next attempt, not for the answer
              if (step.state() == JobStep.State.IN_DOUBT) {
                job.resume(clock.instant());
              }
              return job.status();
            });
  }

  private static StoredStep requireInDoubt(MemoryJob job, String name, String key) {
    StepRefusals refusals = refusals(job);
    if (job.status().isTerminal()) {
      throw refusals.undecided(StepChanges.Problem.JOB_ENDED, name, key);
    }
    StoredStep step =
        job.steps()
            .find(name, key)
            .orElseThrow(() -> refusals.undecided(StepChanges.Problem.NO_SUCH_STEP, name, key));
    if (!MemorySteps.isInDoubt(step, job)) {
      throw refusals.undecided(StepChanges.Problem.NOT_IN_DOUBT, name, key);
    }
    return step;
  }

  private static StepRefusals refusals(MemoryJob job) {
    return new StepRefusals(job.id(), job.type(), job.status());
  }

  @Override
  public void runAgainFrom(UUID jobId, String name, String key, Actor actor) {
    WrittenByHand.requireNames(name, key);
    Objects.requireNonNull(actor, "actor");
    JobStatus unused =
        table.with(
            jobId,
            job -> {
              if (job.status() != JobStatus.FAILED && job.status() != JobStatus.CANCELLED) {
                throw refusals(job).notRunAgain();
              }
              if (!job.steps().deleteFrom(name, key)) {
                throw refusals(job).noRecord(name, key);
              }
              // Before anybody else sees a job that has ended and lacks what it did
              table.retry(jobId);
              return job.status();
            });
  }
}
