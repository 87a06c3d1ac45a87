package dev.tenon.jobs.cli.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes a model of one schema. */
final class SchemaReader {

  private static final String REFERENCE = "$ref";
  private static final String BELOW = "#/" + Keywords.DEFINITIONS + "/";

  /** They say what shape a value has; an element of {@code allOf} only restricts it. */
  private static final Set<String> OF_SHAPE =
      Set.of(
          REFERENCE,
          "type",
          "enum",
          "const",
          "anyOf",
          "oneOf",
          "items",
          Keywords.PROPERTIES,
          "additionalProperties");

  private final Map<?, ?> definitions;

  private SchemaReader(Map<?, ?> definitions) {
    this.definitions = definitions;
  }

  /**
   * Reads a schema.
   *
   * @throws GenerateException if it has parts that the annotation processor does not write
   */
  static SchemaModel read(Map<?, ?> schema, SchemaPlace place) {
    Map<String, @Nullable Object> rules = Keywords.rules(schema, place);
    Map<?, ?> named =
        schema.get(Keywords.DEFINITIONS) instanceof Map<?, ?> definitions ? definitions : Map.of();
    SchemaReader reader = new SchemaReader(named);
    List<Definition> all = new ArrayList<>();
    all.add(reader.definition(Definition.Place.ROOT, schema, place));
    named.forEach(
        (key, value) -> {
          String name = String.valueOf(key);
          SchemaPlace inside = place.at(Keywords.DEFINITIONS).at(name);
          all.add(
              reader.definition(
                  new Definition.Place(name), Keywords.schema(value, inside), inside));
        });
    return new SchemaModel(all, rules);
  }

  private Definition definition(Definition.Place name, Map<?, ?> schema, SchemaPlace place) {
    return new Definition(name, shape(schema, place), SchemaNotes.of(schema));
  }

  private Shape shape(Map<?, ?> schema, SchemaPlace place) {
    checkRestrictions(schema, place);
    if (schema.containsKey(REFERENCE)) {
      return new Shape.Reference(reference(schema, place));
    }
    if (schema.containsKey("oneOf")) {
      return union(Keywords.list(schema.get("oneOf"), place.at("oneOf")), place.at("oneOf"));
    }
    if (schema.containsKey("anyOf")) {
      return either(Keywords.list(schema.get("anyOf"), place.at("anyOf")), place.at("anyOf"));
    }
    if (schema.containsKey("enum")) {
      return constants(Keywords.list(schema.get("enum"), place.at("enum")), place.at("enum"));
    }
    if (schema.containsKey("const")) {
      return constant(schema, place.at("const"));
    }
    return ofType(schema, place);
  }

  private static void checkRestrictions(Map<?, ?> schema, SchemaPlace place) {
    if (schema.containsKey("allOf")) {
      SchemaPlace here = place.at("allOf");
      for (Object each : Keywords.list(schema.get("allOf"), here)) {
        for (Object keyword : Keywords.schema(each, here).keySet()) {
          if (OF_SHAPE.contains(String.valueOf(keyword))) {
            throw here.unsupported("'" + keyword + "'");
          }
        }
      }
    }
  }

  private Definition.Place reference(Map<?, ?> schema, SchemaPlace place) {
    String to = String.valueOf(schema.get(REFERENCE));
    if (to.equals("#")) {
      return Definition.Place.ROOT;
    }
    if (to.startsWith(BELOW) && definitions.containsKey(to.substring(BELOW.length()))) {
      return new Definition.Place(to.substring(BELOW.length()));
    }
    throw place.at(REFERENCE).unsupported("the reference '" + to + "'");
  }

