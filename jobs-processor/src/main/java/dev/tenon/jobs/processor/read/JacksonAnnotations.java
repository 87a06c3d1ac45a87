package dev.tenon.jobs.processor.read;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.TypeElement;

/**
 * What annotations of Jackson's make of records. A new name of a component is understood; whatever
 * else they say may change the JSON in any way.
 */
public final class JacksonAnnotations {

  private static final Set<String> SAY_NOTHING_OF_THE_JSON =
      Set.of(
          "com.fasterxml.jackson.annotation.JsonClassDescription",
          "com.fasterxml.jackson.annotation.JsonPropertyDescription",
          "com.fasterxml.jackson.annotation.JsonPropertyOrder");

  private JacksonAnnotations() {}

  /**
   * The JSON property that holds a component; empty if annotations may make something else of it.
   *
   * @param component the field of the component
   */
  public static Optional<String> property(Element component) {
    String name = component.getSimpleName().toString();
    List<String> others =
        JsonTypes.annotations(component)
            .filter(annotation -> !SAY_NOTHING_OF_THE_JSON.contains(annotation))
            .toList();
    if (others.isEmpty()) {
      return Optional.of(name);
    }
    if (!others.equals(List.of(JsonTypes.JSON_PROPERTY))) {
      return Optional.empty();
    }
    AnnotationMirror property = Annotations.find(component, JsonTypes.JSON_PROPERTY).orElseThrow();
    boolean onlyNamed =
        property.getElementValues().keySet().stream()
            .allMatch(attribute -> attribute.getSimpleName().contentEquals("value"));
    String text = Annotations.text(property, "value");
    return onlyNamed ? Optional.of(text.isEmpty() ? name : text) : Optional.empty();
  }

  /** Whether a record, or a sealed interface, is written as its components say. */
  public static boolean leaveAlone(TypeElement type) {
    return saysNothing(type)
        && type.getEnclosedElements().stream()
            .filter(member -> member.getKind() == ElementKind.METHOD)
            .allMatch(method -> isAccessor(method, type) || saysNothing(method))
        && type.getEnclosedElements().stream()
            .filter(member -> member.getKind() == ElementKind.CONSTRUCTOR)
            .allMatch(JacksonAnnotations::saysNothing);
  }

  /** Whether it is an accessor with the same annotations as its component. */
  private static boolean isAccessor(Element method, TypeElement type) {
    return type.getEnclosedElements().stream()
        .filter(member -> member.getKind() == ElementKind.FIELD)
        .filter(member -> member.getSimpleName().equals(method.getSimpleName()))
        .anyMatch(
            field ->
                JsonTypes.annotations(field)
                    .toList()
                    .equals(JsonTypes.annotations(method).toList()));
  }

  private static boolean saysNothing(Element element) {
    return JsonTypes.annotations(element).allMatch(SAY_NOTHING_OF_THE_JSON::contains);
  }
}
