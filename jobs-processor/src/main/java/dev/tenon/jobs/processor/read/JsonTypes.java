package dev.tenon.jobs.processor.read;

import dev.tenon.jobs.processor.model.Content.Constants.Constant;
import dev.tenon.jobs.processor.model.ValueKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;

/**
 * Decides which types can be written as JSON and read back: those that generated codecs read as
 * they were written. It does not look at the contents of a type.
 */
public final class JsonTypes {

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
          "java.net.URL",
          "java.util.Optional",
          "java.util.OptionalDouble",
          "java.util.OptionalInt",
          "java.util.OptionalLong");

  private static final Set<String> SORTED_SETS =
      Set.of("java.util.NavigableSet", "java.util.SortedSet", "java.util.TreeSet");
  private static final Set<String> SORTED_MAPS =
      Set.of("java.util.NavigableMap", "java.util.SortedMap", "java.util.TreeMap");
  private static final Set<String> WITHOUT_NULL =
      Set.of(
          "java.util.ArrayDeque",
          "java.util.concurrent.ConcurrentHashMap",
          "java.util.concurrent.ConcurrentMap");

  private static final String CALENDAR = "a calendar that changes; use Instant or ZonedDateTime";
  private static final String DOCUMENT =
      "a document of unknown shape; use a record, or a String with the JSON";
  private static final String UNSPECIFIC =
      "an interface that does not say what the data is; name a more exact type";
  private static final String VARIABLE = "a variable that threads share; use ";

  /** The classes that people mistake for values, with what they are and what to use instead. */
  private static final Map<String, String> BETTER =
      Map.ofEntries(
          Map.entry("com.fasterxml.jackson.databind.JsonNode", DOCUMENT),
          Map.entry("com.fasterxml.jackson.databind.node.ArrayNode", DOCUMENT),
          Map.entry("com.fasterxml.jackson.databind.node.ObjectNode", DOCUMENT),
          Map.entry("java.io.Serializable", UNSPECIFIC),
          Map.entry("java.lang.Cloneable", UNSPECIFIC),
          Map.entry("java.lang.Comparable", UNSPECIFIC),
          Map.entry("java.lang.StringBuffer", "a buffer that changes; use String"),
          Map.entry("java.lang.StringBuilder", "a buffer that changes; use String"),
          Map.entry("java.net.InetAddress", "an address that was looked up; use String"),
          Map.entry("java.sql.Date", "a JDBC type; use LocalDate"),
          Map.entry("java.sql.Time", "a JDBC type; use LocalTime"),
          Map.entry("java.sql.Timestamp", "a JDBC type; use Instant"),
          Map.entry("java.util.BitSet", "a set that changes; use boolean[]"),
          Map.entry("java.util.Calendar", CALENDAR),
          Map.entry("java.util.GregorianCalendar", CALENDAR),
          Map.entry("java.util.TimeZone", "a zone that changes; use ZoneId"),
          Map.entry("java.util.concurrent.atomic.AtomicBoolean", VARIABLE + "boolean"),
          Map.entry("java.util.concurrent.atomic.AtomicInteger", VARIABLE + "int"),
          Map.entry("java.util.concurrent.atomic.AtomicLong", VARIABLE + "long"),
          Map.entry(
              "java.util.concurrent.atomic.AtomicReference",
              VARIABLE + "the type of what it holds"),
          Map.entry("java.util.regex.Pattern", "a compiled expression; use String"),
          Map.entry("tools.jackson.databind.JsonNode", DOCUMENT),
          Map.entry("tools.jackson.databind.node.ArrayNode", DOCUMENT),
          Map.entry("tools.jackson.databind.node.ObjectNode", DOCUMENT));

  /** The packages of classes that do work for a program rather than hold data. */
  private static final List<String> SERVICES =
      List.of(
          "dev.tenon.jobs.",
          "jakarta.persistence.",
          "java.lang.Thread",
          "java.sql.",
          "java.util.concurrent.",
          "javax.sql.",
          "org.jooq.",
          "org.slf4j.");

  private JsonTypes() {}

  /** The classes of Java's library that JSON can carry. */
  static Set<String> names() {
    Set<String> names = new TreeSet<>(VALUES);
    names.addAll(CONTAINERS);
    return names;
  }

  /** Returns why JSON cannot carry values of a type, and the way out, or empty if it can. */
  static Optional<String> hindrance(TypeMirror type, ValueKind kind) {
    if (type.getKind().isPrimitive() || kind == ValueKind.ARRAY) {
      return Optional.empty();
    }
    if (!(type instanceof DeclaredType declared)) {
      return Optional.of(
          type.getKind() == TypeKind.TYPEVAR
              ? "a type parameter; name the type"
              : "not a type of values; use a record");
    }
    TypeElement element = (TypeElement) declared.asElement();
    if (!element.getTypeParameters().isEmpty() && declared.getTypeArguments().isEmpty()) {
      return Optional.of("a raw type; write its type arguments");
    }
    String name = element.getQualifiedName().toString();
    if (element.getKind() == ElementKind.ENUM) {
      return JacksonAnnotations.withoutEffectOnEnum(element)
          .map(
              use ->
                  "an enum with %s on %s, and constants are stored by name; remove it"
                      .formatted(use.annotation(), use.member()))
          .or(() -> sharedName(type));
    }
    if (kind == ValueKind.RECORD
        || kind == ValueKind.UNION
        || VALUES.contains(name)
        || CONTAINERS.contains(name)) {
      return Optional.empty();
    }
    return Optional.of(reason(element, name, kind));
  }

  /**
   * Returns why a container cannot be filled with the contents of JSON, or empty if it can.
   *
   * @param isOrdered whether its entries, or its keys, have a natural order
   * @param mayBeNull whether its entries, or its values, may be null
   */
  static Optional<String> fillHindrance(
      TypeMirror container, boolean isOrdered, boolean mayBeNull) {
    String name =
        container instanceof DeclaredType declared
            ? ((TypeElement) declared.asElement()).getQualifiedName().toString()
            : "";
    if (SORTED_SETS.contains(name) && !isOrdered) {
      return Optional.of("a sorted set whose entries are not Comparable; use Set");
    }
    if (SORTED_MAPS.contains(name) && !isOrdered) {
      return Optional.of("a sorted map whose keys are not Comparable; use Map");
    }
    return mayBeNull && (SORTED_SETS.contains(name) || WITHOUT_NULL.contains(name))
        ? Optional.of(
            "a container that cannot hold null; remove @Nullable, or use List, Set or Map")
        : Optional.empty();
  }

  /** Returns why the keys of a map cannot have a type, or empty if they can. */
  static Optional<String> keyHindrance(TypeMirror type) {
    boolean simple =
        type instanceof DeclaredType declared
            && (declared.asElement().getKind() == ElementKind.ENUM
                || (VALUES.contains(
                        ((TypeElement) declared.asElement()).getQualifiedName().toString())
                    && !NO_KEYS.contains(
                        ((TypeElement) declared.asElement()).getQualifiedName().toString())));
    return simple
        ? Optional.empty()
        : Optional.of(
            "not a type for keys, which are strings in JSON; use String, an enum, UUID or a "
                + "number");
  }

  private static String reason(TypeElement element, String name, ValueKind kind) {
    if (name.equals("java.lang.Void")) {
      return "a type without values; leave the component out";
    }
    if (BETTER.containsKey(name)) {
      return BETTER.get(name);
    }
    if (name.equals("java.lang.Object") || name.equals("java.lang.Number")) {
      return "a type that does not say what the data is; name a more exact one";
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
      return "a stream or file of this process; use a record or a string that says where the "
          + "data is";
    }
    if (SERVICES.stream().anyMatch(name::startsWith) && kind == ValueKind.OTHER) {
      return "a part of this process; give it to the constructor of the handler";
    }
    if (kind == ValueKind.COLLECTION) {
      return "a collection of a special kind; use List or Set";
    }
    if (kind == ValueKind.MAP) {
      return "a map of a special kind; use Map";
    }
    if (name.startsWith("java.") || name.startsWith("javax.")) {
      return "a type of the Java library that has no JSON form; use one that the guide lists, or a "
          + "record";
    }
    if (element.getKind() == ElementKind.INTERFACE) {
      return element.getModifiers().contains(Modifier.SEALED)
          ? TypeClassifier.noUnion(element)
          : "an interface without a closed set of implementations; make it sealed, with records";
    }
    return element.getModifiers().contains(Modifier.ABSTRACT)
        ? "an abstract class; use a sealed interface with records"
        : KotlinClasses.isKotlin(element)
            ? "a class in Kotlin, which is not a record; write it as a record in Java"
            : "a class that is not a record; make it one";
  }

  /** Returns why the constants of an enum cannot be distinguished in JSON, or empty if they can. */
  private static Optional<String> sharedName(TypeMirror type) {
    Map<String, Constant> byName = new HashMap<>();
    for (Constant constant : constants(type).orElse(List.of())) {
      Constant other = byName.putIfAbsent(constant.jsonName(), constant);
      if (other != null) {
        return Optional.of(
            "an enum whose constants %s and %s share the name '%s' in JSON; change @JsonProperty"
                .formatted(other.name(), constant.name(), constant.jsonName()));
      }
    }
    return Optional.empty();
  }

  private static boolean has(TypeElement element, String annotation) {
    return Annotations.find(element, annotation).isPresent();
  }

  /** The enum that a type is; empty if it is not one. */
  static Optional<TypeElement> enumeration(TypeMirror type) {
    return type instanceof DeclaredType declared
            && declared.asElement() instanceof TypeElement element
            && element.getKind() == ElementKind.ENUM
        ? Optional.of(element)
        : Optional.empty();
  }

  /** The constants of an enum, in the order of the source; empty if it is not an enum. */
  static Optional<List<Constant>> constants(TypeMirror type) {
    if (!(type instanceof DeclaredType declared)
        || declared.asElement().getKind() != ElementKind.ENUM) {
      return Optional.empty();
    }
    List<Constant> constants = new ArrayList<>();
    for (Element member : declared.asElement().getEnclosedElements()) {
      if (member.getKind() == ElementKind.ENUM_CONSTANT) {
        String name = member.getSimpleName().toString();
        constants.add(new Constant(name, JacksonAnnotations.property(member).orElse(name)));
      }
    }
    return Optional.of(constants);
  }
}
