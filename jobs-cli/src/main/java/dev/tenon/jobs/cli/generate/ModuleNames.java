package dev.tenon.jobs.cli.generate;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * The names of what is written for a module. Those of the records in a payload begin with the name
 * of the payload, so they do not change when a module gets other job types.
 */
final class ModuleNames {

  private final Identifiers identifiers;
  private final IdentityHashMap<TypeModel, String> constants = new IdentityHashMap<>();
  private final IdentityHashMap<SchemaModel, Map<Definition.Place, String>> names =
      new IdentityHashMap<>();

  /**
   * Creates the names.
   *
   * @param constantCase the spelling of a constant, from the name of a job type
   */
  ModuleNames(ModuleModel module, Identifiers identifiers, UnaryOperator<String> constantCase) {
    this.identifiers = identifiers;
    for (TypeModel type : module.types()) {
      constants.put(type, identifiers.unique(constantCase.apply(type.name())));
      String payload = Words.pascal(type.name());
      addRoot(type.payload(), payload);
      type.result().ifPresent(result -> addRoot(result, payload + "Result"));
    }
    for (TypeModel type : module.types()) {
      addOthers(type.payload());
      type.result().ifPresent(this::addOthers);
    }
  }

  private void addRoot(SchemaModel schema, String name) {
    Map<Definition.Place, String> places = new HashMap<>();
    places.put(Definition.Place.ROOT, identifiers.unique(name));
    names.put(schema, places);
  }

  private void addOthers(SchemaModel schema) {
    Map<Definition.Place, String> places = Objects.requireNonNull(names.get(schema));
    String root = of(schema, Definition.Place.ROOT);
    for (Definition definition : schema.definitions()) {
      if (!definition.place().isRoot()) {
        places.put(
            definition.place(), identifiers.unique(root + Words.pascal(definition.place().name())));
      }
    }
  }

  /** The name of the constant for a job type. */
  String constant(TypeModel type) {
    return Objects.requireNonNull(constants.get(type));
  }

  /** The name of the type for a definition. */
  String of(SchemaModel schema, Definition.Place place) {
    return Objects.requireNonNull(Objects.requireNonNull(names.get(schema)).get(place));
  }

  /** A name for a record of a union, with its tag, in a language that needs one. */
  String tagged(String record) {
    return identifiers.unique(record + "Tagged");
  }

  /** Returns whether something has this name. */
  boolean has(String name) {
    return identifiers.has(name);
  }
}
