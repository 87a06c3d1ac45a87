package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.Rate;
import dev.tenon.jobs.testservers.JavaProcess;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Rates are kept, and used, over several processes, one of which is killed in the middle; and whose
 * jobs start is decided in turns.
 */
@Tag("thorough")
@Tag("servers")
class RatesOverProcessesTest {

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** How long the rates are watched. */
  private static final int SECONDS = 30;

  private static final int SMALL = 80;

  private static final Rate SHORT = Rate.parse("20/s");
  private static final Rate LONG = Rate.parse("90/5s");
  private static final Rate PER_KEY = Rate.parse("20/4s");

  /** 18 a second, and the last window. */
  private static final int LARGE = 90 + 18 * SECONDS - SMALL;

  /** 5 a second, and the last window. */
  private static final int PACED = 20 + 5 * SECONDS;

  /** So that some run whenever a process is killed. */
  private static final int MILLIS = 500;

  @Test
  void ratesAreKeptAndUsedAndAKilledProcessChangesNothing() throws Exception {
    try (Fixture fixture = Fixture.withRabbit();
        WorkerFleet fleet = new WorkerFleet(fixture);
        StartsByTheTable starts = new StartsByTheTable(fixture.database())) {
      JobService jobs =
          fixture.start(fixture.builder().heartbeatInterval(WorkerFleet.HEARTBEAT)).jobs();
      List<JavaProcess> processes = fleet.start(3, 20);
      submit(jobs, TestJobs.RATED, "large", LARGE);
      submit(jobs, TestJobs.PACED, "a", PACED);
      submit(jobs, TestJobs.PACED, "b", PACED);
      awaitCompleted(jobs, TestJobs.RATED, LARGE / 4);
      submit(jobs, TestJobs.RATED, "small", SMALL);
      awaitCompleted(jobs, TestJobs.RATED, LARGE / 2);
      starts.awaitJustStarted(processes, TestJobs.RATED, TestJobs.PACED).kill();
      awaitCompleted(jobs, TestJobs.RATED, LARGE + SMALL);
      awaitCompleted(jobs, TestJobs.PACED, 2 * PACED);

      assertThat(
              starts.countAttempts(TestJobs.RATED, "lost")
                  + starts.countAttempts(TestJobs.PACED, "lost"))
          .isPositive();
      starts.keepRate(TestJobs.RATED, SHORT);
      starts.keepRate(TestJobs.RATED, LONG);
      starts.keepRatePerKey(TestJobs.PACED, PER_KEY);
      Duration watched = Duration.ofSeconds(SECONDS - 5);
      // On a quiet machine, more than nine tenths are used
      starts.useRate(TestJobs.RATED, LONG, 0.6, watched);
      starts.useRatePerKey(TestJobs.PACED, PER_KEY, 0.6, watched);
      takeTurns(starts.keysInOrder(TestJobs.RATED));
    }
  }

  /** As long as the small key has jobs, half of those that start are its own. */
  private static void takeTurns(List<String> keys) {
    List<String> both = keys.subList(keys.indexOf("small"), keys.lastIndexOf("small") + 1);
    assertThat(Collections.frequency(both, "large"))
        .as("jobs of the large key between the first and the last of the small one")
        .isBetween(SMALL / 2, SMALL + SMALL / 4);
  }

  private static void submit(
      JobService jobs, JobDefinition<Order, Receipt> definition, String name, int count) {
    var unused =
        jobs
            .submitAll(
                definition,
                Collections.nCopies(count, new Order(name, MILLIS)),
                SubmitOptions.by("tester"))
            .stream()
            .map(Submitted::jobId)
            .toList();
  }

  private static void awaitCompleted(JobService jobs, JobDefinition<?, ?> definition, int atLeast) {
    await(atLeast + " jobs of " + definition.type() + " are completed")
        .atMost(PATIENCE)
        .until(
            () ->
                jobs.count(JobQuery.all().withType(definition).withStatus(JobStatus.COMPLETED))
                    >= atLeast);
  }
}
