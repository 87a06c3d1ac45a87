package dev.tenon.jobs.internal.steps;

import dev.tenon.jobs.EncryptionKeyException;
import dev.tenon.jobs.JobCancelledException;
import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.SignalDefinition;
import dev.tenon.jobs.definition.StepDefinition;
import dev.tenon.jobs.definition.StepExecutor;
import dev.tenon.jobs.definition.ValueDefinition;
import dev.tenon.jobs.definition.WaitDefinition;
import dev.tenon.jobs.durable.JobStep;
import dev.tenon.jobs.durable.JobSuspendedError;
import dev.tenon.jobs.durable.Resolution;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.sql.StoreFailures;
import dev.tenon.jobs.internal.sql.StoreUnavailableException;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.store.NewCursor;
import dev.tenon.jobs.internal.store.NewStep;
import dev.tenon.jobs.internal.store.StepStore;
import dev.tenon.jobs.internal.store.StoredCursor;
import dev.tenon.jobs.internal.store.StoredStep;
import dev.tenon.jobs.internal.values.HiddenValues;
import dev.tenon.jobs.internal.values.ValueStorage;
import dev.tenon.jobs.options.SizeLimits;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The steps of one attempt. Workers and the test kit share it. Once it has suspended the attempt,
 * nothing else runs, and every call ends in a {@link JobSuspendedError}. Thread-safe.
 */
public final class AttemptSteps implements StepExecutor {

  private final ClaimedJob job;
  private final JobDefinition<?, ?> definition;
  private final HiddenValues hidden;
  private final StepRecords records;
  private final AttemptHost host;
  private final SizeLimits limits;
  private final StepValues values;
  private final AtomicReference<@Nullable Suspension> suspension = new AtomicReference<>();
  private volatile @Nullable Calls calls;

  /** The cursor that this attempt has saved last. */
  private volatile @Nullable Object cursor;

  /** The state of the handler's calls; most handlers make none. */
  private static final class Calls {

    private final TokenSecrets tokens = new TokenSecrets();
    private final ReentrantLock reading = new ReentrantLock();
    private volatile @Nullable SavedSteps saved;
    private final Set<SavedSteps.Id> called = ConcurrentHashMap.newKeySet();

    /** The step that each thread is running. */
    private final Map<Thread, String> running = new ConcurrentHashMap<>();
  }

  /**
   * Creates the steps of an attempt.
   *
   * @param job the job
   * @param definition its type
   * @param storage the settings for storing values
   * @param hidden the values that are hidden in the log and the errors of the attempt; those of
   *     results, signals and cursors are added
   * @param records keeps what is recorded
   * @param host the attempt
   */
  public AttemptSteps(
      ClaimedJob job,
      JobDefinition<?, ?> definition,
      ValueStorage storage,
      HiddenValues hidden,
      StepRecords records,
      AttemptHost host) {
    this.job = job;
    this.definition = definition;
    this.hidden = hidden;
    this.records = records;
    this.host = host;
    this.limits = storage.limits();
    this.values = new StepValues(job.id(), definition, storage, hidden);
  }

  /** Returns the reason that the attempt ends here; empty as long as it may continue. */
  public Optional<Suspension> suspension() {
    return Optional.ofNullable(suspension.get());
  }

  /** Returns the type of the job, by its current name. */
  public String jobType() {
    return definition.type();
  }

  /** Returns the values that are hidden in the log and the errors of the attempt. */
  public HiddenValues hidden() {
    return hidden;
  }

  @Override
  public <R, X extends Exception> @Nullable R run(
      StepDefinition<R> step, String key, Body<R, X> body) throws X {
    return begin(step, key).run(body);
  }

  @Override
  public <R, X extends Exception> @Nullable R runInTransaction(
      StepDefinition<R> step, String key, TransactionBody<R, X> body) throws X {
    return begin(step, key).runInTransaction(body);
  }

  @Override
  public <R, X extends Exception> @Nullable R runOnce(
      StepDefinition<R> step, String key, Body<R, X> body, Body<Resolution<R>, X> inDoubt)
      throws X {
    return begin(step, key).runOnce(body, inDoubt);
  }

  private <R> StepRun<R> begin(StepDefinition<R> step, String key) {
    String what = "step '" + step.name() + "'";
    requireReady(what);
    StepKeys.check(what, key);
    StoredStep record = saved().find(step.name(), step.aliases(), key);
    if (record != null) {
      requireKind(record, record.kind() == JobStep.Kind.STEP, what);
    }
    callOnce(what, step.name(), key);
    return new StepRun<>(this, step, key, record);
  }

  @Override
  public <S> Optional<S> await(WaitDefinition<S> wait, String key, @Nullable Duration timeout) {
    return wait("wait '" + wait.name() + "'", wait, key, timeout);
  }

  @Override
  public void sleep(WaitDefinition<Void> sleep, String key, Duration duration) {
    Optional<Void> unused = wait("sleep '" + sleep.name() + "'", sleep, key, duration);
  }

