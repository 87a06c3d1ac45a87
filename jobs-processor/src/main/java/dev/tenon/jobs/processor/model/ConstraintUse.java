package dev.tenon.jobs.processor.model;

import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A constraint on a component, or on what a component contains.
 *
 * @param name the simple name of its annotation
 * @param constraint what it asks for
 * @param message what its annotation says the message is, with the values of attributes put in
 * @param position the annotation
 */
public record ConstraintUse(
    String name,
    Constraint constraint,
    Optional<Attribute<String>> message,
    SourcePosition position) {

  private static final Pattern PLACEHOLDER = Pattern.compile("\\$?(?<!\\\\)\\{[^}]*\\}");

  /** The first thing in a message that would have to be put in; empty if there is none. */
  public static Optional<String> placeholder(String message) {
    return PLACEHOLDER.matcher(message).results().map(MatchResult::group).findFirst();
  }

  /** The message that its annotation gives, as people are to see it. */
  public Optional<String> messageText() {
    return message.map(text -> text.value().replaceAll("\\\\([\\\\{}$])", "$1"));
  }

  /** Whether it names a type that does not exist yet. */
  public boolean isUnresolved() {
    return constraint instanceof Constraint.Unresolved;
  }

  /** Whether it refuses null. */
  public boolean refusesNull() {
    return constraint instanceof Constraint.NotNull
        || constraint instanceof Constraint.NotBlank
        || constraint instanceof Constraint.NotEmpty;
  }
}
