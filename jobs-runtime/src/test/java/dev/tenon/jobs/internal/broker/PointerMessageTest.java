package dev.tenon.jobs.internal.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.internal.pointer.JobPointer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PointerMessageTest {

  private static final UUID ID = UUID.fromString("0191d3c2-7b5e-7c3a-9d1f-3a5b7c9d1e2f");

  private static JobPointer pointer(UUID jobId) {
    return new JobPointer(jobId, "mail.send", "jobs.mail", JobPriority.NORMAL, 1, false);
  }

  @Test
  void whatIsWrittenIsRead() {
    byte[] body = PointerMessage.body(new MessagePointers(List.of(pointer(ID))));

    assertThat(new String(body, StandardCharsets.UTF_8))
        .isEqualTo("{\"jobId\":\"" + ID + "\",\"type\":\"mail.send\"}");
    assertThat(PointerMessage.parse(body))
        .contains(new PointerMessage.Content(List.of(ID), "mail.send"));
  }

  @Test
  void aMessageCarriesSeveralPointers() {
    UUID other = UUID.randomUUID();
    byte[] body = PointerMessage.body(new MessagePointers(List.of(pointer(ID), pointer(other))));

    assertThat(new String(body, StandardCharsets.UTF_8))
        .isEqualTo("{\"jobIds\":[\"" + ID + "\",\"" + other + "\"],\"type\":\"mail.send\"}");
    assertThat(PointerMessage.parse(body))
        .contains(new PointerMessage.Content(List.of(ID, other), "mail.send"));
  }

  @Test
  void saysWhoseJobItIs() {
    UUID installation = UUID.randomUUID();
    MessagePointers pointers = new MessagePointers(List.of(pointer(ID)));
    BasicProperties mine = PointerMessage.properties(pointers, 1, installation);
    assertThat(mine.getHeaders()).containsEntry("tenon-installation", installation.toString());
    assertThat(PointerMessage.isForeign(mine, installation)).isFalse();
    assertThat(PointerMessage.isForeign(mine, UUID.randomUUID())).isTrue();
    assertThat(PointerMessage.isForeign(new BasicProperties(), installation)).isFalse();
  }

  @Test
  void moreThanThePointerIsIgnored() {
    String body = "{\"x\":{\"jobId\":[]},\"type\":\"mail.send\",\"jobId\":\"" + ID + "\"}";
    assertThat(PointerMessage.parse(body.getBytes(StandardCharsets.UTF_8)))
        .contains(new PointerMessage.Content(List.of(ID), "mail.send"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{",
        "hello",
        "{\"jobId\":1,\"type\":\"a\"}",
        "{\"jobId\":\"x\",\"type\":\"a\"}",
        "{\"jobId\":\"0191d3c2-7b5e-7c3a-9d1f-3a5b7c9d1e2f\"}",
        "{\"jobId\":\"0191d3c2-7b5e-7c3a-9d1f-3a5b7c9d1e2f\",\"type\":null}",
        "{\"jobId\":\"0191d3c2-7b5e-7c3a-9d1f-3a5b7c9d1e2f\",\"type\":\"a\"} x",
        "{\"jobIds\":[],\"type\":\"a\"}",
        "{\"jobIds\":{},\"type\":\"a\"}",
        "{\"jobIds\":[\"0191d3c2-7b5e-7c3a-9d1f-3a5b7c9d1e2f\",1],\"type\":\"a\"}",
        "{\"jobIds\":[\"0191d3c2-7b5e-7c3a-9d1f-3a5b7c9d1e2f\",[]],\"type\":\"a\"}",
        "{\"jobIds\":[\"0191d3c2-7b5e-7c3a-9d1f-3a5b7c9d1e2f\""
      })
  void anythingElseIsNotAPointer(String body) {
    assertThat(PointerMessage.parse(body.getBytes(StandardCharsets.UTF_8))).isEmpty();
  }
}
