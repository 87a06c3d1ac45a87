package dev.tenon.jobs.processor.model;

import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import java.util.List;
import java.util.Optional;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.TypeMirror;

/**
 * A method with {@code @FromResults} of a payload.
 *
 * @param method the method
 * @param owner the payload
 * @param parameters its parameters
 * @param returned the form of what it returns
 * @param nullable whether it is declared to return null, or a list that contains null
 * @param thrown the checked exceptions that it declares
 * @param overloaded whether the payload has another method of that name, declared or inherited
 * @param deprecation its deprecation
 */
public record TaskInputMethod(
    ExecutableElement method,
    TypeElement owner,
    List<Parameter> parameters,
    Returned returned,
    boolean nullable,
    List<TypeMirror> thrown,
    boolean overloaded,
    Deprecation deprecation) {

  /** The form of what a method returns. */
  public enum Returned {
    /** The payload. */
    PAYLOAD,
    /** An {@code Optional} of the payload. */
    OPTIONAL,
    /** A {@code List} of payloads. */
    LIST,
    /** Another type. */
    OTHER
  }

  /** The deprecation of a method, which the constant generated for it repeats. */
  public enum Deprecation {
    /** Not deprecated. */
    NONE,
    /** Deprecated with {@code @Deprecated}. */
    ORDINARY,
    /** Deprecated with {@code @Deprecated(forRemoval = true)}. */
    FOR_REMOVAL
  }

  /**
   * A parameter.
   *
   * @param element the parameter
   * @param type its type
   * @param isPayload whether it is of the payload's type, which makes it a draft
   * @param fault the reason why it cannot be a result, and the fix; empty if it can be one or is
   *     the payload
   * @param classes the classes in its type
   */
  public record Parameter(
      VariableElement element,
      TypeName type,
      boolean isPayload,
      Optional<Fault> fault,
      List<TypeElement> classes) {

    /**
     * Returns whether the parameter takes the results of many jobs. Only for a parameter that can
     * be a result.
     */
    public boolean isList() {
      return type instanceof ParameterizedTypeName;
    }
  }

  /**
   * The reason why a parameter cannot be a result.
   *
   * @param what the description of its type, such as {@code which is a primitive}
   * @param fix the advice for what to do
   */
  public record Fault(String what, String fix) {}

  /** The name of the method, which workflows store. */
  public String name() {
    return method.getSimpleName().toString();
  }

  /** The name of the constant that is generated for it. */
  public String constant() {
    return GeneratedNames.constant(name());
  }

  /** Returns whether the method takes a draft. */
  public boolean takesDraft() {
    return !parameters.isEmpty() && parameters.get(0).isPayload();
  }

  /** The parameters that are results. */
  public List<Parameter> results() {
    return takesDraft() ? parameters.subList(1, parameters.size()) : parameters;
  }
}
