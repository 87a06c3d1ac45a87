package dev.tenon.jobs.processor.model;

import com.palantir.javapoet.TypeName;
import java.util.List;

/**
 * A record, or a sealed interface of records, as validators see it.
 *
 * @param type the record or interface
 * @param components the components of a record, in the order of the source
 * @param alternatives the records of an interface, in the order of the source
 * @param methodConstraints the constraints on methods of a record, where nothing is checked
 */
public record RecordShape(
    TypeName type,
    List<Component> components,
    List<TypeName> alternatives,
    List<MethodConstraint> methodConstraints) {

  /** A component and its value. */
  public record Component(String name, ValueShape value) {}

  /** A constraint on a method, and not on the component if that method is an accessor. */
  public record MethodConstraint(String method, String constraint, SourcePosition position) {}
}
