package dev.tenon.jobs.cli.mcp;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Thrown when a tool does not do what it was asked to do; the message is for the agent. */
final class Refusal extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Map<String, @Nullable Object> details;

  Refusal(String message) {
    this(message, Map.of());
  }

  /**
   * A refusal with more than a message.
   *
   * @param details what helps to call the tool correctly, such as a schema
   */
  Refusal(String message, Map<String, @Nullable Object> details) {
    super(message, null, false, false);
    this.details = details;
  }

  /** The message. */
  String text() {
    return String.valueOf(getMessage());
  }

  /** Details that help to call the tool correctly. */
  Map<String, @Nullable Object> details() {
    return details;
  }
}
