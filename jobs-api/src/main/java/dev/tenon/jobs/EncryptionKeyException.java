package dev.tenon.jobs;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when sensitive values cannot be encrypted or decrypted because this process does not have
 * the key, or cannot get it at the moment. If it is thrown while a worker reads a payload, the
 * worker gives the job back, for a worker that has the key, and the attempt does not count.
 */
public final class EncryptionKeyException extends JobsException {

  private static final long serialVersionUID = 1L;

  private final String keyName;

  /**
   * Creates the exception.
   *
   * @param message what is wrong, and what to do about it
   * @param keyName the name of the key; empty if the name is not available either
   * @param jobType the job type; null if the value belongs to a signal
   * @param jobId the job; null if it has not been submitted yet
   * @param cause the reason why the key is not available; null if no key has that name
   */
  public EncryptionKeyException(
      String message,
      String keyName,
      @Nullable String jobType,
      @Nullable UUID jobId,
      @Nullable Throwable cause) {
    super(message, jobType, jobId, cause);
    this.keyName = keyName;
  }

  /** The name of the key; empty if it is the current key and its name could not be read. */
  public String keyName() {
    return keyName;
  }
}
