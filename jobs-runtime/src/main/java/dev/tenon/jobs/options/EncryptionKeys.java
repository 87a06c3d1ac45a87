package dev.tenon.jobs.options;

import java.util.Map;
import java.util.Optional;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * The keys that encrypt the values of {@link dev.tenon.jobs.annotation.Sensitive} components in the
 * database: one that encrypts, and any number that only decrypt existing values.
 *
 * <pre>{@code
 * JobsRuntime.builder()
 *     .encryptionKeys(EncryptionKeys.parse(System.getenv("TENON_ENCRYPTION_KEYS")))
 * }</pre>
 *
 * <p>Change the key that encrypts in two steps, so that no process ever meets a value that it
 * cannot read. First give the new key to all processes, in addition to the current one. When all
 * have it, make it the current one. Keep the old key until no stored value is encrypted with it.
 *
 * <p>Your own implementation may call a key management service. It is called for each value, on the
 * threads that submit and run jobs, so it should cache the keys. Implementations must be
 * thread-safe.
 *
 * @see <a href="https://nvlpubs.nist.gov/nistpubs/Legacy/SP/nistspecialpublication800-38d.pdf">NIST
 *     SP 800-38D, 8.3: no more than 2<sup>32</sup> values with a key</a>
 */
public interface EncryptionKeys {

  /**
   * The name of the key that encrypts from now on. It is stored with each value: up to 64 letters,
   * digits, dots, hyphens and underscores, such as {@code 2026-11}.
   *
   * @throws RuntimeException if it is not available at the moment
   */
  String current();

  /**
   * The AES key with this name, of 128, 192 or 256 bits. The same name must always give the same
   * key.
   *
   * @return empty if there is none, now or ever: a job that needs it is left to other workers
   * @throws RuntimeException if the key is not available at the moment; a job that needs it waits
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
   *     current one is missing; the message contains no key
   */
  static EncryptionKeys of(String current, Map<String, SecretKey> keys) {
    return new FixedEncryptionKeys(current, keys);
  }

  /**
   * Keys from a string, such as the value of an environment variable: each is a name, a colon and
   * the key in Base64, and commas separate them. The first one encrypts.
   *
   * <p>{@code openssl rand -base64 32} makes a key of 256 bits; with a name it looks like {@code
   * 2026-11:q83v…=}.
   *
   * @param keys the string; null, for instance from an environment variable that is not set, is
   *     refused
   * @throws IllegalArgumentException if it is null, blank or malformed; the message contains no
   *     part of a key
   */
  static EncryptionKeys parse(@Nullable String keys) {
    return FixedEncryptionKeys.parse(keys);
  }
}
