package dev.tenon.jobs;

import dev.tenon.jobs.definition.Violation;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A payload does not meet the constraints of its type. It names every violation, and no value. */
public final class InvalidPayloadException extends JobsException {

  private static final long serialVersionUID = 1L;

  private final transient List<Violation> violations;
  private final int index;

  /**
   * An exception.
   *
   * @param jobType the job type
   * @param jobId the job; null if it is not recorded
   * @param index the place of the payload among those submitted; -1 if it was alone
   * @param violations what is wrong
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

  /** The place of the payload among those that were submitted together. */
  public OptionalInt index() {
    return index < 0 ? OptionalInt.empty() : OptionalInt.of(index);
  }
}
