package dev.tenon.jobs.processor.read;

import dev.tenon.jobs.processor.model.ValueKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;

/**
 * Which types JSON can carry there and back without a hint of the user's: what the runtime's codec
 * reads as it was written. What a type contains is not looked at.
 */
final class JsonTypes {

  private static final Set<String> VALUES =
      Set.of(
          "java.lang.String",
          "java.lang.CharSequence",
          "java.lang.Character",
          "java.lang.Boolean",
          "java.lang.Byte",
          "java.lang.Short",
          "java.lang.Integer",
          "java.lang.Long",
          "java.lang.Float",
          "java.lang.Double",
          "java.lang.Void",
          "java.math.BigDecimal",
          "java.math.BigInteger",
          "java.net.URI",
          "java.net.URL",
          "java.time.Duration",
          "java.time.Instant",
          "java.time.LocalDate",
          "java.time.LocalDateTime",
          "java.time.LocalTime",
          "java.time.MonthDay",
          "java.time.OffsetDateTime",
          "java.time.OffsetTime",
          "java.time.Period",
          "java.time.Year",
          "java.time.YearMonth",
          "java.time.ZoneId",
          "java.time.ZoneOffset",
          "java.time.ZonedDateTime",
          "java.util.Currency",
          "java.util.Date",
          "java.util.Locale",
          "java.util.Optional",
          "java.util.OptionalDouble",
          "java.util.OptionalInt",
          "java.util.OptionalLong",
          "java.util.UUID");

  private static final Set<String> CONTAINERS =
      Set.of(
          "java.lang.Iterable",
          "java.util.ArrayDeque",
          "java.util.ArrayList",
          "java.util.Collection",
          "java.util.Deque",
          "java.util.EnumMap",
          "java.util.HashMap",
          "java.util.HashSet",
          "java.util.LinkedHashMap",
          "java.util.LinkedHashSet",
          "java.util.LinkedList",
          "java.util.List",
          "java.util.Map",
          "java.util.NavigableMap",
          "java.util.NavigableSet",
          "java.util.Queue",
          "java.util.SequencedCollection",
          "java.util.SequencedMap",
          "java.util.SequencedSet",
          "java.util.Set",
          "java.util.SortedMap",
          "java.util.SortedSet",
          "java.util.TreeMap",
          "java.util.TreeSet",
          "java.util.concurrent.ConcurrentHashMap",
          "java.util.concurrent.ConcurrentMap");

  private static final Set<String> NO_KEYS =
      Set.of(
          "java.lang.Void",
          "java.net.URL",
          "java.util.Optional",
          "java.util.OptionalDouble",
          "java.util.OptionalInt",
          "java.util.OptionalLong");

  static final String JSON_PROPERTY = "com.fasterxml.jackson.annotation.JsonProperty";

  private static final List<String> JACKSON = List.of("com.fasterxml.jackson.", "tools.jackson.");

  private JsonTypes() {}

  /** Why JSON cannot carry values of a type, and what can be done; empty if it can. */
  static Optional<String> hindrance(TypeMirror type, ValueKind kind) {
    if (type.getKind().isPrimitive() || kind == ValueKind.ARRAY) {
      return Optional.empty();
    }
    if (!(type instanceof DeclaredType declared)) {
      return Optional.of(
          type.getKind() == TypeKind.TYPEVAR
              ? "a type parameter; name the type"
              : "no type of values; use a record");
    }
    TypeElement element = (TypeElement) declared.asElement();
    if (!element.getTypeParameters().isEmpty() && declared.getTypeArguments().isEmpty()) {
      return Optional.of("a raw type; write its type arguments");
    }
    String name = element.getQualifiedName().toString();
    if (kind == ValueKind.RECORD
        || kind == ValueKind.UNION
        || element.getKind() == ElementKind.ENUM
        || VALUES.contains(name)
        || CONTAINERS.contains(name)
        || saysHow(element)) {
      return Optional.empty();
    }
    return Optional.of(reason(element, name, kind));
  }

