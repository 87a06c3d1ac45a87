package dev.tenon.jobs.internal.operate;

import dev.tenon.jobs.JobError;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Converts errors from rows. */
final class StoredErrors {

  private StoredErrors() {}

  /** The error in the columns; empty if the attempt did not fail. */
  static Optional<JobError> error(
      JobError.@Nullable Reason reason, @Nullable String errorClass, @Nullable String message) {
    return Optional.ofNullable(reason).map(found -> JobError.of(found, errorClass, message));
  }
}
