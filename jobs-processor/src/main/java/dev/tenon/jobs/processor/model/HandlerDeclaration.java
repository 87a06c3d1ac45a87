package dev.tenon.jobs.processor.model;

import com.palantir.javapoet.ClassName;
import java.util.List;
import java.util.Optional;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;

/**
 * A class that implements {@code JobHandler} or {@code BatchJobHandler} and names the type that it
 * handles in {@code @JobType}.
 *
 * @param handler its name
 * @param element the class
 * @param position the annotation
 * @param type the name of the type that it handles
 * @param otherAttributes the attributes that it must not have
 * @param arguments its type arguments for {@code P} and {@code R}; empty if it implements the raw
 *     type
 * @param emitted what it emits; empty if it does not implement {@code EmittingJobHandler}
 * @param form which of the two it implements
 * @param batch how its batches are gathered; empty if it takes one job at a time and has no
 *     {@code @Batch}
 * @param hasSteps whether it, or a supertype, declares steps, waits or a cursor
 */
public record HandlerDeclaration(
    ClassName handler,
    TypeElement element,
    SourcePosition position,
    Attribute<String> type,
    List<Attribute<String>> otherAttributes,
    Optional<Arguments> arguments,
    Optional<TypeMirror> emitted,
    Form form,
    Optional<BatchDeclaration> batch,
    boolean hasSteps) {

  /** The interface that a handler implements. */
  public enum Form {
    /** {@code JobHandler}. */
    SINGLE("JobHandler"),
    /** {@code BatchJobHandler}. */
    BATCH("BatchJobHandler"),
    /** Both of them, which is a fault. */
    BOTH("JobHandler");

    private final String interfaceName;

    Form(String interfaceName) {
      this.interfaceName = interfaceName;
    }

    /** The simple name of the interface. */
    public String interfaceName() {
      return interfaceName;
    }
  }

  /** The type arguments of the handler interface that a class implements. */
  public record Arguments(TypeMirror payload, TypeMirror result) {}

  /** The class of its payload; empty if it does not name one. */
  public Optional<TypeElement> payloadElement() {
    return arguments
        .map(Arguments::payload)
        .filter(DeclaredType.class::isInstance)
        .map(payload -> (TypeElement) ((DeclaredType) payload).asElement());
  }

  /** The generated class with its steps; empty if it has none. */
  public Optional<ClassName> steps() {
    return hasSteps ? Optional.of(GeneratedNames.steps(handler)) : Optional.empty();
  }

  /** The name of the type that it handles. */
  public String typeName() {
    return type.value();
  }
}
