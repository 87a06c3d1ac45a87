package dev.tenon.jobs.broker;

import com.rabbitmq.client.AMQP.BasicProperties;
import dev.tenon.jobs.JobPointer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The message that points to a job: {@code {"jobId":"…","type":"…"}}. Nothing else of a message is
 * trusted, and what does not look like this is no pointer.
 */
final class PointerMessage {

  /** A pointer takes about 100 bytes; what is much larger is not even parsed. */
  private static final int MAX_BYTES = 4096;

  private static final int PERSISTENT = 2;
  private static final JsonMapper JSON = new JsonMapper();

  private PointerMessage() {}

  /** What a message says. */
  record Content(UUID jobId, String type) {}

  static byte[] body(JobPointer pointer) {
    return JSON.writeValueAsBytes(new Content(pointer.jobId(), pointer.type()));
  }

  static BasicProperties properties(JobPointer pointer, int priority) {
    return new BasicProperties.Builder()
        .contentType("application/json")
        .deliveryMode(PERSISTENT)
        .priority(priority)
        .messageId(pointer.jobId().toString())
        .type(pointer.type())
        .build();
  }

  /** The content of a message; empty if it is no pointer. */
  static Optional<Content> parse(byte[] body) {
    if (body.length > MAX_BYTES) {
      return Optional.empty();
    }
    try {
      JsonNode node = JSON.readTree(new String(body, StandardCharsets.UTF_8));
      if (node == null || !node.path("jobId").isString() || !node.path("type").isString()) {
        return Optional.empty();
      }
      return Optional.of(
          new Content(
              UUID.fromString(node.path("jobId").asString()), node.path("type").asString()));
    } catch (JacksonException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
