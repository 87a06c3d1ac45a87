package dev.tenon.jobs.internal.submit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the unique key of a job: its type and the values of the components, each after its length,
 * such as {@code 13:parts.reindex|2:42|-}. No two lists of values have the same key, and null
 * differs from the empty string. A key that is long, is not plain ASCII, or has a sensitive value,
 * is replaced by its SHA-256.
 */
public final class UniqueKeyText {

  /**
   * The maximum length of a key that is not hashed, well below PostgreSQL's limit for entries of
   * indexes.
   */
  private static final int MAX_READABLE_LENGTH = 200;

  private UniqueKeyText() {}

  /**
   * Returns the key of a job of this type, by its present name, with these values.
   *
   * @param hashed whether the key is hashed even if it is short
   */
  static String of(String type, List<@Nullable String> values, boolean hashed) {
    StringBuilder text = new StringBuilder();
    append(text, type);
    for (@Nullable String value : values) {
      text.append('|');
      if (value == null) {
        text.append('-');
      } else {
        append(text, value);
      }
    }
    String key = text.toString();
    return isReadable(key) && !hashed ? key : "sha256:" + sha256(key);
  }

  private static void append(StringBuilder text, String value) {
    text.append(value.length()).append(':').append(value);
  }

  /**
   * Returns whether the key is short and plain ASCII. Such keys also have the same order in Java
   * and in PostgreSQL.
   */
  private static boolean isReadable(String key) {
    return key.length() <= MAX_READABLE_LENGTH && key.chars().allMatch(c -> c >= ' ' && c <= '~');
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java runtime has SHA-256.", e);
    }
  }
}
