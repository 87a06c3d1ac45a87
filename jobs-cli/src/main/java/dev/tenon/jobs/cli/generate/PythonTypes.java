package dev.tenon.jobs.cli.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The types of Python for the shapes in a schema. Collects the names to import for them. */
final class PythonTypes {

  static final String CLASS = "TypedDict";
  static final String ALIAS = "TypeAlias";

  private final ModuleNames names;
  private final Set<String> imports = new TreeSet<>();

  PythonTypes(ModuleNames names) {
    this.names = names;
  }

  /** The names from {@code typing} that the code uses, sorted. */
  Set<String> imports() {
    return imports;
  }

  /** A name from {@code typing}. */
  String typing(String name) {
    imports.add(name);
    return name;
  }

  /** The type of a property. */
  String property(SchemaModel schema, Shape.Component component) {
    String type = of(schema, component.shape());
    return component.isRequired() ? type : typing("NotRequired") + "[" + type + "]";
  }

  /** The type of a shape. */
  String of(SchemaModel schema, Shape shape) {
    if (shape instanceof Shape.Either either) {
      return either(schema, either);
    }
    if (shape instanceof Shape.Constants constants) {
      return constants.values().stream()
          .map(Syntax.PYTHON::plain)
          .collect(Collectors.joining(", ", typing("Literal") + "[", "]"));
    }
    if (shape instanceof Shape.Nothing) {
      return "None";
    }
    if (shape instanceof Shape.Flag) {
      return "bool";
    }
    if (shape instanceof Shape.Numeral numeral) {
      return numeral.isWhole() ? "int" : "float";
    }
    if (shape instanceof Shape.Text) {
      return "str";
    }
    if (shape instanceof Shape.Entries entries) {
      return "list[" + of(schema, entries.entry()) + "]";
    }
    if (shape instanceof Shape.Mappings mappings) {
      return "dict[str, " + of(schema, mappings.value()) + "]";
    }
    if (shape instanceof Shape.Reference reference) {
      return names.of(schema, reference.to());
    }
    return shape instanceof Shape.Anything ? typing("Any") : "dict[str, " + typing("Any") + "]";
  }

  /** Null comes last, as people write it. */
  private String either(SchemaModel schema, Shape.Either either) {
    List<String> types =
        new ArrayList<>(either.shapes().stream().map(each -> of(schema, each)).distinct().toList());
    if (types.remove("None")) {
      types.add("None");
    }
    return String.join(" | ", types);
  }

  /** Returns whether a shape has the name of another one in it. */
  static boolean refers(Shape shape) {
    if (shape instanceof Shape.Either either) {
      return either.shapes().stream().anyMatch(PythonTypes::refers);
    }
    if (shape instanceof Shape.Entries entries) {
      return refers(entries.entry());
    }
    if (shape instanceof Shape.Mappings mappings) {
      return refers(mappings.value());
    }
    return shape instanceof Shape.Reference;
  }
}
