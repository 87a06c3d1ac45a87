package dev.tenon.jobs.internal.values;

import dev.tenon.jobs.options.SizeLimits;

/**
 * The settings for storing payloads and results.
 *
 * @param limits the size limits of payloads, results and lines of logs, before values are encrypted
 * @param encryption encrypts sensitive values
 */
public record ValueStorage(SizeLimits limits, Encryption encryption) {

  /** Creates settings with these limits, without encryption. */
  public static ValueStorage unencrypted(SizeLimits limits) {
    return new ValueStorage(limits, Encryption.NONE);
  }
}
