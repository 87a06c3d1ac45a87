package dev.tenon.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReportTest {

  private final Results results = new Results();

  private void rate(Contender contender, double... values) {
    for (double value : values) {
      results.add(Scenario.DRAIN, contender, new Measurement(Map.of(Figure.RATE, value)));
    }
  }

  private Report report() {
    return new Report(new Machine(Map.of("processors", "2")), results, 3, "./dev bench");
  }

  @Test
  void aRowHasMedianSpreadAndRatios() {
    rate(Contender.TENON_20, 15_000, 14_000, 16_000);
    rate(Contender.BARE, 20_000, 20_000, 20_000);
    rate(Contender.DB_SCHEDULER, 10_000, 10_000, 10_000);

    assertThat(report().markdown())
        .contains("| Tenon, 20 at a time | yes | 15,000 (14,000–16,000) | 0.75 | 1.50 |");
  }

  @Test
  void aRatioToWhatWasNotMeasuredIsMissing() {
    rate(Contender.TENON_20, 15_000, 15_000, 15_000);

    assertThat(report().markdown())
        .contains("| Tenon, 20 at a time | 15,000 (15,000–15,000) | – | – |");
  }

  @Test
  void aRowSaysWhetherHistoryIsKeptIfSystemsDifferInIt() {
    rate(Contender.TENON_20, 15_000);
    rate(Contender.GRAPHILE_2, 20_000);
    rate(Contender.PG_BOSS, 10_000);

    assertThat(report().markdown())
        .contains("| system | keeps history | jobs/s |")
        .contains("| Tenon, 20 at a time | yes |")
        .contains("| Graphile Worker, 2 processes | no |")
        .contains("| pg-boss | yes |");
  }

  @Test
  void targetsAreMetOrMissed() {
    rate(Contender.TENON, 12_000);
    rate(Contender.TENON_20, 15_000);
    rate(Contender.BARE, 20_000);
    rate(Contender.DB_SCHEDULER, 10_000);

    assertThat(report().markdown())
        .contains("| ≥ 0.55 × Bare program | 0.60 × | met |")
        .contains("| ≥ 1.80 × db-scheduler | 1.50 × | **missed** |");
  }

  @Test
  void theChartHasABarForEachSystem() {
    rate(Contender.TENON_20, 15_000);
    rate(Contender.BARE, 20_000);

    assertThat(report().chart(Set.of(Scenario.DRAIN)))
        .startsWith("<svg ")
        .contains(">Tenon, 20 at a time<", ">15,000<", ">Bare program<", ">20,000<")
        .endsWith("</svg>\n");
  }

  @Test
  void whatAProcessPrintsIsReadBack() {
    Measurement read =
        Measurement.parse(List.of("some line of a log", "FIGURE RATE 12345.5", "MEASURED"));

    assertThat(read.figures()).isEqualTo(Map.of(Figure.RATE, 12_345.5));
  }
}
