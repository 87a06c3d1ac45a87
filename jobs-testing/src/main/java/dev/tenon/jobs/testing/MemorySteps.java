package dev.tenon.jobs.testing;

import dev.tenon.jobs.durable.JobSignal;
import dev.tenon.jobs.durable.JobStep;
import dev.tenon.jobs.durable.JobStep.Kind;
import dev.tenon.jobs.durable.JobStep.State;
import dev.tenon.jobs.internal.store.NewCursor;
import dev.tenon.jobs.internal.store.NewSignal;
import dev.tenon.jobs.internal.store.NewStep;
import dev.tenon.jobs.internal.store.NewWait;
import dev.tenon.jobs.internal.store.SignalStore;
import dev.tenon.jobs.internal.store.StepStore;
import dev.tenon.jobs.internal.store.StoredCursor;
import dev.tenon.jobs.internal.store.StoredSignal;
import dev.tenon.jobs.internal.store.StoredStep;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The data that one job keeps between its attempts: records of steps and waits, the signals that
 * were sent to it, and its cursor. It follows the rules of the functions in PostgreSQL.
 * Thread-safe.
 */
final class MemorySteps {

  private static final Comparator<StoredStep> IN_ORDER = Comparator.comparing(StoredStep::number);

  /** The order of {@code StepPages.awaited}. */
  private static final Comparator<StoredStep> MOST_AWAITED =
      Comparator.<StoredStep, Boolean>comparing(step -> step.state() != State.IN_DOUBT)
          .thenComparing(StoredStep::lease, Comparator.reverseOrder())
          .thenComparing(step -> step.until() == null ? Instant.MAX : step.until());

  private final Map<Id, StoredStep> steps = new LinkedHashMap<>();
  private final Map<String, MemorySignal> signals = new LinkedHashMap<>();
  private @Nullable StoredCursor cursor;

  private record Id(String name, String key) {}

  /** A copy, for a run that continues from here. */
  synchronized MemorySteps copy() {
    MemorySteps copy = new MemorySteps();
    copy.steps.putAll(steps);
    copy.signals.putAll(signals);
    copy.cursor = cursor;
    return copy;
  }

  /** Returns whether nothing was recorded or sent. */
  synchronized boolean isEmpty() {
    return steps.isEmpty() && signals.isEmpty() && cursor == null;
  }

  synchronized StepStore.Kept kept() {
    return new StepStore.Kept(inOrder().toList(), cursor);
  }

  private Stream<StoredStep> inOrder() {
    return steps.values().stream().sorted(IN_ORDER);
  }

  /** Adds the record of a step that is done. */
  synchronized void given(
      String name, String key, int version, @Nullable String result, Instant now) {
    steps.put(
        new Id(name, key),
        new StoredStep(
            name,
            key,
            Kind.STEP,
            State.DONE,
            version,
            1,
            steps.size() + 1,
            0,
            now,
            now,
            null,
            List.of(),
            null,
            result,
            null));
  }

  /** Sets the cursor. */
  synchronized void given(StoredCursor saved) {
    cursor = saved;
  }

  // ---------------------------------------------------------------- Of attempts

  synchronized void record(NewStep step, Instant now) {
    Id id = new Id(step.name(), step.key());
    StoredStep before = steps.get(id);
    if (before != null && (before.kind() == Kind.TOKEN || isDecided(before, step))) {
      return;
    }
    boolean hasEnded = step.state() == State.DONE || step.state() == State.FAILED;
    steps.put(
        id,
        new StoredStep(
            step.name(),
            step.key(),
            step.kind(),
            step.state(),
            step.version(),
            step.lease().number(),
            before == null ? step.number() : before.number(),
            step.attempts(),
            now.minus(step.age()),
            hasEnded ? now : null,
            null,
            List.of(),
            null,
            step.result(),
            step.message()));
  }

  /** Returns whether a person has decided while the attempt was about to ask. */
  private static boolean isDecided(StoredStep before, NewStep step) {
    return step.state() == State.IN_DOUBT
        && (before.state() == State.DONE || before.state() == State.NOT_DONE);
  }

