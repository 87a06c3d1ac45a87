package dev.tenon.jobs.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class JobDefinitionTest {

  @Test
  void aDefinitionWithoutACodecForItsPayloadIsRefused() {
    JobDefinition.Builder<String, Void> builder =
        JobDefinition.builder("mail.send", String.class, Void.class);

    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith(
            "The definition of job type 'mail.send' has no codec for its payload. Recompile its payload");
  }

  @Test
  void aDefinitionWithoutACodecForItsResultIsRefused() {
    JobDefinition.Builder<String, Integer> builder =
        JobDefinition.builder("mail.send", String.class, Integer.class)
            .payloadCodec(JsonCodecs.STRING);

    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has no codec for its result.");
    assertThat(builder.resultCodec(JsonCodecs.INT).build().resultCodec()).isSameAs(JsonCodecs.INT);
  }

  @Test
  void noResultNeedsNoCodec() {
    JobDefinition<String, Void> definition =
        JobDefinition.builder("mail.send", String.class, Void.class)
            .payloadCodec(JsonCodecs.STRING)
            .build();

    assertThat(definition.payloadCodec()).isSameAs(JsonCodecs.STRING);
    assertThatThrownBy(definition::resultCodec)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Jobs of type 'mail.send' have no result.");
  }
}
