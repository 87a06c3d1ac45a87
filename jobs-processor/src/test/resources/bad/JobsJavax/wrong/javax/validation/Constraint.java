package javax.validation;

public @interface Constraint {
  Class<?>[] validatedBy();
}