  /** The alternatives of a sealed interface: each refers to a record, and has a tag. */
  private Shape union(List<?> list, SchemaPlace place) {
    List<Shape.Alternative> alternatives = new ArrayList<>();
    for (Object each : list) {
      SchemaPlace here = place.at(Integer.toString(alternatives.size()));
      Map<?, ?> schema = Keywords.schema(each, here);
      boolean isTagged =
          schema.containsKey(REFERENCE)
              && schema.get(Keywords.PROPERTIES) instanceof Map<?, ?> properties
              && properties.keySet().equals(Set.of(Shape.Union.TAG));
      if (!isTagged) {
        throw here.unsupported("no reference with a property 'type' that says which one it is");
      }
      SchemaPlace value = here.at(Keywords.PROPERTIES).at(Shape.Union.TAG);
      Map<?, ?> properties = Keywords.schema(schema.get(Keywords.PROPERTIES), here);
      Map<?, ?> tag = Keywords.schema(properties.get(Shape.Union.TAG), value);
      if (!(tag.get("const") instanceof String constant)) {
        throw value.unsupported("no constant string");
      }
      alternatives.add(new Shape.Alternative(constant, reference(schema, here)));
    }
    return new Shape.Union(alternatives);
  }

  private Shape either(List<?> list, SchemaPlace place) {
    List<Shape> shapes = new ArrayList<>();
    for (Object each : list) {
      SchemaPlace here = place.at(Integer.toString(shapes.size()));
      shapes.add(shape(Keywords.schema(each, here), here));
    }
    return new Shape.Either(shapes);
  }

  private static Shape constants(List<?> list, SchemaPlace place) {
    List<Object> values = new ArrayList<>();
    for (Object each : list) {
      if (!(each instanceof String)) {
        throw place.unsupported("a constant that is not a string");
      }
      values.add(each);
    }
    return new Shape.Constants(values);
  }

  private static Shape constant(Map<?, ?> schema, SchemaPlace place) {
    Object value = schema.get("const");
    if (!(value instanceof String || value instanceof Boolean)) {
      throw place.unsupported("a constant that is neither a string nor a boolean");
    }
    Shape constant = new Shape.Constants(List.of(value));
    return schema.get("type") instanceof List<?> types && types.contains("null")
        ? new Shape.Either(List.of(constant, new Shape.Nothing()))
        : constant;
  }

  private Shape ofType(Map<?, ?> schema, SchemaPlace place) {
    Object type = schema.get("type");
    if (type == null) {
      return new Shape.Anything();
    }
    if (!(type instanceof List<?> types)) {
      return ofType(String.valueOf(type), schema, place);
    }
    List<Shape> shapes = new ArrayList<>();
    for (Object each : types) {
      shapes.add(ofType(String.valueOf(each), schema, place));
    }
    return new Shape.Either(shapes);
  }

  private Shape ofType(String type, Map<?, ?> schema, SchemaPlace place) {
    return switch (type) {
      case "null" -> new Shape.Nothing();
      case "boolean" -> new Shape.Flag();
      case "integer" -> new Shape.Numeral(true);
      case "number" -> new Shape.Numeral(false);
      case "string" -> new Shape.Text();
      case "array" -> new Shape.Entries(inside("items", schema, place));
      case "object" ->
          schema.containsKey("additionalProperties")
              ? new Shape.Mappings(inside("additionalProperties", schema, place))
              : components(schema, place);
      default -> throw place.at("type").unsupported("'" + type + "'");
    };
  }

  private Shape inside(String keyword, Map<?, ?> schema, SchemaPlace place) {
    SchemaPlace here = place.at(keyword);
    return schema.containsKey(keyword)
        ? shape(Keywords.schema(schema.get(keyword), here), here)
        : new Shape.Anything();
  }

  private Shape components(Map<?, ?> schema, SchemaPlace place) {
    List<?> required =
        schema.containsKey("required")
            ? Keywords.list(schema.get("required"), place.at("required"))
            : List.of();
    Map<?, ?> properties =
        schema.containsKey(Keywords.PROPERTIES)
            ? Keywords.schema(schema.get(Keywords.PROPERTIES), place.at(Keywords.PROPERTIES))
            : Map.of();
    List<Shape.Component> components = new ArrayList<>();
    properties.forEach(
        (key, value) -> {
          String name = String.valueOf(key);
          SchemaPlace here = place.at(Keywords.PROPERTIES).at(name);
          Map<?, ?> content = Keywords.schema(value, here);
          components.add(
              new Shape.Component(
                  name, shape(content, here), required.contains(name), SchemaNotes.of(content)));
        });
    return new Shape.Components(components);
  }
}
