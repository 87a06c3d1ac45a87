package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.dashboard.FormField.Kind;
import dev.tenon.jobs.dashboard.PayloadPart.Group;
import dev.tenon.jobs.dashboard.PayloadPart.Leaf;
import dev.tenon.jobs.dashboard.PayloadPart.Secrecy;
import dev.tenon.jobs.libraries.jackson.core.JacksonException;
import dev.tenon.jobs.libraries.jackson.core.TokenStreamLocation;
import java.math.BigDecimal;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A form for a payload, made from its schema: a field for each component, a group for each record,
 * and JSON for what would need a form that grows. What it makes is judged by the generated
 * validator; the form only finds what no value can be made from. Fields of sensitive values do not
 * show what is typed, and a form that was refused comes back without it.
 */
final class PayloadForm {

  /** The field for a payload as JSON. */
  static final String NAME = PayloadPart.NAME;

  private static final Pattern NUMBER =
      Pattern.compile("-?(0|[1-9][0-9]{0,999})(\\.[0-9]{1,999})?([eE][+-]?[0-9]{1,4})?");
  private static final Set<String> NOT_A_NUMBER = Set.of("NaN", "Infinity", "-Infinity");

  private final PayloadPart root;
  private final ZoneId zone;

  private PayloadForm(PayloadPart root, ZoneId zone) {
    this.root = root;
    this.zone = zone;
  }

  /**
   * The form of a payload with this schema.
   *
   * @param zone the time zone of times that are given without one
   */
  static PayloadForm of(Schema schema, ZoneId zone) {
    return new PayloadForm(PayloadPart.of(schema), zone);
  }

  /**
   * A form that takes the whole payload as JSON.
   *
   * @param hasSensitive whether there is something in the payload that people must not see
   */
  static PayloadForm json(boolean hasSensitive, ZoneId zone) {
    return new PayloadForm(PayloadPart.json(hasSensitive), zone);
  }

  /** Returns whether the form has fields, and not only JSON. */
  boolean hasFields() {
    return root instanceof Group;
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
      PayloadPart part, Optional<Parameters> sent, FormErrors errors, List<FormField> fields) {
    if (part instanceof Leaf leaf) {
      fields.add(field(leaf, sent, errors, "f" + fields.size()));
    } else if (part instanceof Group group) {
      fields.add(
          new FormField(
              Kind.OPEN,
              "f" + fields.size(),
              "",
              group.label(),
              false,
              group.isOptional(),
              group.schema().description(),
              group.isOptional() ? "Leave all fields empty to omit it." : "",
              "",
              false,
              List.of(),
              errors.of(group.name())));
      addParts(group, sent, errors, fields);
      fields.add(FormField.close());
    }
  }

  private void addParts(
      PayloadPart part, Optional<Parameters> sent, FormErrors errors, List<FormField> fields) {
    if (part instanceof Group group) {
      group.parts().values().forEach(each -> add(each, sent, errors, fields));
    } else {
      add(part, sent, errors, fields);
    }
  }

  private FormField field(Leaf leaf, Optional<Parameters> sent, FormErrors errors, String id) {
    Schema schema = leaf.schema();
    boolean isCleared =
        leaf.secrecy() != Secrecy.NONE
            && sent.filter(form -> !form.text(leaf.name()).isBlank()).isPresent();
    String value =
        isCleared ? "" : sent.map(form -> form.text(leaf.name())).orElseGet(() -> initial(leaf));
    Kind kind = kind(leaf);
    return new FormField(
        kind,
        id,
        leaf.name(),
        leaf.label().isEmpty() ? NAME : leaf.label(),
        !leaf.isOptional() && !leaf.isInOptional() && !leaf.isText() && !leaf.isCheck(),
        leaf.isOptional(),
        schema.description(),
        hint(leaf, kind),
        value,
        isCleared,
        options(schema, value),
        errors.of(leaf.name()));
  }

  private String hint(Leaf leaf, Kind kind) {
    List<String> parts = new ArrayList<>();
    if (kind != Kind.CHECK && kind != Kind.CHOICE) {
      parts.add(leaf.path().isEmpty() ? "JSON" : type(leaf, kind));
    }
    parts.add(SchemaText.constraints(leaf.schema()));
    parts.add(
        switch (leaf.secrecy()) {
          case NONE -> "";
          case INSIDE -> "has sensitive values, so it is shown only while you type";
          case WHOLE -> "sensitive, so it is not shown";
        });
    return parts.stream().filter(part -> !part.isEmpty()).collect(Collectors.joining("; "));
  }

  private String type(Leaf leaf, Kind kind) {
    String type = SchemaText.type(leaf.schema());
    return switch (leaf.schema().kind()) {
      // Where the browser does not help to write them
      case DATE -> leaf.isSecret() ? type + ", such as 2031-05-06" : type;
      case TIME ->
          "time, in " + Format.name(zone) + (leaf.isSecret() ? ", such as 2031-05-06T07:08" : "");
      default -> kind.isJson() ? "JSON: " + type : type;
    };
  }

  private static String initial(Leaf leaf) {
    if (leaf.isOptional() || leaf.isInOptional() || leaf.isSecret()) {
      return "";
    }
    return switch (leaf.schema().kind()) {
      case LIST -> "[]";
      case MAP -> "{}";
      default -> "";
    };
  }

  private static Kind kind(Leaf leaf) {
    boolean isSecret = leaf.isSecret();
    return switch (leaf.schema().kind()) {
      case TEXT ->
          leaf.isShort()
              ? isSecret ? Kind.SECRET : Kind.LINE
              : isSecret ? Kind.SECRET_TEXT : Kind.TEXT;
      case DATE -> isSecret ? Kind.SECRET : Kind.DATE;
      case TIME -> isSecret ? Kind.SECRET : Kind.TIME;
      case INTEGER, NUMBER -> isSecret ? Kind.SECRET : Kind.NUMBER;
      case BOOLEAN -> isSecret ? Kind.SECRET : leaf.isCheck() ? Kind.CHECK : Kind.CHOICE;
      case CHOICE -> isSecret ? Kind.SECRET : Kind.CHOICE;
      default ->
          switch (leaf.secrecy()) {
            case NONE -> Kind.JSON;
            case INSIDE -> Kind.PARTLY_SECRET_JSON;
            case WHOLE -> Kind.SECRET_JSON;
          };
    };
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
  private Optional<Object> value(PayloadPart part, Parameters sent, FormErrors errors) {
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

  private static boolean isBlank(PayloadPart part, Parameters sent) {
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
      case BOOLEAN -> truth(leaf, stripped, errors);
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

  private static Object truth(Leaf leaf, String text, FormErrors errors) {
    if (!text.equals("true") && !text.equals("false")) {
      errors.add(leaf.name(), "is neither true nor false");
    }
    return text.equals("true");
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
      errors.add(leaf.name(), "is null; leave it empty instead");
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
   * Adds the error of a component to its field, to that of the value that contains it, or to none.
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
  private static String fieldOf(PayloadPart part, String path) {
    if (part instanceof Leaf leaf) {
      return leaf.name();
    }
    Group group = (Group) part;
    for (PayloadPart each : group.parts().values()) {
      if (isAtOrIn(path, each.path())) {
        return fieldOf(each, path);
      }
    }
    return group.path().isEmpty() ? "" : group.name();
  }

  private static boolean isAtOrIn(String path, String outer) {
    return path.startsWith(outer)
        && (path.length() == outer.length() || ".[".indexOf(path.charAt(outer.length())) >= 0);
  }
}
