package dev.tenon.jobs.processor.export;

import dev.tenon.jobs.processor.model.Shapes;
import dev.tenon.jobs.processor.model.Shapes.Depth;
import dev.tenon.jobs.processor.model.ValueShape;

/** How much of a value a generated validator checks. */
enum Validation {
  /** Nothing: there is no validator. */
  NONE,
  /** That what is required is there. */
  PRESENCE,
  /** Everything. */
  ALL;

  /** How much is checked of the record in a value of which this much is checked. */
  Validation inside(ValueShape value) {
    if (this == NONE) {
      return NONE;
    }
    Depth depth = Shapes.depthInside(value, this == ALL ? Depth.ALL : Depth.PRESENCE);
    return depth == Depth.ALL ? ALL : PRESENCE;
  }

  /** Whether null is allowed. */
  boolean allowsNull(ValueShape value) {
    return switch (value.presence()) {
      case PRIMITIVE -> false;
      case REQUIRED -> this == NONE;
      case NULLABLE, OPTIONAL -> true;
      case WRAPPED -> value.kind().isOptional();
    };
  }
}
