package dev.tenon.jobs.definition;

import java.util.Objects;

/**
 * A component of a payload that keys are made of, as submitters find it that see only the JSON.
 *
 * @param component the name of the component
 * @param property the name of its property in the JSON of a payload
 * @param form the form of its values there
 */
public record KeyProperty(String component, String property, KeyForm form) {

  /** Refuses null. */
  public KeyProperty {
    Objects.requireNonNull(component, "component");
    Objects.requireNonNull(property, "property");
    Objects.requireNonNull(form, "form");
  }
}
