package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Producers and workers in processes of their own, one of them in TypeScript, random faults for a
 * while, and then the books must balance. {@code -Dfaults.minutes}, {@code -Dfaults.jobs} and
 * {@code -Dfaults.seed} say for how long, how many, and which faults.
 */
@Tag("thorough")
@HurtsServers
class RandomRunTest {

  private static final Duration SETTLING = Duration.ofMinutes(5);

  private Site site;

  @BeforeEach
  void open() {
    site = new Site();
  }

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void theBooksBalanceAfterRandomFaults() throws InterruptedException {
    long seed = FaultSettings.seed();
    int jobs = FaultSettings.randomJobs();
    Duration time = FaultSettings.randomRun();
    System.out.printf(
        "Random faults for %s and %d jobs; to repeat: -Dfaults.seed=%d%n", time, jobs, seed);
    RandomFaults faults = new RandomFaults(site, seed, jobs, time);
    faults.start();
    ScheduledRuns runs = new ScheduledRuns(site);
    runs.start();
    AwaitedEnds ends = new AwaitedEnds(site);
    ends.awaitFirst();
    long start = System.nanoTime();
    int count = 0;
    // A machine that is too busy for that many jobs gets more time
    while (Figures.since(start).compareTo(time) < 0
        || (!faults.isEnough() && Figures.since(start).compareTo(time.multipliedBy(5)) < 0)) {
      ends.awaitMore();
      faults.next();
      count++;
    }
    Duration broken = Figures.since(start);
    faults.heal();
    long healed = System.nanoTime();
    runs.stop();
    // Some producers have died before they sent what their jobs wait for
    new DurableHelp(site).until(SETTLING);
    BooksReport report = site.settle(SETTLING);
    DurableReport durable = site.balanceDurable();
    Figures.report(
        "random-run",
        "Seed %d, %d faults in %d s, settled %d s later: %s; %s"
            .formatted(
                seed,
                count,
                broken.toSeconds(),
                Figures.since(healed).toSeconds(),
                report,
                durable));
    report.mustBalance();
    durable.mustBalance();
    runs.mustBeComplete();
    ends.mustBeKnown();
    assertThat(site.violations()).as("histories that do not follow the rules").isEmpty();
    // A job whose payload did not fit into a small heap at each of its attempts has failed, and
    // says so
    long outOfMemory =
        site.number(
            "SELECT count(*) FROM tenon.jobs WHERE status = 'failed' AND workflow_id IS NULL"
                + " AND error_class = 'java.lang.OutOfMemoryError'");
    // And a workflow that has to fail has one job that does
    long large = site.number("SELECT count(*) FROM tenon.workflows WHERE parent_id IS NULL");
    assertThat(report.failed()).isEqualTo(outOfMemory + large);
    assertThat(site.number(LargeGraphs.WRONG))
        .as("workflows of %d that ended wrongly", large)
        .isZero();
    // Some were late before the first worker started
    assertThat(site.number("SELECT count(*) FROM tenon.ended_jobs WHERE error_reason = 'expired'"))
        .isPositive();
    assertThat(
            site.number(
                "SELECT count(*) FROM tenon.ended_jobs WHERE type = 'fault.external' AND status = 'completed'"))
        .as("jobs that workers in TypeScript have completed")
        .isPositive();
    assertThat(report.submitted()).isGreaterThanOrEqualTo(jobs);
  }
}
