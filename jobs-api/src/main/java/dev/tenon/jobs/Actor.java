package dev.tenon.jobs;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The person or program that changes something by hand, and the reason. It is the last argument of
 * each method that makes such a change. The change and its entry in the {@linkplain
 * dev.tenon.jobs.operate.JobAudit audit} are committed together, so there is never one without the
 * other.
 *
 * <pre>{@code
 * jobs.cancel(id, Actor.of("ann", "the customer has withdrawn the order"));
 * }</pre>
 *
 * <p>Immutable.
 */
public final class Actor {

  /** The longest name, in characters. */
  public static final int MAX_NAME_LENGTH = 200;

  /** The longest reason, in characters. */
  public static final int MAX_REASON_LENGTH = 1000;

  private final String name;
  private final @Nullable String reason;

  private Actor(String name, @Nullable String reason) {
    this.name = checked("name", name, MAX_NAME_LENGTH);
    this.reason = reason == null ? null : checked("reason", reason, MAX_REASON_LENGTH);
  }

  /**
   * An actor who gives no reason. Changes that stop the work of others (pauses, overrides, changes
   * to many jobs) require one.
   *
   * @param name a user's id, or the name of a program
   * @throws IllegalArgumentException if the name is blank, longer than {@value #MAX_NAME_LENGTH}
   *     characters, or cannot be stored
   */
  public static Actor of(String name) {
    return new Actor(name, null);
  }

  /**
   * An actor with a reason.
   *
   * @param name a user's id, or the name of a program
   * @param reason the reason, for those who read the audit
   * @throws IllegalArgumentException if the name or the reason is blank, is longer than {@value
   *     #MAX_NAME_LENGTH} or {@value #MAX_REASON_LENGTH} characters, or cannot be stored
   */
  public static Actor of(String name, String reason) {
    return new Actor(name, Objects.requireNonNull(reason, "reason"));
  }

  private static String checked(String what, String value, int limit) {
    if (Objects.requireNonNull(value, what).isBlank()) {
      throw new IllegalArgumentException("The " + what + " of an actor is blank.");
    }
    if (value.length() > limit) {
      throw new IllegalArgumentException(
          "The %s of an actor has %,d characters; %,d are allowed."
              .formatted(what, value.length(), limit));
    }
    if (value.indexOf('\u0000') >= 0 || !StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
      throw new IllegalArgumentException(
          "The %s of an actor has the character U+0000, or a surrogate without its partner, which PostgreSQL cannot store."
              .formatted(what));
    }
    return value;
  }

  /** A user's id, or the name of a program. */
  public String name() {
    return name;
  }

  /** The reason; empty if the actor gave none. */
  public Optional<String> reason() {
    return Optional.ofNullable(reason);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Actor actor
        && name.equals(actor.name)
        && Objects.equals(reason, actor.reason);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, reason);
  }

  @Override
  public String toString() {
    return reason == null ? name : name + " (" + reason + ")";
  }
}
