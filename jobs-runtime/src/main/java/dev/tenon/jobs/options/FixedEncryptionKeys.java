package dev.tenon.jobs.options;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Keys that do not change while the program runs. {@link #toString()} leaves the keys out. */
final class FixedEncryptionKeys implements EncryptionKeys {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final String AES = "AES";

  private final String current;
  private final Map<String, SecretKey> keys;

  FixedEncryptionKeys(String current, Map<String, SecretKey> keys) {
    keys.forEach(FixedEncryptionKeys::check);
    if (!keys.containsKey(current)) {
      throw new IllegalArgumentException(
          "The current encryption key is '%s', but the keys are %s. Name one of them, or add it."
              .formatted(current, keys.keySet().stream().sorted().toList()));
    }
    this.current = current;
    this.keys = Map.copyOf(keys);
  }

  static EncryptionKeys parse(@Nullable String text) {
    if (text == null || text.isBlank()) {
      // As System.getenv gives it, and as a placeholder with an empty default
      throw new IllegalArgumentException(
          "The string with the encryption keys is missing. Set the environment variable or the setting that it comes from.");
    }
    Map<String, SecretKey> keys = new LinkedHashMap<>();
    @Nullable String current = null;
    String[] entries = text.split(",", -1);
    for (int i = 0; i < entries.length; i++) {
      String which = "Encryption key %d of %d".formatted(i + 1, entries.length);
      String entry = entries[i].strip();
      int colon = entry.indexOf(':');
      // This may be a key, so no message repeats it
      if (colon < 0) {
        throw new IllegalArgumentException(
            which + " has no name. Write each as NAME:BASE64, separated by commas.");
      }
      String name = entry.substring(0, colon);
      if (!NAME.matcher(name).matches()) {
        throw new IllegalArgumentException(
            which
                + " has a malformed name. Write up to 64 letters, digits, dots, hyphens and underscores before the colon.");
      }
      if (keys.put(name, key(which, entry.substring(colon + 1))) != null) {
        throw new IllegalArgumentException(
            "There are two encryption keys with the name '%s'. Give each its own name."
                .formatted(name));
      }
      current = current == null ? name : current;
    }
    return new FixedEncryptionKeys(current == null ? "" : current, keys);
  }

  /**
   * Decodes a key. The part before the colon may be a key, too, so no message repeats it either.
   */
  private static SecretKey key(String which, String base64) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      // Its message and the cause quote what was found
      throw new IllegalArgumentException(
          which + " is not Base64. `openssl rand -base64 32` makes a key.");
    }
    requireLength(which, bytes.length);
    return new SecretKeySpec(bytes, AES);
  }

  private static void check(String name, SecretKey key) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "An encryption key is named '%s'. A name has up to 64 letters, digits, dots, hyphens and underscores."
              .formatted(name));
    }
    if (!key.getAlgorithm().equals(AES)) {
      throw new IllegalArgumentException(
          "The encryption key '%s' is for %s. Use an AES key.".formatted(name, key.getAlgorithm()));
    }
    // A key that its device does not reveal has no bytes here
    byte @Nullable [] bytes = key.getEncoded();
    if (bytes != null) {
      requireLength("The encryption key '" + name + "'", bytes.length);
    }
  }

  private static void requireLength(String which, int bytes) {
    if (bytes != 16 && bytes != 24 && bytes != 32) {
      throw new IllegalArgumentException(
          "%s has %d bytes. AES takes 16, 24 or 32; `openssl rand -base64 32` makes a key."
              .formatted(which, bytes));
    }
  }

  @Override
  public String current() {
    return current;
  }

  @Override
  public Optional<SecretKey> find(String name) {
    return Optional.ofNullable(keys.get(name));
  }

  @Override
  public String toString() {
    return "encryption keys %s; '%s' encrypts"
        .formatted(keys.keySet().stream().sorted().toList(), current);
  }
}
