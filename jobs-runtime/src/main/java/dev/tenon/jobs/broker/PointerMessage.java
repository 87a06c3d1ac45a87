package dev.tenon.jobs.broker;

import com.rabbitmq.client.AMQP.BasicProperties;
import dev.tenon.jobs.libraries.jackson.core.JacksonException;
import dev.tenon.jobs.libraries.jackson.core.JsonGenerator;
import dev.tenon.jobs.libraries.jackson.core.JsonParser;
import dev.tenon.jobs.libraries.jackson.core.JsonToken;
import dev.tenon.jobs.libraries.jackson.core.ObjectReadContext;
import dev.tenon.jobs.libraries.jackson.core.ObjectWriteContext;
import dev.tenon.jobs.libraries.jackson.core.json.JsonFactory;
import dev.tenon.jobs.pointer.JobPointer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The message that points to a job: {@code {"jobId":"…","type":"…"}}. Nothing else of a message is
 * trusted, and anything else is not a pointer.
 */
final class PointerMessage {

  /** A pointer takes about 100 bytes; what is much larger is not even parsed. */
  private static final int MAX_BYTES = 4096;

  /** RabbitMQ's limit of the properties that are short strings. */
  private static final int MAX_PROPERTY_BYTES = 255;

  /** The header that says whose job it is. Whoever publishes without it is trusted to know. */
  static final String INSTALLATION = "tenon-installation";

  private static final int PERSISTENT = 2;
  private static final String JOB_ID = "jobId";
  private static final String TYPE = "type";
  private static final JsonFactory JSON = new JsonFactory();

  private PointerMessage() {}

  /** What a message says. */
  record Content(UUID jobId, String type) {}

  static byte[] body(JobPointer pointer) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), body)) {
      json.writeStartObject();
      json.writeStringProperty(JOB_ID, pointer.jobId().toString());
      json.writeStringProperty(TYPE, pointer.type());
      json.writeEndObject();
    }
    return body.toByteArray();
  }

  /**
   * Whether a message can say this. A type that somebody has written into the table himself may be
   * too long.
   */
  static boolean isPublishable(byte[] body) {
    return body.length <= MAX_BYTES;
  }

  static BasicProperties properties(JobPointer pointer, int priority, UUID installation) {
    boolean isShort = pointer.type().getBytes(StandardCharsets.UTF_8).length <= MAX_PROPERTY_BYTES;
    return new BasicProperties.Builder()
        .contentType("application/json")
        .deliveryMode(PERSISTENT)
        .priority(priority)
        .messageId(pointer.jobId().toString())
        // The body has it too, in full
        .type(isShort ? pointer.type() : null)
        .headers(Map.of(INSTALLATION, installation.toString()))
        .build();
  }

  /** Whether the message says that it belongs to another installation. */
  static boolean isForeign(BasicProperties properties, UUID installation) {
    Map<String, Object> headers = properties.getHeaders();
    Object owner = headers == null ? null : headers.get(INSTALLATION);
    return owner != null && !owner.toString().equals(installation.toString());
  }

  /** The content of a message; empty if it is not a pointer. */
  static Optional<Content> parse(byte[] body) {
    if (body.length > MAX_BYTES) {
      return Optional.empty();
    }
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), body)) {
      return read(json);
    } catch (JacksonException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<Content> read(JsonParser json) {
    String jobId = null;
    String type = null;
    if (json.nextToken() != JsonToken.START_OBJECT) {
      return Optional.empty();
    }
    for (String name = json.nextName(); name != null; name = json.nextName()) {
      boolean isText = json.nextToken() == JsonToken.VALUE_STRING;
      if (name.equals(JOB_ID)) {
        jobId = isText ? json.getString() : null;
      } else if (name.equals(TYPE)) {
        type = isText ? json.getString() : null;
      }
      json.skipChildren();
    }
    return jobId == null || type == null || json.nextToken() != null
        ? Optional.empty()
        : Optional.of(new Content(UUID.fromString(jobId), type));
  }
}
