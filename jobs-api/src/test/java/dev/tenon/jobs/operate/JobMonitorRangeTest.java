package dev.tenon.jobs.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.operate.JobMonitor.Range;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In what steps statistics of a range of time are read. */
class JobMonitorRangeTest {

  private static final Instant NOW = Instant.parse("2026-11-26T12:34:56Z");

  @ParameterizedTest
  @CsvSource({
    // Ago, length, interval
    "PT1H, PT1H, PT1M",
    "PT2H59M, PT2H59M, PT1M",
    "PT3H1M, PT10M, PT10M",
    "PT48H, PT48H, PT10M",
    // 432 steps of ten minutes would be too many
    "PT71H, PT71H, PT1H",
    "PT73H, PT1H, PT1H",
    "P12D, P12D, PT1H",
    "P13D, P13D, PT6H",
    "P34D, P34D, PT6H",
    // Nothing is kept of it, but that is no error
    "P70D, P1D, PT6H",
  })
  void theStepIsTheShortestThatIsKept(Duration ago, Duration length, Duration interval) {
    Instant from = NOW.minus(ago);

    Range range = Range.of(from, from.plus(length), NOW);

    assertThat(range.interval()).isEqualTo(interval);
    assertThat(range.from()).isBeforeOrEqualTo(from).isAfter(from.minus(interval));
    assertThat(range.to())
        .isAfterOrEqualTo(from.plus(length))
        .isBefore(from.plus(length).plus(interval));
  }

  @Test
  void wholeIntervalsAreTakenAsTheyAre() {
    Range range =
        Range.of(Instant.parse("2026-11-26T12:00:00Z"), Instant.parse("2026-11-26T12:05:00Z"), NOW);

    assertThat(range)
        .isEqualTo(
            new Range(
                Instant.parse("2026-11-26T12:00:00Z"),
                Instant.parse("2026-11-26T12:05:00Z"),
                Duration.ofMinutes(1)));
  }

  @Test
  void theLastHourEndsNow() {
    assertThat(Range.last(Duration.ofHours(1), NOW))
        .isEqualTo(Range.of(NOW.minus(Duration.ofHours(1)), NOW, NOW));
  }

  @Test
  void whatIsNoRangeIsRefused() {
    Instant hour = Instant.parse("2026-11-26T12:00:00Z");
    assertThatThrownBy(() -> Range.of(hour, hour, NOW))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("which is not before its end");
    Instant minute = Instant.parse("2026-11-26T12:00:10Z");
    assertThatThrownBy(() -> Range.of(minute, minute, NOW))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("which is not before its end");
    assertThatThrownBy(() -> Range.of(minute.plusSeconds(40), minute, NOW))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("which is not before its end");
    assertThatThrownBy(() -> Range.last(Duration.ZERO, NOW))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("which is not before its end");
    assertThatThrownBy(() -> Range.of(hour.minus(Duration.ofDays(80)), hour, NOW))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("more than 300 intervals of PT6H");
    assertThatThrownBy(
            () -> new Range(hour.plusSeconds(1), hour.plusSeconds(61), Duration.ofMinutes(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("does not consist of whole intervals");
    assertThatThrownBy(() -> new Range(hour, hour.plusSeconds(60), Duration.ofSeconds(30)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("it must be one of");
  }
}
