package dev.tenon.jobs.options;

import java.util.Map;
import java.util.Optional;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * The keys with which the values of {@link dev.tenon.jobs.annotation.Sensitive} components are
 * encrypted in the database: one that encrypts, and any number that decrypt what is there already.
 *
 * <pre>{@code
 * JobsRuntime.builder()
 *     .encryptionKeys(EncryptionKeys.parse(System.getenv("TENON_ENCRYPTION_KEYS")))
 * }</pre>
 *
 * <p>The key that encrypts is changed in two steps, so that no process ever meets a value that it
 * cannot read: give the new key to all processes, beside the current one; when all have it, make it
 * the current one. The old key has to stay until nothing is stored that was encrypted with it.
 *
 * <p>An implementation of one's own may ask a key management service. It is asked for each value,
 * on the threads that submit and run jobs, so it should remember what it was told. Thread-safe.
 *
 * @see <a href="https://nvlpubs.nist.gov/nistpubs/Legacy/SP/nistspecialpublication800-38d.pdf">NIST
 *     SP 800-38D, 8.3: no more than 2<sup>32</sup> values with a key</a>
 */
public interface EncryptionKeys {

  /**
   * The name of the key that encrypts from now on. It is stored with each value: up to 64 letters,
   * digits, dots, hyphens and underscores, such as {@code 2026-11}.
   *
   * @throws RuntimeException if it cannot be had at the moment
   */
  String current();

  /**
   * The key of that name, for AES: of 128, 192 or 256 bits. The same name must always give the same
   * key.
   *
   * @return empty if there is none, now or ever: a job that needs it is left to other workers
   * @throws RuntimeException if the key cannot be had at the moment; a job that needs it waits
   */
  Optional<SecretKey> find(String name);

  /** A single key. */
  static EncryptionKeys of(String name, SecretKey key) {
    return of(name, Map.of(name, key));
  }

  /**
   * Several keys.
   *
   * @param current the name of the one that encrypts
   * @param keys all of them by their names
   * @throws IllegalArgumentException if a name is malformed, a key is not one for AES, or the
   *     current one is missing; the message holds no key
   */
  static EncryptionKeys of(String current, Map<String, SecretKey> keys) {
    return new FixedEncryptionKeys(current, keys);
  }

  /**
   * The keys of a text, such as the value of an environment variable: each as its name, a colon and
   * the key in Base64, with commas between them. The first one encrypts.
   *
   * <p>{@code openssl rand -base64 32} makes a key of 256 bits, which with a name is {@code
   * 2026-11:q83v…=}.
   *
   * @param keys the text; null, as an environment variable that is not set, is refused
   * @throws IllegalArgumentException if it is null, blank or anything else; the message holds no
   *     part of a key
   */
  static EncryptionKeys parse(@Nullable String keys) {
    return FixedEncryptionKeys.parse(keys);
  }
}
