package dev.tenon.jobs.internal.steps;

import dev.tenon.jobs.durable.JobStep.Kind;
import dev.tenon.jobs.durable.JobStep.State;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.store.NewCursor;
import dev.tenon.jobs.internal.store.NewStep;
import dev.tenon.jobs.internal.store.NewWait;
import dev.tenon.jobs.internal.store.StepStore;
import dev.tenon.jobs.internal.store.StoredCursor;
import dev.tenon.jobs.internal.store.StoredSignal;
import dev.tenon.jobs.internal.store.StoredStep;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The records of one job in memory, for as many attempts as a test makes. */
public final class MemoryRecords implements StepRecords {

  /** The records, by name and key. */
  public final Map<SavedSteps.Id, StoredStep> steps = new LinkedHashMap<>();

  /** Signals that were sent and not delivered. */
  final List<StoredSignal> signals = new ArrayList<>();

  /** What was refused, and why. */
  final List<String> refused = new ArrayList<>();

  /** What was written, in that order. */
  final List<String> written = new ArrayList<>();

  @Nullable NewCursor cursor;
  Instant now = Instant.parse("2026-01-01T00:00:00Z");
  boolean hasLease = true;
  int reads;
  int rollbacks;
  @Nullable StoreException outage;

  /** The failure of a commit that has reached the server. */
  @Nullable SQLException commitFailure;

  @Override
  public synchronized StepStore.Kept read() {
    check();
    reads++;
    return new StepStore.Kept(
        List.copyOf(steps.values()),
        cursor == null ? null : new StoredCursor(cursor.version(), cursor.value()));
  }

  private void check() {
    if (outage != null) {
      throw outage;
    }
  }

  @Override
  public synchronized boolean record(NewStep step) {
    check();
    if (hasLease) {
      written.add(
          step.name() + (step.key().isEmpty() ? "" : "/" + step.key()) + " " + step.state().code());
      put(
          step.name(),
          step.key(),
          step.kind(),
          step.state(),
          step.version(),
          step.lease().number(),
          step.number(),
          step.attempts(),
          null,
          step.result(),
          step.message());
    }
    return hasLease;
  }

  void put(
      String name,
      String key,
      Kind kind,
      State state,
      int version,
      long lease,
      int number,
      int attempts,
      @Nullable StoredSignal signal,
      @Nullable String result,
      @Nullable String message) {
    steps.put(
        new SavedSteps.Id(name, key),
        new StoredStep(
            name, key, kind, state, version, lease, number, attempts, now, null, null, List.of(),
            signal, result, message));
  }

  @Override
  public <X extends Exception> boolean inTransaction(Work<X> work) throws X {
    Connection connection =
        (Connection)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> "connection");
    NewStep step;
    try {
      step = work.run(connection);
    } catch (Throwable e) {
      rollbacks++;
      throw e;
    }
    boolean isHeld = record(step);
    SQLException failure = commitFailure;
    if (failure != null) {
      commitFailure = null;
      throw new TransactionException(failure);
    }
    return isHeld;
  }

  @Override
  public synchronized Optional<StepStore.Awaited> await(NewWait wait) {
    check();
    if (!hasLease) {
      return Optional.empty();
    }
    StoredStep before = steps.get(new SavedSteps.Id(wait.name(), wait.key()));
    Instant until =
        before != null ? before.until() : wait.timeout() == null ? null : now.plus(wait.timeout());
    StoredSignal signal =
        signals.stream()
            .filter(each -> wait.signals().contains(each.name()))
            .findFirst()
            .orElse(null);
    signals.remove(signal);
    boolean isSleep = wait.signals().isEmpty();
    State state =
        signal != null
            ? State.DONE
            : until != null && !until.isAfter(now)
                ? isSleep ? State.DONE : State.TIMED_OUT
                : State.WAITING;
    written.add(wait.name() + " " + state.code());
    steps.put(
        new SavedSteps.Id(wait.name(), wait.key()),
        new StoredStep(
            wait.name(),
            wait.key(),
            isSleep ? Kind.SLEEP : Kind.WAIT,
            state,
            wait.version(),
            wait.lease().number(),
            wait.number(),
            0,
            now,
            null,
            until,
            wait.signals(),
            signal,
            null,
            null));
    return Optional.of(new StepStore.Awaited(state, until, signal));
  }

  @Override
  public synchronized boolean refuseSignal(NewWait wait, String signalId, String error) {
    refused.add(signalId + ": " + error);
    steps.remove(new SavedSteps.Id(wait.name(), wait.key()));
    return hasLease;
  }

  @Override
  public void saveCursor(NewCursor saved) {
    cursor = saved;
  }
}
