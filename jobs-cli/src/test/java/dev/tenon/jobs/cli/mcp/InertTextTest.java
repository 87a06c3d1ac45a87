package dev.tenon.jobs.cli.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which characters are written out, and where strings are cut. */
class InertTextTest {

  @Test
  void whatIsVisibleStays() {
    String text = "Grüße, 日本, שלום, مرحبا, 🙂 {\"a\": 1}\n\tat <b> `x` \\u0041";
    assertThat(InertText.of(text)).isEqualTo(text);
  }

  @Test
  void whatIsHiddenIsWrittenOut() {
    assertThat(InertText.of("\u001b[31m\u0007\r\u0085"))
        .isEqualTo("\\u001b[31m\\u0007\\u000d\\u0085");
    assertThat(InertText.of("a\u202eb\u2066c\u200bd\ufeff"))
        .isEqualTo("a\\u202eb\\u2066c\\u200bd\\ufeff");
    // The letters of a hidden sentence are in the block of tags
    assertThat(InertText.of("x" + Character.toString(0xe0041))).isEqualTo("x\\u{e0041}");
    assertThat(InertText.of("☺\ufe0f" + Character.toString(0xe0100)))
        .isEqualTo("☺\\ufe0f\\u{e0100}");
    assertThat(InertText.of("\u2028\u2029\ue000\u3164")).isEqualTo("\\u2028\\u2029\\ue000\\u3164");
    assertThat(InertText.of("\ud800x")).isEqualTo("\\ud800x");
  }

  @Test
  void longStringsAreCutBetweenCharacters() {
    assertThat(InertText.of("abcdef", 3)).isEqualTo("abc… (cut; 6 characters in all)");
    assertThat(InertText.of("abc", 3)).isEqualTo("abc");
    assertThat(InertText.of("ab🙂cd", 3)).isEqualTo("ab🙂… (cut; 6 characters in all)");
    assertThat(InertText.of("\u200b".repeat(1_000_000), 100).length()).isLessThan(150);
  }

  @Test
  void everythingInAnAnswerIsCleaned() {
    assertThat(
            InertText.clean(
                Map.of("a\u202e", Arrays.asList(1, true, null, "b\u202e", Map.of("c", "\u0007")))))
        .isEqualTo(
            Map.of("a\\u202e", Arrays.asList(1, true, null, "b\\u202e", Map.of("c", "\\u0007"))));
    assertThat(InertText.clean(Collections.singletonMap("a", null)))
        .isEqualTo(Collections.singletonMap("a", null));
    assertThat(InertText.clean(List.of())).isEqualTo(List.of());
  }

  @Test
  void theTextIsTheSameJsonButRendersNothing() {
    assertThat(AgentTools.unrendered("{\"a\":\"<b>&`![x](y)\"}"))
        .isEqualTo("{\"a\":\"\\u003cb\\u003e\\u0026\\u0060\\u0021[x]\\u0028y)\"}");
  }
}
