package dev.tenon.jobs.internal.steps;

import dev.tenon.jobs.EncryptionKeyException;
import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.SensitivePaths;
import dev.tenon.jobs.definition.SignalDefinition;
import dev.tenon.jobs.definition.StepDefinition;
import dev.tenon.jobs.definition.ValueDefinition;
import dev.tenon.jobs.definition.Violation;
import dev.tenon.jobs.internal.store.StoredCursor;
import dev.tenon.jobs.internal.store.StoredSignal;
import dev.tenon.jobs.internal.store.StoredStep;
import dev.tenon.jobs.internal.values.HiddenValues;
import dev.tenon.jobs.internal.values.StoredJson;
import dev.tenon.jobs.internal.values.StoredPart;
import dev.tenon.jobs.internal.values.StoredText;
import dev.tenon.jobs.internal.values.StoredValues;
import dev.tenon.jobs.internal.values.ValueStorage;
import java.util.List;
import java.util.UUID;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Validates what steps return and cursors, writes them as they are stored, and reads them.
 * Sensitive values in them are hidden from then on. Thread-safe.
 */
final class StepValues {

  private final UUID jobId;
  private final JobDefinition<?, ?> definition;
  private final ValueStorage storage;
  private final HiddenValues hidden;

  StepValues(
      UUID jobId, JobDefinition<?, ?> definition, ValueStorage storage, HiddenValues hidden) {
    this.jobId = jobId;
    this.definition = definition;
    this.storage = storage;
    this.hidden = hidden;
  }

  /**
   * Returns the result of a step as it is stored; null if the step has none.
   *
   * @param name the name in its record
   * @throws JobsException if it is missing or not valid, or cannot be written
   * @throws PermanentJobException if it is too large
   */
  <R> @Nullable String ofResult(StepDefinition<R> step, String name, @Nullable R result) {
    ValueDefinition<R> value = step.result().orElse(null);
    if (value == null) {
      return null;
    }
    if (result == null) {
      throw failure(
          "Step '%s' of job type '%s' returned null; its result type is %s. Return a result, or make the method void."
              .formatted(step.name(), definition.type(), value.valueType().getSimpleName()));
    }
    List<Violation> violations = value.validate(result);
    if (!violations.isEmpty()) {
      throw failure(
          "The result of step '%s' of job type '%s' is not valid: %s."
              .formatted(step.name(), definition.type(), listed(violations)));
    }
    int max = storage.limits().resultBytes();
    return written(
        value,
        StoredPart.ofStep(definition, name, value),
        result,
        "the result of step '%s' of job type '%s'".formatted(step.name(), definition.type()),
        max,
        bytes ->
            new PermanentJobException(
                "The result of step '%s' has %,d bytes as JSON; the limit is %,d. Store the data elsewhere and return a reference to it, or raise SizeLimits.resultBytes."
                    .formatted(step.name(), bytes, max)));
  }

  /** Returns the recorded result of a step; null if the step has none. */
  <R> @Nullable R result(StepDefinition<R> step, StoredStep saved) {
    ValueDefinition<R> value = step.result().orElse(null);
    String json = saved.result();
    if (value == null) {
      return null;
    }
    if (json == null) {
      throw failure(
          "The record of step '%s' has no result, and the step returns %s now. Raise the version of job type '%s', and give the step a new name; or run the job again from this step."
              .formatted(saved.name(), value.valueType().getSimpleName(), definition.type()));
    }
    return read(
        value,
        StoredPart.ofStep(definition, saved.name(), value),
        saved.version(),
        json,
        "the result of step '%s' of job %s".formatted(saved.name(), jobId));
  }

