package dev.tenon.jobs;

import dev.tenon.jobs.definition.Violation;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a payload does not meet the constraints of its type. The message names every
 * violation, but never a value.
 */
public final class InvalidPayloadException extends JobsException {

  private static final long serialVersionUID = 1L;

  private final transient List<Violation> violations;
  private final int index;

  /**
   * Creates the exception.
   *
   * @param jobType the job type
   * @param jobId the job; null if it is not recorded
   * @param index the index of the payload in the list that was submitted; -1 if it was submitted
   *     alone
   * @param violations everything that is wrong with the payload
   */
  public InvalidPayloadException(
      String jobType, @Nullable UUID jobId, int index, List<Violation> violations) {
    super(
        "The payload of job type '%s'%s is not valid: %s."
            .formatted(
                jobType,
                index < 0 ? "" : " at index " + index,
                violations.stream().map(Violation::toString).collect(Collectors.joining("; "))),
        jobType,
        jobId,
        null);
    this.violations = List.copyOf(violations);
    this.index = index;
  }

  /** Everything that is wrong with the payload. */
  public List<Violation> violations() {
    return violations;
  }

  /** The index of the payload in the list that was submitted; empty if it was submitted alone. */
  public OptionalInt index() {
    return index < 0 ? OptionalInt.empty() : OptionalInt.of(index);
  }
}
