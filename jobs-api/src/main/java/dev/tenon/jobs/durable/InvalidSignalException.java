package dev.tenon.jobs.durable;

import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.definition.Violation;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Thrown when a signal does not meet the constraints of its record. The message names every
 * violation, but never a value.
 */
public final class InvalidSignalException extends JobsException {

  private static final long serialVersionUID = 1L;

  private final String signal;
  private final transient List<Violation> violations;

  /**
   * Creates the exception.
   *
   * @param signal the name of the signal
   * @param violations everything that is wrong with it
   */
  public InvalidSignalException(String signal, List<Violation> violations) {
    super(
        "The signal '%s' is not valid: %s."
            .formatted(
                signal,
                violations.stream().map(Violation::toString).collect(Collectors.joining("; "))),
        null,
        null,
        null);
    this.signal = signal;
    this.violations = List.copyOf(violations);
  }

  /** The name of the signal. */
  public String signal() {
    return signal;
  }

  /** Everything that is wrong with the signal. */
  public List<Violation> violations() {
    return violations;
  }
}
