package dev.tenon.jobs.processor.export;

import dev.tenon.jobs.processor.model.Shapes;
import dev.tenon.jobs.processor.model.Shapes.Depth;
import dev.tenon.jobs.processor.model.ValueShape;

/** The checks that a generated validator makes on a value. */
enum Validation {
  /** None: there is no validator. */
  NONE,
  /** The check that required values are present, and no other. */
  PRESENCE,
  /** Everything. */
  ALL;

  /** The checks on the record in a value that has these checks. */
  Validation inside(ValueShape value) {
    if (this == NONE) {
      return NONE;
    }
    Depth depth = Shapes.depthInside(value, this == ALL ? Depth.ALL : Depth.PRESENCE);
    return depth == Depth.ALL ? ALL : PRESENCE;
  }

  /** Returns whether null is allowed for a value. */
  boolean allowsNull(ValueShape value) {
    return switch (value.presence()) {
      case PRIMITIVE -> false;
      case REQUIRED -> this == NONE;
      case NULLABLE, OPTIONAL -> true;
      case WRAPPED -> value.kind().isOptional();
    };
  }
}
