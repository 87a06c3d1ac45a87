package dev.tenon.jobs;

import java.util.UUID;

/**
 * Thrown when a job was stored as a version of its type that this program cannot read: a newer one,
 * or an older one that the type has no upcaster for.
 */
public final class JobVersionException extends JobsException {

  private static final long serialVersionUID = 1L;

  private final int storedVersion;
  private final int knownVersion;

  /**
   * Creates the exception.
   *
   * @param message what is wrong, and what to do about it
   * @param jobType the job type
   * @param jobId the job
   * @param storedVersion the version that is stored
   * @param knownVersion the version of the type in this program
   */
  public JobVersionException(
      String message, String jobType, UUID jobId, int storedVersion, int knownVersion) {
    super(message, jobType, jobId, null);
    this.storedVersion = storedVersion;
    this.knownVersion = knownVersion;
  }

  /** The version that is stored. */
  public int storedVersion() {
    return storedVersion;
  }

  /** The version of the type in this program. */
  public int knownVersion() {
    return knownVersion;
  }
}
