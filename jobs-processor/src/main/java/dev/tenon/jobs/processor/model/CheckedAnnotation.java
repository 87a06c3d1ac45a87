package dev.tenon.jobs.processor.model;

import java.util.List;
import java.util.Optional;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeMirror;

/**
 * One of the user's annotation types, with the contents of its {@code @CheckedBy}.
 *
 * @param element the annotation type
 * @param position the {@code @CheckedBy}
 * @param type the class that it names
 * @param method the name of the method
 * @param attributes the attributes of the annotation type that the method is given, in their order
 * @param message the default message, with its placeholders not yet filled in; empty if there is
 *     none
 * @param sourceOnly the {@code @Retention} that keeps it out of class files; empty if they contain
 *     it
 * @param elsewhere the {@code @Target} that does not allow it on values; empty if it is allowed
 *     there
 */
public record CheckedAnnotation(
    TypeElement element,
    SourcePosition position,
    Attribute<TypeMirror> type,
    Attribute<String> method,
    List<ExecutableElement> attributes,
    Optional<Attribute<String>> message,
    Optional<SourcePosition> sourceOnly,
    Optional<SourcePosition> elsewhere) {

  /** The name of the annotation type. */
  public String name() {
    return element.getSimpleName().toString();
  }
}
