package dev.tenon.jobs.internal.submit;

import dev.tenon.jobs.internal.values.JsonText;
import dev.tenon.jobs.internal.values.StoredText;
import dev.tenon.jobs.options.SizeLimits;

/** Checks the steps, results and signals that people name and write. */
public final class WrittenByHand {

  private WrittenByHand() {}

  /**
   * Checks the name and the key of a step.
   *
   * @throws IllegalArgumentException if one is too long or has a character that cannot be stored
   */
  public static void requireNames(String name, String key) {
    String unused = SubmittedValues.name("The name of the step", name);
    String unusedKey = SubmittedValues.name("The key of the step", key);
  }

  /**
   * Checks the result of a step. Whether it has the shape that the step returns is checked when the
   * handler reads it, because the handler may belong to another process.
   *
   * @throws IllegalArgumentException if it is not JSON, is too large, or a string cannot be stored
   */
  public static void requireResult(String json, SizeLimits limits) {
    requireJson("The result", json);
    NewSignalFactory.requireStorable("the result", json);
    int bytes = StoredText.utf8Length(json);
    int maxBytes = limits.resultBytes();
    if (bytes > maxBytes) {
      throw new IllegalArgumentException(
          "The result has %,d bytes; the limit is %,d. Raise SizeLimits.resultBytes if it has to be that large."
              .formatted(bytes, maxBytes));
    }
  }

  /**
   * Checks a signal.
   *
   * @param signal its name
   * @throws IllegalArgumentException if it is not JSON, is too large, or a string cannot be stored
   */
  public static void requireSignal(String signal, String json, SizeLimits limits) {
    String what = "signal '" + signal + "'";
    requireJson("The " + what, json);
    int bytes = StoredText.utf8Length(json);
    if (bytes > limits.payloadBytes()) {
      throw new IllegalArgumentException(
          NewSignalFactory.tooLarge(signal, bytes, limits.payloadBytes()));
    }
    NewSignalFactory.requireStorable("the " + what, json);
  }

  private static void requireJson(String what, String json) {
    if (!JsonText.isJson(json)) {
      throw new IllegalArgumentException(what + " is not JSON.");
    }
  }
}
