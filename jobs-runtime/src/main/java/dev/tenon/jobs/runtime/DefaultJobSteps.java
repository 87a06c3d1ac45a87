package dev.tenon.jobs.runtime;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobNotFoundException;
import dev.tenon.jobs.JobStateException;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.Page;
import dev.tenon.jobs.definition.SensitivePaths;
import dev.tenon.jobs.definition.SignalDefinition;
import dev.tenon.jobs.definition.Violation;
import dev.tenon.jobs.durable.InDoubtQuery;
import dev.tenon.jobs.durable.InvalidSignalException;
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
import dev.tenon.jobs.internal.sql.ChangeByHand;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.sql.StoreFailures;
import dev.tenon.jobs.internal.store.ControlStore;
import dev.tenon.jobs.internal.store.NewSignal;
import dev.tenon.jobs.internal.store.SignalStore;
import dev.tenon.jobs.internal.store.StepChanges;
import dev.tenon.jobs.internal.submit.NewSignalFactory;
import dev.tenon.jobs.internal.submit.SubmittedValues;
import dev.tenon.jobs.internal.values.JsonText;
import dev.tenon.jobs.internal.values.StoredJson;
import dev.tenon.jobs.internal.values.StoredPart;
import dev.tenon.jobs.internal.values.StoredText;
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
    checkNames(name, key);
    if (resultJson != null) {
      requireJson("The result", resultJson);
      NewSignalFactory.requireStorable("the result", resultJson);
      int bytes = StoredText.utf8Length(resultJson);
      int maxBytes = storage.limits().resultBytes();
      if (bytes > maxBytes) {
        throw new IllegalArgumentException(
            "The result has %,d bytes; the limit is %,d. Raise SizeLimits.resultBytes if it has to be that large."
                .formatted(bytes, maxBytes));
      }
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
    checkNames(name, key);
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
    throw new JobStateException(
        switch (problem) {
          case JOB_ENDED ->
              "Job %s of type '%s' is %s; a step can be decided only until the job has ended. Run the job again from the step."
                  .formatted(jobId, type, status.code());
          case NO_SUCH_STEP ->
              "Job %s of type '%s' has no step '%s'%s.".formatted(jobId, type, name, withKey(key));
          default ->
              "Step '%s'%s of job %s of type '%s' is not in doubt."
                  .formatted(name, withKey(key), jobId, type);
        },
        type,
        jobId,
        status);
  }

  private static void checkNames(String name, String key) {
    String unused = SubmittedValues.name("The name of the step", name);
    String unusedKey = SubmittedValues.name("The key of the step", key);
  }

  private static String withKey(String key) {
    return key.isEmpty() ? "" : " with the key '" + key + "'";
  }

  @Override
  public void runAgainFrom(UUID jobId, String name, String key, Actor actor) {
    checkNames(name, key);
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
    boolean canRetry = job.status() == JobStatus.FAILED || job.status() == JobStatus.CANCELLED;
    throw new JobStateException(
        again.hasStep()
            ? canRetry
                ? "Job %s of type '%s' is %s, and is a task of a workflow that cannot start yet, because an earlier task did not meet its condition. Retry that task first."
                    .formatted(jobId, job.type(), job.status().code())
                : "Job %s of type '%s' is %s; only a failed or a cancelled job can be run again from a step."
                    .formatted(jobId, job.type(), job.status().code())
            : "Job %s of type '%s' has no record of a step or wait '%s'%s. Retry the job, so that it begins where it stopped."
                .formatted(jobId, job.type(), name, withKey(key)),
        job.type(),
        jobId,
        job.status());
  }

  @Override
  public SentSignal send(
      UUID jobId, String signal, String json, SignalOptions options, Actor actor) {
    ChangeByHand change = change("send signal", jobId, actor);
    requireJson("The signal '" + signal + "'", json);
    int bytes = StoredText.utf8Length(json);
    if (bytes > storage.limits().payloadBytes()) {
      throw new IllegalArgumentException(
          NewSignalFactory.tooLarge(signal, bytes, storage.limits().payloadBytes()));
    }
    NewSignalFactory.requireStorable("the signal '" + signal + "'", json);
    NewSignal made =
        signals
            .apply(signal)
            .map(definition -> checked(definition, json, options, actor))
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

  private <S> NewSignal checked(
      SignalDefinition<S> definition, String json, SignalOptions options, Actor actor) {
    S value;
    try {
      value =
          StoredJson.read(
              json,
              definition.value().codec(),
              definition.value().sensitive(),
              definition.value().valueType(),
              "the signal");
    } catch (JobsException e) {
      throw new InvalidSignalException(
          definition.name(),
          List.of(new Violation("", Objects.requireNonNullElse(e.getMessage(), "cannot be read"))));
    }
    return sender.newSignals().of(definition, value, actor.name(), options);
  }

  private static void requireJson(String what, String json) {
    if (!JsonText.isJson(json)) {
      throw new IllegalArgumentException(what + " is not JSON.");
    }
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
