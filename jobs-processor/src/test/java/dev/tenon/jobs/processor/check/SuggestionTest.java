package dev.tenon.jobs.processor.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SuggestionTest {

  @Test
  void countsInsertionsRemovalsReplacementsAndSwaps() {
    assertThat(Suggestion.distance("widget", "widget")).isZero();
    assertThat(Suggestion.distance("widget", "wdget")).isEqualTo(1);
    assertThat(Suggestion.distance("widget", "widgets")).isEqualTo(1);
    assertThat(Suggestion.distance("widget", "wodget")).isEqualTo(1);
    assertThat(Suggestion.distance("widget", "wigdet")).isEqualTo(1);
    assertThat(Suggestion.distance("", "abc")).isEqualTo(3);
    assertThat(Suggestion.distance("abc", "")).isEqualTo(3);
    assertThat(Suggestion.distance("ab", "ba")).isEqualTo(1);
    assertThat(Suggestion.distance("ab", "bc")).isEqualTo(2);
    assertThat(Suggestion.distance("abcd", "cdab")).isEqualTo(4);
  }

  @Test
  void findsTheNearestThatIsNear() {
    assertThat(Suggestion.nearest("shop.imprt", List.of("shop.export", "shop.import")))
        .contains("shop.import");
    assertThat(Suggestion.nearest("mail.send", List.of("shop.export", "shop.import"))).isEmpty();
    // A third of the characters may differ, but at least one; of two equally close names the first
    // is taken
    assertThat(Suggestion.nearest("a", List.of("b"))).contains("b");
    assertThat(Suggestion.nearest("ab", List.of("cd"))).isEmpty();
    assertThat(Suggestion.nearest("abcxyz", List.of("abczzzz"))).isEmpty();
    assertThat(Suggestion.nearest("abcdef", List.of("abcdxy"))).contains("abcdxy");
    assertThat(Suggestion.nearest("abcdef", List.of("abcxyz"))).isEmpty();
    assertThat(Suggestion.nearest("a.b", List.of("a.d", "a.c"))).contains("a.c");
  }

  @Test
  void listsAFewOfMany() {
    assertThat(
            Suggestion.sentence(
                Optional.empty(), List.of("a.g", "a.f", "a.e", "a.d", "a.c", "a.b", "a.a")))
        .isEqualTo(" Known types: 'a.a', 'a.b', 'a.c', 'a.d', 'a.e' and 2 more.");
    assertThat(Suggestion.sentence(Optional.empty(), List.of("a.e", "a.d", "a.c", "a.b", "a.a")))
        .isEqualTo(" Known types: 'a.a', 'a.b', 'a.c', 'a.d', 'a.e'.");
  }
}
