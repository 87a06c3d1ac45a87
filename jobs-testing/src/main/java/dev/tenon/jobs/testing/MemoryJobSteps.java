package dev.tenon.jobs.testing;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobStateException;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.Page;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.definition.SignalDefinition;
import dev.tenon.jobs.definition.StepDefinition;
import dev.tenon.jobs.definition.StepsDefinition;
import dev.tenon.jobs.definition.ValueDefinition;
import dev.tenon.jobs.definition.Violation;
import dev.tenon.jobs.durable.InDoubtQuery;
import dev.tenon.jobs.durable.InvalidSignalException;
import dev.tenon.jobs.durable.JobSignal;
import dev.tenon.jobs.durable.JobStep;
import dev.tenon.jobs.durable.JobSteps;
import dev.tenon.jobs.durable.SentSignal;
import dev.tenon.jobs.durable.SignalOptions;
import dev.tenon.jobs.durable.SignalRefusedException;
import dev.tenon.jobs.durable.SignalRefusedException.Reason;
import dev.tenon.jobs.durable.SignalTarget;
import dev.tenon.jobs.internal.store.NewSignal;
import dev.tenon.jobs.internal.store.StoredStep;
import dev.tenon.jobs.internal.submit.NewSignalFactory;
import dev.tenon.jobs.internal.submit.SignalToken;
import dev.tenon.jobs.internal.values.JsonText;
import dev.tenon.jobs.internal.values.StoredJson;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The steps, waits and signals of jobs that are kept in memory. Thread-safe. */
final class MemoryJobSteps implements JobSteps {

  private final MemoryTable table;
  private final MemoryBindings bindings;
  private final List<ModuleDefinition> modules;
  private final NewSignalFactory newSignals;
  private final Clock clock;

  MemoryJobSteps(
      MemoryTable table,
      MemoryBindings bindings,
      List<ModuleDefinition> modules,
      NewSignalFactory newSignals,
      Clock clock) {
    this.table = table;
    this.bindings = bindings;
    this.modules = List.copyOf(modules);
    this.newSignals = newSignals;
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
    return send(((SignalTarget.OfJob) target).jobId(), made);
  }

  private SentSignal send(UUID jobId, NewSignal signal) {
    boolean isNew = table.with(jobId, job -> store(job, signal));
    return new SentSignal(List.of(jobId), isNew);
  }

