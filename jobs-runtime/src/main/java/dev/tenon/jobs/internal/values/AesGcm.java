package dev.tenon.jobs.internal.values;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES in Galois/Counter Mode: a random initialization vector, the ciphertext and its tag, in
 * Base64.
 */
final class AesGcm {

  private static final String ALGORITHM = "AES/GCM/NoPadding";

  /** The length of the initialization vector; GCM uses vectors unchanged only at this length. */
  private static final int VECTOR_BYTES = 12;

  private static final int TAG_BYTES = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  private AesGcm() {}

  /**
   * Encrypts a string.
   *
   * @param place the place that it belongs to, which the tag covers
   */
  static String encrypted(SecretKey key, String text, String place)
      throws GeneralSecurityException {
    byte[] vector = new byte[VECTOR_BYTES];
    RANDOM.nextBytes(vector);
    Cipher cipher = Cipher.getInstance(ALGORITHM);
    cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, vector));
    cipher.updateAAD(place.getBytes(UTF_8));
    byte[] encrypted = cipher.doFinal(text.getBytes(UTF_8));
    ByteBuffer all = ByteBuffer.allocate(vector.length + encrypted.length);
    all.put(vector).put(encrypted);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(all.array());
  }

  /**
   * Decrypts a string.
   *
   * @return the string; empty if it was not encrypted with this key for this place
   * @throws IllegalArgumentException if it is not Base64
   */
  static Optional<String> decrypted(SecretKey key, String encrypted, String place)
      throws GeneralSecurityException {
    byte[] all = Base64.getUrlDecoder().decode(encrypted);
    // The JDK's cipher treats input that is too short as a mistake of its caller
    if (all.length < VECTOR_BYTES + TAG_BYTES) {
      return Optional.empty();
    }
    Cipher cipher = Cipher.getInstance(ALGORITHM);
    cipher.init(
        Cipher.DECRYPT_MODE,
        key,
        new GCMParameterSpec(TAG_BYTES * Byte.SIZE, all, 0, VECTOR_BYTES));
    cipher.updateAAD(place.getBytes(UTF_8));
    try {
      return Optional.of(
          new String(cipher.doFinal(all, VECTOR_BYTES, all.length - VECTOR_BYTES), UTF_8));
    } catch (AEADBadTagException e) {
      return Optional.empty();
    }
  }
}
