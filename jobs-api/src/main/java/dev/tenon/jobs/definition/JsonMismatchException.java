package dev.tenon.jobs.definition;

import java.util.Objects;

/**
 * Thrown when JSON does not have the shape of the type that it is read as. The message says where,
 * and what was expected. It never contains the value that was found, which may be secret.
 */
public final class JsonMismatchException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String path;
  private final String expected;

  /**
   * Creates the exception.
   *
   * @param path the path of the value, from the root down, such as {@code items[3].sku}; empty for
   *     the root
   * @param expected what was expected there, such as {@code a whole number}
   */
  public JsonMismatchException(String path, String expected) {
    super(
        path.isEmpty()
            ? expected + " is expected"
            : "at " + path + ", " + expected + " is expected");
    this.path = path;
    this.expected = Objects.requireNonNull(expected, "expected");
  }

  /**
   * The path of the value, from the root down, such as {@code items[3].sku}; empty for the root.
   */
  public String path() {
    return path;
  }

  /** A description of what was expected there, such as {@code a whole number}. */
  public String expected() {
    return expected;
  }
}
