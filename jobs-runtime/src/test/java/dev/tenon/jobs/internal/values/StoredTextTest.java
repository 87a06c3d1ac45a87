package dev.tenon.jobs.internal.values;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Strings are measured, repaired and cut as PostgreSQL counts them: in bytes of UTF-8. */
class StoredTextTest {

  @Test
  void whatFitsAndCanBeStoredStaysAsItIs() {
    String text = "a é € 😀 \n\t";
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    assertThat(StoredText.storable(text, bytes)).isEqualTo(text);
    assertThat(StoredText.storable(text)).isSameAs(text);
    assertThat(StoredText.storable("", 1)).isEmpty();
  }

  @Test
  void whatCannotBeStoredIsReplaced() {
    assertThat(StoredText.storable("a\u0000b", 100)).isEqualTo("a\uFFFDb");
    assertThat(StoredText.storable("\ud83d", 100)).isEqualTo("\uFFFD");
    assertThat(StoredText.storable("\ude00\ud83d\ude00", 100)).isEqualTo("\uFFFD😀");
    assertThat(StoredText.storable("x\u0000\ud83dy")).isEqualTo("x\uFFFD\uFFFDy");
  }

  @Test
  void aTextIsCutBetweenTwoCharactersAndSaysSo() {
    assertThat(StoredText.storable("x".repeat(5000), 1000))
        .isEqualTo("x".repeat(1000) + "… (cut, 5,000 bytes)");
    assertThat(StoredText.storable("ab😀", 5)).isEqualTo("ab… (cut, 6 bytes)");
    assertThat(StoredText.storable("€€", 5)).isEqualTo("€… (cut, 6 bytes)");
  }

  @Test
  void anyTextIsStorableAndBounded() {
    Random random = new Random(7);
    for (int i = 0; i < 10_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(40); length > 0; length--) {
        text.append(
            (char)
                (random.nextInt(4) == 0 ? 0xD700 + random.nextInt(0xA00) : random.nextInt(0x900)));
      }
      int maxBytes = 1 + random.nextInt(60);
      String stored = StoredText.storable(text.toString(), maxBytes);
      assertThat(stored).doesNotContain("\u0000");
      assertThat(StoredText.indexOfHalfCharacter(stored)).isEmpty();
      assertThat(StoredText.utf8Length(stored)).isLessThanOrEqualTo(maxBytes + 30);
      assertThat(new String(stored.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
          .isEqualTo(stored);
    }
  }
}
