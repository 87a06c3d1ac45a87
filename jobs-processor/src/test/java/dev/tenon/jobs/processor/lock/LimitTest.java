package dev.tenon.jobs.processor.lock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitTest {

  @ParameterizedTest
  @CsvSource({
    "MIN_SIZE, 1, 2",
    "MAX_SIZE, 80, 79",
    "MIN, 1, 2",
    "MIN, -2, -1",
    "MIN, 0, > 0",
    "MIN, > 0, 0.5",
    "MAX, 10, 9.99",
    "MAX, 10, < 10",
    "MAX, < 10, 9",
    "INTEGER_DIGITS, 5, 4",
    "FRACTION_DIGITS, 2, 1",
    "TIME, pastOrPresent, past",
    "TIME, future, past",
    "ALWAYS, true, false",
    "PATTERNS, [a-z]*, [a-y]*",
    "EMAIL, .*, .+",
    "OTHER, @shop.Sku(value=1), @shop.Sku(value=2)"
  })
  void oneIsTighter(Limit limit, String locked, String found) {
    assertThat(limit.isTighter(List.of(locked), List.of(found))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "MIN_SIZE, 2, 1",
    "MIN_SIZE, 10, 9",
    "MAX_SIZE, 79, 80",
    "MAX_SIZE, 9, 10",
    "MIN, 2, 1",
    "MIN, 1.0, 1",
    "MIN, > 0, 0",
    "MIN, 0.5, > 0",
    "MAX, < 10, 10",
    "MAX, 9, < 10",
    "INTEGER_DIGITS, 4, 5",
    "TIME, past, pastOrPresent",
    "TIME, past, past",
    "ALWAYS, true, true",
    "PATTERNS, [a-z]*, [a-z]*"
  })
  void oneIsNotTighter(Limit limit, String locked, String found) {
    assertThat(limit.isTighter(List.of(locked), List.of(found))).isFalse();
  }

  @Test
  void ofSeveralTextsEachNewOneIsTighter() {
    assertThat(Limit.PATTERNS.isTighter(List.of("a", "b"), List.of("a"))).isFalse();
    assertThat(Limit.PATTERNS.isTighter(List.of("a"), List.of("a", "b"))).isTrue();
  }

  @Test
  void ofTwoConstraintsTheTighterOneCounts() {
    assertThat(Limit.MIN.both(List.of("1"), List.of("> 1"))).containsExactly("> 1");
    assertThat(Limit.MIN.both(List.of("> 1"), List.of("1"))).containsExactly("> 1");
    assertThat(Limit.MAX_SIZE.both(List.of("10"), List.of("9"))).containsExactly("9");
    assertThat(Limit.PATTERNS.both(List.of("b"), List.of("a"))).containsExactly("a", "b");
  }

  @Test
  void onlyNumbersAreBounds() {
    assertThat(Limit.MIN.accepts("> 0.5")).isTrue();
    assertThat(Limit.MIN.accepts("-7")).isTrue();
    assertThat(Limit.MIN.accepts(">")).isFalse();
    assertThat(Limit.MAX_SIZE.accepts("many")).isFalse();
    assertThat(Limit.PATTERNS.accepts("many")).isTrue();
  }
}