  /**
   * Returns a cursor as it is stored.
   *
   * @throws IllegalArgumentException if it is not valid, or too large
   */
  <C> String ofCursor(ValueDefinition<C> cursor, C value) {
    List<Violation> violations = cursor.validate(value);
    if (!violations.isEmpty()) {
      throw new IllegalArgumentException(
          "The cursor of job type '%s' is not valid: %s."
              .formatted(definition.type(), listed(violations)));
    }
    int max = storage.limits().resultBytes();
    try {
      return written(
          cursor,
          StoredPart.cursor(definition, cursor),
          value,
          "the cursor of job type '" + definition.type() + "'",
          max,
          bytes ->
              new TooLarge(
                  "The cursor has %,d bytes as JSON; the limit is %,d. Keep only what says how far the handler got, or raise SizeLimits.resultBytes."
                      .formatted(bytes, max)));
    } catch (TooLarge e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /**
   * Returns an emitted value as it is stored.
   *
   * @throws IllegalArgumentException if it is not valid
   * @throws PermanentJobException if it is too large
   */
  <E> String ofEmitted(ValueDefinition<E> definitionOfValue, E value) {
    List<Violation> violations = definitionOfValue.validate(value);
    if (!violations.isEmpty()) {
      throw new IllegalArgumentException(
          "The value that a job of type '%s' emits is not valid: %s."
              .formatted(definition.type(), listed(violations)));
    }
    int max = storage.limits().emittedBytes();
    return written(
        definitionOfValue,
        StoredPart.emitted(definition, definitionOfValue),
        value,
        "the emitted value of job type '" + definition.type() + "'",
        max,
        bytes ->
            new PermanentJobException(
                "An emitted value has %,d bytes as JSON; the limit is %,d. Emit smaller parts, or raise SizeLimits.emittedBytes."
                    .formatted(bytes, max)));
  }

  private static final class TooLarge extends JobsException {

    private static final long serialVersionUID = 1L;

    TooLarge(String message) {
      super(message, null, null, null);
    }
  }

  /** Returns the cursor that was saved last. */
  <C> C cursor(ValueDefinition<C> cursor, StoredCursor saved) {
    return read(
        cursor,
        StoredPart.cursor(definition, cursor),
        saved.version(),
        saved.value(),
        "the cursor of job " + jobId);
  }

  /**
   * Returns a signal.
   *
   * @throws EncryptionKeyException if its key is not available
   * @throws RuntimeException if it cannot be read; the message of a {@link JobsException} contains
   *     no value
   */
  <S> S signal(SignalDefinition<S> signal, StoredSignal stored) {
    return read(
        signal.value(),
        StoredPart.signal(signal),
        stored.version(),
        stored.payload(),
        "the signal '%s' with id '%s'".formatted(stored.name(), stored.id()));
  }

  /** Returns everything that is wrong with a value; empty if it is valid. */
  static String listed(List<Violation> violations) {
    return violations.stream().map(Violation::toString).collect(Collectors.joining("; "));
  }

  private <T> String written(
      ValueDefinition<T> value,
      StoredPart part,
      T written,
      String what,
      int maxBytes,
      LongFunction<? extends JobsException> tooLarge) {
    String json =
        StoredJson.write(written, value.codec(), value.sensitive(), what, maxBytes, tooLarge);
    if (StoredText.indexOfHalfCharacter(json).isPresent()) {
      throw failure(
          "There is a surrogate without its partner, which UTF-8 cannot encode, in %s. Cut strings between characters, not inside one."
              .formatted(what));
    }
    hidden.add(json, value.sensitive());
    return storage.encryption().stored(part, jobId, json);
  }

  private <T> T read(
      ValueDefinition<T> value, StoredPart part, int version, String stored, String what) {
    String json = storage.encryption().readable(part, jobId, stored);
    hidden.add(json, value.sensitive());
    boolean isMoved = value.upcaster(version).isPresent() && !value.sensitive().isNone();
    T read;
    try {
      read = StoredValues.kept(value, version, json, what);
    } catch (RuntimeException | Error e) {
      if (isMoved) {
        // It is unknown where the upcaster, which may quote them, finds the values
        hidden.add(json, SensitivePaths.ALL);
      }
      throw e;
    }
    if (isMoved) {
      hidden.add(StoredJson.write(read, value.codec(), what), value.sensitive());
    }
    return read;
  }

  private JobsException failure(String message) {
    return new JobsException(message, definition.type(), jobId, null);
  }
}
