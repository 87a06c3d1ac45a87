package dev.tenon.jobs.internal.background;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogTextTest {

  @ParameterizedTest
  @ValueSource(strings = {"", "order.place", "worker-1 (host)", "Größe 10 €", "日本 😀"})
  void plainTextStaysAsItIs(String text) {
    assertThat(LogText.escape(text)).isEqualTo(text);
  }

  @Test
  void nothingStartsItsOwnLine() {
    assertThat(LogText.escape("a\nb\r\nc\td\u2028e\u0085f\u001b[31mg"))
        .isEqualTo("a\\nb\\r\\nc\\td\\u2028e\\u0085f\\u001b[31mg");
  }

  @Test
  void nothingChangesTheDirectionOrIsInvisible() {
    assertThat(LogText.escape("a\u202eb\u200bc\u0000d\ud800e"))
        .isEqualTo("a\\u202eb\\u200bc\\u0000d\\ud800e");
  }

  @Test
  void anEscapeCannotBeForged() {
    assertThat(LogText.escape("a\\nb")).isEqualTo("a\\\\nb");
  }

  @Test
  void longTextsAreCut() {
    assertThat(LogText.escape("x".repeat(LogText.MAX_LENGTH)))
        .isEqualTo("x".repeat(LogText.MAX_LENGTH));
    assertThat(LogText.escape("x".repeat(1_000_000)))
        .isEqualTo("x".repeat(LogText.MAX_LENGTH) + "… (cut, 1000000 characters)");
    assertThat(LogText.escape("x".repeat(LogText.MAX_LENGTH - 1) + "😀"))
        .as("a pair of surrogates is not cut in two")
        .isEqualTo("x".repeat(LogText.MAX_LENGTH - 1) + "… (cut, 201 characters)");
  }
}
