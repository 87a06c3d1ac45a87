package dev.tenon.jobs.internal.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.internal.scaling.TypeWork.Bounds;
import dev.tenon.jobs.internal.scaling.TypeWork.Running;
import dev.tenon.jobs.internal.scaling.TypeWork.Waiting;
import dev.tenon.jobs.operate.JobScaling.Demand;
import dev.tenon.jobs.operate.JobScaling.TypeDemand;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How many workers what waits and runs needs. */
class DemandCalculationTest {

  private static final Duration TIME = Duration.ofSeconds(30);
  private static final Fleet NOBODY = new Fleet(0, 0, 0, 10);

  private static TypeWork work(int due, int soon, int running, @Nullable Duration duration) {
    return new TypeWork(
        "mail.send",
        new Waiting(due, soon, false, Map.of(1, (long) due + soon)),
        new Running(running, Duration.ZERO),
        duration,
        Bounds.NONE,
        false);
  }

  private static TypeWork limited(TypeWork work, Bounds bounds) {
    return new TypeWork(
        work.type(), work.waiting(), work.running(), work.duration(), bounds, work.isPaused());
  }

  private static Demand of(Fleet fleet, TypeWork... work) {
    return new DemandCalculation(fleet, TIME, TIME).of(List.of(work));
  }

  private static TypeDemand only(Demand demand) {
    assertThat(demand.types()).hasSize(1);
    return demand.types().get(0);
  }

  @Test
  void nothingToDoNeedsNobody() {
    Demand demand = of(NOBODY, work(0, 0, 0, TIME));
    assertThat(demand.workers()).isZero();
    assertThat(demand.types()).isEmpty();
  }

  @Test
  void shortJobsShareSlotsAndLongOnesNeedOneEach() {
    assertThat(of(NOBODY, work(100, 0, 0, Duration.ofSeconds(3))).slots()).isEqualTo(10);
    assertThat(of(NOBODY, work(100, 0, 0, Duration.ofHours(1))).slots()).isEqualTo(100);
    assertThat(of(NOBODY, work(100, 0, 0, Duration.ofHours(1))).workers()).isEqualTo(10);
    assertThat(of(NOBODY, work(1, 0, 0, Duration.ofMillis(5))).workers()).isEqualTo(1);
  }

  @Test
  void whatBecomesDueWhileAWorkerStartsCounts() {
    Demand demand = of(NOBODY, work(0, 1, 0, Duration.ofSeconds(3)));
    assertThat(demand.workers()).isEqualTo(1);
    assertThat(only(demand).reason()).startsWith("0 jobs are due, and 1 more within 30 s; they");
  }

  @Test
  void typesShareWorkers() {
    Duration second = Duration.ofSeconds(1);
    assertThat(of(NOBODY, work(3, 0, 0, second), work(3, 0, 0, second)).slots()).isEqualTo(1);
  }

  @Test
  void aJobThatARateHoldsBackNeedsNobody() {
    Demand demand =
        of(
            NOBODY,
            limited(
                work(12, 0, 0, Duration.ofSeconds(4)),
                new Bounds(Long.MAX_VALUE, 0, "The rate 10/m")));
    assertThat(demand.workers()).isZero();
    assertThat(only(demand).startable()).isZero();
    assertThat(only(demand).reason())
        .isEqualTo(
            "12 jobs are due; they take 4 s each. The rate 10/m lets 0 of them start within 30 s.");
  }

  @Test
  void noMoreSlotsAreNeededThanMayRun() {
    TypeWork long100 = work(100, 0, 2, Duration.ofHours(1));
    Demand demand = of(NOBODY, limited(long100, new Bounds(5, 98, "maxConcurrent (5)")));
    assertThat(demand.slots()).isEqualTo(5);
    // More run than a limit that was lowered lately
    demand = of(NOBODY, limited(long100, new Bounds(1, 98, "maxConcurrent (1)")));
    assertThat(demand.slots()).isEqualTo(2);
  }

  @Test
  void aPausedTypeNeedsWorkersOnlyForWhatRuns() {
    TypeWork work = work(100, 5, 3, Duration.ofHours(1));
    Demand demand =
        of(
            NOBODY,
            new TypeWork(
                work.type(), work.waiting(), work.running(), work.duration(), Bounds.NONE, true));
    assertThat(demand.slots()).isEqualTo(3);
    assertThat(only(demand).reason()).contains("3 jobs run. The type is paused");
  }

  @Test
  void aTypeThatNobodyHasRunCountsASecondAndThenWhatItsJobsHaveRun() {
    assertThat(of(NOBODY, work(300, 0, 0, null)).slots()).isEqualTo(10);
    TypeWork known = work(300, 0, 10, null);
    TypeWork old =
        new TypeWork(
            known.type(),
            known.waiting(),
            new Running(10, Duration.ofMinutes(2)),
            null,
            Bounds.NONE,
            false);
    assertThat(of(NOBODY, old).slots()).isEqualTo(310);
  }

  @Test
  void whereMoreWaitThanAreCountedTheSlotsDouble() {
    TypeWork many =
        new TypeWork(
            "mail.send",
            new Waiting(10_000, 0, true, Map.of()),
            new Running(10, Duration.ZERO),
            Duration.ofMillis(10),
            Bounds.NONE,
            false);
    assertThat(of(NOBODY, many).slots()).isEqualTo(10);
    Demand grown = of(new Fleet(4, 40, 1, 10), many);
    assertThat(grown.slots()).isEqualTo(80);
    assertThat(only(grown).reason()).startsWith("At least 10,000 jobs are due");
    // More workers do not help where a limit holds jobs back
    Demand limited =
        of(new Fleet(4, 40, 1, 10), limited(many, new Bounds(Long.MAX_VALUE, 9, "The rate 9/m")));
    assertThat(limited.slots()).isEqualTo(10);
  }

  @Test
  void neverFewerThanRunJobsNow() {
    Random random = new Random(7);
    for (int i = 0; i < 1_000; i++) {
      int busy = random.nextInt(20);
      int running = busy + random.nextInt(50);
      Fleet fleet = new Fleet(busy + random.nextInt(5), 200, busy, 1 + random.nextInt(20));
      TypeWork work =
          limited(
              work(
                  random.nextInt(50),
                  random.nextInt(5),
                  running,
                  Duration.ofMillis(random.nextInt(100_000))),
              new Bounds(random.nextInt(10), random.nextInt(10), "a limit"));
      Demand demand = of(fleet, work);
      assertThat(demand.workers()).isGreaterThanOrEqualTo(busy);
      assertThat(demand.slots()).isGreaterThanOrEqualTo(running);
    }
  }

  @Test
  void timesAreWrittenForPeople() {
    assertThat(DemandCalculation.text(Duration.ofMillis(12))).isEqualTo("12 ms");
    assertThat(DemandCalculation.text(Duration.ofMillis(1_500))).isEqualTo("1.5 s");
    assertThat(DemandCalculation.text(Duration.ofSeconds(119))).isEqualTo("119 s");
    assertThat(DemandCalculation.text(Duration.ofMinutes(90))).isEqualTo("90 min");
    assertThat(DemandCalculation.text(Duration.ofHours(3))).isEqualTo("3.0 h");
  }
}
