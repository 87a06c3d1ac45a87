package dev.tenon.jobs.processor.read;

import dev.tenon.jobs.processor.model.Attribute;
import dev.tenon.jobs.processor.model.SourcePosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.VariableElement;

/**
 * Reads the attributes of an annotation whose values have the right types, with the default for
 * those that the source does not give.
 *
 * @param position the annotation
 * @param annotation its contents
 */
record AttributeReader(SourcePosition position, AnnotationMirror annotation) {

  /** A string. */
  Attribute<String> text(String name) {
    return attribute(name, Object::toString);
  }

  /** A whole number. */
  Attribute<Integer> integer(String name) {
    return attribute(name, value -> value instanceof Integer number ? number : 1);
  }

  /** A floating-point number. */
  Attribute<Double> share(String name) {
    return attribute(name, value -> value instanceof Double number ? number : 0.0);
  }

  /** A boolean. */
  Attribute<Boolean> flag(String name) {
    return attribute(name, Boolean.TRUE::equals);
  }

  /** The name of a constant. */
  Attribute<String> constant(String name) {
    return attribute(name, value -> ((VariableElement) value).getSimpleName().toString());
  }

  /** Several strings; none by default. */
  List<Attribute<String>> texts(String name) {
    return Annotations.entries(raw(name).value()).stream()
        .map(entry -> new Attribute<>(entry.getValue().toString(), true, position.at(entry)))
        .toList();
  }

  /** Several strings, and whether the source gives them. */
  Attribute<List<Attribute<String>>> list(String name) {
    Attribute<AnnotationValue> raw = raw(name);
    return new Attribute<>(texts(name), raw.explicit(), raw.position());
  }

  /** Several annotations; none by default. */
  List<AttributeReader> annotations(String name) {
    List<AttributeReader> readers = new ArrayList<>();
    for (AnnotationValue entry : Annotations.entries(raw(name).value())) {
      if (entry.getValue() instanceof AnnotationMirror nested) {
        readers.add(new AttributeReader(SourcePosition.of(position.element(), nested), nested));
      }
    }
    return readers;
  }

  /** A value in the form that compilers give it. */
  Attribute<Object> value(String name) {
    return attribute(name, value -> value);
  }

  /** A value with everything that compilers know about it. */
  Attribute<AnnotationValue> raw(String name) {
    Optional<AnnotationValue> explicit = Annotations.explicit(annotation, name);
    AnnotationValue value =
        explicit
            .or(() -> Annotations.valueOrDefault(annotation, name))
            .orElseThrow(() -> new IllegalStateException(annotation + " has no attribute " + name));
    return new Attribute<>(value, explicit.isPresent(), position.at(explicit.orElse(null)));
  }

  private <T> Attribute<T> attribute(String name, Function<Object, T> convert) {
    Attribute<AnnotationValue> raw = raw(name);
    return new Attribute<>(convert.apply(raw.value().getValue()), raw.explicit(), raw.position());
  }
}
