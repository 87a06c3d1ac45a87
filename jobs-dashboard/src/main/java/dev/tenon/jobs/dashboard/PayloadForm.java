package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.dashboard.FormField.Look;
import dev.tenon.jobs.libraries.jackson.core.JacksonException;
import dev.tenon.jobs.libraries.jackson.core.TokenStreamLocation;
import java.math.BigDecimal;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A form for a payload, made from its schema: a field for each component, a group for each record,
 * and JSON for what would need a form that grows. What it makes is judged by the generated
 * validator; the form only finds what no value can be made from.
 */
final class PayloadForm {

  /** The field for a payload as JSON. Names of components begin with it and a point. */
  static final String NAME = "payload";

  private static final int MAX_DEPTH = 4;
  private static final int MAX_SHORT_TEXT = 100;
  private static final Pattern NUMBER =
      Pattern.compile("-?(0|[1-9][0-9]{0,999})(\\.[0-9]{1,999})?([eE][+-]?[0-9]{1,4})?");
  private static final Set<String> NOT_A_NUMBER = Set.of("NaN", "Infinity", "-Infinity");

  private final Part root;
  private final ZoneId zone;

  private PayloadForm(Part root, ZoneId zone) {
    this.root = root;
    this.zone = zone;
  }

  /** A part of a payload. */
  private sealed interface Part {
    /** Where it is, such as {@code options.format}; empty for the payload itself. */
    String path();
  }

  /** A record, whose components are fields. */
  private record Group(
      String path, String label, Schema schema, boolean isOptional, Map<String, Part> parts)
      implements Part {}

  /**
   * A value with a field of its own.
   *
   * @param isInOptional whether it is part of a record that may be absent
   */
  private record Leaf(
      String path, String label, Schema schema, boolean isOptional, boolean isInOptional)
      implements Part {

    String name() {
      return path.isEmpty() ? NAME : NAME + "." + path;
    }

    /** Whether it is a box to tick, which cannot say that there is no value. */
    boolean isCheck() {
      return schema.kind() == Schema.Kind.BOOLEAN && !isOptional;
    }

    boolean isText() {
      return schema.kind() == Schema.Kind.TEXT;
    }
  }

  /**
   * The form of a payload with this schema.
   *
   * @param zone the time zone of times that are given without one
   */
  static PayloadForm of(Schema schema, ZoneId zone) {
    return new PayloadForm(part("", "", schema, false, false, Set.of()), zone);
  }

  /** Whether there is more than JSON. */
  boolean hasFields() {
    return root instanceof Group;
  }

  private static Part part(
      String path,
      String label,
      Schema schema,
      boolean isOptional,
      boolean isInOptional,
      Set<String> around) {
    boolean isGroup =
        schema.kind() == Schema.Kind.RECORD
            && around.size() < MAX_DEPTH
            && !around.contains(schema.reference());
    if (!isGroup) {
      return new Leaf(path, label, schema, isOptional, isInOptional);
    }
    Set<String> inside = new HashSet<>(around);
    inside.add(schema.reference());
    Map<String, Part> parts = new LinkedHashMap<>();
    schema
        .properties()
        .forEach(
            (name, property) -> {
              if (property.kind() != Schema.Kind.NOTHING) {
                parts.put(
                    name,
                    part(
                        path.isEmpty() ? name : path + "." + name,
                        name,
                        property,
                        !schema.isRequired(name),
                        isInOptional || isOptional,
                        inside));
              }
            });
    return new Group(path, label, schema, isOptional, parts);
  }

  /**
   * The lines of the form.
   *
   * @param sent what was sent; empty if the form is new
   * @param errors what is wrong with that
   */
  List<FormField> fields(Optional<Parameters> sent, FormErrors errors) {
    List<FormField> fields = new ArrayList<>();
    addParts(root, sent, errors, fields);
    return fields;
  }

