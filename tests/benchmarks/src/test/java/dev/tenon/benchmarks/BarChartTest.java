package dev.tenon.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class BarChartTest {

  private static final Pattern BAR = Pattern.compile("<rect x=\"200\".* width=\"([0-9.]+)\"");

  @Test
  void barsAreAsLongAsTheirValues() {
    BarChart chart = new BarChart();
    chart.add(
        "Speed",
        List.of(
            new BarChart.Bar("ours", 300, "300", true),
            new BarChart.Bar("theirs", 100, "100", false)));

    List<Double> lengths =
        BAR.matcher(chart.svg())
            .results()
            .map((MatchResult bar) -> Double.valueOf(bar.group(1)))
            .toList();

    assertThat(lengths).containsExactly(450.0, 150.0);
  }

  @Test
  void textsAreEscaped() {
    BarChart chart = new BarChart();
    chart.add("a < b & c", List.of());

    assertThat(chart.svg()).contains("a &lt; b &amp; c");
  }
}
