package dev.tenon.jobs;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when sensitive values cannot be encrypted or decrypted because this process does not have
 * the key, or cannot get it at the moment. A worker that meets one while it reads a payload gives
 * the job back, uncounted, for a worker that has the key.
 */
public final class EncryptionKeyException extends JobsException {

  private static final long serialVersionUID = 1L;

  private final String keyName;

  /**
   * Creates the exception.
   *
   * @param message what is wrong, and what to do about it
   * @param keyName the name of the key; empty if it cannot be had either
   * @param jobType the job type
   * @param jobId the job; null if it has not been submitted yet
   * @param cause why the key cannot be had; null if there is none of that name
   */
  public EncryptionKeyException(
      String message,
      String keyName,
      String jobType,
      @Nullable UUID jobId,
      @Nullable Throwable cause) {
    super(message, jobType, jobId, cause);
    this.keyName = keyName;
  }

  /** The name of the key; empty if it is the current one, and that could not be asked for. */
  public String keyName() {
    return keyName;
  }
}