  private boolean store(MemoryJob job, NewSignal signal) {
    if (job.status().isTerminal()) {
      throw refused(
          Reason.JOB_ENDED,
          "Job %s of type '%s' has ended, so it cannot get the signal '%s'."
              .formatted(job.id(), job.type(), signal.name()),
          job);
    }
    if (!mayAwait(job, signal.name())) {
      throw refused(
          Reason.NOT_AWAITED,
          "The handler of job type '%s' does not wait for the signal '%s'."
              .formatted(job.type(), signal.name()),
          job);
    }
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

  private static SignalRefusedException refused(Reason reason, String message, MemoryJob job) {
    return new SignalRefusedException(reason, message, job.type(), job.id());
  }

  private SentSignal sendToItem(String itemId, NewSignal signal) {
    List<UUID> jobIds =
        table.unendedOfItem(itemId).stream()
            .filter(id -> table.with(id, job -> mayAwait(job, signal.name())))
            .toList();
    if (jobIds.isEmpty()) {
      throw new SignalRefusedException(
          Reason.NO_JOB,
          "No job that has not ended belongs to the item '%s' and waits for the signal '%s'."
              .formatted(itemId, signal.name()),
          null,
          null);
    }
    boolean isNew = false;
    for (UUID jobId : jobIds) {
      isNew |= send(jobId, signal).isNew();
    }
    return new SentSignal(jobIds, isNew);
  }

  private SentSignal sendByToken(String token, NewSignal signal) {
    SignalToken read = SignalToken.read(token).orElseThrow(() -> unknownToken(signal));
    Optional<SentSignal> sent =
        table.read(
            read.jobId(),
            job -> {
              StoredStep found =
                  job.steps()
                      .token(signal.name(), read.secret())
                      .orElseThrow(() -> unknownToken(signal));
              if (found.state() == JobStep.State.DONE) {
                throw refused(Reason.USED_TOKEN, "A signal was already sent with this token.", job);
              }
              boolean isNew =
                  store(
                      job,
                      new NewSignal(
                          signal.id(),
                          signal.name(),
                          found.key(),
                          signal.version(),
                          signal.payload(),
                          signal.sentBy()));
              job.steps().useToken(found, clock.instant());
              return new SentSignal(List.of(job.id()), isNew);
            });
    return sent.orElseThrow(() -> unknownToken(signal));
  }

  private static SignalRefusedException unknownToken(NewSignal signal) {
    return new SignalRefusedException(
        Reason.UNKNOWN_TOKEN,
        "There is no such token for the signal '%s'.".formatted(signal.name()),
        null,
        null);
  }

  @Override
  public SentSignal send(
      UUID jobId, String signal, String json, SignalOptions options, Actor actor) {
    SignalDefinition<?> definition =
        modules.stream()
            .flatMap(module -> module.findSignal(signal).stream())
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "No module of these jobs has the signal '%s'.".formatted(signal)));
    return send(jobId, definition, json, options, actor);
  }

  private <S> SentSignal send(
      UUID jobId, SignalDefinition<S> definition, String json, SignalOptions options, Actor actor) {
    if (!JsonText.isJson(json)) {
      throw new IllegalArgumentException("The signal '" + definition.name() + "' is not JSON.");
    }
    S value;
    try {
      value =
          StoredJson.read(
              json, definition.value().codec(), definition.value().valueType(), "the signal");
    } catch (JobsException e) {
      throw new InvalidSignalException(
          definition.name(),
          List.of(new Violation("", Objects.requireNonNullElse(e.getMessage(), "cannot be read"))));
    }
    return send(definition, SignalTarget.job(jobId), value, actor.name(), options);
  }

  // ---------------------------------------------------------------- Reading

  @Override
  public List<JobStep> ofJob(UUID jobId) {
    return table
        .read(jobId, job -> job.steps().steps(jobId, job.type(), mask(job)))
        .orElse(List.of());
  }

  @Override
  public List<JobSignal> signalsOfJob(UUID jobId) {
    return table.read(jobId, job -> job.steps().signals(jobId, mask(job))).orElse(List.of());
  }

  @Override
  public Optional<String> cursorOfJob(UUID jobId) {
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
    Objects.requireNonNull(actor, "actor");
    bindings.load();
    boolean unused =
        table.with(
            jobId,
            job -> {
              check(job, name, resultJson);
              return decide(job, name, key, true, resultJson);
            });
  }

  @Override
  public void markNotDone(UUID jobId, String name, String key, Actor actor) {
    Objects.requireNonNull(actor, "actor");
    boolean unused = table.with(jobId, job -> decide(job, name, key, false, null));
  }

  private boolean decide(
      MemoryJob job, String name, String key, boolean isDone, @Nullable String result) {
    job.steps().decide(job, name, key, isDone, result, clock.instant());
    if (job.isWaiting() && job.runAt().isAfter(clock.instant())) {
      job.reschedule(clock.instant());
    }
    return true;
  }

  /** Checks that a result is one of the step. */
  private void check(MemoryJob job, String name, @Nullable String resultJson) {
    bindings.find(job.type()).flatMap(binding -> binding.steps()).stream()
        .flatMap(steps -> steps.steps().stream())
        .filter(step -> step.name().equals(name))
        .findFirst()
        .flatMap(StepDefinition::result)
        .ifPresent(result -> check(result, name, resultJson));
  }

  private static <T> void check(
      ValueDefinition<T> result, String name, @Nullable String resultJson) {
    if (resultJson == null) {
      throw new IllegalArgumentException(
          "Step '%s' returns a %s; give its result as JSON."
              .formatted(name, result.valueType().getSimpleName()));
    }
    T unused =
        StoredJson.read(
            resultJson, result.codec(), result.valueType(), "the result of step '" + name + "'");
  }

  @Override
  public void runAgainFrom(UUID jobId, String name, String key, Actor actor) {
    Objects.requireNonNull(actor, "actor");
    JobStatus unused =
        table.with(
            jobId,
            job -> {
              boolean hasEnded =
                  job.status() == JobStatus.FAILED || job.status() == JobStatus.CANCELLED;
              if (!hasEnded || !job.steps().deleteFrom(name, key)) {
                throw new JobStateException(
                    hasEnded
                        ? "Job %s has no record of '%s'.".formatted(jobId, name)
                        : "Job %s of type '%s' is %s; only a failed or a cancelled job can run again from a step."
                            .formatted(jobId, job.type(), job.status().code()),
                    job.type(),
                    jobId,
                    job.status());
              }
              return job.status();
            });
    table.retry(jobId);
  }
}
