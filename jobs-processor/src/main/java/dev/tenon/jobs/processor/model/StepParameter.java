package dev.tenon.jobs.processor.model;

import com.palantir.javapoet.AnnotationSpec;
import com.palantir.javapoet.TypeName;
import java.util.Optional;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.TypeMirror;

/**
 * A parameter of a step, or of a method with {@code @InDoubt}.
 *
 * @param element the parameter
 * @param mirror its type, with the type arguments of the handler
 * @param type its type, as generated code names it
 * @param role what generated code passes
 * @param nullable the declaration that it may be null, if it is an annotation of parameters and not
 *     of types; the type has the other kind
 */
public record StepParameter(
    VariableElement element,
    TypeMirror mirror,
    TypeName type,
    Role role,
    Optional<AnnotationSpec> nullable) {

  /** The kinds of arguments that generated code passes. */
  public enum Role {
    /** An argument of the caller. */
    ARGUMENT,
    /** An argument of the caller that is also the key of the record. */
    KEY,
    /** The context of the step. */
    CONTEXT,
    /** The connection whose transaction records the step. */
    CONNECTION
  }

  /** Its name. */
  public String name() {
    return element.getSimpleName().toString();
  }

  /** Returns whether the caller of the generated method gives it. */
  public boolean isGiven() {
    return role == Role.ARGUMENT || role == Role.KEY;
  }
}
