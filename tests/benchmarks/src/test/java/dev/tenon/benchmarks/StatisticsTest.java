package dev.tenon.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StatisticsTest {

  @Test
  void theMedianIsTheValueInTheMiddle() {
    assertThat(Statistics.of(List.of(9.0, 1.0, 4.0)).median()).isEqualTo(4.0);
  }

  @Test
  void theMedianOfAnEvenNumberIsBetweenTheTwoInTheMiddle() {
    assertThat(Statistics.of(List.of(9.0, 1.0, 4.0, 6.0)).median()).isEqualTo(5.0);
  }

  @Test
  void knowsLeastAndMost() {
    Statistics statistics = Statistics.of(List.of(9.0, 1.0, 4.0));

    assertThat(statistics.min()).isEqualTo(1.0);
    assertThat(statistics.max()).isEqualTo(9.0);
  }

  @Test
  void aPercentileIsAValueThatWasMeasured() {
    Statistics hundred =
        Statistics.of(IntStream.rangeClosed(1, 100).mapToObj(value -> (double) value).toList());

    assertThat(hundred.percentile(0.5)).isEqualTo(50.0);
    assertThat(hundred.percentile(0.99)).isEqualTo(99.0);
    assertThat(hundred.percentile(1)).isEqualTo(100.0);
    assertThat(hundred.percentile(0)).isEqualTo(1.0);
  }

  @Test
  void nothingHasNoStatistics() {
    assertThatThrownBy(() -> Statistics.of(List.of())).isInstanceOf(IllegalArgumentException.class);
  }
}
