package dev.tenon.jobs.processor.model;

import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A constraint on a component, or on what a component contains.
 *
 * @param name the simple name of its annotation
 * @param constraint its requirement
 * @param message the annotation's message, with the values of its attributes filled in
 * @param position the annotation
 */
public record ConstraintUse(
    String name,
    Constraint constraint,
    Optional<Attribute<String>> message,
    SourcePosition position) {

  private static final Pattern PLACEHOLDER = Pattern.compile("\\$?(?<!\\\\)\\{[^}]*\\}");

  /** The first placeholder in a message that cannot be filled in; empty if there is none. */
  public static Optional<String> placeholder(String message) {
    return PLACEHOLDER.matcher(message).results().map(MatchResult::group).findFirst();
  }

  /** The annotation's message, as people will see it. */
  public Optional<String> messageText() {
    return message.map(text -> text.value().replaceAll("\\\\([\\\\{}$])", "$1"));
  }

  /** Returns whether the constraint names a type that does not exist yet. */
  public boolean isUnresolved() {
    return constraint instanceof Constraint.Unresolved;
  }

  /** Returns whether the constraint refuses null. */
  public boolean refusesNull() {
    return constraint instanceof Constraint.NotNull
        || constraint instanceof Constraint.NotBlank
        || constraint instanceof Constraint.NotEmpty;
  }
}
