package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SoakReportTest {

  private static final long MEBIBYTE = 1 << 20;

  private final SoakReport report = new SoakReport();

  @Test
  void sayThatNothingHasGrownIfOnlyTheFirstRoundDiffers() {
    report.add(round(10, 400, 10));
    for (int i = 0; i < 9; i++) {
      report.add(round(40, 9_000 + 100 * i, 30 + i));
    }

    assertThat(report.risen()).isEmpty();
    assertThat(report.summary())
        .isEqualTo("10 rounds, 30 faults, 3000 jobs; every history accepted; nothing has grown");
  }

  @Test
  void nameWhatHasGrownOrSlowedDown() {
    for (int i = 0; i < 10; i++) {
      report.add(round(40 + 5 * i, 9_000.0 / (i + 1), 30 + 5 * i));
    }

    assertThat(report.risen())
        .containsExactly(
            "ms a job of a backlog: from 0.3 to 1.0",
            "MiB of heap of the worker: from 50.0 to 80.0",
            "MiB of all tables: from 40.0 to 70.0",
            "MiB of live_jobs: from 40.0 to 70.0");
  }

  @Test
  void doNotJudgeByFewRounds() {
    for (int i = 0; i < 5; i++) {
      report.add(round(40 << i, 9_000, 30));
    }

    assertThat(report.risen()).isEmpty();
    assertThat(report.summary()).endsWith("too few rounds to say what grows");
  }

  @Test
  void writeEachRound(@TempDir Path folder) throws IOException {
    report.add(round(40, 9_000, 30));

    report.write(folder.resolve("soak.md"), "A run");

    List<String> lines = Files.readAllLines(folder.resolve("soak.md"));
    assertThat(lines.get(0)).isEqualTo("# A run");
    assertThat(lines)
        .contains(
            "| 1 | 3 | 300 | 30.0 | 2.0 / 9.0 | 4.0 | 2.0 / 9.0 | 2.0 / 9.0 | 9000 |",
            "| 1 | 40.0 | 40.0 | 200.0 | 200.0 | 40 | 40 | 12 | 3 | 0 | 30.0 |",
            "| Round | live_jobs |",
            "| 1 | 30.0 |");
  }

  private static SoakRound round(long heap, double drained, long size) {
    Latencies latencies = new Latencies(Duration.ofMillis(2), Duration.ofMillis(9));
    return new SoakRound(
        3,
        300,
        30,
        latencies,
        Duration.ofSeconds(4),
        latencies,
        latencies,
        drained,
        new ProcessMeasure(40 * MEBIBYTE, 200 * MEBIBYTE, 40),
        new ProcessMeasure(heap * MEBIBYTE, 200 * MEBIBYTE, 40),
        12,
        3,
        0,
        Map.of("live_jobs", size * MEBIBYTE));
  }
}
