package dev.tenon.jobs.processor.model;

import com.palantir.javapoet.TypeName;
import java.util.List;
import java.util.Optional;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;

/**
 * A method of a handler that generated code calls.
 *
 * @param declaration the method that has the annotation, perhaps in a supertype
 * @param implementation the method that is called: the same, or one that overrides it
 * @param parameters its parameters
 * @param returned what it returns, with the type arguments of the handler
 * @param thrown the checked exceptions that it declares
 * @param isNullable whether it is declared to return null
 * @param isOverloaded whether the handler has another method of its name
 */
public record HandlerMethod(
    ExecutableElement declaration,
    ExecutableElement implementation,
    List<StepParameter> parameters,
    TypeMirror returned,
    List<TypeMirror> thrown,
    boolean isNullable,
    boolean isOverloaded) {

  /** Its name. */
  public String name() {
    return implementation.getSimpleName().toString();
  }

  /** The method. */
  public SourcePosition position() {
    return SourcePosition.of(declaration);
  }

  /** Returns whether it returns nothing. */
  public boolean isVoid() {
    return returned.getKind() == TypeKind.VOID;
  }

  /** The type that it returns, as generated code names it. */
  public TypeName returnedType() {
    return TypeName.get(returned);
  }

  /** The parameter that is the key of the record; the first one if there are several. */
  public Optional<StepParameter> key() {
    return parameters.stream().filter(each -> each.role() == StepParameter.Role.KEY).findFirst();
  }

  /** Returns whether it writes through the connection that records the step. */
  public boolean isTransactional() {
    return parameters.stream().anyMatch(each -> each.role() == StepParameter.Role.CONNECTION);
  }
}
