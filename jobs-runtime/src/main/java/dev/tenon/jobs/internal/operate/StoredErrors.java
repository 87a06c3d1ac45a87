package dev.tenon.jobs.internal.operate;

import dev.tenon.jobs.JobError;
import org.jspecify.annotations.Nullable;

/** Errors as rows hold them. */
final class StoredErrors {

  private StoredErrors() {}

  /** The error that the columns stand for; null if the attempt did not fail. */
  static @Nullable JobError error(
      JobError.@Nullable Reason reason, @Nullable String errorClass, @Nullable String message) {
    return reason == null ? null : new JobError(reason, errorClass, message);
  }
}
