package dev.tenon.jobs.internal.steps;

import dev.tenon.jobs.JobSnoozedException;
import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.RetryJobException;
import dev.tenon.jobs.definition.RetryPolicy;
import dev.tenon.jobs.definition.StepDefinition;
import dev.tenon.jobs.definition.StepExecutor.Body;
import dev.tenon.jobs.definition.StepExecutor.TransactionBody;
import dev.tenon.jobs.durable.JobStep;
import dev.tenon.jobs.durable.JobStep.State;
import dev.tenon.jobs.durable.JobSuspendedError;
import dev.tenon.jobs.durable.Resolution;
import dev.tenon.jobs.durable.StepTimeoutException;
import dev.tenon.jobs.internal.background.LogText;
import dev.tenon.jobs.internal.background.LoggableFailure;
import dev.tenon.jobs.internal.listeners.ListenerRecords;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.sql.StoreExceptions;
import dev.tenon.jobs.internal.store.NewStep;
import dev.tenon.jobs.internal.store.StoredStep;
import dev.tenon.jobs.internal.values.StoredText;
import dev.tenon.jobs.listen.JobListener.StepOutcome;
import dev.tenon.jobs.listen.JobListener.Stepping;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One step of an attempt, from its call to its record. Only the thread that calls the step uses it.
 *
 * @param <R> what the step returns
 */
final class StepRun<R> {

  private final AttemptSteps attempt;
  private final StepDefinition<R> step;
  private final @Nullable StoredStep saved;
  private final StepIdentity identity;
  private final int number;
  private long startedNanos;
  private Stepping listener = Stepping.NOTHING;
  private @Nullable Throwable failure;

  /**
   * Creates a step that is about to run, or to be given back.
   *
   * @param saved its record; null if there is none
   */
  StepRun(AttemptSteps attempt, StepDefinition<R> step, String key, @Nullable StoredStep saved) {
    this.attempt = attempt;
    this.step = step;
    this.saved = saved;
    this.identity =
        new StepIdentity(attempt.job().id(), saved == null ? step.name() : saved.name(), key);
    this.number = saved == null ? attempt.nextNumber() : saved.number();
    this.startedNanos = attempt.host().nanoTime();
  }

  /** The result of a step, and the JSON that is stored. */
  private record Made<R>(@Nullable R value, @Nullable String json) {}

  /** A call of a method of the handler within the timeout of the step. */
  @FunctionalInterface
  private interface Call<R, X extends Exception> {
    Made<R> run(StepTimer timer) throws X;
  }

  /** A method of the handler. */
  @FunctionalInterface
  private interface Method<T, X extends Exception> {
    @Nullable T call() throws X;
  }

  /** Runs a repeatable step, unless it is done. */
  <X extends Exception> @Nullable R run(Body<R, X> body) throws X {
    return isDone() ? givenBack() : runAndRecord(body, State.FAILED);
  }

  /** Runs a step that is not repeatable, unless it is done. */
  <X extends Exception> @Nullable R runOnce(Body<R, X> body, Body<Resolution<R>, X> inDoubt)
      throws X {
    if (isDone()) {
      return givenBack();
    }
    if (saved != null && (saved.state() == State.BEGUN || saved.state() == State.IN_DOUBT)) {
      Resolution<R> resolution =
          saved.state() == State.IN_DOUBT
              ? Resolution.askPerson(Objects.requireNonNullElse(saved.message(), ""))
              : resolved(inDoubt);
      if (resolution instanceof Resolution.Done<R> done) {
        attempt.write(
            record(State.DONE, attemptsBefore(), made(done.result()).json(), null), what());
        return done.result();
      }
      if (resolution instanceof Resolution.AskPerson<R> ask) {
        throw asked(ask.question());
      }
    }
    attempt.write(record(State.BEGUN, attemptsBefore(), null, null), what());
    return runAndRecord(body, State.BEGUN);
  }

  /** Runs a transactional step, unless it is done. */
  <X extends Exception> @Nullable R runInTransaction(TransactionBody<R, X> body) throws X {
    if (isDone()) {
      return givenBack();
    }
    starts();
    try {
      Made<R> made = attempted(timer -> inTransaction(timer, body), State.FAILED);
      ended(StepOutcome.DONE, null);
      return made.value();
    } catch (Throwable e) {
      ended(StepOutcome.FAILED, e);
      throw e;
    }
  }

