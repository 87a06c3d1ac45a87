package dev.tenon.jobs.internal.values;

import dev.tenon.jobs.definition.SensitivePaths;
import dev.tenon.jobs.libraries.jackson.core.JacksonException;
import dev.tenon.jobs.libraries.jackson.core.JsonToken;
import java.util.function.BinaryOperator;
import java.util.function.Function;

/**
 * JSON in which the sensitive values are encrypted, each by itself: a text stands in place of the
 * value, whatever that is. Names, order and everything else stay.
 */
public final class EncryptedJson {

  /** With it every encrypted value begins, and no other text. */
  public static final String MARKER = "tenon-encrypted:1:";

  private EncryptedJson() {}

  /** Whether there may be texts with the marker in it. */
  static boolean isSuspected(String json) {
    return json.contains(MARKER);
  }

  /**
   * The JSON with each sensitive value encrypted that is not null.
   *
   * @param json well-formed JSON
   * @param encrypt makes the text from the path of a value and its JSON
   * @param marked makes what is thrown if another text begins as the encrypted ones do, so that
   *     nobody could tell them apart, from its path
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
   * The JSON with each encrypted value decrypted. What is not JSON stays as it is, for the reader
   * to say what is wrong with it.
   *
   * @param decrypt makes the JSON of a value from its path and the text
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
