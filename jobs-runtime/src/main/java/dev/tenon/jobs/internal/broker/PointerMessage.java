package dev.tenon.jobs.internal.broker;

import com.rabbitmq.client.AMQP.BasicProperties;
import dev.tenon.jobs.libraries.jackson.core.JacksonException;
import dev.tenon.jobs.libraries.jackson.core.JsonGenerator;
import dev.tenon.jobs.libraries.jackson.core.JsonParser;
import dev.tenon.jobs.libraries.jackson.core.JsonToken;
import dev.tenon.jobs.libraries.jackson.core.ObjectReadContext;
import dev.tenon.jobs.libraries.jackson.core.ObjectWriteContext;
import dev.tenon.jobs.libraries.jackson.core.json.JsonFactory;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The message that points to a job, {@code {"jobId":"…","type":"…"}}, or to several of one type,
 * {@code {"jobIds":["…","…"],"type":"…"}}. Nothing else of a message is trusted, and anything else
 * is not a pointer.
 */
final class PointerMessage {

  /**
   * The maximum size; larger messages are not even parsed. {@link MessagePointers#MAX_POINTERS}
   * pointers take half of it.
   */
  private static final int MAX_BYTES = 4096;

  /** The header that names the installation of the job. A message without it is accepted. */
  static final String INSTALLATION = "tenon-installation";

  private static final int PERSISTENT = 2;
  private static final String JOB_ID = "jobId";
  private static final String JOB_IDS = "jobIds";
  private static final String TYPE = "type";
  private static final JsonFactory JSON = new JsonFactory();

  private PointerMessage() {}

  /**
   * The content of a message.
   *
   * @param jobIds the jobs, at least one
   * @param type their type
   */
  record Content(List<UUID> jobIds, String type) {}

  static byte[] body(MessagePointers pointers) {
    List<UUID> jobIds = pointers.jobIds();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), body)) {
      json.writeStartObject();
      if (jobIds.size() == 1) {
        json.writeStringProperty(JOB_ID, jobIds.get(0).toString());
      } else {
        json.writeArrayPropertyStart(JOB_IDS);
        jobIds.forEach(id -> json.writeString(id.toString()));
        json.writeEndArray();
      }
      json.writeStringProperty(TYPE, pointers.type());
      json.writeEndObject();
    }
    return body.toByteArray();
  }

  /**
   * Returns whether a message can carry this. A type may be too long if somebody has written it
   * into the table by hand.
   */
  static boolean isPublishable(byte[] body) {
    return body.length <= MAX_BYTES;
  }

  static BasicProperties properties(MessagePointers pointers, int priority, UUID installation) {
    return new BasicProperties.Builder()
        .contentType("application/json")
        .deliveryMode(PERSISTENT)
        .priority(priority)
        .messageId(pointers.messageId().toString())
        // The body has it too, unabridged
        .type(pointers.hasShortType() ? pointers.type() : null)
        .headers(Map.of(INSTALLATION, installation.toString()))
        .build();
  }

  /** Returns whether the message says that it belongs to another installation. */
  static boolean isForeign(BasicProperties properties, UUID installation) {
    Map<String, Object> headers = properties.getHeaders();
    Object owner = headers == null ? null : headers.get(INSTALLATION);
    return owner != null && !owner.toString().equals(installation.toString());
  }

  /** Returns the content of a message; empty if it is not a pointer. */
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
    List<UUID> jobIds = new ArrayList<>();
    String type = null;
    if (json.nextToken() != JsonToken.START_OBJECT) {
      return Optional.empty();
    }
    for (String name = json.nextName(); name != null; name = json.nextName()) {
      JsonToken value = json.nextToken();
      if (name.equals(TYPE)) {
        type = value == JsonToken.VALUE_STRING ? json.getString() : null;
      } else if (name.equals(JOB_ID) && value == JsonToken.VALUE_STRING) {
        jobIds.add(UUID.fromString(json.getString()));
      } else if (name.equals(JOB_IDS) && value == JsonToken.START_ARRAY) {
        while (json.nextToken() == JsonToken.VALUE_STRING) {
          jobIds.add(UUID.fromString(json.getString()));
        }
        if (json.currentToken() != JsonToken.END_ARRAY) {
          return Optional.empty();
        }
      }
      json.skipChildren();
    }
    return jobIds.isEmpty() || type == null || json.nextToken() != null
        ? Optional.empty()
        : Optional.of(new Content(List.copyOf(jobIds), type));
  }
}
