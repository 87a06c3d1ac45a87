package dev.tenon.jobs.internal.submit;

import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.definition.SignalDefinition;
import dev.tenon.jobs.definition.ValueDefinition;
import dev.tenon.jobs.definition.Violation;
import dev.tenon.jobs.durable.InvalidSignalException;
import dev.tenon.jobs.durable.SignalOptions;
import dev.tenon.jobs.internal.store.NewSignal;
import dev.tenon.jobs.internal.values.StoredJson;
import dev.tenon.jobs.internal.values.StoredPart;
import dev.tenon.jobs.internal.values.StoredText;
import dev.tenon.jobs.internal.values.ValueStorage;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Validates signals, and makes the rows that are stored of them. Thread-safe. */
public final class NewSignalFactory {

  /** The maximum number of characters of ids and keys. */
  private static final int MAX_CHARACTERS = 200;

  private final ValueStorage storage;

  /** Creates a factory with these settings for storing values. */
  public NewSignalFactory(ValueStorage storage) {
    this.storage = storage;
  }

  /**
   * Returns a signal to be stored.
   *
   * @param sentBy the sender
   * @throws InvalidSignalException if it is not valid
   * @throws IllegalArgumentException if it is too large, or a string cannot be stored
   */
  public <S> NewSignal of(
      SignalDefinition<S> definition, @Nullable S signal, String sentBy, SignalOptions options) {
    List<Violation> violations =
        signal == null
            ? List.of(new Violation("", "is required"))
            : definition.value().validate(signal);
    if (signal == null || !violations.isEmpty()) {
      throw new InvalidSignalException(definition.name(), violations);
    }
    return of(definition.name(), definition.version(), json(definition, signal), sentBy, options);
  }

  /**
   * Returns a signal to be stored that somebody has written as JSON.
   *
   * @param sentBy the sender
   * @throws InvalidSignalException if it cannot be read, or is not valid
   */
  public <S> NewSignal ofJson(
      SignalDefinition<S> definition, String json, String sentBy, SignalOptions options) {
    ValueDefinition<S> value = definition.value();
    S signal;
    try {
      signal =
          StoredJson.read(json, value.codec(), value.sensitive(), value.valueType(), "the signal");
    } catch (JobsException e) {
      throw new InvalidSignalException(
          definition.name(),
          List.of(new Violation("", Objects.requireNonNullElse(e.getMessage(), "cannot be read"))));
    }
    return of(definition, signal, sentBy, options);
  }

  /** Returns a signal to be stored, whose JSON was already written. */
  public static NewSignal of(
      String name, int version, String json, String sentBy, SignalOptions options) {
    return new NewSignal(
        checked("id", options.id().orElseGet(() -> NewJobFactory.newId().toString())),
        SubmittedValues.name("The name of the signal", name),
        checked("key", options.key()),
        version,
        json,
        sentBy);
  }

  private static String checked(String what, String text) {
    if (text.length() > MAX_CHARACTERS) {
      throw new IllegalArgumentException(
          "The %s of the signal has %,d characters; it may have up to %d."
              .formatted(what, text.length(), MAX_CHARACTERS));
    }
    return SubmittedValues.name("The " + what + " of the signal", text);
  }

  private <S> String json(SignalDefinition<S> definition, S signal) {
    ValueDefinition<S> value = definition.value();
    int max = storage.limits().payloadBytes();
    String what = "the signal '" + definition.name() + "'";
    String json;
    try {
      json =
          StoredJson.write(
              signal,
              value.codec(),
              value.sensitive(),
              what,
              max,
              bytes -> new TooLarge(tooLarge(definition.name(), bytes, max)));
    } catch (TooLarge e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    requireStorable(what, json);
    return storage.encryption().stored(StoredPart.signal(definition), null, json);
  }

  /** Returns the message about a signal that is too large. */
  public static String tooLarge(String signal, long bytes, int max) {
    return "The signal '%s' has %,d bytes as JSON; the limit is %,d. Store the data elsewhere and send a reference to it, or raise SizeLimits.payloadBytes."
        .formatted(signal, bytes, max);
  }

  /** Checks that JSON has no string that UTF-8 cannot encode. */
  public static void requireStorable(String what, String json) {
    if (StoredText.indexOfHalfCharacter(json).isPresent()) {
      throw new IllegalArgumentException(
          "There is a surrogate without its partner, which UTF-8 cannot encode, in %s. Cut strings between characters, not inside one."
              .formatted(what));
    }
  }

  private static final class TooLarge extends JobsException {

    private static final long serialVersionUID = 1L;

    TooLarge(String message) {
      super(message, null, null, null);
    }
  }
}
