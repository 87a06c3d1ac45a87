package dev.tenon.jobs.dashboard;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The JSON Schema of a value, as the annotation processor writes it: references are followed, and
 * what is said of null is taken apart from what is said of the value. Immutable.
 */
final class Schema {

  /** The kind of values that a schema describes. */
  enum Kind {
    TEXT,
    DATE,
    TIME,
    INTEGER,
    NUMBER,
    BOOLEAN,
    CHOICE,
    RECORD,
    LIST,
    MAP,
    UNION,
    NOTHING,
    ANY
  }

  /** One that allows everything. */
  static final Schema ANYTHING = parse("{}");

  private final Map<?, ?> root;
  private final Map<?, ?> node;
  private final String reference;
  private final String description;
  private final boolean isSensitive;

  private Schema(
      Map<?, ?> root, Map<?, ?> node, String reference, String description, boolean isSensitive) {
    this.root = root;
    this.node = node;
    this.reference = reference;
    this.description = description;
    this.isSensitive = isSensitive;
  }

  /** The schema of this text; one that allows everything if it is none. */
  static Schema parse(String json) {
    Map<?, ?> root = object(JsonTree.read(json));
    return of(root, root);
  }

  private static Schema of(Map<?, ?> root, Map<?, ?> written) {
    Map<?, ?> node = written;
    String reference = node == root ? "#" : "";
    String description = text(node, "description");
    boolean isSensitive = false;
    while (true) {
      isSensitive |= Boolean.TRUE.equals(node.get("x-sensitive"));
      List<Map<?, ?>> alternatives =
          objects(node.get("anyOf")).stream()
              .filter(alternative -> !"null".equals(alternative.get("type")))
              .toList();
      if (node.get("$ref") instanceof String ref) {
        reference = ref;
        node = resolve(root, ref);
      } else if (!alternatives.isEmpty()) {
        // There is one, except for numbers, which may also be strings such as NaN
        node = alternatives.get(0);
      } else {
        return new Schema(root, node, reference, description, isSensitive);
      }
      description = description.isEmpty() ? text(node, "description") : description;
    }
  }

  private static Map<?, ?> resolve(Map<?, ?> root, String ref) {
    return ref.equals("#")
        ? root
        : object(object(root.get("$defs")).get(ref.substring("#/$defs/".length())));
  }

  private static Map<?, ?> object(@Nullable Object value) {
    return value instanceof Map<?, ?> map ? map : Map.of();
  }

  private static List<Map<?, ?>> objects(@Nullable Object value) {
    List<Map<?, ?>> objects = new ArrayList<>();
    if (value instanceof List<?> list) {
      list.forEach(each -> objects.add(object(each)));
    }
    return objects;
  }

  private static String text(Map<?, ?> node, String keyword) {
    return node.get(keyword) instanceof String text ? text : "";
  }

  Kind kind() {
    if (node.containsKey("enum")) {
      return Kind.CHOICE;
    }
    return switch (type()) {
      case "boolean" -> Kind.BOOLEAN;
      case "integer" -> Kind.INTEGER;
      case "number" -> Kind.NUMBER;
      case "array" -> Kind.LIST;
      case "null" -> Kind.NOTHING;
      case "string" ->
          switch (text("format")) {
            case "date" -> Kind.DATE;
            case "date-time" -> Kind.TIME;
            default -> Kind.TEXT;
          };
      case "object" ->
          node.containsKey("oneOf")
              ? Kind.UNION
              : node.containsKey("additionalProperties") ? Kind.MAP : Kind.RECORD;
      default -> Kind.ANY;
    };
  }

  private String type() {
    if (node.get("type") instanceof List<?> types) {
      return types.stream()
          .filter(type -> !"null".equals(type))
          .findFirst()
          .map(String::valueOf)
          .orElse("null");
    }
    return text("type");
  }

  /** The text of a keyword; empty if it is not there. */
  String text(String keyword) {
    return text(node, keyword);
  }

  /** The value of a keyword; null if it is not there. */
  @Nullable Object keyword(String keyword) {
    return node.get(keyword);
  }

  /** The description of the component or, if it has none, of its record; may be empty. */
  String description() {
    return description;
  }

  /** Returns whether people must not see the value. */
  boolean isSensitive() {
    return isSensitive;
  }

  /** Returns whether people must not see the value, or some part of it. */
  boolean hasSensitive() {
    return hasSensitive(new HashSet<>());
  }

  private boolean hasSensitive(Set<String> seen) {
    return isSensitive
        || ((reference.isEmpty() || seen.add(reference))
            && parts().stream().anyMatch(part -> part.hasSensitive(seen)));
  }

  private Collection<Schema> parts() {
    return switch (kind()) {
      case RECORD -> properties().values();
      case UNION -> alternatives();
      case LIST -> List.of(inner("items"));
      case MAP -> List.of(inner("additionalProperties"));
      default -> List.of();
    };
  }

  /**
   * The reference to the record, which reveals records that contain themselves; empty for other
   * kinds.
   */
  String reference() {
    return reference;
  }

  /** The name of the record; empty for the root. */
  String recordName() {
    return reference.substring(reference.lastIndexOf('/') + 1).replace("#", "");
  }

  /** The components of a record, by their names. */
  Map<String, Schema> properties() {
    Map<String, Schema> properties = new LinkedHashMap<>();
    object(node.get("properties"))
        .forEach((name, schema) -> properties.put(String.valueOf(name), of(root, object(schema))));
    return properties;
  }

  /** Returns whether a component of a record is required. */
  boolean isRequired(String property) {
    return node.get("required") instanceof List<?> names && names.contains(property);
  }

  /** The constants of a choice. */
  List<String> choices() {
    return node.get("enum") instanceof List<?> names
        ? names.stream().map(String::valueOf).toList()
        : List.of();
  }

  /**
   * The schema of the elements of a list, or of the values or names of a map; anything if there is
   * none.
   */
  Schema inner(String keyword) {
    return of(root, object(node.get(keyword)));
  }

  /** The records that a union may be, each with its tag. */
  List<Schema> alternatives() {
    return objects(node.get("oneOf")).stream().map(each -> of(root, each)).toList();
  }
}