  private void add(
      Part part, Optional<Parameters> sent, FormErrors errors, List<FormField> fields) {
    if (part instanceof Leaf leaf) {
      fields.add(field(leaf, sent, errors, "f" + fields.size()));
    } else if (part instanceof Group group) {
      fields.add(
          new FormField(
              Look.OPEN,
              "f" + fields.size(),
              "",
              group.label(),
              false,
              group.isOptional(),
              group.schema().description(),
              group.isOptional() ? "Leave all of it empty if there is none." : "",
              "",
              List.of(),
              errors.of(NAME + "." + group.path())));
      addParts(group, sent, errors, fields);
      fields.add(FormField.close());
    }
  }

  private void addParts(
      Part part, Optional<Parameters> sent, FormErrors errors, List<FormField> fields) {
    if (part instanceof Group group) {
      group.parts().values().forEach(each -> add(each, sent, errors, fields));
    } else {
      add(part, sent, errors, fields);
    }
  }

  private FormField field(Leaf leaf, Optional<Parameters> sent, FormErrors errors, String id) {
    Schema schema = leaf.schema();
    String value = sent.map(form -> form.text(leaf.name())).orElseGet(() -> initial(leaf));
    String constraints = SchemaText.constraints(schema);
    Look look = look(leaf);
    String type = leaf.path().isEmpty() ? "JSON" : type(look, schema);
    return new FormField(
        look,
        id,
        leaf.name(),
        leaf.label().isEmpty() ? NAME : leaf.label(),
        !leaf.isOptional() && !leaf.isInOptional() && !leaf.isText() && !leaf.isCheck(),
        leaf.isOptional(),
        schema.description(),
        look == Look.CHECK || look == Look.CHOICE
            ? constraints
            : constraints.isEmpty() ? type : type + "; " + constraints,
        value,
        options(schema, value),
        errors.of(leaf.name()));
  }

  private String type(Look look, Schema schema) {
    return switch (look) {
      case JSON -> "JSON: " + SchemaText.type(schema);
      case TIME -> "time, in " + Format.name(zone);
      default -> SchemaText.type(schema);
    };
  }

  private static String initial(Leaf leaf) {
    if (leaf.isOptional() || leaf.isInOptional()) {
      return "";
    }
    return switch (leaf.schema().kind()) {
      case LIST -> "[]";
      case MAP -> "{}";
      default -> "";
    };
  }

  private static Look look(Leaf leaf) {
    Schema schema = leaf.schema();
    return switch (schema.kind()) {
      case TEXT -> isShort(schema) ? Look.LINE : Look.TEXT;
      case DATE -> Look.DATE;
      case TIME -> Look.TIME;
      case INTEGER, NUMBER -> Look.NUMBER;
      case BOOLEAN -> leaf.isCheck() ? Look.CHECK : Look.CHOICE;
      case CHOICE -> Look.CHOICE;
      default -> Look.JSON;
    };
  }

  private static boolean isShort(Schema schema) {
    return !schema.text("format").isEmpty()
        || (schema.keyword("maxLength") instanceof BigDecimal max
            && max.compareTo(BigDecimal.valueOf(MAX_SHORT_TEXT)) <= 0);
  }

  private static List<Option> options(Schema schema, String value) {
    List<String> choices =
        schema.kind() == Schema.Kind.BOOLEAN ? List.of("true", "false") : schema.choices();
    return Stream.concat(
            Stream.of(new Option("", "", value.isEmpty())), Option.of(choices, value).stream())
        .toList();
  }

  /** The payload as JSON, if nothing is wrong. */
  String payload(Parameters sent, FormErrors errors) {
    return JsonTree.write(value(root, sent, errors).orElse(Map.of()));
  }

