package dev.tenon.jobs.internal.steps;

import dev.tenon.jobs.EncryptionKeyException;
import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.definition.SignalDefinition;
import dev.tenon.jobs.definition.Violation;
import dev.tenon.jobs.definition.WaitDefinition;
import dev.tenon.jobs.durable.JobStep.Kind;
import dev.tenon.jobs.durable.JobStep.State;
import dev.tenon.jobs.internal.background.LogText;
import dev.tenon.jobs.internal.listeners.ListenerRecords;
import dev.tenon.jobs.internal.store.NewWait;
import dev.tenon.jobs.internal.store.StepStore;
import dev.tenon.jobs.internal.store.StoredSignal;
import dev.tenon.jobs.internal.store.StoredStep;
import dev.tenon.jobs.listen.JobListener.WaitOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One wait or sleep that an attempt has come to. Only the thread that calls the wait uses it.
 *
 * @param <S> what the wait returns
 */
final class WaitRun<S> {

  private static final Logger LOG = LoggerFactory.getLogger(WaitRun.class);

  private final AttemptSteps attempt;
  private final WaitDefinition<S> wait;
  private final String key;
  private final @Nullable Duration timeout;
  private final @Nullable StoredStep saved;

  /**
   * Creates a wait.
   *
   * @param timeout the maximum time to wait; null for no maximum
   * @param saved its record; null if there is none
   */
  WaitRun(
      AttemptSteps attempt,
      WaitDefinition<S> wait,
      String key,
      @Nullable Duration timeout,
      @Nullable StoredStep saved) {
    this.attempt = attempt;
    this.wait = wait;
    this.key = key;
    this.timeout = timeout;
    this.saved = saved;
  }

  /** Returns the signal, or nothing if the time is up; or ends the attempt. */
  Optional<S> await() {
    StoredSignal before = saved == null ? null : saved.signal();
    if (before != null && saved != null && saved.state() == State.DONE) {
      S value = given(before);
      if (value != null) {
        return Optional.of(value);
      }
    } else if (saved != null && isOver(saved.state())) {
      attempt.host().listener().waited(info(), WaitOutcome.REPLAYED);
      return Optional.empty();
    }
    int number = saved == null ? attempt.nextNumber() : saved.number();
    while (true) {
      StepStore.Awaited awaited =
          stored(() -> attempt.records().await(request(number))).orElseThrow(attempt::leaseLost);
      StoredSignal signal = awaited.signal();
      if (signal != null) {
        S value = delivered(signal, number);
        if (value != null) {
          attempt.host().listener().waited(info(), WaitOutcome.SIGNALLED);
          return Optional.of(value);
        }
      } else if (isOver(awaited.state())) {
        attempt.host().listener().waited(info(), WaitOutcome.ELAPSED);
        return Optional.empty();
      } else {
        // Whoever asks a handler to stop expects it to end, rather than to wait
        attempt.checkCancelled();
        attempt.host().listener().waited(info(), WaitOutcome.SUSPENDED);
        throw attempt.suspend(new Suspension.Waits("The job waits: " + what() + "."));
      }
    }
  }

  private static boolean isOver(State state) {
    return state == State.DONE || state == State.TIMED_OUT;
  }

  /** Returns the signal that an earlier attempt got; null if it has to be refused. */
  private @Nullable S given(StoredSignal signal) {
    S value = delivered(signal, Objects.requireNonNull(saved).number());
    if (value != null) {
      attempt.host().listener().waited(info(), WaitOutcome.REPLAYED);
    }
    return value;
  }

  /** Returns the value of a signal; null if nobody can use it, which is recorded. */
  private @Nullable S delivered(StoredSignal signal, int number) {
    String problem;
    try {
      return attempt.withKey("signal '" + signal.name() + "'", () -> read(signal));
    } catch (UnusableSignalException e) {
      problem = String.valueOf(e.getMessage());
    }
    LOG.error(
        "The signal '{}' with id '{}' cannot be delivered to job {} of type '{}': {} The job "
            + "continues to wait. Send a correct one, with another id.",
        signal.name(),
        LogText.escape(signal.id()),
        attempt.job().id(),
        attempt.job().type(),
        problem);
    boolean isHeld =
        stored(() -> attempt.records().refuseSignal(request(number), signal.id(), problem));
    if (!isHeld) {
      throw attempt.leaseLost();
    }
    return null;
  }

  private S read(StoredSignal signal) {
    for (SignalDefinition<? extends S> definition : wait.signals()) {
      if (definition.name().equals(signal.name())) {
        return read(definition, signal);
      }
    }
    throw new JobsException(
        "Job %s has the signal '%s' for %s, which no longer waits for it. Give the wait a name that was never used."
            .formatted(attempt.job().id(), signal.name(), what()),
        attempt.job().type(),
        attempt.job().id(),
        null);
  }

  private <T extends S> T read(SignalDefinition<T> definition, StoredSignal signal) {
    if (signal.version() > definition.version()) {
      throw attempt.newer("Signal '" + signal.name() + "'", signal.version());
    }
    try {
      T value = attempt.values().signal(definition, signal);
      List<Violation> violations = definition.value().validate(value);
      if (violations.isEmpty()) {
        return value;
      }
      throw new UnusableSignalException("It is not valid: " + StepValues.listed(violations) + ".");
    } catch (EncryptionKeyException | UnusableSignalException e) {
      throw e;
    } catch (JobsException e) {
      throw new UnusableSignalException(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      // Of an upcaster; its message may quote the signal
      throw new UnusableSignalException("It cannot be read (" + e.getClass().getName() + ").");
    }
  }

  /** Thrown for a signal that cannot be read, or is not valid. */
  private static final class UnusableSignalException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnusableSignalException(String message) {
      super(message);
    }
  }

  private <T> T stored(Supplier<T> action) {
    return attempt.stored("The record of " + what() + " was not read or written", action);
  }

  private NewWait request(int number) {
    return new NewWait(
        attempt.job().lease(),
        saved == null ? wait.name() : saved.name(),
        key,
        attempt.definition().version(),
        number,
        wait.signals().stream().map(SignalDefinition::name).toList(),
        timeout);
  }

  private String what() {
    return "%s '%s'%s"
        .formatted(
            wait.signals().isEmpty() ? "sleep" : "wait",
            wait.name(),
            key.isEmpty() ? "" : " with the key '" + LogText.escape(key) + "'");
  }

  private ListenerRecords.Step info() {
    return new ListenerRecords.Step(
        wait.name(), key, wait.signals().isEmpty() ? Kind.SLEEP : Kind.WAIT);
  }
}
