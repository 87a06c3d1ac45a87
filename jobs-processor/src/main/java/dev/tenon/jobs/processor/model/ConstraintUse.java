package dev.tenon.jobs.processor.model;

import java.util.Optional;

/**
 * A constraint on a component, or on what a component contains.
 *
 * @param name the simple name of its annotation
 * @param constraint what it asks for
 * @param message what its annotation says the message is, with the values of attributes put in
 * @param place the annotation
 */
public record ConstraintUse(
    String name, Constraint constraint, Optional<Attribute<String>> message, Place place) {

  /** The message that its annotation gives, as people are to see it. */
  public Optional<String> messageText() {
    return message.map(text -> text.value().replaceAll("\\\\([\\\\{}$])", "$1"));
  }

  /** Whether it refuses null. */
  public boolean refusesNull() {
    return constraint instanceof Constraint.NotNull
        || constraint instanceof Constraint.NotBlank
        || constraint instanceof Constraint.NotEmpty;
  }
}