  /** The value of a part; empty if there is none. */
  private Optional<Object> value(Part part, Parameters sent, FormErrors errors) {
    if (part instanceof Group group) {
      if (group.isOptional() && isBlank(group, sent)) {
        return Optional.empty();
      }
      Map<String, Object> object = new LinkedHashMap<>();
      group
          .parts()
          .forEach(
              (name, each) ->
                  value(each, sent, errors).ifPresent(value -> object.put(name, value)));
      return Optional.of(object);
    }
    Leaf leaf = (Leaf) part;
    String text = sent.text(leaf.name());
    if (leaf.isCheck()) {
      return Optional.of(text.equals("true"));
    }
    if (text.isBlank()) {
      if (leaf.isOptional()) {
        return Optional.empty();
      }
      if (!leaf.isText()) {
        errors.add(leaf.name(), "is required");
      }
      return Optional.of("");
    }
    return Optional.of(value(leaf, text, errors));
  }

  private static boolean isBlank(Part part, Parameters sent) {
    return part instanceof Group group
        ? group.parts().values().stream().allMatch(each -> isBlank(each, sent))
        : sent.text(((Leaf) part).name()).isBlank();
  }

  private Object value(Leaf leaf, String text, FormErrors errors) {
    String stripped = text.strip();
    return switch (leaf.schema().kind()) {
      case TEXT -> leaf.schema().text("format").isEmpty() ? text : stripped;
      case INTEGER, NUMBER -> number(leaf, stripped, errors);
      case TIME -> time(leaf, stripped, errors);
      case BOOLEAN -> stripped.equals("true");
      case DATE, CHOICE -> stripped;
      default -> json(leaf, text, errors);
    };
  }

  private static Object number(Leaf leaf, String text, FormErrors errors) {
    if (NUMBER.matcher(text).matches()) {
      return new BigDecimal(text);
    }
    if (leaf.schema().kind() != Schema.Kind.NUMBER || !NOT_A_NUMBER.contains(text)) {
      errors.add(leaf.name(), "is not a number");
    }
    return text;
  }

  private String time(Leaf leaf, String text, FormErrors errors) {
    try {
      return Filter.time(text, zone).toString();
    } catch (BadRequestException e) {
      errors.add(leaf.name(), "is not a time");
      return text;
    }
  }

  private static Object json(Leaf leaf, String text, FormErrors errors) {
    try {
      Object value = JsonTree.read(text);
      if (value != null) {
        return value;
      }
      errors.add(leaf.name(), "is null; leave it empty if there is no value");
    } catch (JacksonException e) {
      TokenStreamLocation place = e.getLocation();
      errors.add(
          leaf.name(),
          "is not JSON"
              + (place == null
                  ? ""
                  : " (line %d, column %d)".formatted(place.getLineNr(), place.getColumnNr())));
    }
    return text;
  }

  /**
   * Says what is wrong with a component beside its field, that of the value that holds it, or of
   * none.
   *
   * @param path the component, such as {@code options.format} or {@code items[3].sku}
   */
  void addError(String path, String message, FormErrors errors) {
    String field = fieldOf(root, path);
    if (field.isEmpty()) {
      errors.addGeneral(path.isEmpty() ? message : path + " " + message);
    } else {
      String inside = path.substring(field.equals(NAME) ? 0 : field.length() - NAME.length() - 1);
      String shown = inside.startsWith(".") ? inside.substring(1) : inside;
      errors.add(field, shown.isEmpty() ? message : shown + " " + message);
    }
  }

  /** The name of the field for a component, or for what it is in; empty if there is none. */
  private static String fieldOf(Part part, String path) {
    if (part instanceof Leaf leaf) {
      return leaf.name();
    }
    Group group = (Group) part;
    for (Part each : group.parts().values()) {
      if (isAtOrIn(path, each.path())) {
        return fieldOf(each, path);
      }
    }
    return group.path().isEmpty() ? "" : NAME + "." + group.path();
  }

  private static boolean isAtOrIn(String path, String outer) {
    return path.startsWith(outer)
        && (path.length() == outer.length() || ".[".indexOf(path.charAt(outer.length())) >= 0);
  }
}
