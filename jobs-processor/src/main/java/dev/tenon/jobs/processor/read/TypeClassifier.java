package dev.tenon.jobs.processor.read;

import dev.tenon.jobs.processor.model.ValueKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.type.WildcardType;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;

/** Classifies types. */
final class TypeClassifier {

  private static final Map<String, ValueKind> BY_NAME =
      Map.ofEntries(
          Map.entry("java.lang.Boolean", ValueKind.BOOLEAN),
          Map.entry("java.lang.Byte", ValueKind.BYTE),
          Map.entry("java.lang.Short", ValueKind.SHORT),
          Map.entry("java.lang.Integer", ValueKind.INT),
          Map.entry("java.lang.Long", ValueKind.LONG),
          Map.entry("java.lang.Float", ValueKind.FLOAT),
          Map.entry("java.lang.Double", ValueKind.DOUBLE),
          Map.entry("java.math.BigInteger", ValueKind.BIG_INTEGER),
          Map.entry("java.math.BigDecimal", ValueKind.BIG_DECIMAL),
          Map.entry("java.util.Optional", ValueKind.OPTIONAL),
          Map.entry("java.util.OptionalInt", ValueKind.OPTIONAL_INT),
          Map.entry("java.util.OptionalLong", ValueKind.OPTIONAL_LONG),
          Map.entry("java.util.OptionalDouble", ValueKind.OPTIONAL_DOUBLE));

  private static final Set<String> TIMES =
      Set.of(
          "java.time.Instant",
          "java.time.LocalDate",
          "java.time.LocalDateTime",
          "java.time.LocalTime",
          "java.time.MonthDay",
          "java.time.OffsetDateTime",
          "java.time.OffsetTime",
          "java.time.Year",
          "java.time.YearMonth",
          "java.time.ZonedDateTime",
          "java.util.Date");

  private final Elements elements;
  private final Types types;

  TypeClassifier(Elements elements, Types types) {
    this.elements = elements;
    this.types = types;
  }

  /** The kind of a type. */
  ValueKind kind(TypeMirror type) {
    return switch (type.getKind()) {
      case BOOLEAN -> ValueKind.BOOLEAN;
      case BYTE -> ValueKind.BYTE;
      case SHORT -> ValueKind.SHORT;
      case INT -> ValueKind.INT;
      case LONG -> ValueKind.LONG;
      case FLOAT -> ValueKind.FLOAT;
      case DOUBLE -> ValueKind.DOUBLE;
      case ARRAY -> ValueKind.ARRAY;
      case DECLARED -> declaredKind((DeclaredType) type);
      default -> ValueKind.OTHER;
    };
  }

  private ValueKind declaredKind(DeclaredType type) {
    TypeElement element = (TypeElement) type.asElement();
    String name = element.getQualifiedName().toString();
    if (BY_NAME.containsKey(name)) {
      return BY_NAME.get(name);
    }
    if (TIMES.contains(name)) {
      return ValueKind.TIME;
    }
    if (element.getKind() == ElementKind.RECORD) {
      return ValueKind.RECORD;
    }
    if (is(type, "java.util.Collection")) {
      return ValueKind.COLLECTION;
    }
    if (is(type, "java.util.Map")) {
      return ValueKind.MAP;
    }
    if (is(type, "java.lang.CharSequence")) {
      return ValueKind.TEXT;
    }
    if (is(type, "java.lang.Iterable")) {
      return ValueKind.ITERABLE;
    }
    return isUnion(element) ? ValueKind.UNION : ValueKind.OTHER;
  }

  /** Returns whether a type is a sealed interface whose implementations are all records. */
  private static boolean isUnion(TypeElement element) {
    return element.getKind() == ElementKind.INTERFACE
        && element.getModifiers().contains(Modifier.SEALED)
        && element.getTypeParameters().isEmpty()
        && element.getPermittedSubclasses().stream()
            .map(permitted -> (TypeElement) ((DeclaredType) permitted).asElement())
            .allMatch(permitted -> isPlainRecord(permitted) || isUnion(permitted));
  }

  /** Returns why a sealed interface is not a union, and what to do about it. */
  static String noUnion(TypeElement sealed) {
    boolean isGeneric =
        Stream.concat(
                Stream.of(sealed),
                sealed.getPermittedSubclasses().stream()
                    .map(permitted -> (TypeElement) ((DeclaredType) permitted).asElement()))
            .anyMatch(type -> !type.getTypeParameters().isEmpty());
    return isGeneric
        ? "a sealed interface with type parameters, its own or an implementation's; remove them"
        : "a sealed interface with implementations that are not records; make each of them one";
  }

  private static boolean isPlainRecord(TypeElement element) {
    return element.getKind() == ElementKind.RECORD && element.getTypeParameters().isEmpty();
  }

  /**
   * The records of a sealed interface, including those of sealed interfaces in it, by name:
   * compilers list them in different orders.
   */
  static List<DeclaredType> alternatives(TypeElement union) {
    Map<String, DeclaredType> records = new TreeMap<>();
    addAlternatives(union, records);
    return List.copyOf(records.values());
  }

  /** A record may implement several of the interfaces. */
  private static void addAlternatives(TypeElement union, Map<String, DeclaredType> records) {
    for (TypeMirror permitted : union.getPermittedSubclasses()) {
      TypeElement element = (TypeElement) ((DeclaredType) permitted).asElement();
      if (element.getKind() == ElementKind.RECORD) {
        records.put(element.getQualifiedName().toString(), (DeclaredType) permitted);
      } else {
        addAlternatives(element, records);
      }
    }
  }

  /**
   * Returns whether values of a type have a natural order; a {@code CharSequence} counts as a
   * String.
   */
  boolean isOrdered(TypeMirror type) {
    return is(type, "java.lang.Comparable") || is(type, "java.lang.CharSequence");
  }

  private boolean is(TypeMirror type, String supertype) {
    TypeElement element = elements.getTypeElement(supertype);
    return types.isSubtype(types.erasure(type), types.erasure(element.asType()));
  }

  /** The types that a collection, a map, an array or an optional contains; empty for a raw type. */
  List<TypeMirror> contents(TypeMirror type, ValueKind kind) {
    if (type instanceof ArrayType array) {
      return List.of(array.getComponentType());
    }
    int count =
        switch (kind) {
          case COLLECTION, ITERABLE, OPTIONAL -> 1;
          case MAP -> 2;
          default -> 0;
        };
    if (count == 0 || !(type instanceof DeclaredType declared)) {
      return List.of();
    }
    String container =
        kind == ValueKind.MAP
            ? "java.util.Map"
            : kind == ValueKind.OPTIONAL ? "java.util.Optional" : "java.lang.Iterable";
    // The arguments as written still have their annotations; those of a supertype may not
    List<? extends TypeMirror> arguments =
        declared.getTypeArguments().size() == count
            ? declared.getTypeArguments()
            : supertype(declared, container).map(DeclaredType::getTypeArguments).orElse(List.of());
    return arguments.stream().map(this::upperBound).toList();
  }

  private Optional<DeclaredType> supertype(TypeMirror type, String name) {
    if (type instanceof DeclaredType declared
        && ((TypeElement) declared.asElement()).getQualifiedName().contentEquals(name)) {
      return Optional.of(declared);
    }
    return types.directSupertypes(type).stream()
        .map(supertype -> supertype(supertype, name))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private TypeMirror upperBound(TypeMirror argument) {
    if (!(argument instanceof WildcardType wildcard)) {
      return argument;
    }
    TypeMirror bound = wildcard.getExtendsBound();
    return bound != null ? bound : elements.getTypeElement("java.lang.Object").asType();
  }
}
