package dev.tenon.jobs.processor.export;

import com.palantir.javapoet.ArrayTypeName;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import dev.tenon.jobs.processor.model.Constraint;
import dev.tenon.jobs.processor.model.ConstraintUse;
import dev.tenon.jobs.processor.model.Content;
import dev.tenon.jobs.processor.model.RecordShape;
import dev.tenon.jobs.processor.model.Shapes;
import dev.tenon.jobs.processor.model.TypeNames;
import dev.tenon.jobs.processor.model.ValueKind;
import dev.tenon.jobs.processor.model.ValueShape;
import dev.tenon.jobs.processor.model.ValueShape.Presence;
import dev.tenon.jobs.processor.read.Descriptions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;

/**
 * The JSON Schema of a payload or a result. It describes the JSON that the runtime's codec writes
 * and reads and the generated validator allows. Everything that these two accept is valid.
 *
 * @see <a href="https://json-schema.org/draft/2020-12">JSON Schema 2020-12</a>
 */
final class SchemaDocument {

  static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

  /** The property that says which record of a sealed interface an object is. */
  private static final String TAG = "type";

  /** The keyword of a property whose value is hidden from people. */
  private static final String SENSITIVE = "x-sensitive";

  private final Shapes shapes;
  private final Elements elements;
  private final Descriptions descriptions;
  private final Map<Definition, String> references = new LinkedHashMap<>();
  private final Set<String> names = new HashSet<>();
  private final Deque<Definition> toWrite = new ArrayDeque<>();

  /** A record, and the checks that the validator makes on it. */
  private record Definition(TypeName type, Validation how) {}

  /** The schema of the root of these shapes. */
  SchemaDocument(Shapes shapes, Elements elements, Descriptions descriptions) {
    this.shapes = shapes;
    this.elements = elements;
    this.descriptions = descriptions;
  }

  /** The schema of the root, which is a record or a sealed interface. */
  Map<String, Object> ofRecord(String title) {
    references.put(new Definition(shapes.root(), Validation.ALL), "#");
    return document(title, definition(new Definition(shapes.root(), Validation.ALL)));
  }

  /** The schema of a value that is not validated. */
  Map<String, Object> ofValue(String title, ValueShape value) {
    return document(title, present(value, Validation.NONE));
  }

