package dev.tenon.jobs.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.operate.JobTypeOverrides;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateTest {

  @ParameterizedTest
  @CsvSource({
    "10/s, 10, 1, 10/s",
    "10/1s, 10, 1, 10/s",
    "100/10s, 100, 10, 100/10s",
    "900/15m, 900, 900, 900/15m",
    "60/60s, 60, 60, 60/m",
    "7/90s, 7, 90, 7/90s",
    "1000/h, 1000, 3600, 1000/h",
    "5000/24h, 5000, 86400, 5000/d",
    "1000000000/31d, 1000000000, 2678400, 1000000000/31d",
  })
  void ratesAreReadAndWritten(String text, long amount, long seconds, String written) {
    Rate rate = Rate.parse(text);

    assertThat(rate).isEqualTo(Rate.of(amount, Duration.ofSeconds(seconds)));
    assertThat(rate).hasToString(written);
    assertThat(Rate.parse(written)).isEqualTo(rate);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10",
        "10/",
        "/s",
        "10/x",
        "-1/s",
        "10 / s",
        "10  tokens/s",
        "10 a b/s",
        "1.5/s",
        "10/500ms"
      })
  void otherStringsAreRefused(String text) {
    assertThatThrownBy(() -> Rate.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "'%s' is not a rate. Write an amount and a window, such as 10/s, 100/10s, 900/15m,"
                + " 1000/h or 200000 tokens/m.",
            text);
  }

  @Test
  void ratesCountTheValuesOfAComponent() {
    Rate rate = Rate.parse("200000 tokens/m");

    assertThat(rate).isEqualTo(Rate.of(200_000, Duration.ofMinutes(1)).counting("tokens"));
    assertThat(rate).hasToString("200000 tokens/m");
    assertThat(Rate.parse("10/s").component()).isEmpty();
    assertThat(JobLimits.NONE.withRates(Rate.parseList("5/m, 6 tokens/m")).rates()).hasSize(2);
    assertThatThrownBy(() -> JobLimits.NONE.withRates(Rate.parseList("5 bytes/m, 6 tokens/m")))
        .hasMessage(
            "rates counts several components: [5 bytes/m, 6 tokens/m]. A job has one cost.");
  }

  @Test
  void valuesHaveRanges() {
    assertThatThrownBy(() -> Rate.parse("0/s"))
        .hasMessage("The amount of a rate is 0; it must be from 1 to 1000000000.");
    assertThatThrownBy(() -> Rate.parse("1000000001/s"))
        .hasMessage("The amount of a rate is 1000000001; it must be from 1 to 1000000000.");
    for (Duration window :
        List.of(Duration.ZERO, Duration.ofMillis(1_500), Duration.ofDays(31).plusSeconds(1))) {
      assertThatThrownBy(() -> Rate.of(1, window))
          .hasMessage(
              "The window of a rate is %s; it must be a number of whole seconds, up to 31 days.",
              window);
    }
  }

  @Test
  void listsAreSeparatedByCommas() {
    List<Rate> rates = List.of(Rate.parse("10/s"), Rate.parse("1000/h"));

    assertThat(Rate.parseList("10/s,1000/h")).isEqualTo(rates);
    assertThat(Rate.parseList(Rate.text(rates))).isEqualTo(rates);
    assertThat(Rate.parseList("0")).isEmpty();
    assertThatThrownBy(() -> Rate.parseList("10/s,,1000/h")).hasMessageStartingWith("'' is not");
  }

  @Test
  void aTypeHasUpToFourRatesOfDifferentWindows() {
    List<Rate> five = Rate.parseList("1/s, 1/2s, 1/3s, 1/4s, 1/5s");

    assertThatThrownBy(() -> JobLimits.NONE.withRates(five))
        .hasMessage("rates has 5 rates; it can have up to 4.");
    assertThatThrownBy(() -> JobTypeOverrides.none().withRatesPerKey(five))
        .hasMessage("ratesPerKey has 5 rates; it can have up to 4.");
    assertThatThrownBy(() -> JobLimits.NONE.withRatesPerKey(Rate.parseList("5/m, 6/60s")))
        .hasMessage(
            "ratesPerKey has two rates for the same window: [5/m, 6/m]. Keep the smaller one.");
    assertThat(JobLimits.NONE.withRates(five.subList(0, 4)).rates()).hasSize(4);
  }
}
