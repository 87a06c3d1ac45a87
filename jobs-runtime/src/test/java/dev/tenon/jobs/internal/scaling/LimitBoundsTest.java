package dev.tenon.jobs.internal.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.definition.JobLimits;
import dev.tenon.jobs.definition.Rate;
import dev.tenon.jobs.internal.scaling.ScalingRows.Limited;
import dev.tenon.jobs.internal.scaling.ScalingRows.Started;
import dev.tenon.jobs.internal.scaling.TypeWork.Bounds;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How many jobs limits let run and start within 30 s. */
class LimitBoundsTest {

  private static final Duration WITHIN = Duration.ofSeconds(30);

  private static Limited jobs(String key, int jobs, long costs) {
    return new Limited("a", key, 1, jobs, jobs, costs);
  }

  private static Started started(String key, boolean ofCosts, int seconds, long units) {
    return new Started("a", key, ofCosts, seconds, units);
  }

  private static Bounds bounds(JobLimits limits, LimitBounds.Recent recent, Limited... jobs) {
    return new LimitBounds(List.of(jobs), 0, recent, WITHIN).of(limits);
  }

  private static LimitBounds.Recent recent(Started... started) {
    return new LimitBounds.Recent(Map.of(), List.of(started), List.of());
  }

  private static JobLimits rates(String rates) {
    return JobLimits.NONE.withRates(Rate.parseList(rates));
  }

  @Test
  void aRateLetsStartWhatItsWindowHasRoomFor() {
    Bounds bounds = bounds(rates("10/m"), recent(started("", false, 60, 8)), jobs("", 50, 50));
    assertThat(bounds.starts()).isEqualTo(2);
    assertThat(bounds.limit()).isEqualTo("The rate 10/m");
    assertThat(bounds(rates("10/m"), recent(started("", false, 60, 12))).starts()).isZero();
  }

  @Test
  void aShortWindowPassesSeveralTimes() {
    assertThat(bounds(rates("2/s"), recent()).starts()).isEqualTo(60);
  }

  @Test
  void theStrictestOfSeveralCounts() {
    Bounds bounds =
        bounds(
            rates("2/s, 100/h"),
            recent(started("", false, 3_600, 95), started("", false, 1, 2)),
            jobs("", 50, 50));
    assertThat(bounds.starts()).isEqualTo(5);
    assertThat(bounds.limit()).isEqualTo("The rate 100/h");
  }

  @Test
  void costsCountByTheirMean() {
    JobLimits limits = JobLimits.NONE.withRates(List.of(Rate.parse("1000 tokens/m")));
    Bounds bounds = bounds(limits, recent(started("", true, 60, 400)), jobs("", 10, 2_000));
    assertThat(bounds.starts()).isEqualTo(3);
    // A job that costs more than the amount needs just that
    assertThat(bounds(limits, recent(), jobs("", 1, 5_000)).starts()).isEqualTo(1);
  }

  @Test
  void keysHaveTheirOwnLimits() {
    LimitBounds.Recent recent =
        new LimitBounds.Recent(
            Map.of("a", 1, "c", 2), List.of(), List.of(started("a", false, 60, 3)));
    Limited[] jobs = {jobs("a", 10, 10), jobs("b", 1, 1)};
    Bounds running = bounds(JobLimits.NONE.withMaxConcurrentPerKey(2), recent, jobs);
    // Two of a, one of b, and those of c that run
    assertThat(running.slots()).isEqualTo(5);
    Bounds started =
        bounds(JobLimits.NONE.withRatesPerKey(List.of(Rate.parse("4/m"))), recent, jobs);
    assertThat(started.starts()).isEqualTo(2);
    assertThat(started.limit()).isEqualTo("The rate 4/m of each key");
  }

  @Test
  void noLimitsAllowEverything() {
    assertThat(bounds(JobLimits.NONE, recent(), jobs("", 5, 5))).isEqualTo(Bounds.NONE);
    assertThat(bounds(JobLimits.NONE.withMaxConcurrent(3), recent()).slots()).isEqualTo(3);
  }
}
