package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.annotation.OverlapPolicy;
import dev.tenon.jobs.faults.FaultJobs.Action;
import dev.tenon.jobs.faults.FaultJobs.Work;
import dev.tenon.jobs.operate.ScheduleOptions;
import dev.tenon.jobs.operate.Timing;
import java.time.Duration;
import java.time.ZoneOffset;

/** A schedule with a run every two seconds, each of which is submitted once, whatever dies. */
final class ScheduledRuns {

  private static final Actor TESTER = Actor.of("tester");
  private static final String NAME = "random-run";

  /** The ids of the jobs begin with the times of the runs, in milliseconds. */
  private static final String RUNS =
      "(SELECT ('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint / 2000 AS run"
          + " FROM tenon.jobs WHERE schedule = '"
          + NAME
          + "') AS runs";

  private final Site site;

  ScheduledRuns(Site site) {
    this.site = site;
  }

  void start() {
    var unused =
        site.jobs()
            .schedules()
            .put(
                NAME,
                FaultJobs.WORK,
                new Work(Action.WORK, 5),
                Timing.cron("*/2 * * * * *", ZoneOffset.UTC),
                ScheduleOptions.defaults()
                    .withOverlap(OverlapPolicy.ALLOW)
                    .withCatchUp(Duration.ofHours(1))
                    .withHeaders(FaultJobs.headersOf(FaultJobs.WORK)),
                TESTER);
  }

  /** Ends the schedule, so that all jobs end. */
  void stop() {
    assertThat(site.jobs().schedules().remove(NAME, TESTER)).isTrue();
  }

  /** Checks that no run between the first and the last is missing, and none is there twice. */
  void mustBeComplete() {
    long runs = site.number("SELECT count(*) FROM " + RUNS);
    assertThat(runs).isGreaterThan(1);
    assertThat(site.number("SELECT count(DISTINCT run) FROM " + RUNS)).isEqualTo(runs);
    assertThat(site.number("SELECT max(run) - min(run) + 1 FROM " + RUNS)).isEqualTo(runs);
  }
}
