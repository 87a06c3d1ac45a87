package dev.tenon.jobs.cli.generate;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The types of TypeScript for the shapes in a schema. */
final class TypeScriptTypes {

  private final ModuleNames names;
  private final SchemaModel schema;

  TypeScriptTypes(ModuleNames names, SchemaModel schema) {
    this.names = names;
    this.schema = schema;
  }

  /** The type of a shape. */
  String of(Shape shape) {
    return String.join(" | ", alternatives(shape));
  }

  /** The types that a value may have; it has one of them. */
  List<String> alternatives(Shape shape) {
    if (shape instanceof Shape.Either either) {
      return either.shapes().stream()
          .flatMap(each -> alternatives(each).stream())
          .distinct()
          .toList();
    }
    if (shape instanceof Shape.Constants constants) {
      return constants.values().stream().map(Syntax.TYPESCRIPT::plain).toList();
    }
    if (shape instanceof Shape.Union union) {
      return union.alternatives().stream().map(this::tagged).toList();
    }
    return List.of(single(shape));
  }

  private String single(Shape shape) {
    if (shape instanceof Shape.Nothing) {
      return "null";
    }
    if (shape instanceof Shape.Flag) {
      return "boolean";
    }
    if (shape instanceof Shape.Numeral) {
      return "number";
    }
    if (shape instanceof Shape.Text) {
      return "string";
    }
    if (shape instanceof Shape.Entries entries) {
      List<String> types = alternatives(entries.entry());
      String entry = String.join(" | ", types);
      boolean isSimple = types.size() == 1 && !entry.startsWith("readonly ");
      return "readonly " + (isSimple ? entry : "(" + entry + ")") + "[]";
    }
    if (shape instanceof Shape.Mappings mappings) {
      return "{ readonly [key: string]: " + of(mappings.value()) + " }";
    }
    if (shape instanceof Shape.Reference reference) {
      return names.of(schema, reference.to());
    }
    if (shape instanceof Shape.Components components) {
      return components.list().isEmpty()
          ? "object"
          : components.list().stream()
              .map(each -> property(each) + of(each.shape()))
              .collect(Collectors.joining("; ", "{ ", " }"));
    }
    return "unknown";
  }

  private String tagged(Shape.Alternative alternative) {
    return "({ readonly %s: %s } & %s)"
        .formatted(
            Shape.Union.TAG,
            Syntax.TYPESCRIPT.string(alternative.constant()),
            names.of(schema, alternative.to()));
  }

  /** The declaration of a property, before its type. */
  static String property(Shape.Component component) {
    return "readonly " + name(component.name()) + (component.isRequired() ? ": " : "?: ");
  }

  /** The types that a property may have. */
  List<String> property(Shape shape, boolean isRequired) {
    List<String> types = alternatives(shape);
    return isRequired || types.equals(List.of("unknown"))
        ? types
        : Stream.concat(types.stream(), Stream.of("undefined")).toList();
  }

  private static String name(String name) {
    return Syntax.NAME.matcher(name).matches() ? name : Syntax.TYPESCRIPT.string(name);
  }
}