  private <S> Optional<S> wait(
      String what, WaitDefinition<S> wait, String key, @Nullable Duration timeout) {
    requireReady(what);
    StepKeys.check(what, key);
    StepKeys.check(what, timeout);
    StoredStep record = saved().find(wait.name(), wait.aliases(), key);
    if (record != null) {
      requireKind(record, SavedSteps.isWait(record), what);
    }
    callOnce(what, wait.name(), key);
    return new WaitRun<>(this, wait, key, timeout, record).await();
  }

  @Override
  public String token(SignalDefinition<?> signal, String key) {
    String what = "the token for signal '" + signal.name() + "'";
    requireReady(what);
    StepKeys.check(what, key);
    String name = StepStore.TOKEN + signal.name();
    StoredStep record = saved().find(name, List.of(), key);
    return calls()
        .tokens
        .of(
            job.id(),
            new SavedSteps.Id(name, key),
            record,
            result -> write(tokenRecord(name, key, result), what));
  }

  private NewStep tokenRecord(String name, String key, String result) {
    return new NewStep(
        job.lease(),
        name,
        key,
        JobStep.Kind.TOKEN,
        JobStep.State.OPEN,
        definition.version(),
        nextNumber(),
        0,
        Duration.ZERO,
        result,
        null);
  }

  @Override
  @SuppressWarnings("unchecked") // a handler has one cursor
  public <C> Optional<C> cursor(ValueDefinition<C> cursor) {
    requireReady("the cursor");
    Object own = this.cursor;
    if (own != null) {
      return Optional.of((C) own);
    }
    StoredCursor stored = saved().cursor();
    return stored == null
        ? Optional.empty()
        : Optional.of(withKey("the cursor", () -> values.cursor(cursor, stored)));
  }

  @Override
  public <C> void saveCursor(ValueDefinition<C> cursor, C value) {
    requireOutsideOfSteps("the cursor");
    requireNotSuspended();
    String json = withKey("the cursor", () -> values.ofCursor(cursor, value));
    records.saveCursor(new NewCursor(job.lease(), definition.version(), json));
    this.cursor = value;
    if (host.isShuttingDown()) {
      throw suspend(
          new Suspension.ShuttingDown(
              "The cursor is saved, and the job continues on another worker: this one is shutting down."));
    }
    checkCancelled();
  }

  /**
   * Returns a value that the handler emits, as it is stored.
   *
   * @throws IllegalStateException if the type of the job declares no such values
   * @throws IllegalArgumentException if it is of another class, or not valid
   * @throws PermanentJobException if it is too large
   */
  public String emitted(Object value) {
    ValueDefinition<?> declared = definition.emitted().orElseThrow(() -> emitsNothing());
    if (!declared.valueType().isInstance(value)) {
      throw new IllegalArgumentException(
          "Jobs of type '%s' emit %s, but the value is of %s."
              .formatted(definition.type(), declared.valueType().getName(), value.getClass()));
    }
    return withKey("an emitted value", () -> written(declared, value));
  }

  /** Returns an exception that says that the jobs of the type emit nothing. */
  public IllegalStateException emitsNothing() {
    return new IllegalStateException(
        "Jobs of type '%s' emit no values. Write emits = … in the @JobType of its payload, and let the handler implement EmittingJobHandler."
            .formatted(definition.type()));
  }

  /** Returns whether the type of the job declares values that its jobs emit. */
  public boolean emits() {
    return definition.emitted().isPresent();
  }

  /** Returns the version of the type in this code. */
  public int version() {
    return definition.version();
  }

  @SuppressWarnings("unchecked") // The class of the value was compared
  private <E> String written(ValueDefinition<E> declared, Object value) {
    return values.ofEmitted(declared, (E) value);
  }

  // ---------------------------------------------------------------- For steps and waits

  ClaimedJob job() {
    return job;
  }

  JobDefinition<?, ?> definition() {
    return definition;
  }

  StepRecords records() {
    return records;
  }

  AttemptHost host() {
    return host;
  }

  StepValues values() {
    return values;
  }

  /** Returns the number of the next record. */
  int nextNumber() {
    int number = saved().nextNumber(limits.steps());
    if (number < 0) {
      throw new PermanentJobException(
          "Job %s of type '%s' has %,d steps and waits, which is the limit. Do more in each step, keep a cursor for long loops, or raise SizeLimits.steps."
              .formatted(job.id(), job.type(), limits.steps()));
    }
    return number;
  }

  /** Counts the result of a step, which is about to be stored. */
  void countResult(@Nullable String json) {
    long bytes = saved().addResult(json);
    if (bytes > limits.stepResultsBytes()) {
      throw new PermanentJobException(
          "The results of the steps of job %s of type '%s' have %,d bytes together; the limit is %,d. Store the data elsewhere and return references to it, or raise SizeLimits.stepResultsBytes."
              .formatted(job.id(), job.type(), bytes, limits.stepResultsBytes()));
    }
  }

  /** The calling thread begins a step, and calls no other within it. */
  void entersStep(String step) {
    calls().running.put(Thread.currentThread(), step);
  }

  /** The calling thread has left the step. */
  void leavesStep() {
    calls().running.remove(Thread.currentThread());
  }

