package dev.tenon.jobs.processor.model;

import java.util.Set;

/**
 * A result that is not a record: a simple value, an enum or an array, which has no validator.
 *
 * @param value the result
 * @param shapes the records that it leads to; their root is the type of the result
 */
public record SimpleResult(ValueShape value, Shapes shapes) {

  /** The names of all classes whose source decides what is generated for it. */
  Set<String> classes() {
    Set<String> names = shapes.classes();
    Shapes.addClasses(value, names);
    return names;
  }
}
