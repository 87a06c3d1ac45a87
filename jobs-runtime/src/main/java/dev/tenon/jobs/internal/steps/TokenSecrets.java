package dev.tenon.jobs.internal.steps;

import dev.tenon.jobs.internal.store.StoredStep;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The tokens of one job. Thread-safe. */
final class TokenSecrets {

  private static final int RANDOM_BYTES = 24;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<SavedSteps.Id, String> secrets = new HashMap<>();

  /**
   * Returns a token: the id of the job and a secret.
   *
   * @param record the record of the token; null if no earlier attempt has made it
   * @param write records a new secret, as a JSON string
   */
  String of(UUID jobId, SavedSteps.Id id, @Nullable StoredStep record, Consumer<String> write) {
    return idText(jobId) + secret(id, record, write);
  }

  private String secret(SavedSteps.Id id, @Nullable StoredStep record, Consumer<String> write) {
    if (record != null) {
      String json = Objects.requireNonNull(record.result());
      return json.substring(1, json.length() - 1);
    }
    lock.lock();
    try {
      String known = secrets.get(id);
      if (known != null) {
        return known;
      }
      byte[] random = new byte[RANDOM_BYTES];
      RANDOM.nextBytes(random);
      String secret = ENCODER.encodeToString(random);
      write.accept("\"" + secret + "\"");
      secrets.put(id, secret);
      return secret;
    } finally {
      lock.unlock();
    }
  }

  private static String idText(UUID jobId) {
    ByteBuffer bytes = ByteBuffer.allocate(16);
    bytes.putLong(jobId.getMostSignificantBits()).putLong(jobId.getLeastSignificantBits());
    return ENCODER.encodeToString(bytes.array());
  }
}
