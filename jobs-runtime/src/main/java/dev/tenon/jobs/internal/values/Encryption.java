package dev.tenon.jobs.internal.values;

import dev.tenon.jobs.EncryptionKeyException;
import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.SensitivePaths;
import dev.tenon.jobs.internal.background.LogText;
import dev.tenon.jobs.options.EncryptionKeys;
import java.security.GeneralSecurityException;
import java.security.ProviderException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts the sensitive values of payloads, results and signals before they are stored, and
 * decrypts them when they are read. Each value becomes {@code tenon-encrypted:1:KEY:BASE64}, with a
 * random initialization vector, the AES-GCM ciphertext and its tag. The tag also covers the job
 * type, what kind of value it is, and the path of the value, so that a value that was moved
 * elsewhere is not decrypted. It does not cover the job's id, because payloads are copied from
 * schedules and into waiting jobs. Thread-safe.
 *
 * @see <a href="https://nvlpubs.nist.gov/nistpubs/Legacy/SP/nistspecialpublication800-38d.pdf">NIST
 *     SP 800-38D: Galois/Counter Mode</a>
 */
public final class Encryption {

  /** No encryption: it encrypts nothing, and refuses to read encrypted values. */
  public static final Encryption NONE = new Encryption(null, Set.of());

  private static final Pattern KEY_NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private final @Nullable EncryptionKeys keys;
  private final Set<String> unencryptedTypes;

  private Encryption(@Nullable EncryptionKeys keys, Set<String> unencryptedTypes) {
    this.keys = keys;
    this.unencryptedTypes = Set.copyOf(unencryptedTypes);
  }