  private boolean isDone() {
    return saved != null && saved.state() == State.DONE;
  }

  private @Nullable R givenBack() {
    StoredStep record = Objects.requireNonNull(saved);
    R result = attempt.withKey(what(), () -> attempt.values().result(step, record));
    attempt.host().listener().stepReplayed(info());
    return result;
  }

  private <X extends Exception> @Nullable R runAndRecord(Body<R, X> body, State whenFailed)
      throws X {
    starts();
    try {
      Made<R> made = attempted(timer -> made(inStep(() -> body.run(identity))), whenFailed);
      attempt.write(record(State.DONE, attemptsBefore(), made.json(), null), what());
      ended(StepOutcome.DONE, null);
      return made.value();
    } catch (Throwable e) {
      ended(StepOutcome.FAILED, e);
      throw e;
    }
  }

  private Made<R> made(@Nullable R value) {
    String json =
        attempt.withKey(what(), () -> attempt.values().ofResult(step, identity.name(), value));
    attempt.countResult(json);
    return new Made<>(value, json);
  }

  private <X extends Exception> Made<R> inTransaction(StepTimer timer, TransactionBody<R, X> body)
      throws X {
    Transaction<R> transaction = new Transaction<>();
    try {
      boolean isHeld =
          attempt
              .records()
              .<X>inTransaction(
                  connection -> {
                    Connection guarded = GuardedConnection.of(connection, step.name());
                    R value = inStep(() -> body.run(identity, guarded));
                    if (timer.stop()) {
                      throw timedOut();
                    }
                    Made<R> made = made(value);
                    transaction.made = made;
                    // From here to the commit
                    transaction.shield = attempt.host().shield();
                    return record(State.DONE, attemptsBefore(), made.json(), null);
                  });
      if (!isHeld) {
        throw attempt.leaseLost();
      }
      return Objects.requireNonNull(transaction.made);
    } catch (StepRecords.TransactionException e) {
      throw uncommitted(e);
    } catch (StoreException e) {
      throw attempt.failed("The transaction of " + what() + " was rolled back", e);
    } finally {
      transaction.shield.close();
    }
  }

  /** The result of work in a transaction. */
  private static final class Transaction<R> {
    private @Nullable Made<R> made;
    private AttemptHost.Shield shield = AttemptHost.Shield.NONE;
  }

  private RuntimeException uncommitted(StepRecords.TransactionException e) {
    Throwable cause = Objects.requireNonNull(e.getCause());
    boolean isOfTheDatabase =
        LoggableFailure.chain(cause).stream().anyMatch(SQLException.class::isInstance);
    if (!isOfTheDatabase && cause instanceof RuntimeException exception) {
      // Of the integration: something has marked the transaction to be rolled back, for instance
      return exception;
    }
    return attempt.failed(
        "The transaction of "
            + what()
            + " did not begin, or it is unknown whether it was committed",
        StoreExceptions.of(cause instanceof Exception exception ? exception : e));
  }

  /** Calls a method of the handler. If it fails, the policy of the step decides what follows. */
  private <X extends Exception> Made<R> attempted(Call<R, X> call, State whenFailed) throws X {
    StepTimer timer = StepTimer.start(step, attempt.host());
    try {
      Made<R> made = call.run(timer);
      if (timer.stop()) {
        throw timedOut();
      }
      return made;
    } catch (Throwable e) {
      if (timer.stop() && !(e instanceof StepTimeoutException)) {
        StepTimeoutException late = timedOut();
        late.addSuppressed(e);
        failed(late, whenFailed);
        throw late;
      }
      failed(e, whenFailed);
      throw e;
    }
  }

  /** Calls a method of the handler, which may call no other step. */
  private <T, X extends Exception> @Nullable T inStep(Method<T, X> method) throws X {
    attempt.entersStep(step.name());
    try {
      return method.call();
    } finally {
      attempt.leavesStep();
    }
  }

  private StepTimeoutException timedOut() {
    return new StepTimeoutException(
        attempt.job().type(),
        attempt.job().id(),
        step.name(),
        step.timeout().orElse(Duration.ZERO));
  }

