package dev.tenon.jobs.processor.model;

import java.util.Set;

/**
 * A result that is not a record: a simple value, an enum or an array, which has no validator.
 *
 * @param value the result
 * @param shapes the records reachable from it; their root is the type of the result
 */
public record SimpleResult(ValueShape value, Shapes shapes) {

  /** The names of all classes that the code generated for the result depends on. */
  Set<String> classes() {
    Set<String> names = shapes.classes();
    Shapes.addClasses(value, names);
    return names;
  }
}
