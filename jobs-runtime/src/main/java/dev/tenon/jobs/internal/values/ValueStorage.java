package dev.tenon.jobs.internal.values;

import dev.tenon.jobs.options.SizeLimits;

/**
 * How payloads and results are stored.
 *
 * @param limits how much they, and the lines of logs, may have; before values are encrypted
 * @param encryption encrypts what is sensitive
 */
public record ValueStorage(SizeLimits limits, Encryption encryption) {

  /** Up to these limits, without encryption. */
  public static ValueStorage unencrypted(SizeLimits limits) {
    return new ValueStorage(limits, Encryption.NONE);
  }
}
