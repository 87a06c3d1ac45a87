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
 * @param returned what it returns
 * @param nullable whether it says that it may return null, or a list with null in it
 * @param thrown the checked exceptions that it declares
 * @param overloaded whether the payload has another method of its name, of its own or inherited
 * @param deprecation how it is marked as deprecated
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

  /** What a method returns. */
  public enum Returned {
    /** The payload. */
    PAYLOAD,
    /** An {@code Optional} of the payload. */
    OPTIONAL,
    /** A {@code List} of payloads. */
    LIST,
    /** Something else. */
    OTHER
  }

  /** How a method is marked as deprecated, which what is generated for it repeats. */
  public enum Deprecation {
    /** It is not. */
    NONE,
    /** With {@code @Deprecated}. */
    ORDINARY,
    /** With {@code @Deprecated(forRemoval = true)}. */
    FOR_REMOVAL
  }

  /**
   * A parameter.
   *
   * @param element the parameter
   * @param type its type
   * @param isPayload whether it is the payload, and so a draft
   * @param fault what keeps it from being a result, and the way out; empty if it can be one or is
   *     the payload
   * @param classes the classes that its type names
   */
  public record Parameter(
      VariableElement element,
      TypeName type,
      boolean isPayload,
      Optional<Fault> fault,
      List<TypeElement> classes) {

    /** Whether it takes the results of many jobs; for one that can be a result. */
    public boolean isList() {
      return type instanceof ParameterizedTypeName;
    }
  }

  /**
   * Why a parameter cannot be a result.
   *
   * @param what what its type is, such as {@code which is a primitive}
   * @param fix what to do
   */
  public record Fault(String what, String fix) {}

  /** The name of the method, by which workflows store it. */
  public String name() {
    return method.getSimpleName().toString();
  }

  /** The name of the constant that is generated for it. */
  public String constant() {
    return GeneratedNames.constant(name());
  }

  /** Whether it takes a draft. */
  public boolean takesDraft() {
    return !parameters.isEmpty() && parameters.get(0).isPayload();
  }

  /** The parameters that are results. */
  public List<Parameter> results() {
    return takesDraft() ? parameters.subList(1, parameters.size()) : parameters;
  }
}
