package dev.tenon.jobs.dashboard;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tokens for single jobs: the id and an end, signed with a secret. Immutable and thread-safe. */
final class JobTokens {

  static final int MIN_SECRET_BYTES = 32;

  static final Duration MAX = Duration.ofDays(365);

  private static final String ALGORITHM = "HmacSHA256";
  private static final int SIGNED_BYTES = 24;
  private static final int BYTES = SIGNED_BYTES + 32;
  private static final int CHARACTERS = 75;

  /** So that a secret that signs other things, too, signs no token by accident. */
  private static final byte[] PURPOSE = {'t', 'e', 'n', 'o', 'n', ' ', 'j', 'o', 'b'};

  private final SecretKeySpec key;
  private final Duration validFor;
  private final Clock clock;

  JobTokens(byte[] secret, Duration validFor, Clock clock) {
    this.key = new SecretKeySpec(secret, ALGORITHM);
    this.validFor = validFor;
    this.clock = clock;
  }

  String of(UUID jobId) {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    bytes.putLong(jobId.getMostSignificantBits());
    bytes.putLong(jobId.getLeastSignificantBits());
    bytes.putLong(clock.instant().plus(validFor).getEpochSecond());
    bytes.put(signature(Arrays.copyOf(bytes.array(), SIGNED_BYTES)));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  /** The job of a token; empty if the token is not valid, or no longer. */
  Optional<UUID> jobOf(String token) {
    if (token.length() != CHARACTERS) {
      return Optional.empty();
    }
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(token);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    byte[] signature = Arrays.copyOfRange(bytes, SIGNED_BYTES, bytes.length);
    if (!MessageDigest.isEqual(signature, signature(Arrays.copyOf(bytes, SIGNED_BYTES)))) {
      return Optional.empty();
    }
    ByteBuffer signed = ByteBuffer.wrap(bytes);
    UUID jobId = new UUID(signed.getLong(), signed.getLong());
    return signed.getLong() > clock.instant().getEpochSecond()
        ? Optional.of(jobId)
        : Optional.empty();
  }

  private byte[] signature(byte[] signed) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(PURPOSE);
      return mac.doFinal(signed);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java runtime has " + ALGORITHM + ".", e);
    }
  }
}
