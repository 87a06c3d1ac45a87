package dev.tenon.jobs.internal.submit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UniqueKeyTextTest {

  private static String key(String... values) {
    return UniqueKeyText.of("parts.reindex", Arrays.asList(values), false);
  }

  @Test
  void aShortKeyCanBeRead() {
    assertThat(key("42", null, "")).isEqualTo("13:parts.reindex|2:42|-|0:");
  }

  @Test
  void noTwoListsOfValuesHaveTheSameKey() {
    List<String> texts =
        Arrays.asList(null, "", "-", "0:", "1:a", "a", "a|1:b", "|", "|-", "1", ":");
    Map<String, List<String>> lists = new HashMap<>();
    for (String first : texts) {
      assertThat(lists.put(key(first), Arrays.asList(first))).isNull();
      for (String second : texts) {
        List<String> two = Arrays.asList(first, second);
        assertThat(lists.put(key(first, second), two)).as("%s", two).isNull();
      }
    }
    assertThat(UniqueKeyText.of("a.b", List.of("c"), false))
        .isNotEqualTo(UniqueKeyText.of("a.bc", List.of(""), false));
  }

  @Test
  void aLongKeyIsADigest() {
    String longText = "x".repeat(500);
    assertThat(key(longText)).matches("sha256:[0-9a-f]{64}").isEqualTo(key(longText));
    assertThat(key(longText)).isNotEqualTo(key(longText + "x"));
    assertThat(key("x".repeat(179))).startsWith("13:parts.reindex|179:xxx").hasSize(200);
    assertThat(key("x".repeat(180))).startsWith("sha256:");
  }

  @Test
  void aSensitiveKeyIsADigest() {
    assertThat(UniqueKeyText.of("parts.reindex", List.of("a"), true))
        .matches("sha256:[0-9a-f]{64}")
        .isNotEqualTo(UniqueKeyText.of("parts.reindex", List.of("b"), true));
  }

  @Test
  void whatIsNotPlainAsciiIsADigest() {
    assertThat(key("ä")).startsWith("sha256:").isNotEqualTo(key("ö"));
    assertThat(key("\u0000")).as("PostgreSQL could not store it").startsWith("sha256:");
    assertThat(key("~ ")).isEqualTo("13:parts.reindex|2:~ ");
  }
}
