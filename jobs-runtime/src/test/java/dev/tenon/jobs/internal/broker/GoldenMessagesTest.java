package dev.tenon.jobs.internal.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.internal.pointer.JobPointer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Java writes and reads the messages of {@code docs/wire-contract}, as the tests in Python do. */
class GoldenMessagesTest {

  private static final JsonNode MESSAGES =
      new JsonMapper().readTree(Path.of("../docs/wire-contract/messages.json").toFile());
  private static final JsonNode PUBLISHED = MESSAGES.get("published");

  @Test
  void whatIsPublished() {
    String body = PUBLISHED.get("body").asString();
    UUID jobId =
        new JsonMapper().readTree(body).get("jobId").asString().transform(UUID::fromString);
    MessagePointers pointers =
        new MessagePointers(
            List.of(
                new JobPointer(
                    jobId,
                    PUBLISHED.get("type").asString(),
                    PUBLISHED.get("routingKey").asString(),
                    JobPriority.NORMAL,
                    1,
                    false)));
    UUID installation =
        UUID.fromString(PUBLISHED.get("headers").get("tenon-installation").asString());
    BasicProperties properties =
        PointerMessage.properties(pointers, PUBLISHED.get("priority").asInt(), installation);

    assertThat(PointerMessage.body(pointers)).isEqualTo(body.getBytes(StandardCharsets.UTF_8));
    assertThat(properties.getContentType()).isEqualTo(PUBLISHED.get("contentType").asString());
    assertThat(properties.getDeliveryMode()).isEqualTo(PUBLISHED.get("deliveryMode").asInt());
    assertThat(properties.getType()).isEqualTo(PUBLISHED.get("type").asString());
    assertThat(properties.getHeaders()).isEqualTo(headers(PUBLISHED.get("headers")));
  }

  @TestFactory
  Stream<DynamicTest> bodies() {
    return MESSAGES
        .get("bodies")
        .valueStream()
        .map(
            golden ->
                DynamicTest.dynamicTest(
                    golden.get("why").asString(),
                    () ->
                        assertThat(
                                PointerMessage.parse(bytes(golden.get("body").asString()))
                                    .orElse(null))
                            .isEqualTo(content(golden.get("pointer")))));
  }

  @Test
  void aBodyThatIsTooLargeIsNoPointer() {
    String body = PUBLISHED.get("body").asString();
    int maxBytes = MESSAGES.get("maxBytes").asInt();
    String largest = body + " ".repeat(maxBytes - body.length());
    assertThat(PointerMessage.parse(bytes(largest))).isPresent();
    assertThat(PointerMessage.parse(bytes(largest + " "))).isEmpty();
  }

  @TestFactory
  Stream<DynamicTest> foreignMessages() {
    return MESSAGES
        .get("headers")
        .valueStream()
        .map(
            golden ->
                DynamicTest.dynamicTest(
                    golden.get("why").asString(),
                    () ->
                        assertThat(
                                PointerMessage.isForeign(
                                    new BasicProperties.Builder()
                                        .headers(headers(golden.get("headers")))
                                        .build(),
                                    UUID.fromString(golden.get("installation").asString())))
                            .isEqualTo(golden.get("foreign").asBoolean())));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Map<String, Object> headers(JsonNode golden) {
    Map<String, Object> headers = new HashMap<>();
    golden
        .properties()
        .forEach(header -> headers.put(header.getKey(), header.getValue().asString()));
    return headers;
  }

  private static PointerMessage.Content content(JsonNode golden) {
    if (golden.isNull()) {
      return null;
    }
    List<UUID> jobIds = new ArrayList<>();
    golden.get("jobIds").forEach(id -> jobIds.add(UUID.fromString(id.asString())));
    return new PointerMessage.Content(jobIds, golden.get("type").asString());
  }
}
