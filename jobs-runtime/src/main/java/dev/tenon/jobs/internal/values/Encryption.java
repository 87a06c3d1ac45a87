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
 * Encrypts the sensitive values of payloads and results before they are stored, and decrypts them
 * when they are read. Each value becomes {@code tenon-encrypted:1:KEY:BASE64}, with a random
 * initialization vector, the AES-GCM ciphertext and its tag. The tag also covers the job type,
 * whether it is a payload or a result, and the path of the value, so that a value that was moved
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

  /** The part of a job that a value belongs to. */
  private enum Part {
    PAYLOAD,
    RESULT;

    SensitivePaths sensitive(JobDefinition<?, ?> definition) {
      return this == PAYLOAD ? definition.sensitivePayload() : definition.sensitiveResult();
    }

    String words() {
      return this == PAYLOAD ? "payload" : "result";
    }
  }

  /**
   * Checks that the workers that run jobs of the type can read them.
   *
   * @throws IllegalArgumentException if its workers are not Java and its values would be encrypted
   */
  public void requireReadable(JobDefinition<?, ?> definition) {
    if (definition.isExternal() && encrypts(definition)) {
      throw new IllegalArgumentException(
          "Job type '%s' has sensitive components, and is run by workers that are not Java, which cannot decrypt them. Leave its values readable in the database: unencryptedTypes(\"%s\"); or have it run by a handler in Java."
              .formatted(definition.type(), definition.type()));
    }
  }

  private boolean encrypts(JobDefinition<?, ?> definition) {
    return keys != null
        && !unencryptedTypes.contains(definition.type())
        && !(definition.sensitivePayload().isNone() && definition.sensitiveResult().isNone());
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
    return stored(definition.type(), definition, null, Part.PAYLOAD, json);
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
            definition,
            jobId,
            Part.PAYLOAD,
            readable(definition, jobId, Part.PAYLOAD, stored));
  }

  /**
   * Returns a result as it is stored.
   *
   * @throws EncryptionKeyException if the key is not available
   * @throws JobsException if a string in it looks like an encrypted value
   */
  public String storedResult(JobDefinition<?, ?> definition, UUID jobId, String json) {
    return stored(definition.type(), definition, jobId, Part.RESULT, json);
  }

  private String stored(
      String type, JobDefinition<?, ?> definition, @Nullable UUID jobId, Part part, String json) {
    EncryptionKeys with = encrypts(definition) ? keys : null;
    SensitivePaths paths = with == null ? SensitivePaths.NONE : part.sensitive(definition);
    if (paths.isNone() && !EncryptedJson.isSuspected(json)) {
      return json;
    }
    return EncryptedJson.encrypted(
        json,
        paths,
        (path, value) ->
            encrypted(Objects.requireNonNull(with), type, definition, jobId, part, path, value),
        path ->
            new JobsException(
                ("The %s of job type '%s' has a string at %s that begins with '%s', as only "
                        + "encrypted values do.")
                    .formatted(
                        part.words(),
                        definition.type(),
                        JsonLimits.shown(path, part.sensitive(definition)),
                        EncryptedJson.MARKER),
                definition.type(),
                jobId,
                null));
  }

  private String encrypted(
      EncryptionKeys with,
      String type,
      JobDefinition<?, ?> definition,
      @Nullable UUID jobId,
      Part part,
      String path,
      String value) {
    String name = current(with, definition, jobId);
    SecretKey key = key(name, definition, jobId);
    try {
      return EncryptedJson.MARKER
          + name
          + ":"
          + AesGcm.encrypted(key, value, place(type, part, path));
    } catch (GeneralSecurityException | ProviderException e) {
      throw unusable(name, definition, jobId, e);
    }
  }

  private static String current(
      EncryptionKeys keys, JobDefinition<?, ?> definition, @Nullable UUID jobId) {
    try {
      return current(keys);
    } catch (RuntimeException e) {
      throw new EncryptionKeyException(
          ("The current encryption key, which job type '%s' needs, is not available at the moment "
                  + "(%s).")
              .formatted(definition.type(), e.getClass().getName()),
          "",
          definition.type(),
          jobId,
          e);
    }
  }

  /**
   * Returns the place that a value belongs to. Types contain no line breaks, and names in a path
   * are escaped, so no two places look the same.
   */
  private static String place(String type, Part part, String path) {
    return type + "\n" + part.words() + "\n" + path;
  }

  /**
   * Returns a payload as it was submitted.
   *
   * @param stored the payload as it is stored
   * @throws EncryptionKeyException if the key is not available
   * @throws JobsException if a value cannot be decrypted with its key
   */
  public String readablePayload(JobDefinition<?, ?> definition, UUID jobId, String stored) {
    return readable(definition, jobId, Part.PAYLOAD, stored);
  }

  /**
   * Returns a result as the handler returned it.
   *
   * @param stored the result as it is stored
   * @throws EncryptionKeyException if the key is not available
   * @throws JobsException if a value cannot be decrypted with its key
   */
  public String readableResult(JobDefinition<?, ?> definition, UUID jobId, String stored) {
    return readable(definition, jobId, Part.RESULT, stored);
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

  private String readable(JobDefinition<?, ?> definition, UUID jobId, Part part, String stored) {
    // Workers that are not Java encrypt nothing, and may write any string
    if (!EncryptedJson.isSuspected(stored) || definition.isExternal()) {
      return stored;
    }
    return EncryptedJson.decrypted(
        stored, (path, text) -> decrypted(definition, jobId, part, path, text));
  }

  private String decrypted(
      JobDefinition<?, ?> definition, UUID jobId, Part part, String path, String text) {
    String rest = text.substring(EncryptedJson.MARKER.length());
    int colon = rest.indexOf(':');
    String name = colon < 0 ? "" : rest.substring(0, colon);
    if (!KEY_NAME.matcher(name).matches()) {
      throw corrupt(definition, jobId, part, path, "", null);
    }
    SecretKey key = key(name, definition, jobId);
    // The name that it was submitted with, which may be an earlier one
    List<String> types = new ArrayList<>();
    types.add(definition.type());
    types.addAll(definition.aliases());
    try {
      for (String type : types) {
        Optional<String> value =
            AesGcm.decrypted(key, rest.substring(colon + 1), place(type, part, path));
        if (value.isPresent()) {
          return value.get();
        }
      }
    } catch (IllegalArgumentException e) {
      throw corrupt(definition, jobId, part, path, name, e);
    } catch (GeneralSecurityException | ProviderException e) {
      throw unusable(name, definition, jobId, e);
    }
    throw corrupt(definition, jobId, part, path, name, null);
  }

  private SecretKey key(String name, JobDefinition<?, ?> definition, @Nullable UUID jobId) {
    if (keys == null) {
      throw new EncryptionKeyException(
          ("Job type '%s' has values that are encrypted with the key '%s', and this process has no "
                  + "keys. Give it the submitters' keys: JobsRuntime.builder().encryptionKeys(…).")
              .formatted(definition.type(), name),
          name,
          definition.type(),
          jobId,
          null);
    }
    Optional<SecretKey> key;
    try {
      key =
          Objects.requireNonNull(
              keys.find(name), "EncryptionKeys returned null instead of an " + "Optional.");
    } catch (RuntimeException e) {
      throw unusable(name, definition, jobId, e);
    }
    return key.orElseThrow(
        () ->
            new EncryptionKeyException(
                ("Job type '%s' needs the encryption key '%s', and this process does not have it. "
                        + "Add it to its EncryptionKeys; keep old keys until no stored value needs them.")
                    .formatted(definition.type(), name),
                name,
                definition.type(),
                jobId,
                null));
  }

  private static EncryptionKeyException unusable(
      String name, JobDefinition<?, ?> definition, @Nullable UUID jobId, Exception e) {
    return new EncryptionKeyException(
        "The encryption key '%s', which job type '%s' needs, cannot be used at the moment (%s)."
            .formatted(name, definition.type(), e.getClass().getName()),
        name,
        definition.type(),
        jobId,
        e);
  }

  private static JobsException corrupt(
      JobDefinition<?, ?> definition,
      UUID jobId,
      Part part,
      String path,
      String name,
      @Nullable Exception e) {
    return new JobsException(
        ("The value at %s in the %s of job %s of type '%s' cannot be decrypted with the key '%s'. "
                + "It was changed, or moved there from elsewhere, or the name belonged to a different key.")
            .formatted(
                JsonLimits.shown(path, part.sensitive(definition)),
                part.words(),
                jobId,
                definition.type(),
                name),
        definition.type(),
        jobId,
        e);
  }
}