  synchronized StepStore.Awaited await(NewWait wait, Instant now) {
    StoredStep before = steps.get(new Id(wait.name(), wait.key()));
    if (before != null && (before.state() == State.DONE || before.state() == State.TIMED_OUT)) {
      return new StepStore.Awaited(before.state(), before.until(), before.signal());
    }
    Instant until =
        before != null ? before.until() : wait.timeout() == null ? null : now.plus(wait.timeout());
    MemorySignal signal = undelivered(Set.copyOf(wait.signals()), wait.key()).orElse(null);
    if (signal != null) {
      signals.put(signal.id(), signal.delivered(now));
    }
    State state = state(wait, signal, until, now);
    StoredSignal ending = signal == null ? null : signal.stored();
    steps.put(
        new Id(wait.name(), wait.key()),
        new StoredStep(
            wait.name(),
            wait.key(),
            wait.signals().isEmpty() ? Kind.SLEEP : Kind.WAIT,
            state,
            wait.version(),
            wait.lease().number(),
            before == null ? wait.number() : before.number(),
            0,
            before == null ? now : before.startedAt(),
            state == State.WAITING ? null : now,
            until,
            wait.signals(),
            ending,
            null,
            null));
    return new StepStore.Awaited(state, until, ending);
  }

  private static State state(
      NewWait wait, @Nullable MemorySignal signal, @Nullable Instant until, Instant now) {
    if (signal != null) {
      return State.DONE;
    }
    if (until == null || until.isAfter(now)) {
      return State.WAITING;
    }
    return wait.signals().isEmpty() ? State.DONE : State.TIMED_OUT;
  }

  private Optional<MemorySignal> undelivered(Set<String> names, String key) {
    return signals.values().stream()
        .filter(signal -> signal.deliveredAt() == null && signal.error() == null)
        .filter(signal -> names.contains(signal.name()) && signal.key().equals(key))
        .findFirst();
  }

  synchronized void refuse(NewWait wait, String signalId, String error) {
    MemorySignal signal = signals.get(signalId);
    if (signal != null) {
      signals.put(signalId, signal.refused(error));
    }
    Id id = new Id(wait.name(), wait.key());
    StoredStep step = steps.get(id);
    if (step != null) {
      steps.put(id, with(step, State.WAITING, null, null, null));
    }
  }

  synchronized void save(NewCursor saved) {
    cursor = new StoredCursor(saved.version(), saved.value());
  }

  /**
   * The time when a job is due whose attempt with this lease has suspended it; null if that is
   * never.
   */
  synchronized @Nullable Instant resumeTime(long lease, Instant now) {
    List<StoredStep> open =
        steps.values().stream()
            .filter(step -> step.state() == State.WAITING || step.state() == State.IN_DOUBT)
            .filter(step -> step.lease() == lease)
            .toList();
    if (open.isEmpty() || open.stream().anyMatch(this::hasItsSignal)) {
      return now;
    }
    return open.stream()
        .map(StoredStep::until)
        .flatMap(Stream::ofNullable)
        .min(Comparator.naturalOrder())
        .map(until -> until.isBefore(now) ? now : until)
        .orElse(null);
  }

  private boolean hasItsSignal(StoredStep step) {
    return step.state() == State.WAITING
        && undelivered(Set.copyOf(step.signals()), step.key()).isPresent();
  }

  /** Returns whether the job waits for a signal that is there. */
  synchronized boolean hasAwaitedSignal() {
    return steps.values().stream().anyMatch(this::hasItsSignal);
  }

  /** The step in doubt that holds up the job, or else the wait that ends first; empty if none. */
  synchronized Optional<StoredStep> holdup() {
    return inOrder()
        .filter(step -> step.state() == State.WAITING || step.state() == State.IN_DOUBT)
        .min(MOST_AWAITED);
  }

  // ---------------------------------------------------------------- Signals

  /** Returns whether there is a signal with this id. */
  synchronized boolean hasSignal(String id) {
    return signals.containsKey(id);
  }

  /** Returns whether the handler has not taken as many signals as a job may have. */
  synchronized boolean isFullOfSignals() {
    return signals.values().stream().filter(signal -> signal.deliveredAt() == null).count()
        >= SignalStore.MAX_UNDELIVERED;
  }

