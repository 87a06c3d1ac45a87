package dev.tenon.jobs.processor.read;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.lang.model.AnnotatedConstruct;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.ElementFilter;

/** What annotation mirrors say. */
final class Annotations {

  private Annotations() {}

  /** The annotation of this type on an element or a type. */
  static Optional<AnnotationMirror> find(AnnotatedConstruct annotated, String qualifiedName) {
    for (AnnotationMirror mirror : annotated.getAnnotationMirrors()) {
      if (element(mirror).getQualifiedName().contentEquals(qualifiedName)) {
        return Optional.of(mirror);
      }
    }
    return Optional.empty();
  }

  /** The class of an annotation. */
  static TypeElement element(AnnotationMirror mirror) {
    return (TypeElement) mirror.getAnnotationType().asElement();
  }

  /** Whether there is an annotation {@code Nullable}, of whatever package. */
  static boolean isNullable(AnnotatedConstruct annotated) {
    return annotated.getAnnotationMirrors().stream()
        .anyMatch(mirror -> element(mirror).getSimpleName().contentEquals("Nullable"));
  }

  /** A value that the source gives, by the name of its attribute. */
  static Optional<AnnotationValue> explicit(AnnotationMirror mirror, String name) {
    for (Map.Entry<? extends ExecutableElement, ? extends AnnotationValue> entry :
        mirror.getElementValues().entrySet()) {
      if (entry.getKey().getSimpleName().contentEquals(name)) {
        return Optional.of(entry.getValue());
      }
    }
    return Optional.empty();
  }

  /**
   * A value that the source gives, or else the default; empty if the annotation has no such
   * attribute.
   */
  static Optional<AnnotationValue> valueOrDefault(AnnotationMirror mirror, String name) {
    Optional<AnnotationValue> explicit = explicit(mirror, name);
    if (explicit.isPresent()) {
      return explicit;
    }
    return ElementFilter.methodsIn(element(mirror).getEnclosedElements()).stream()
        .filter(method -> method.getSimpleName().contentEquals(name))
        .map(ExecutableElement::getDefaultValue)
        // An attribute without a value, which the compiler reports
        .filter(Objects::nonNull)
        .findFirst();
  }

  /** A value that may be of any type, as text; empty for an attribute that does not exist. */
  static String text(AnnotationMirror mirror, String name) {
    return valueOrDefault(mirror, name).map(value -> value.getValue().toString()).orElse("");
  }

  /** A whole number; the fallback for an attribute that does not exist or has no readable value. */
  static long number(AnnotationMirror mirror, String name, long fallback) {
    return valueOrDefault(mirror, name)
        .map(AnnotationValue::getValue)
        .filter(Number.class::isInstance)
        .map(value -> ((Number) value).longValue())
        .orElse(fallback);
  }

  /** A truth value; the fallback for an attribute that does not exist or has no readable value. */
  static boolean flag(AnnotationMirror mirror, String name, boolean fallback) {
    return valueOrDefault(mirror, name)
        .map(AnnotationValue::getValue)
        .filter(Boolean.class::isInstance)
        .map(Boolean.class::cast)
        .orElse(fallback);
  }

  /** The entries of an array. */
  static List<AnnotationValue> entries(AnnotationValue array) {
    List<AnnotationValue> entries = new ArrayList<>();
    if (array.getValue() instanceof List<?> values) {
      for (Object value : values) {
        if (value instanceof AnnotationValue entry) {
          entries.add(entry);
        }
      }
    }
    return entries;
  }
}
