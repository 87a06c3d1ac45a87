package dev.tenon.jobs.processor.read;

import dev.tenon.jobs.processor.model.RecordShape.JacksonUse;
import dev.tenon.jobs.processor.model.SourcePosition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.util.ElementFilter;

/**
 * Reads the Jackson annotations on records and enums. Generated codecs follow two of them: the name
 * that {@code @JsonProperty} gives, and {@code @JsonAlias}.
 */
final class JacksonAnnotations {

  private static final List<String> PACKAGES = List.of("com.fasterxml.jackson.", "tools.jackson.");
  private static final String OWN = "com.fasterxml.jackson.annotation.";
  private static final String PROPERTY = OWN + "JsonProperty";
  private static final String ALIAS = OWN + "JsonAlias";
  private static final String CREATOR = OWN + "JsonCreator";
  private static final String IGNORE = OWN + "JsonIgnore";
  private static final String IGNORE_PROPERTIES = OWN + "JsonIgnoreProperties";
  private static final String COMPOSED = OWN + "JacksonAnnotationsInside";

  private static final Set<String> SAY_NOTHING_OF_THE_JSON =
      Set.of(
          OWN + "JsonClassDescription", OWN + "JsonPropertyDescription", OWN + "JsonPropertyOrder");

  private static final Map<String, String> ADVICE =
      Map.ofEntries(
          Map.entry("JsonAnyGetter", "Use a component that is a Map"),
          Map.entry("JsonAnySetter", "Use a component that is a Map"),
          Map.entry("JsonCreator", "Only the canonical constructor is called; remove it"),
          Map.entry("JsonDeserialize", "Use a component of a type that JSON can carry"),
          Map.entry("JsonFormat", "Use a String, or the type's own form"),
          Map.entry("JsonGetter", "Only components are stored; make it one"),
          Map.entry("JsonIgnore", "Leave the component out of the record"),
          Map.entry("JsonIgnoreProperties", "Leave those components out of the record"),
          Map.entry("JsonInclude", "Every component is stored, null as null; remove it"),
          Map.entry("JsonNaming", "Write @JsonProperty(\"name\") on each component"),
          Map.entry("JsonSerialize", "Use a component of a type that JSON can carry"),
          Map.entry("JsonSubTypes", "The simple names of the records tell them apart; remove it"),
          Map.entry("JsonTypeInfo", "The simple names of the records tell them apart; remove it"),
          Map.entry("JsonTypeName", "The simple names of the records tell them apart; remove it"),
          Map.entry("JsonUnwrapped", "Write its components here"),
          Map.entry("JsonValue", "Only components are stored; use what it returns as a component"));

  private JacksonAnnotations() {}

  /**
   * The name that {@code @JsonProperty} gives; empty if it gives none.
   *
   * @param members a component's field and accessor, or a constant
   */
  static Optional<String> property(Element... members) {
    return Arrays.stream(members)
        .map(member -> Annotations.find(member, PROPERTY))
        .flatMap(Optional::stream)
        .flatMap(mirror -> Annotations.explicit(mirror, "value").stream())
        .map(value -> value.getValue().toString())
        .filter(name -> !name.isEmpty())
        .findFirst();
  }

  /** The names that {@code @JsonAlias} on one of the members gives. */
  static List<String> aliases(Element... members) {
    return Arrays.stream(members)
        .map(member -> Annotations.find(member, ALIAS))
        .flatMap(Optional::stream)
        .limit(1)
        .flatMap(mirror -> Annotations.entries(mirror, "value").stream())
        .map(entry -> entry.getValue().toString())
        .toList();
  }

  /** The annotations on a record or a sealed interface that generated code does not follow. */
  static List<JacksonUse> withoutEffect(TypeElement type) {
    List<JacksonUse> uses = new ArrayList<>();
    String name = type.getSimpleName().toString();
    add(type, name, Set.of(), uses);
    Set<String> known = new HashSet<>();
    for (VariableElement field : ElementFilter.fieldsIn(type.getEnclosedElements())) {
      String member = name + "." + field.getSimpleName();
      add(field, member, Set.of(PROPERTY, ALIAS), uses);
      of(field).forEach(mirror -> known.add(field.getSimpleName() + " " + name(mirror)));
    }
    for (ExecutableElement method : ElementFilter.methodsIn(type.getEnclosedElements())) {
      boolean isAccessor =
          method.getParameters().isEmpty()
              && ElementFilter.fieldsIn(type.getEnclosedElements()).stream()
                  .anyMatch(field -> field.getSimpleName().equals(method.getSimpleName()));
      Set<String> allowed = isAccessor ? Set.of(PROPERTY, ALIAS) : Set.of(IGNORE);
      addUnknown(method, method.getSimpleName(), name, allowed, known, uses);
    }
    for (ExecutableElement made : ElementFilter.constructorsIn(type.getEnclosedElements())) {
      add(made, "the constructor of " + name, Set.of(CREATOR), uses);
      for (VariableElement parameter : made.getParameters()) {
        addUnknown(parameter, parameter.getSimpleName(), name, Set.of(), known, uses);
      }
    }
    return uses;
  }

