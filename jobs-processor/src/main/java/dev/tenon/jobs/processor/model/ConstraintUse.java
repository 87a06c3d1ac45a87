package dev.tenon.jobs.processor.model;

/**
 * A constraint on a component, or on what a component contains.
 *
 * @param name the simple name of its annotation
 * @param constraint what it asks for
 * @param place the annotation
 */
public record ConstraintUse(String name, Constraint constraint, Place place) {

  /** Whether it refuses null. */
  public boolean refusesNull() {
    return constraint instanceof Constraint.NotNull
        || constraint instanceof Constraint.NotBlank
        || constraint instanceof Constraint.NotEmpty;
  }
}
