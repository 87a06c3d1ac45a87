package dev.tenon.jobs.runtime;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobNotFoundException;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.Page;
import dev.tenon.jobs.definition.SensitivePaths;
import dev.tenon.jobs.definition.SignalDefinition;
import dev.tenon.jobs.durable.InDoubtQuery;
import dev.tenon.jobs.durable.JobSignal;
import dev.tenon.jobs.durable.JobStep;
import dev.tenon.jobs.durable.JobSteps;
import dev.tenon.jobs.durable.SentSignal;
import dev.tenon.jobs.durable.SignalOptions;
import dev.tenon.jobs.internal.cursor.Cursors;
import dev.tenon.jobs.internal.flow.SensitiveStore;
import dev.tenon.jobs.internal.operate.StepPages;
import dev.tenon.jobs.internal.operate.StepPages.StoredRecord;
import dev.tenon.jobs.internal.operate.StepPages.StoredRecordOfSignal;
import dev.tenon.jobs.internal.operate.StepRefusals;
import dev.tenon.jobs.internal.sql.ChangeByHand;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.sql.StoreFailures;
import dev.tenon.jobs.internal.store.ControlStore;
import dev.tenon.jobs.internal.store.NewSignal;
import dev.tenon.jobs.internal.store.SignalStore;
import dev.tenon.jobs.internal.store.StepChanges;
import dev.tenon.jobs.internal.submit.NewSignalFactory;
import dev.tenon.jobs.internal.submit.WrittenByHand;
import dev.tenon.jobs.internal.values.StoredPart;
import dev.tenon.jobs.internal.values.ValueStorage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The steps, waits and signals of jobs, for people. Thread-safe. */
final class DefaultJobSteps implements JobSteps {

  private final StepPages pages;
  private final StepChanges changes;
  private final SensitiveStore sensitive;
  private final SignalSender sender;
  private final Function<String, Optional<SignalDefinition<?>>> signals;
  private final ValueStorage storage;
  private final Consumer<List<ControlStore.Retried>> retried;

  /**
   * Creates the service.
   *
   * @param sender wakes jobs
   * @param signals finds the signals that this process knows
   * @param storage how signals and results are stored
   * @param retried publishes jobs that run again
   */
  DefaultJobSteps(
      Database database,
      SignalSender sender,
      Function<String, Optional<SignalDefinition<?>>> signals,
      ValueStorage storage,
      Consumer<List<ControlStore.Retried>> retried) {
    this.pages = new StepPages(database);
    this.changes = new StepChanges(database);
    this.sensitive = new SensitiveStore(database);
    this.sender = sender;
    this.signals = signals;
    this.storage = storage;
    this.retried = retried;
  }

  @Override
  public List<JobStep> ofJob(UUID jobId) {
    return reading(() -> shown(pages.ofJob(jobId)));
  }

  private List<JobStep> shown(List<StoredRecord> records) {
    Map<String, SensitiveStore.DeclaredSteps> declared = new HashMap<>();
    return records.stream()
        .<JobStep>map(
            each ->
                new ShownStep(
                    each,
                    value(each, declared.computeIfAbsent(each.jobType(), sensitive::findSteps))))
        .toList();
  }

  /** Returns the value of a record without sensitive parts; the secret of a token has none. */
  private static Optional<String> value(StoredRecord step, SensitiveStore.DeclaredSteps declared) {
    String json = step.json();
    if (json == null || step.kind() == JobStep.Kind.TOKEN) {
      return Optional.empty();
    }
    String signal = step.signal();
    return Optional.of(
        signal == null
            ? declared.step(step.version(), step.name(), json)
            : declared.signal(signal, json));
  }

  @Override
  public List<JobSignal> signalsOfJob(UUID jobId) {
    return reading(
        () -> {
          List<StoredRecordOfSignal> stored = pages.signalsOfJob(jobId);
          if (stored.isEmpty()) {
            return List.of();
          }
          SensitiveStore.DeclaredSteps declared =
              sensitive.findSteps(pages.typeOf(jobId).orElse(""));
          return stored.stream()
              .<JobSignal>map(
                  each -> new ShownSignal(each, declared.signal(each.name(), each.json())))
              .toList();
        });
  }

  @Override
  public Optional<String> cursorOfJob(UUID jobId) {
    return reading(
        () ->
            pages
                .cursorOfJob(jobId)
                .map(
                    cursor ->
                        sensitive
                            .findSteps(pages.typeOf(jobId).orElse(""))
                            .cursor(cursor.version(), cursor.json())));
  }

  @Override
  public Page<JobStep> inDoubt(InDoubtQuery query) {
    Cursors.StepPlace after = query.cursor().map(Cursors::step).orElse(null);
    int limit = query.limit();
    return reading(
        () -> {
          // One more shows whether there is a next page
          List<StoredRecord> found = pages.inDoubt(after, limit + 1);
          if (found.size() <= limit) {
            return Page.last(shown(found));
          }
          List<StoredRecord> page = found.subList(0, limit);
          return Page.followed(shown(page), Cursors.ofStep(page.get(page.size() - 1).place()));
        });
  }

