package dev.tenon.jobs.processor.read;

import com.palantir.javapoet.ClassName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.lang.model.AnnotatedConstruct;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;

/** Reads annotation mirrors. */
public final class Annotations {

  /** The value that compilers give an attribute that names something that does not exist. */
  private static final String ERROR = "<error>";

  private Annotations() {}

  /**
   * Returns whether each attribute has a value of its type. The compiler reports values that are
   * missing, have another type, or name something that does not exist (yet). Then nothing is
   * reported about the rest of the annotation.
   */
  static boolean isReadable(AnnotationMirror mirror) {
    try {
      // Eclipse's compiler throws an exception instead of giving a value of another type
      mirror.getElementValues();
      for (Element member : element(mirror).getEnclosedElements()) {
        if (member.getKind() == ElementKind.METHOD
            && member instanceof ExecutableElement attribute
            && valueOrDefault(mirror, attribute)
                .filter(value -> fits(value, attribute.getReturnType()))
                .isEmpty()) {
          return false;
        }
      }
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }

  private static boolean fits(AnnotationValue written, TypeMirror type) {
    Object value = written.getValue();
    return switch (type.getKind()) {
      case ARRAY -> {
        TypeMirror component = ((ArrayType) type).getComponentType();
        yield value instanceof List<?>
            && entries(written).stream().allMatch(e -> fits(e, component));
      }
      case BOOLEAN -> value instanceof Boolean;
      case CHAR -> value instanceof Character;
      case DECLARED -> fits(value, (TypeElement) ((DeclaredType) type).asElement());
      default -> value instanceof Number;
    };
  }

  private static boolean fits(Object value, TypeElement type) {
    return switch (type.getKind()) {
      case ENUM -> value instanceof VariableElement;
      case ANNOTATION_TYPE ->
          value instanceof AnnotationMirror mirror
              // It may be another annotation, or one that does not exist
              && element(mirror).getQualifiedName().contentEquals(type.getQualifiedName())
              && isReadable(mirror);
      default ->
          type.getQualifiedName().contentEquals("java.lang.Class")
              ? value instanceof TypeMirror named && !TypeReferences.hasUnresolved(named)
              : value instanceof String text && !text.equals(ERROR);
    };
  }

  /** The annotation of this type on an element or a type. */
  static Optional<AnnotationMirror> find(AnnotatedConstruct annotated, String qualifiedName) {
    for (AnnotationMirror mirror : annotated.getAnnotationMirrors()) {
      if (element(mirror).getQualifiedName().contentEquals(qualifiedName)) {
        return Optional.of(mirror);
      }
    }
    return Optional.empty();
  }

  /**
   * Returns whether an element has an annotation of this simple name that does not exist, as after
   * a wrong import. The compiler reports it, and the annotation's contents are unknown.
   */
  public static boolean hasUnresolved(AnnotatedConstruct annotated, ClassName annotation) {
    return annotated.getAnnotationMirrors().stream()
        .map(AnnotationMirror::getAnnotationType)
        .anyMatch(
            type ->
                type.getKind() == TypeKind.ERROR
                    && type.asElement().getSimpleName().contentEquals(annotation.simpleName()));
  }

  /** The class of an annotation. */
  static TypeElement element(AnnotationMirror mirror) {
    return (TypeElement) mirror.getAnnotationType().asElement();
  }

  /** Returns whether there is an annotation {@code Nullable}, from any package. */
  static boolean isNullable(AnnotatedConstruct annotated) {
    return nullable(annotated).findAny().isPresent();
  }

  /** The annotations {@code Nullable}, from any package. */
  static Stream<? extends AnnotationMirror> nullable(AnnotatedConstruct annotated) {
    return annotated.getAnnotationMirrors().stream()
        .filter(mirror -> element(mirror).getSimpleName().contentEquals("Nullable"));
  }

  /** The value that the source gives an attribute; empty if it gives none. */
  static Optional<AnnotationValue> explicit(AnnotationMirror mirror, String name) {
    for (Map.Entry<? extends ExecutableElement, ? extends AnnotationValue> entry :
        values(mirror).entrySet()) {
      if (entry.getKey().getSimpleName().contentEquals(name)) {
        return Optional.of(entry.getValue());
      }
    }
    return Optional.empty();
  }

  private static Map<? extends ExecutableElement, ? extends AnnotationValue> values(
      AnnotationMirror mirror) {
    try {
      return mirror.getElementValues();
    } catch (RuntimeException e) {
      // It is not readable
      return Map.of();
    }
  }

  /**
   * The value that the source gives, or else the default; empty if the annotation has no such
   * attribute.
   */
  static Optional<AnnotationValue> valueOrDefault(AnnotationMirror mirror, String name) {
    Optional<AnnotationValue> explicit = explicit(mirror, name);
    if (explicit.isPresent()) {
      return explicit;
    }
    for (Element member : element(mirror).getEnclosedElements()) {
      if (member.getKind() == ElementKind.METHOD
          && member instanceof ExecutableElement attribute
          && attribute.getSimpleName().contentEquals(name)) {
        return defaultValue(attribute);
      }
    }
    return Optional.empty();
  }

  private static Optional<AnnotationValue> valueOrDefault(
      AnnotationMirror mirror, ExecutableElement attribute) {
    return explicit(mirror, attribute.getSimpleName().toString()).or(() -> defaultValue(attribute));
  }

  /** The default of an attribute; empty if it must have a value, which the compiler reports. */
  private static Optional<AnnotationValue> defaultValue(ExecutableElement attribute) {
    return Optional.ofNullable(attribute.getDefaultValue());
  }

  /** A value of any type, as a string; empty if the attribute does not exist. */
  static String text(AnnotationMirror mirror, String name) {
    return valueOrDefault(mirror, name).map(value -> value.getValue().toString()).orElse("");
  }

  /** A whole number; the fallback if the attribute does not exist or has no readable value. */
  static long number(AnnotationMirror mirror, String name, long fallback) {
    return valueOrDefault(mirror, name)
        .map(AnnotationValue::getValue)
        .filter(Number.class::isInstance)
        .map(value -> ((Number) value).longValue())
        .orElse(fallback);
  }

  /** A boolean; the fallback if the attribute does not exist or has no readable value. */
  static boolean flag(AnnotationMirror mirror, String name, boolean fallback) {
    return valueOrDefault(mirror, name)
        .map(AnnotationValue::getValue)
        .filter(Boolean.class::isInstance)
        .map(Boolean.class::cast)
        .orElse(fallback);
  }

  /** The entries of an array that the source gives, by the name of its attribute. */
  static List<AnnotationValue> entries(AnnotationMirror mirror, String name) {
    return explicit(mirror, name).map(Annotations::entries).orElse(List.of());
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