  /**
   * Creates encryption with these keys.
   *
   * @param unencryptedTypes the job types whose values stay readable
   * @throws IllegalArgumentException if the current key cannot encrypt; the message holds no key
   */
  public static Encryption with(EncryptionKeys keys, Set<String> unencryptedTypes) {
    String name = current(keys);
    SecretKey key =
        keys.find(name)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "The current encryption key is '%s', and there is no key of that name."
                            .formatted(name)));
    try {
      String unused = AesGcm.encrypted(key, "", "");
    } catch (GeneralSecurityException | ProviderException e) {
      throw new IllegalArgumentException(
          "The encryption key '%s' cannot encrypt with AES-GCM (%s). Give a key of 128, 192 or 256 bits for AES."
              .formatted(name, e.getClass().getSimpleName()),
          e);
    }
    return new Encryption(keys, unencryptedTypes);
  }

  private static String current(EncryptionKeys keys) {
    String name = keys.current();
    if (!KEY_NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "The current encryption key is named '%s'. A name has up to 64 letters, digits, dots, hyphens and underscores."
              .formatted(LogText.escape(name)));
    }
    return name;
  }

  /**
   * Checks that the workers that run jobs of the type can read them.
   *
   * @throws IllegalArgumentException if its workers are not Java and its values would be encrypted
   */
  public void requireReadable(JobDefinition<?, ?> definition) {
    if (definition.isExternal()
        && (encrypts(StoredPart.payload(definition))
            || encrypts(StoredPart.result(definition))
            || definition
                .emitted()
                .filter(value -> encrypts(StoredPart.emitted(definition, value)))
                .isPresent())) {
      throw new IllegalArgumentException(
          "Job type '%s' has sensitive components, and is run by workers that are not Java, which cannot decrypt them. Leave its values readable in the database: unencryptedTypes(\"%s\"); or have it run by a handler in Java."
              .formatted(definition.type(), definition.type()));
    }
  }

  /**
   * Returns whether payloads of the type have components that are encrypted when they are stored.
   */
  public boolean encryptsPayload(JobDefinition<?, ?> definition) {
    return encrypts(StoredPart.payload(definition));
  }

  private boolean encrypts(StoredPart part) {
    return keys != null && !unencryptedTypes.contains(part.owner()) && !part.sensitive().isNone();
  }

  /**
   * Returns a payload as it is stored.
   *
   * @throws EncryptionKeyException if the key is not available
   * @throws JobsException if a string in it looks like an encrypted value
   * @throws IllegalArgumentException if the workers that run the job could not read it
   */
  public String storedPayload(JobDefinition<?, ?> definition, String json) {
    requireReadable(definition);
    return stored(StoredPart.payload(definition), null, json);
  }

  /**
   * Returns a payload as it is stored for a job under an earlier name of its type. Workers from
   * before the rename may run that job, and know no other name.
   *
   * @param type the name that the job has
   * @param stored the payload as it is stored under the current name
   * @throws EncryptionKeyException if the key is not available
   */
  public String payloadUnder(
      String type, JobDefinition<?, ?> definition, UUID jobId, String stored) {
    return type.equals(definition.type())
        ? stored
        : stored(
            type,
            StoredPart.payload(definition),
            jobId,
            readablePayload(definition, jobId, stored));
  }

  /**
   * Returns a result as it is stored.
   *
   * @throws EncryptionKeyException if the key is not available
   * @throws JobsException if a string in it looks like an encrypted value
   */
  public String storedResult(JobDefinition<?, ?> definition, UUID jobId, String json) {
    return stored(StoredPart.result(definition), jobId, json);
  }

  /**
   * Returns a value as it is stored.
   *
   * @param part what the value is
   * @param jobId the job that it belongs to; null if that does not exist yet
   * @throws EncryptionKeyException if the key is not available
   * @throws JobsException if a string in it looks like an encrypted value
   */
  public String stored(StoredPart part, @Nullable UUID jobId, String json) {
    return stored(part.owner(), part, jobId, json);
  }

  /** Returns the same for a job under the given name of its type. */
  private String stored(String owner, StoredPart part, @Nullable UUID jobId, String json) {
    EncryptionKeys with = encrypts(part) ? keys : null;
    SensitivePaths paths = with == null ? SensitivePaths.NONE : part.sensitive();
    if (paths.isNone() && !EncryptedJson.isSuspected(json)) {
      return json;
    }
    return EncryptedJson.encrypted(
        json,
        paths,
        (path, value) -> encrypted(Objects.requireNonNull(with), owner, part, jobId, path, value),
        path ->
            new JobsException(
                "The %s has a string at %s that begins with '%s', as only encrypted values do."
                    .formatted(
                        part.allWords(),
                        JsonLimits.shown(path, part.sensitive()),
                        EncryptedJson.MARKER),
                part.jobType(),
                jobId,
                null));
  }

  private String encrypted(
      EncryptionKeys with,
      String owner,
      StoredPart part,
      @Nullable UUID jobId,
      String path,
      String value) {
    String name = current(with, part, jobId);
    SecretKey key = key(name, part, jobId);
    try {
      return EncryptedJson.MARKER
          + name
          + ":"
          + AesGcm.encrypted(key, value, place(owner, part, path));
    } catch (GeneralSecurityException | ProviderException e) {
      throw unusable(name, part, jobId, e);
    }
  }

  private static String current(EncryptionKeys keys, StoredPart part, @Nullable UUID jobId) {
    try {
      return current(keys);
    } catch (Exception e) {
      // Kotlin throws checked exceptions, too
      throw new EncryptionKeyException(
          "The current encryption key, which %s needs, is not available at the moment (%s)."
              .formatted(part.ownerWords(), e.getClass().getName()),
          "",
          part.jobType(),
          jobId,
          e);
    }
  }

  /**
   * Returns the place that a value belongs to. Names of types, signals and steps contain no line
   * breaks, and names in a path are escaped, so no two places look the same.
   */
  private static String place(String owner, StoredPart part, String path) {
    return owner + "\n" + part.words() + "\n" + path;
  }

  /**
   * Returns a payload as it was submitted.
   *
   * @param stored the payload as it is stored
   * @throws EncryptionKeyException if the key is not available
   * @throws JobsException if a value cannot be decrypted with its key
   */
  public String readablePayload(JobDefinition<?, ?> definition, UUID jobId, String stored) {
    return readable(StoredPart.payload(definition), jobId, stored);
  }

  /**
   * Returns a result as the handler returned it.
   *
   * @param stored the result as it is stored
   * @throws EncryptionKeyException if the key is not available
   * @throws JobsException if a value cannot be decrypted with its key
   */
  public String readableResult(JobDefinition<?, ?> definition, UUID jobId, String stored) {
    return readable(StoredPart.result(definition), jobId, stored);
  }

  /**
   * Returns a value as it was before it was stored.
   *
   * @param part what the value is
   * @param stored the value as it is stored
   * @throws EncryptionKeyException if the key is not available
   * @throws JobsException if a value in it cannot be decrypted with its key
   */
  public String readable(StoredPart part, UUID jobId, String stored) {
    // Workers that are not Java encrypt nothing, and may write any string
    if (!EncryptedJson.isSuspected(stored) || part.isExternal()) {
      return stored;
    }
    return EncryptedJson.decrypted(stored, (path, text) -> decrypted(part, jobId, path, text));
  }

  /**
   * Returns whether a payload would be stored again unchanged: with the same values, encrypted with
   * the same keys. The strings differ, because no value is ever encrypted to the same string twice.
   *
   * @param stored the payload as it is stored
   * @param other the payload as it would be stored
   */
  public boolean isSamePayload(
      JobDefinition<?, ?> definition, UUID jobId, String stored, String other) {
    if (!EncryptedJson.isSuspected(stored) || !EncryptedJson.isSuspected(other)) {
      return stored.equals(other);
    }
    try {
      return keysOf(stored).equals(keysOf(other))
          && readablePayload(definition, jobId, stored)
              .equals(readablePayload(definition, jobId, other));
    } catch (JobsException e) {
      // A value that cannot be decrypted is different
      return false;
    }
  }

  /** Returns the names of the keys in it, each after the path of its value. */
  private static List<String> keysOf(String stored) {
    List<String> keys = new ArrayList<>();
    String unused =
        EncryptedJson.decrypted(
            stored,
            (path, text) -> {
              int start = EncryptedJson.MARKER.length();
              keys.add(path + " " + text.substring(start, Math.max(start, text.lastIndexOf(':'))));
              return "null";
            });
    return keys;
  }

  private String decrypted(StoredPart part, UUID jobId, String path, String text) {
    String rest = text.substring(EncryptedJson.MARKER.length());
    int colon = rest.indexOf(':');
    String name = colon < 0 ? "" : rest.substring(0, colon);
    if (!KEY_NAME.matcher(name).matches()) {
      throw corrupt(part, jobId, path, "", null);
    }
    SecretKey key = key(name, part, jobId);
    // The name that its job was submitted with, which may be an earlier one
    List<String> owners = new ArrayList<>();
    owners.add(part.owner());
    owners.addAll(part.earlierNames());
    try {
      for (String owner : owners) {
        Optional<String> value =
            AesGcm.decrypted(key, rest.substring(colon + 1), place(owner, part, path));
        if (value.isPresent()) {
          return value.get();
        }
      }
    } catch (IllegalArgumentException e) {
      throw corrupt(part, jobId, path, name, e);
    } catch (GeneralSecurityException | ProviderException e) {
      throw unusable(name, part, jobId, e);
    }
    throw corrupt(part, jobId, path, name, null);
  }

  private SecretKey key(String name, StoredPart part, @Nullable UUID jobId) {
    if (keys == null) {
      throw new EncryptionKeyException(
          ("%s has values that are encrypted with the key '%s', and this process has no "
                  + "keys. Give it the submitters' keys: JobsRuntime.builder().encryptionKeys(…).")
              .formatted(part.ownerAtStart(), name),
          name,
          part.jobType(),
          jobId,
          null);
    }
    Optional<SecretKey> key;
    try {
      key =
          Objects.requireNonNull(
              keys.find(name), "EncryptionKeys returned null instead of an " + "Optional.");
    } catch (Exception e) {
      throw unusable(name, part, jobId, e);
    }
    return key.orElseThrow(
        () ->
            new EncryptionKeyException(
                ("%s needs the encryption key '%s', and this process does not have it. Add it to"
                        + " its EncryptionKeys; keep old keys until no stored value needs them.")
                    .formatted(part.ownerAtStart(), name),
                name,
                part.jobType(),
                jobId,
                null));
  }

  private static EncryptionKeyException unusable(
      String name, StoredPart part, @Nullable UUID jobId, Exception e) {
    return new EncryptionKeyException(
        "The encryption key '%s', which %s needs, cannot be used at the moment (%s)."
            .formatted(name, part.ownerWords(), e.getClass().getName()),
        name,
        part.jobType(),
        jobId,
        e);
  }

  private static JobsException corrupt(
      StoredPart part, UUID jobId, String path, String name, @Nullable Exception e) {
    return new JobsException(
        ("The value at %s in %s cannot be decrypted with the key '%s'. It was changed, or moved"
                + " there from elsewhere, or the name belonged to a different key.")
            .formatted(JsonLimits.shown(path, part.sensitive()), part.wordsIn(jobId), name),
        part.jobType(),
        jobId,
        e);
  }
}
