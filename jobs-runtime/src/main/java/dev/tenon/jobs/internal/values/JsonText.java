package dev.tenon.jobs.internal.values;

import dev.tenon.jobs.definition.SensitivePaths;
import dev.tenon.jobs.libraries.jackson.core.JacksonException;

/** Checks text that somebody has written as JSON. */
public final class JsonText {

  private JsonText() {}

  /** Returns whether the text is one well-formed JSON value. */
  public static boolean isJson(String text) {
    try {
      return !JsonCopy.of(text, SensitivePaths.NONE, (in, out, paths, path) -> false).isEmpty();
    } catch (JacksonException e) {
      return false;
    }
  }
}