  /** Records a failure of a step with its own attempts, and ends the attempt at the job. */
  private void failed(Throwable e, State state) {
    failure = e;
    RetryPolicy policy = step.retryPolicy().orElse(null);
    if (policy == null || !isOwnFailure(e) || attempt.host().isOutage(e)) {
      return;
    }
    int attempts = attemptsBefore() + 1;
    attempt.write(record(state, attempts, null, describe(e)), what());
    if (attempts >= policy.maxAttempts()) {
      Suspension unused =
          attempt.decide(
              new Suspension.StepGaveUp(
                  "The last of %d attempts of %s has failed.".formatted(attempts, what()), e));
      return;
    }
    Duration delay =
        e instanceof RetryJobException retry
            ? retry.delay()
            : policy.delayAfter(attempts, attempt.host().random());
    throw attempt.suspend(
        new Suspension.StepFailed(
            "Attempt %d of %d of %s has failed.".formatted(attempts, policy.maxAttempts(), what()),
            e,
            delay));
  }

  /** Returns whether the step has failed, rather than the attempt or the job. */
  private boolean isOwnFailure(Throwable e) {
    return attempt.suspension().isEmpty()
        && attempt.host().stopReason() == null
        && !attempt.host().isEnded()
        && !(e instanceof JobSuspendedError
            || e instanceof JobSnoozedException
            || e instanceof PermanentJobException)
        && attempt.definition().retryPolicy().retriesOn(e);
  }

  /**
   * Returns the failed attempts of the step. A step that has used up its attempts gets new ones if
   * the job is run again nevertheless.
   */
  private int attemptsBefore() {
    int before = saved == null ? 0 : saved.attempts();
    return before < step.retryPolicy().map(RetryPolicy::maxAttempts).orElse(0) ? before : 0;
  }

  private String describe(Throwable e) {
    String message = e.getMessage();
    return storable(e.getClass().getName() + (message == null ? "" : ": " + message));
  }

  private String storable(String text) {
    return StoredText.storable(
        attempt.hidden().current().hiddenIn(text), StoredText.MAX_ERROR_MESSAGE_BYTES);
  }

  private <X extends Exception> Resolution<R> resolved(Body<Resolution<R>, X> inDoubt) throws X {
    Resolution<R> resolution = inStep(() -> inDoubt.run(identity));
    if (resolution == null) {
      throw new JobsException(
          "The method of job type '%s' that finds out what became of %s returned null. Return done, notDone or askPerson."
              .formatted(attempt.definition().type(), what()),
          attempt.job().type(),
          attempt.job().id(),
          null);
    }
    return resolution;
  }

  private JobSuspendedError asked(String question) {
    // Again in each attempt that gets here: only what this one has recorded keeps the job waiting
    attempt.write(record(State.IN_DOUBT, attemptsBefore(), null, storable(question)), what());
    attempt.checkCancelled();
    return attempt.suspend(
        new Suspension.Waits("A person has to decide what became of " + what() + "."));
  }

  private NewStep record(
      State state, int attempts, @Nullable String result, @Nullable String message) {
    return new NewStep(
        attempt.job().lease(),
        identity.name(),
        identity.key(),
        JobStep.Kind.STEP,
        state,
        attempt.definition().version(),
        number,
        attempts,
        sinceStart(),
        result,
        message);
  }

  private String what() {
    return "step '%s'%s"
        .formatted(
            identity.name(),
            identity.key().isEmpty()
                ? ""
                : " with the key '" + LogText.escape(identity.key()) + "'");
  }

  private ListenerRecords.Step info() {
    return new ListenerRecords.Step(step.name(), identity.key(), JobStep.Kind.STEP);
  }

  private void starts() {
    startedNanos = attempt.host().nanoTime();
    listener = attempt.host().listener().stepStarts(info());
  }

  private Duration sinceStart() {
    return Duration.ofNanos(attempt.host().nanoTime() - startedNanos);
  }

  private void ended(StepOutcome outcome, @Nullable Throwable thrown) {
    listener.ended(
        new ListenerRecords.StepEnd(
            outcome, sinceStart(), Optional.ofNullable(failure == null ? thrown : failure)));
  }
}
