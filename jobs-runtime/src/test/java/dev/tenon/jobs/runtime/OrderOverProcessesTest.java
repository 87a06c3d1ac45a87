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
import dev.tenon.jobs.testservers.JavaProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The order of each key holds over several processes, one of which is killed and one frozen. */
@Tag("servers")
@Tag("thorough")
class OrderOverProcessesTest {

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final List<String> KEYS = List.of("a", "b", "c", "d", "e", "f");
  private static final int JOBS = 12;

  private Fixture fixture;
  private JobService jobs;
  private StartsByTheTable starts;
  private WorkerFleet fleet;

  @BeforeEach
  void start() throws Exception {
    fixture = Fixture.withRabbit();
    jobs = fixture.start(fixture.builder().heartbeatInterval(WorkerFleet.HEARTBEAT)).jobs();
    starts = new StartsByTheTable(fixture.database());
    fleet = new WorkerFleet(fixture);
  }

  @AfterEach
  void stop() throws Exception {
    fleet.close();
    starts.close();
    fixture.close();
  }

  @Test
  void aKilledAndAFrozenWorkerNeitherBreakTheOrderNorStopALine() throws Exception {
    List<JavaProcess> processes = fleet.start(3, 4);
    for (String key : KEYS) {
      List<Submitted> unused =
          jobs.submitAll(
              TestJobs.ORDERED,
              Collections.nCopies(JOBS, new Order(key, 250)),
              SubmitOptions.by("tester"));
    }
    JavaProcess killed = starts.awaitJustStarted(processes, TestJobs.ORDERED);
    killed.kill();
    List<JavaProcess> others =
        processes.stream().filter(process -> process.pid() != killed.pid()).toList();
    JavaProcess frozen = starts.awaitJustStarted(others, TestJobs.ORDERED);
    frozen.freeze();
    await("jobs are taken from both")
        .atMost(PATIENCE)
        .until(
            () ->
                starts.count("j.status = 'running' AND " + StartsByTheTable.isIn(killed, frozen))
                    == 0);
    frozen.thaw();
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                jobs.count(
                        JobQuery.all().withType(TestJobs.ORDERED).withStatus(JobStatus.COMPLETED))
                    == (long) KEYS.size() * JOBS);

    assertThat(starts.countAttempts(TestJobs.ORDERED, "lost")).isPositive();
    assertThat(outOfOrder()).isEmpty();
  }

  /** The jobs that started before all attempts of the one before them had ended. */
  private List<String> outOfOrder() throws Exception {
    try (var connection = fixture.database().connect();
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                """
                SELECT x.key, x.id
                FROM (
                  SELECT
                    d.order_key AS key, d.id, min(a.started_at) AS started,
                    lag(max(a.finished_at)) OVER (PARTITION BY d.order_key ORDER BY d.id) AS ended_before
                  FROM tenon.job_data d JOIN tenon.job_attempts a ON a.job_id = d.id
                  GROUP BY d.order_key, d.id) AS x
                WHERE x.started < x.ended_before
                """)) {
      List<String> found = new ArrayList<>();
      while (rows.next()) {
        found.add(rows.getString(1) + " " + rows.getString(2));
      }
      return found;
    }
  }
}
