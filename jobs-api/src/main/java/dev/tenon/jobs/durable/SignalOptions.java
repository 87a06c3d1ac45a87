package dev.tenon.jobs.durable;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Options for sending a signal. Immutable; each method returns a changed copy:
 *
 * <pre>{@code
 * jobs.paymentSettled().send(jobId, settled, SignalOptions.by("stripe").withId(event.id()));
 * }</pre>
 */
public final class SignalOptions {

  private static final SignalOptions DEFAULTS = new SignalOptions(null, null, "");

  private final @Nullable String sentBy;
  private final @Nullable String id;
  private final String key;

  private SignalOptions(@Nullable String sentBy, @Nullable String id, String key) {
    this.sentBy = sentBy;
    this.id = id;
    this.key = key;
  }

  /** The defaults: the runtime's default submitter is the sender, a new id, no key. */
  public static SignalOptions defaults() {
    return DEFAULTS;
  }

  /**
   * The defaults, except for the sender.
   *
   * @param sentBy a user's id, or the name of a program
   */
  public static SignalOptions by(String sentBy) {
    return DEFAULTS.withSentBy(sentBy);
  }

  /**
   * A copy with this sender, in place of the runtime's default submitter.
   *
   * @param sentBy a user's id, or the name of a program
   */
  public SignalOptions withSentBy(String sentBy) {
    return new SignalOptions(Objects.requireNonNull(sentBy, "sentBy"), id, key);
  }

  /**
   * A copy with this id. A signal with the id of an earlier one to the same job is not stored
   * again, so a webhook that is called twice sends one signal.
   *
   * @param id an id that the sender gives the event, with at most 200 characters
   */
  public SignalOptions withId(String id) {
    return new SignalOptions(sentBy, Objects.requireNonNull(id, "id"), key);
  }

  /**
   * A copy with this key. The signal ends the wait that was started with the same key.
   *
   * @param key the key, with at most 200 characters
   */
  public SignalOptions withKey(String key) {
    return new SignalOptions(sentBy, id, Objects.requireNonNull(key, "key"));
  }

  /** The sender; empty for the runtime's default submitter. */
  public Optional<String> sentBy() {
    return Optional.ofNullable(sentBy);
  }

  /** The id of the signal; empty for a new one. */
  public Optional<String> id() {
    return Optional.ofNullable(id);
  }

  /** The key of the wait that the signal ends; empty for a wait without a key. */
  public String key() {
    return key;
  }
}