  /**
   * Returns the annotation that keeps the constants of an enum from being stored by their names, or
   * empty if there is none.
   */
  static Optional<JacksonUse> withoutEffectOnEnum(TypeElement type) {
    List<JacksonUse> uses = new ArrayList<>();
    String name = type.getSimpleName().toString();
    add(type, name, Set.of(), uses);
    for (Element member : type.getEnclosedElements()) {
      if (!(member instanceof TypeElement)) {
        boolean isConstant = member.getKind() == ElementKind.ENUM_CONSTANT;
        add(
            member,
            name + "." + member.getSimpleName(),
            isConstant ? Set.of(PROPERTY) : Set.of(),
            uses);
      }
    }
    return uses.stream().findFirst();
  }

  private static void add(
      Element element, String member, Set<String> allowed, List<JacksonUse> uses) {
    of(element)
        .filter(mirror -> !isAllowed(mirror, allowed))
        .forEach(
            mirror ->
                uses.add(
                    new JacksonUse(
                        shown(mirror),
                        member,
                        ADVICE.getOrDefault(simpleName(mirror), "Remove it"),
                        SourcePosition.of(element, mirror))));
  }

  /** Adds the annotations that the compiler did not copy from a component. */
  private static void addUnknown(
      Element element,
      CharSequence component,
      String record,
      Set<String> allowed,
      Set<String> known,
      List<JacksonUse> uses) {
    List<JacksonUse> found = new ArrayList<>();
    add(element, record + "." + component, allowed, found);
    found.stream()
        .filter(
            use ->
                use.position().annotation() == null
                    || !known.contains(component + " " + name(use.position().annotation())))
        .forEach(uses::add);
  }

  private static boolean isAllowed(AnnotationMirror mirror, Set<String> allowed) {
    String name = name(mirror);
    if (SAY_NOTHING_OF_THE_JSON.contains(name)) {
      return true;
    }
    Set<String> attributes = attributes(mirror);
    if (name.equals(IGNORE_PROPERTIES)) {
      // Unknown properties are ignored anyway
      return attributes.equals(Set.of("ignoreUnknown"));
    }
    if (name.equals(IGNORE)) {
      return allowed.contains(name) && attributes.isEmpty();
    }
    return allowed.contains(name)
        && (name.equals(CREATOR) ? attributes.isEmpty() : Set.of("value").containsAll(attributes));
  }

  private static Set<String> attributes(AnnotationMirror mirror) {
    Set<String> names = new HashSet<>();
    for (ExecutableElement attribute : mirror.getElementValues().keySet()) {
      names.add(attribute.getSimpleName().toString());
    }
    return names;
  }

  /** The annotation as messages show it, with the attribute that matters. */
  private static String shown(AnnotationMirror mirror) {
    String text = "@" + simpleName(mirror);
    if (!name(mirror).equals(PROPERTY)) {
      return text;
    }
    for (Map.Entry<? extends ExecutableElement, ? extends AnnotationValue> entry :
        mirror.getElementValues().entrySet()) {
      String attribute = entry.getKey().getSimpleName().toString();
      if (!attribute.equals("value")) {
        return text + "(" + attribute + " = …)";
      }
    }
    return text;
  }

  private static String name(AnnotationMirror mirror) {
    return Annotations.element(mirror).getQualifiedName().toString();
  }

  private static String simpleName(AnnotationMirror mirror) {
    return Annotations.element(mirror).getSimpleName().toString();
  }

  /**
   * The Jackson annotations on an element, and the user's own annotations that are composed of
   * them.
   */
  static Stream<AnnotationMirror> of(Element element) {
    return element.getAnnotationMirrors().stream()
        .filter(
            mirror ->
                PACKAGES.stream().anyMatch(name(mirror)::startsWith)
                    || Annotations.find(Annotations.element(mirror), COMPOSED).isPresent())
        .map(mirror -> (AnnotationMirror) mirror);
  }
}
