package dev.tenon.jobs.definition;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Date;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConstraintsTest {

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t\r\n "})
  void whiteSpaceIsBlank(String text) {
    assertThat(Constraints.isNotBlank(text)).isFalse();
  }

  @Test
  void aVisibleCharacterIsNotBlank() {
    assertThat(Constraints.isNotBlank(" a ")).isTrue();
    assertThat(Constraints.isNotBlank(null)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a@b",
        "first.last@example.com",
        "user+tag@example.co.uk",
        "\"with space\"@example.com",
        "\"a\\\"b\\\\\".c@example.com",
        "müller@bücher.example",
        "a@[127.0.0.1]",
        "a@[IPv6:::1]",
        "a@[IPv6:2001:db8:0:0:0:0:0:1]",
        "a@[IPv6:::ffff:192.0.2.1]",
        "a@x-y.example"
      })
  void isEmail(String text) {
    assertThat(Constraints.isEmail(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "@example.com",
        "a@",
        "a@example.com.",
        "a..b@example.com",
        ".a@example.com",
        "a b@example.com",
        "a@-example.com",
        "a@example-.com",
        "\"\"@example.com",
        "\"a@example.com",
        "\"a\\x\"@example.com",
        "\"a\"b@example.com",
        "a@[1.2.3]",
        "a@[IPv6:1:2:3]",
        "a@[IPv6:1::2::3]",
        "a@[IPv6:1.2.3.4::]",
        "a@b@",
        "a\uD83D\uDE00@example.com"
      })
  void isNoEmail(String text) {
    assertThat(Constraints.isEmail(text)).isFalse();
  }

  @Test
  void longPartsAreNoEmail() {
    assertThat(Constraints.isEmail("a".repeat(64) + "@example.com")).isTrue();
    assertThat(Constraints.isEmail("a".repeat(65) + "@example.com")).isFalse();
    assertThat(Constraints.isEmail("a@" + "b".repeat(64) + ".com")).isFalse();
    assertThat(Constraints.isEmail("a@" + "b.".repeat(127) + "c")).isTrue();
    assertThat(Constraints.isEmail("a@" + "b.".repeat(127) + "cd")).isFalse();
    // Punycode of newer JDKs refuses it with a plain RuntimeException
    assertThat(Constraints.isEmail("a@" + "\u00e4".repeat(1001))).isFalse();
  }

  @Test
  void nanIsWithinNoBound() {
    BigDecimal limit = new BigDecimal("0.1");
    assertThat(Constraints.isAtLeast(Double.NaN, limit)).isFalse();
    assertThat(Constraints.isGreaterThan(Double.NaN, limit)).isFalse();
    assertThat(Constraints.isAtMost(Double.NaN, limit)).isFalse();
    assertThat(Constraints.isLessThan(Double.NaN, limit)).isFalse();
  }

  @Test
  void boundsCompareDecimals() {
    BigDecimal limit = new BigDecimal("0.10");
    assertThat(Constraints.isAtLeast(0.1, limit)).isTrue();
    assertThat(Constraints.isGreaterThan(0.1, limit)).isFalse();
    assertThat(Constraints.isGreaterThan(Double.POSITIVE_INFINITY, limit)).isTrue();
    assertThat(Constraints.isAtLeast(Double.POSITIVE_INFINITY, limit)).isTrue();
    assertThat(Constraints.isAtMost(0.1, limit)).isTrue();
    assertThat(Constraints.isLessThan(0.1, limit)).isFalse();
    assertThat(Constraints.isLessThan(Double.NEGATIVE_INFINITY, limit)).isTrue();
    assertThat(Constraints.isAtMost(Double.NEGATIVE_INFINITY, limit)).isTrue();
  }

  @Test
  void boundsReadTexts() {
    BigDecimal limit = BigDecimal.TEN;
    assertThat(Constraints.isAtLeast("10", limit)).isTrue();
    assertThat(Constraints.isAtLeast("9.9", limit)).isFalse();
    assertThat(Constraints.isGreaterThan("10.0", limit)).isFalse();
    assertThat(Constraints.isGreaterThan("1e2", limit)).isTrue();
    assertThat(Constraints.isAtMost("10", limit)).isTrue();
    assertThat(Constraints.isAtMost("ten", limit)).isFalse();
    assertThat(Constraints.isLessThan("10", limit)).isFalse();
    assertThat(Constraints.isLessThan("9", limit)).isTrue();
  }

  @Test
  void countsDigits() {
    assertThat(Constraints.hasDigits(new BigDecimal("12.3"), 2, 1)).isTrue();
    assertThat(Constraints.hasDigits(new BigDecimal("123"), 2, 1)).isFalse();
    assertThat(Constraints.hasDigits(new BigDecimal("1.23"), 2, 1)).isFalse();
    assertThat(Constraints.hasDigits(new BigDecimal("1E2147483647"), 9, 9)).isFalse();
    assertThat(Constraints.hasDigits(BigInteger.valueOf(100), 3, 0)).isTrue();
    assertThat(Constraints.hasDigits(BigInteger.valueOf(100), 2, 0)).isFalse();
    assertThat(Constraints.hasDigits(-99L, 2, 0)).isTrue();
    assertThat(Constraints.hasDigits(0.5, 0, 1)).isTrue();
    assertThat(Constraints.hasDigits(0.5f, 0, 1)).isTrue();
    assertThat(Constraints.hasDigits(0.55f, 0, 1)).isFalse();
    assertThat(Constraints.hasDigits(Double.NaN, 9, 9)).isFalse();
    assertThat(Constraints.hasDigits(Float.POSITIVE_INFINITY, 9, 9)).isFalse();
    assertThat(Constraints.hasDigits("12.3", 2, 1)).isTrue();
    assertThat(Constraints.hasDigits("twelve", 9, 9)).isFalse();
  }

  @Test
  void comparesWithNow() {
    Instant later = Instant.now().plusSeconds(60);

    assertThat(Constraints.compareToNow(later)).isPositive();
    assertThat(Constraints.compareToNow(Instant.EPOCH)).isNegative();
    assertThat(Constraints.compareToNow(Date.from(later))).isPositive();
    assertThat(Constraints.compareToNow(LocalDate.EPOCH)).isNegative();
    assertThat(Constraints.compareToNow(LocalDate.MAX)).isPositive();
  }
}