  /** Stores a signal; returns false if there already is one with its id. */
  synchronized boolean send(NewSignal signal, Instant now) {
    return signals.putIfAbsent(signal.id(), MemorySignal.of(signal, now)) == null;
  }

  /**
   * Finds the token of a signal with this secret.
   *
   * @return its record; empty if there is none
   */
  synchronized Optional<StoredStep> token(String signal, String secret) {
    return steps.values().stream()
        .filter(step -> step.name().equals(StepStore.TOKEN + signal))
        .filter(step -> ("\"" + secret + "\"").equals(step.result()))
        .findFirst();
  }

  synchronized void useToken(StoredStep token, Instant now) {
    steps.put(
        new Id(token.name(), token.key()), with(token, State.DONE, now, token.result(), null));
  }

  // ---------------------------------------------------------------- By hand

  synchronized List<JobStep> steps(UUID jobId, String jobType, StepMask mask) {
    return inOrder().map(step -> (JobStep) MemoryJobStep.of(jobId, jobType, step, mask)).toList();
  }

  synchronized List<JobSignal> signals(UUID jobId, StepMask mask) {
    return signals.values().stream().map(signal -> signal.of(jobId, mask)).toList();
  }

  synchronized Optional<String> cursor(StepMask mask) {
    return Optional.ofNullable(cursor).map(saved -> mask.cursor(saved.value()));
  }

  /** The names of the records, with the keys, in the order they began. */
  synchronized List<String> names() {
    return inOrder()
        .filter(step -> step.kind() != Kind.TOKEN)
        .map(step -> step.key().isEmpty() ? step.name() : step.name() + "/" + step.key())
        .toList();
  }

  /** The record of a step, a wait or a token; empty if there is none. */
  synchronized Optional<StoredStep> find(String name, String key) {
    return Optional.ofNullable(steps.get(new Id(name, key)));
  }

  /** Records that a step in doubt was done, with its result. */
  synchronized void markDone(StoredStep step, @Nullable String result, Instant now) {
    steps.put(new Id(step.name(), step.key()), with(step, State.DONE, now, result, null));
  }

  /** Records that a step in doubt was not done. */
  synchronized void markNotDone(StoredStep step) {
    steps.put(new Id(step.name(), step.key()), with(step, State.NOT_DONE, null, null, null));
  }

  /** The steps in doubt of a job, in the order they began. */
  synchronized List<MemoryJobStep> inDoubt(MemoryJob job) {
    return inOrder()
        .filter(step -> isInDoubt(step, job))
        // It has no result that could be shown
        .map(step -> MemoryJobStep.of(job.id(), job.type(), step, StepMask.NONE))
        .toList();
  }

  /** Returns whether a step is in doubt, so that a person may decide it. */
  static boolean isInDoubt(StoredStep step, MemoryJob job) {
    return step.state() == State.IN_DOUBT
        || (step.state() == State.BEGUN && !job.isRunning(step.lease()));
  }

  /**
   * Deletes the record of a step or wait, and all records after it. Their signals are delivered
   * again.
   *
   * @return false if there is no such record
   */
  synchronized boolean deleteFrom(String name, String key) {
    StoredStep first = steps.get(new Id(name, key));
    if (first == null) {
      return false;
    }
    List<StoredStep> gone =
        steps.values().stream().filter(step -> step.number() >= first.number()).toList();
    for (StoredStep step : gone) {
      StoredSignal signal = step.signal();
      if (signal != null) {
        signals.computeIfPresent(signal.id(), (id, sent) -> sent.undelivered());
      }
      steps.remove(new Id(step.name(), step.key()));
    }
    return true;
  }

  private static StoredStep with(
      StoredStep step,
      State state,
      @Nullable Instant endedAt,
      @Nullable String result,
      @Nullable String message) {
    return new StoredStep(
        step.name(),
        step.key(),
        step.kind(),
        state,
        step.version(),
        step.lease(),
        step.number(),
        step.attempts(),
        step.startedAt(),
        endedAt,
        step.until(),
        step.signals(),
        null,
        result,
        message);
  }
}
