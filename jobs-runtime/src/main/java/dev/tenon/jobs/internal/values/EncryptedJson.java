package dev.tenon.jobs.internal.values;

import dev.tenon.jobs.definition.SensitivePaths;
import dev.tenon.jobs.libraries.jackson.core.JacksonException;
import dev.tenon.jobs.libraries.jackson.core.JsonToken;
import java.util.function.BinaryOperator;
import java.util.function.Function;

/**
 * JSON with its sensitive values encrypted separately: a string replaces each value, whatever its
 * type. Names, order and everything else stay.
 */
public final class EncryptedJson {

  /** The marker that begins every encrypted value, and no other string. */
  public static final String MARKER = "tenon-encrypted:1:";

  private EncryptedJson() {}

  /** Returns whether it may contain strings with the marker. */
  static boolean isSuspected(String json) {
    return json.contains(MARKER);
  }

  /**
   * Encrypts each sensitive value that is not null.
   *
   * @param json well-formed JSON
   * @param encrypt makes the string from the path of a value and its JSON
   * @param marked makes the exception, from its path, for a string that is not encrypted but begins
   *     with the marker
   */
  static String encrypted(
      String json,
      SensitivePaths sensitive,
      BinaryOperator<String> encrypt,
      Function<String, ? extends RuntimeException> marked) {
    return JsonCopy.of(
        json,
        sensitive,
        (in, out, paths, path) -> {
          JsonToken token = in.currentToken();
          if (paths.isWhole() && token != JsonToken.VALUE_NULL) {
            out.writeString(encrypt.apply(path, JsonCopy.value(in)));
            return true;
          }
          if (token == JsonToken.VALUE_STRING && in.getString().startsWith(MARKER)) {
            throw marked.apply(path);
          }
          return false;
        });
  }

  /**
   * Decrypts each encrypted value. Input that is not JSON stays as it is, and its reader reports
   * the error.
   *
   * @param decrypt makes the JSON of a value from its path and the string
   */
  static String decrypted(String json, BinaryOperator<String> decrypt) {
    try {
      return JsonCopy.of(
          json,
          SensitivePaths.NONE,
          (in, out, paths, path) -> {
            if (in.currentToken() != JsonToken.VALUE_STRING || !in.getString().startsWith(MARKER)) {
              return false;
            }
            out.writeRawValue(decrypt.apply(path, in.getString()));
            return true;
          });
    } catch (JacksonException e) {
      return json;
    }
  }
}
