package dev.tenon.jobs.processor.model;

import java.util.List;
import java.util.Optional;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeMirror;

/**
 * An annotation type of the user's, with what {@code @CheckedBy} on it says.
 *
 * @param element the annotation type
 * @param position the {@code @CheckedBy}
 * @param type the class that it names
 * @param method the name of the method
 * @param attributes the attributes of the annotation type that the method is given, in their order
 * @param message what is said where the annotation's message is not given, with nothing in the
 *     place of what can be put in; empty if there is no such text
 * @param sourceOnly the {@code @Retention} by which class files do not keep it; empty if they do
 * @param elsewhere the {@code @Target} by which it stands on no value; empty if it can
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