  @Override
  public void markDone(
      UUID jobId, String name, String key, @Nullable String resultJson, Actor actor) {
    WrittenByHand.requireNames(name, key);
    if (resultJson != null) {
      WrittenByHand.requireResult(resultJson, storage.limits());
    }
    String stored = resultJson == null ? null : stored(jobId, name, key, resultJson);
    decide("mark step done", jobId, name, key, true, stored, actor);
  }

  /** Returns a result as the step itself would store it. */
  private String stored(UUID jobId, String name, String key, String json) {
    return reading(() -> pages.find(jobId, name, key))
        .map(
            step -> {
              SensitivePaths sensitive =
                  reading(() -> this.sensitive.findSteps(step.jobType()))
                      .ofStep(step.version(), name);
              return storage
                  .encryption()
                  .stored(StoredPart.ofStep(step.jobType(), name, sensitive), jobId, json);
            })
        .orElse(json);
  }

  @Override
  public void markNotDone(UUID jobId, String name, String key, Actor actor) {
    decide("mark step not done", jobId, name, key, false, null, actor);
  }

  private void decide(
      String action,
      UUID jobId,
      String name,
      String key,
      boolean isDone,
      @Nullable String result,
      Actor actor) {
    WrittenByHand.requireNames(name, key);
    ChangeByHand change = change(action, jobId, actor);
    StepChanges.Decided decided =
        changing(action, jobId, () -> changes.decide(jobId, name, key, isDone, result, change));
    StepChanges.Problem problem = decided.problem();
    if (problem == null) {
      sender.publish(decided.startable());
      return;
    }
    JobStatus status = decided.status();
    String type = decided.type();
    if (problem == StepChanges.Problem.NO_SUCH_JOB || status == null || type == null) {
      throw new JobNotFoundException(jobId);
    }
    throw new StepRefusals(jobId, type, status).undecided(problem, name, key);
  }

  @Override
  public void runAgainFrom(UUID jobId, String name, String key, Actor actor) {
    WrittenByHand.requireNames(name, key);
    ChangeByHand change = change("run again from step", jobId, actor);
    StepChanges.RunAgain again =
        changing(
            "run job again",
            jobId,
            () -> {
              try {
                return changes.runAgainFrom(jobId, name, key, change);
              } catch (StepChanges.NotRetriedException e) {
                return new StepChanges.RunAgain(true, Optional.empty());
              }
            });
    if (again.retried().isPresent()) {
      retried.accept(List.of(again.retried().get()));
      return;
    }
    StepPages.JobState job =
        reading(() -> pages.stateOf(jobId)).orElseThrow(() -> new JobNotFoundException(jobId));
    StepRefusals refusals = new StepRefusals(jobId, job.type(), job.status());
    if (!again.hasStep()) {
      throw refusals.noRecord(name, key);
    }
    boolean canRetry = job.status() == JobStatus.FAILED || job.status() == JobStatus.CANCELLED;
    throw canRetry ? refusals.heldByWorkflow() : refusals.notRunAgain();
  }

  @Override
  public SentSignal send(
      UUID jobId, String signal, String json, SignalOptions options, Actor actor) {
    ChangeByHand change = change("send signal", jobId, actor);
    WrittenByHand.requireSignal(signal, json, storage.limits());
    NewSignal made =
        signals
            .apply(signal)
            .map(definition -> sender.newSignals().ofJson(definition, json, actor.name(), options))
            .orElseGet(
                () ->
                    NewSignalFactory.of(
                        signal, 1, storedSignal(jobId, signal, json), actor.name(), options));
    SignalStore.Sent sent =
        changing("send the signal to job", jobId, () -> changes.send(jobId, made, change));
    SignalSender.requireAccepted(signal, sent);
    boolean isNew = sent.targets().stream().anyMatch(SignalStore.Target::isNew);
    if (isNew) {
      sender.committed(sent);
    }
    return new SentSignal(List.of(jobId), isNew);
  }

  /** Returns a signal that this process does not know, with what is sensitive in it encrypted. */
  private String storedSignal(UUID jobId, String signal, String json) {
    SensitivePaths paths =
        reading(() -> pages.typeOf(jobId).map(sensitive::findSteps))
            .map(declared -> declared.ofSignal(signal))
            .orElse(SensitivePaths.NONE);
    return storage.encryption().stored(StoredPart.signal(signal, paths), jobId, json);
  }

  private static ChangeByHand change(String action, UUID jobId, Actor actor) {
    return ChangeByHand.of(action, jobId.toString(), Objects.requireNonNull(actor, "actor"));
  }

  private static <T> T reading(Supplier<T> read) {
    return Searches.reading("The steps cannot be read", read);
  }

  private static <T> T changing(String what, UUID jobId, Supplier<T> change) {
    try {
      return change.get();
    } catch (StoreException e) {
      throw StoreFailures.of("Could not " + what + " " + jobId, null, e);
    }
  }
}
