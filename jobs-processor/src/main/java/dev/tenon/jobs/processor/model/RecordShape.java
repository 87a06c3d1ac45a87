package dev.tenon.jobs.processor.model;

import com.palantir.javapoet.TypeName;
import java.util.List;

/**
 * A record, as validators see it.
 *
 * @param type the record
 * @param components its components, in the order of the source
 */
public record RecordShape(TypeName type, List<Component> components) {

  /** A component and its value. */
  public record Component(String name, ValueShape value) {}
}
