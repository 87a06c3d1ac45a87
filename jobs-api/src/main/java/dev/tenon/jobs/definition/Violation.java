package dev.tenon.jobs.definition;

import java.util.Objects;

/**
 * One constraint that a payload or a result does not meet.
 *
 * @param path the path of the value, from the payload down, such as {@code options.priority} or
 *     {@code items[3].sku}; empty for the value itself. A component has the name that it has in
 *     JSON.
 * @param message the rule that is broken, such as {@code must be at least 1}. It never contains the
 *     value that was found, which may be secret.
 */
public record Violation(String path, String message) {

  /** Checks that neither part is null. */
  public Violation {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(message, "message");
  }

  /** Path and message, as people see them. */
  @Override
  public String toString() {
    return path.isEmpty() ? message : path + " " + message;
  }
}
