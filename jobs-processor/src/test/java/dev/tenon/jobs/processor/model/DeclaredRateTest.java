package dev.tenon.jobs.processor.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.definition.Rate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The processor reads rates as the runtime does, whose classes it does not have. */
class DeclaredRateTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10/s",
        "100/10s",
        "60/60s",
        "900/15m",
        "24/1440m",
        "1000/h",
        "200000 tokens/m",
        "1/31d",
        "1/32d",
        "1/9999999d",
        "1/0s",
        "0/s",
        "1000000000/s",
        "1000000001/s",
        "99999999999/s",
        "1 a b/s",
        "1/w",
        "1/",
        "-1/s",
        ""
      })
  void isReadAsByTheRuntime(String text) {
    assertThat(
            DeclaredRate.parse(text)
                .map(
                    rate ->
                        List.of(rate.amount(), rate.component(), rate.window(), rate.toString())))
        .isEqualTo(
            byTheRuntime(text)
                .map(
                    rate ->
                        List.of(rate.amount(), rate.component(), rate.window(), rate.toString())));
  }

  private static Optional<Rate> byTheRuntime(String text) {
    try {
      return Optional.of(Rate.parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