  /** Writes a record, and returns when it is committed. */
  void write(NewStep step, String what) {
    boolean isWritten =
        stored("The record of " + what + " was not written", () -> records.record(step));
    if (!isWritten) {
      throw leaseLost();
    }
  }

  /** Reads or writes records, which an interrupt would harm. */
  <T> T stored(String whatIfFailed, Supplier<T> action) {
    AttemptHost.Shield shield = host.shield();
    try {
      return action.get();
    } catch (StoreException e) {
      throw failed(whatIfFailed, e);
    } finally {
      shield.close();
    }
  }

  /** Returns what the handler gets because records cannot be read or written. */
  RuntimeException failed(String whatFailed, StoreException e) {
    JobsException failure =
        StoreFailures.of("%s (job %s)".formatted(whatFailed, job.id()), job.type(), e);
    if (e instanceof StoreUnavailableException) {
      Suspension unused = decide(new Suspension.WithoutRecords(whatFailed + ".", failure));
    }
    return failure;
  }

  /** Ends the attempt because a write was refused. */
  JobSuspendedError leaseLost() {
    if (!host.isEnded()) {
      host.loseLease();
    }
    return suspend(
        new Suspension.LeaseLost(
            "Job %s no longer belongs to this worker; it runs elsewhere.".formatted(job.id())));
  }

  /**
   * Reads or writes a value that may be encrypted. If the key is not available, the attempt ends,
   * so that another worker takes the job.
   */
  <T> T withKey(String what, Supplier<T> action) {
    try {
      return action.get();
    } catch (EncryptionKeyException e) {
      throw suspend(new Suspension.MissingKey(what, e));
    }
  }

  /** Returns what ends the attempt because newer code has recorded something. */
  JobSuspendedError newer(String what, int version) {
    return suspend(
        new Suspension.NewerRecords(
            "%s of job %s was recorded by code of version %d, and this worker knows versions up to %d."
                .formatted(what, job.id(), version, definition.version()),
            version));
  }

  /** Ends the attempt for the first of the reasons, and returns what to throw. */
  JobSuspendedError suspend(Suspension reason) {
    return new JobSuspendedError(decide(reason).message());
  }

  /** Ends the attempt for a reason, unless there was one before; returns the first one. */
  Suspension decide(Suspension reason) {
    Suspension before = suspension.compareAndExchange(null, reason);
    return before == null ? reason : before;
  }

  /** Throws if the handler was asked to stop. */
  void checkCancelled() {
    StopReason reason = host.stopReason();
    if (reason != null) {
      throw new JobCancelledException(job.type(), job.id(), reason.text());
    }
  }

  private void requireReady(String what) {
    requireOutsideOfSteps(what);
    requireNotSuspended();
    checkCancelled();
  }

  private void requireOutsideOfSteps(String what) {
    String step = calls().running.get(Thread.currentThread());
    if (step != null) {
      throw new IllegalStateException(
          "Step '%s' calls %s. A step cannot contain other steps or waits, because it is repeated as a whole: call them from execute, one after the other."
              .formatted(step, what));
    }
  }

  private void requireNotSuspended() {
    Suspension reason = suspension.get();
    if (reason != null) {
      throw new JobSuspendedError(reason.message());
    }
    if (host.isEnded()) {
      throw new JobSuspendedError(
          "The attempt at job %s has ended; this thread is left from it.".formatted(job.id()));
    }
  }

  private void callOnce(String what, String name, String key) {
    if (!calls().called.add(new SavedSteps.Id(name, key))) {
      throw new IllegalStateException(
          "The handler of job type '%s' has called %s twice%s in one attempt. Its record would be that of both: give one of its parameters @StepKey, and pass a different value in each round."
              .formatted(
                  definition.type(), what, key.isEmpty() ? "" : " with the key '" + key + "'"));
    }
  }

  private void requireKind(StoredStep record, boolean isRight, String what) {
    if (!isRight) {
      throw new JobsException(
          "Job %s has a record of %s named '%s', which %s cannot continue. Give it a name that was never used."
              .formatted(
                  job.id(),
                  record.kind() == JobStep.Kind.STEP ? "a step" : "a wait",
                  record.name(),
                  what),
          job.type(),
          job.id(),
          null);
    }
  }

  private Calls calls() {
    Calls known = calls;
    if (known == null) {
      synchronized (this) {
        known = calls;
        if (known == null) {
          known = new Calls();
          calls = known;
        }
      }
    }
    return known;
  }

  /** Returns what earlier attempts have recorded; it is read once. */
  private SavedSteps saved() {
    Calls own = calls();
    SavedSteps known = own.saved;
    if (known == null) {
      own.reading.lock();
      try {
        known = own.saved;
        if (known == null) {
          known = read();
          own.saved = known;
        }
      } finally {
        own.reading.unlock();
      }
    }
    if (known.newestVersion() > definition.version()) {
      throw newer("A step", known.newestVersion());
    }
    return known;
  }

  private SavedSteps read() {
    if (job.lease().number() == 1) {
      return new SavedSteps(new StepStore.Kept(List.of(), null));
    }
    return new SavedSteps(stored("The records of earlier attempts were not read", records::read));
  }
}