  /** Why the keys of a map cannot be of a type; empty if they can. */
  static Optional<String> keyHindrance(TypeMirror type) {
    boolean simple =
        type instanceof DeclaredType declared
            && (declared.asElement().getKind() == ElementKind.ENUM
                || saysHow(declared.asElement())
                || (VALUES.contains(
                        ((TypeElement) declared.asElement()).getQualifiedName().toString())
                    && !NO_KEYS.contains(
                        ((TypeElement) declared.asElement()).getQualifiedName().toString())));
    return simple
        ? Optional.empty()
        : Optional.of(
            "no type of keys, which are texts in JSON; use String, an enum, UUID or a number");
  }

  private static String reason(TypeElement element, String name, ValueKind kind) {
    if (name.equals("java.lang.Object") || name.equals("java.lang.Number")) {
      return "a type that JSON does not tell; name a more exact one";
    }
    if (has(element, "jakarta.persistence.Entity") || has(element, "javax.persistence.Entity")) {
      return "an entity, which lives in a session; use its id, or a record with what the job needs";
    }
    if (name.startsWith("java.util.function.")
        || name.equals("java.lang.Runnable")
        || name.equals("java.util.concurrent.Callable")
        || has(element, "java.lang.FunctionalInterface")) {
      return "a function; use an enum or a record that tells the handler what to do";
    }
    if (name.startsWith("java.io.")
        || name.startsWith("java.nio.")
        || name.startsWith("java.util.stream.")) {
      return "a stream or file of this process; use a record or a text that says where the data is";
    }
    if (kind == ValueKind.COLLECTION) {
      return "a collection of a special kind; use List or Set";
    }
    if (kind == ValueKind.MAP) {
      return "a map of a special kind; use Map";
    }
    if (element.getKind() == ElementKind.INTERFACE) {
      return element.getModifiers().contains(Modifier.SEALED)
          ? "a sealed interface with implementations that are no records; make each of them one"
          : "an interface without a closed set of implementations; make it sealed, with records";
    }
    return element.getModifiers().contains(Modifier.ABSTRACT)
        ? "an abstract class; use a sealed interface with records"
        : "a class that is no record; make it one, or annotate it for Jackson";
  }

  private static boolean has(TypeElement element, String annotation) {
    return Annotations.find(element, annotation).isPresent();
  }

  /**
   * How JSON names the constants of an enum, in the order of the source; empty if it is no enum, or
   * if annotations of Jackson's make something else of it.
   */
  static Optional<List<String>> constants(TypeMirror type) {
    if (!(type instanceof DeclaredType declared)
        || declared.asElement().getKind() != ElementKind.ENUM) {
      return Optional.empty();
    }
    List<String> names = new ArrayList<>();
    for (Element member : declared.asElement().getEnclosedElements()) {
      if (member.getKind() == ElementKind.ENUM_CONSTANT) {
        Optional<AnnotationMirror> named = Annotations.find(member, JSON_PROPERTY);
        names.add(
            named
                .flatMap(mirror -> Annotations.explicit(mirror, "value"))
                .map(value -> value.getValue().toString())
                .filter(name -> !name.isEmpty())
                .orElse(member.getSimpleName().toString()));
        if (annotations(member).anyMatch(name -> !name.equals(JSON_PROPERTY))) {
          return Optional.empty();
        }
      } else if (!(member instanceof TypeElement) && annotations(member).findAny().isPresent()) {
        return Optional.empty();
      }
    }
    return annotations(declared.asElement()).findAny().isPresent()
        ? Optional.empty()
        : Optional.of(names);
  }

  /** Whether annotations of Jackson's say how the values are written and read. */
  static boolean saysHow(Element element) {
    return annotations(element).findAny().isPresent()
        || (element instanceof TypeElement type
            && type.getEnclosedElements().stream()
                .filter(member -> !(member instanceof TypeElement))
                .anyMatch(JsonTypes::saysHow));
  }

  /** The names of Jackson's annotations on an element. */
  static Stream<String> annotations(Element element) {
    return element.getAnnotationMirrors().stream()
        .map(mirror -> Annotations.element(mirror).getQualifiedName().toString())
        .filter(name -> JACKSON.stream().anyMatch(name::startsWith));
  }
}
