package dev.tenon.jobs.internal.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.definition.JobLimits;
import dev.tenon.jobs.definition.Rate;
import dev.tenon.jobs.internal.scaling.ScalingRows.Limited;
import dev.tenon.jobs.internal.scaling.ScalingRows.Started;
import dev.tenon.jobs.internal.scaling.SimulatedDay.Job;
import dev.tenon.jobs.internal.scaling.TypeWork.Bounds;
import dev.tenon.jobs.internal.scaling.TypeWork.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Days that the scaler sees in a simulated cluster, second by second, compared with what they cost
 * whoever knows them in advance. {@code docs/autoscaling.md} has the figures.
 */
class ScalingDayTest {

  private static final Duration TIME = Duration.ofSeconds(30);

  /** The grace period of the manifest, which is longer than the longest job of the day. */
  private static final int GRACE = 1_800;

  private static final int HOUR = 3_600;

  /** The mean durations of the last hour, or of the day before that. */
  private static final class Statistics {

    private final long[][] seconds = new long[SimulatedDay.TYPES.size()][25];
    private final long[][] attempts = new long[SimulatedDay.TYPES.size()][25];

    void ended(int type, int took, int now) {
      int hour = Math.min(24, now / HOUR);
      seconds[type][hour] += took;
      attempts[type][hour]++;
    }

    @Nullable Duration mean(int type, int now) {
      int hour = Math.min(24, now / HOUR);
      for (int each = hour; each >= 0; each--) {
        if (attempts[type][each] > 0) {
          return Duration.ofMillis(1_000 * seconds[type][each] / attempts[type][each]);
        }
      }
      return null;
    }
  }

  /** A day in the cluster. */
  private static final class Replay {

    private final List<Job> jobs;
    private final SimulatedQueue queue;
    private final SimulatedCluster cluster;
    private final Statistics statistics = new Statistics();
    private int now;

    Replay(long seed, int grace) {
      jobs = SimulatedDay.jobs(seed);
      queue = new SimulatedQueue(jobs);
      cluster = new SimulatedCluster(queue, grace, new Random(seed));
    }

    void run() {
      SimulatedAutoscaler autoscaler = new SimulatedAutoscaler(cluster, this::workers);
      for (now = 0; now < SimulatedDay.SECONDS || !cluster.isEmpty(); now++) {
        cluster.advance(now, statistics::ended);
        autoscaler.advance(now);
      }
    }

    private int workers() {
      List<TypeWork> work = new ArrayList<>();
      for (int type = 0; type < SimulatedDay.TYPES.size(); type++) {
        int due = queue.due(type);
        int soon = queue.announced(type, now + (int) TIME.toSeconds());
        work.add(
            new TypeWork(
                SimulatedDay.TYPES.get(type),
                new Waiting(due, soon, false, Map.of()),
                cluster.running(type, now),
                statistics.mean(type, now),
                type == SimulatedDay.PARTNER ? rate(due + soon) : Bounds.NONE,
                false));
      }
      return new DemandCalculation(cluster.fleet(now), TIME, TIME).of(work).workers();
    }

    private Bounds rate(int jobs) {
      String type = SimulatedDay.TYPES.get(SimulatedDay.PARTNER);
      int seconds = (int) TIME.toSeconds();
      List<Started> started =
          List.of(new Started(type, "", false, 60, queue.partnerStartsAfter(now, seconds)));
      return new LimitBounds(
              List.of(new Limited(type, "", 1, jobs, jobs, jobs)),
              0,
              new LimitBounds.Recent(Map.of(), started, List.of()),
              TIME)
          .of(
              JobLimits.NONE.withRates(
                  List.of(Rate.of(SimulatedDay.PARTNER_RATE, Duration.ofMinutes(1)))));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void theDayCostsLittleMoreThanForWhoeverKnowsIt(long seed) {
    Replay replay = new Replay(seed, GRACE);
    replay.run();
    SimulatedCluster cluster = replay.cluster;
    long oracle = ClairvoyantCost.of(replay.jobs);

    assertThat(replay.queue.isDone()).isTrue();
    assertThat(cluster.started()).isEqualTo(replay.jobs.size());
    assertThat(cluster.interrupted()).as("running jobs that were ended").isZero();
    assertThat(cluster.waitsFromZero()).isPositive();
    assertThat(cluster.longestFromZero()).as("seconds from zero").isLessThanOrEqualTo(30);
    assertThat((double) cluster.podSeconds() / oracle)
        .as("%d pod-seconds compared with %d", cluster.podSeconds(), oracle)
        .isBetween(1.0, 1.3);
  }

  /** Kubernetes does not know which pods run jobs, so their grace period has to be long enough. */
  @Test
  void aShortGracePeriodEndsRunningJobs() {
    Replay replay = new Replay(1, 30);
    replay.run();
    assertThat(replay.cluster.interrupted()).isPositive();
  }
}