  private Map<String, Object> document(String title, Schema root) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("title", title);
    json.putAll(root.json());
    Map<String, Object> definitions = new LinkedHashMap<>();
    while (!toWrite.isEmpty()) {
      Definition next = toWrite.remove();
      String reference = references.getOrDefault(next, "");
      definitions.put(reference.substring(reference.lastIndexOf('/') + 1), definition(next).json());
    }
    if (!definitions.isEmpty()) {
      json.put("$defs", definitions);
    }
    return json;
  }

  private Schema definition(Definition definition) {
    TypeElement element = element(definition.type());
    RecordShape shape = shapes.get(definition.type());
    Schema schema =
        shape.alternatives().isEmpty()
            ? record(shape, element, definition.how())
            : union(shape, definition.how());
    descriptions.of(element).ifPresent(schema::description);
    return schema;
  }

  private Schema record(RecordShape shape, TypeElement element, Validation how) {
    Schema schema = Schema.type("object");
    Map<String, Object> properties = new LinkedHashMap<>();
    List<Object> required = new ArrayList<>();
    for (RecordShape.Component component : shape.components()) {
      ValueShape value = component.value();
      Schema content = value(value, how);
      descriptions.of(element, component.name()).ifPresent(content::description);
      if (component.sensitive()) {
        content.with(SENSITIVE, true);
      }
      properties.put(component.jsonName(), content.json());
      boolean mustBeThere =
          value.presence() == Presence.PRIMITIVE
              || (value.presence() == Presence.REQUIRED && how != Validation.NONE);
      if (mustBeThere) {
        required.add(component.jsonName());
      }
    }
    if (!properties.isEmpty()) {
      schema.with("properties", properties);
    }
    return required.isEmpty() ? schema : schema.with("required", required);
  }

  private Schema union(RecordShape shape, Validation how) {
    List<Object> alternatives = new ArrayList<>();
    for (TypeName record : shape.alternatives()) {
      String name = element(record).getSimpleName().toString();
      alternatives.add(
          Schema.ref(reference(record, how))
              .with("properties", Map.of(TAG, Map.of("const", name)))
              .with("required", List.of(TAG))
              .json());
    }
    return Schema.type("object").with("oneOf", alternatives);
  }

  private TypeElement element(TypeName type) {
    return elements.getTypeElement(TypeNames.raw(type).canonicalName());
  }

  /** The reference to the description of a record, which is written later. */
  private String reference(TypeName type, Validation how) {
    boolean sameAsAll = how == Validation.PRESENCE && !shapes.isConstrained(type);
    Definition definition = new Definition(type, sameAsAll ? Validation.ALL : how);
    return references.computeIfAbsent(
        definition,
        added -> {
          toWrite.add(added);
          String name =
              joined(type) + (added.how() == Validation.PRESENCE ? "WithoutConstraints" : "");
          return "#/$defs/" + unique(name.replaceAll("[^A-Za-z0-9_]", "_"));
        });
  }

  private String unique(String name) {
    String unique = name;
    for (int i = 2; !names.add(unique); i++) {
      unique = name + i;
    }
    return unique;
  }

  private static String joined(TypeName type) {
    if (type instanceof ParameterizedTypeName parameterized) {
      StringBuilder name = new StringBuilder(joined(parameterized.rawType()));
      for (TypeName argument : parameterized.typeArguments()) {
        argument.annotations().forEach(annotation -> name.append(joined(annotation.type())));
        name.append(joined(argument));
      }
      return name.toString();
    }
    if (type instanceof ArrayTypeName array) {
      return joined(array.componentType()) + "Array";
    }
    return type instanceof ClassName name ? name.simpleName() : type.toString();
  }

  private Schema value(ValueShape value, Validation how) {
    boolean mustNotBeThere =
        how == Validation.ALL
            && value.presence() == Presence.NULLABLE
            && value.constraints().stream()
                .anyMatch(use -> use.constraint() instanceof Constraint.Null);
    if (mustNotBeThere) {
      return Schema.type("null");
    }
    Schema schema = present(value, how);
    return how.allowsNull(value) ? schema.orNull() : schema;
  }

  /** The schema of a value that is not null. */
  private Schema present(ValueShape value, Validation how) {
    if (value.kind().isNumber()
        || (value.kind().isOptional() && value.kind() != ValueKind.OPTIONAL)) {
      Schema number = NumberSchemas.of(value.kind(), constraints(value, how));
      if (how == Validation.ALL) {
        ConstraintSchemas.addOwn(value, number);
      }
      return number;
    }
    Schema schema = unconstrained(value, how);
    if (how == Validation.ALL) {
      ConstraintSchemas.add(value, schema);
    }
    return schema;
  }

  private static List<Constraint> constraints(ValueShape value, Validation how) {
    return how == Validation.ALL
        ? value.constraints().stream().map(ConstraintUse::constraint).toList()
        : List.of();
  }

  private Schema unconstrained(ValueShape value, Validation how) {
    return value
        .content()
        .accept(
            new Content.Visitor<>() {
              @Override
              public Schema nothing() {
                return simple(value);
              }

              @Override
              public Schema notJson(Content.NotJson notJson) {
                return simple(value);
              }

              @Override
              public Schema constants(Content.Constants constants) {
                return Schema.type("string").with("enum", constants.names());
              }

              @Override
              public Schema components(Content.Components components) {
                return Schema.ref(reference(components.record(), how.inside(value)));
              }

              @Override
              public Schema entries(Content.Entries entries) {
                return SchemaDocument.this.entries(value, entries, how);
              }

              @Override
              public Schema mappings(Content.Mappings mappings) {
                return SchemaDocument.this.mappings(mappings, how);
              }

              @Override
              public Schema wrapped(Content.Wrapped wrapped) {
                return SchemaDocument.this.value(wrapped.value(), how);
              }
            });
  }

  private static Schema simple(ValueShape value) {
    return switch (value.kind()) {
      case BOOLEAN -> Schema.type("boolean");
      case TEXT -> Schema.type("string");
      default ->
          SimpleSchemas.of(value.type().toString())
              .orElseGet(() -> Schema.any().note(SchemaNotes.JACKSON));
    };
  }

  private Schema entries(ValueShape value, Content.Entries entries, Validation how) {
    if (ConstraintSchemas.isArrayOf(value, TypeName.BYTE)) {
      return Schema.text("^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$")
          .with("contentEncoding", "base64");
    }
    if (ConstraintSchemas.isArrayOf(value, TypeName.CHAR)) {
      return Schema.type("string");
    }
    return Schema.type("array").with("items", value(entries.entry(), how).json());
  }

  private Schema mappings(Content.Mappings mappings, Validation how) {
    Schema schema = Schema.type("object");
    key(mappings.key(), how).ifPresent(key -> schema.with("propertyNames", key.json()));
    return schema.with("additionalProperties", value(mappings.value(), how).json());
  }

  /** The schema of the keys of a map, which are strings; empty if every string is valid. */
  private static Optional<Schema> key(ValueShape key, Validation how) {
    boolean isConstrained = how == Validation.ALL && !key.constraints().isEmpty();
    Optional<Schema> schema =
        key.content() instanceof Content.Constants constants
            ? Optional.of(Schema.any().with("enum", constants.names()))
            : SimpleSchemas.key(key.type().toString());
    if (!isConstrained) {
      return schema;
    }
    Schema constrained = schema.orElseGet(Schema::any);
    ConstraintSchemas.add(key, constrained);
    return Optional.of(constrained);
  }
}
