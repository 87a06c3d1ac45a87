package dev.tenon.jobs.internal.steps;

import dev.tenon.jobs.durable.StepContext;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * The identity of a step, as the handler sees it.
 *
 * @param name the name in its record, which may be an earlier one of the step
 */
record StepIdentity(UUID jobId, String name, String key) implements StepContext {

  private static final int VERSION_OF_NAMES = 5;

  /**
   * Returns a name-based UUID: the job is the namespace.
   *
   * @see <a href="https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-5">RFC 9562: UUID
   *     Version 5</a>
   */
  @Override
  public String idempotencyKey() {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JVM has SHA-1.", e);
    }
    ByteBuffer namespace = ByteBuffer.allocate(16);
    namespace.putLong(jobId.getMostSignificantBits()).putLong(jobId.getLeastSignificantBits());
    digest.update(namespace.array());
    // Names have no line breaks, so no two steps look the same
    ByteBuffer hash =
        ByteBuffer.wrap(digest.digest((name + "\n" + key).getBytes(StandardCharsets.UTF_8)));
    long most = (hash.getLong() & ~0xF000L) | (VERSION_OF_NAMES << 12);
    long least = (hash.getLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
    return new UUID(most, least).toString();
  }
}
