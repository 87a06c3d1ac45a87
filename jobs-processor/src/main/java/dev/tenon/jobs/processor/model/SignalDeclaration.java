package dev.tenon.jobs.processor.model;

import com.palantir.javapoet.ClassName;

/**
 * A signal, as {@code @Signal} on its record declares it. The attributes are as written and may be
 * wrong.
 *
 * @param record the record
 * @param position the annotation
 * @param name the name of the signal
 * @param version the version of the record's shape
 */
public record SignalDeclaration(
    ClassName record, SourcePosition position, Attribute<String> name, Attribute<Integer> version) {

  /** The name of the signal. */
  public String signalName() {
    return name.value();
  }

  /** The label that people see in place of the name. */
  public String label() {
    return GeneratedNames.label(signalName());
  }

  /** The generated class that holds the definition. */
  public ClassName definition() {
    return GeneratedNames.signal(record);
  }

  /** The name of the method of the module's class that returns the signal's sender. */
  public String accessor() {
    return GeneratedNames.signalAccessor(record);
  }
}
