package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.SQLDialect;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.testservers.JavaProcess;
import java.sql.Connection;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is more urgent goes first over several processes, one of which is killed in the middle, and
 * nothing waits for ever.
 */
@Tag("thorough")
@Tag("servers")
class PrioritiesOverProcessesTest {

  private static final int PROCESSES = 2;
  private static final int SLOTS = 3;
  private static final int OF_EACH = 100;
  private static final int MILLIS = 20;

  private JobService jobs;
  private DSLContext sql;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void urgentJobsGoFirstAndAgedOnesHaveTheirTurn(boolean rabbit) throws Exception {
    try (Fixture fixture = rabbit ? Fixture.withRabbit() : Fixture.withoutRabbit();
        WorkerFleet fleet = new WorkerFleet(fixture);
        Connection connection = fixture.database().connect()) {
      jobs = fixture.start(fixture.builder().heartbeatInterval(WorkerFleet.HEARTBEAT)).jobs();
      sql = DSL.using(connection, SQLDialect.POSTGRES);
      List<JavaProcess> processes = fleet.start(PROCESSES, SLOTS);
      urgentJobsGoFirst(rabbit, processes.get(0));
      agedJobsHaveTheirTurn(rabbit);
    }
  }

  /** The least urgent are submitted first, while all slots are taken. */
  private void urgentJobsGoFirst(boolean rabbit, JavaProcess killed) {
    List<UUID> inTheWay =
        jobs
            .submitAll(
                TestJobs.LONG,
                Collections.nCopies(PROCESSES * SLOTS, new Order(WorkerProcess.ENDLESS, 1)),
                SubmitOptions.by("tester"))
            .stream()
            .map(Submitted::jobId)
            .toList();
    awaitCount(JobStatus.RUNNING, inTheWay.size());
    for (JobPriority priority : JobPriority.values()) {
      for (int i = 0; i < OF_EACH; i++) {
        var unused = submit(priority, 1);
      }
    }
    if (rabbit) {
      awaitCount(JobStatus.QUEUED, 4 * OF_EACH);
    }
    inTheWay.forEach(id -> jobs.cancel(id, Actor.of("ann")));
    awaitCount(JobStatus.COMPLETED, OF_EACH / 4);
    killed.kill();
    awaitCount(JobStatus.COMPLETED, 4 * OF_EACH);

    // How many jobs were in front of one of this priority, when each first started
    List<Double> averages =
        sql.fetch(
                "SELECT avg(n) FROM (SELECT j.priority, row_number() OVER (ORDER BY min(a.started_at)) AS n"
                    + " FROM tenon.jobs j JOIN tenon.job_attempts a ON a.job_id = j.id"
                    + " WHERE j.status = 'completed' GROUP BY j.id, j.priority) AS started"
                    + " GROUP BY priority ORDER BY priority DESC")
            .getValues(0, Double.class);
    assertThat(averages).as("from the most urgent ones on").hasSize(4).isSorted();
    assertThat(
            sql.fetchValue(
                "SELECT max(started_at) FILTER (WHERE priority = 3) < min(started_at) FILTER (WHERE priority = 0)"
                    + " FROM (SELECT j.priority, min(a.started_at) AS started_at"
                    + " FROM tenon.jobs j JOIN tenon.job_attempts a ON a.job_id = j.id"
                    + " WHERE j.status = 'completed' GROUP BY j.id, j.priority) AS started"))
        .as("the last of the critical ones started before the first of the low ones")
        .isEqualTo(true);
  }

  /** There are always critical jobs that wait. */
  private void agedJobsHaveTheirTurn(boolean rabbit) {
    List<UUID> unused = submit(JobPriority.CRITICAL, 10 * OF_EACH);
    List<UUID> young = submit(JobPriority.LOW, 10);
    List<UUID> aged = submit(JobPriority.LOW, 10);
    if (rabbit) {
      aged.forEach(id -> Fixture.awaitStatus(jobs, id, JobStatus.QUEUED));
    }
    // Three levels of ten minutes each, or more than ten minutes in a queue
    sql.execute(
        "UPDATE by_test.jobs SET run_at = now() - interval '31 minutes', publish_at = now() - interval"
            + " '31 minutes' WHERE id = ANY ({0})",
        DSL.val(aged.toArray(UUID[]::new)));
    await("the aged ones have run")
        .atMost(Fixture.PATIENCE)
        .until(
            () -> {
              if (waitingCritical() < 5 * OF_EACH) {
                var unusedMore = submit(JobPriority.CRITICAL, 5 * OF_EACH);
              }
              return aged.stream().allMatch(id -> jobs.get(id).status() == JobStatus.COMPLETED);
            });
    assertThat(waitingCritical()).as("critical jobs that still wait").isPositive();
    assertThat(young)
        .as("low jobs that are as old as the critical ones")
        .extracting(id -> jobs.get(id).attempts())
        .containsOnly(0);
  }

  private long waitingCritical() {
    return sql.fetchCount(
        DSL.table("tenon.jobs"),
        DSL.condition("status IN ('pending', 'queued') AND priority = {0}", DSL.inline(3)));
  }

  private List<UUID> submit(JobPriority priority, int count) {
    return jobs
        .submitAll(
            TestJobs.LONG,
            Collections.nCopies(count, new Order("any", MILLIS)),
            SubmitOptions.by("tester").withPriority(priority))
        .stream()
        .map(Submitted::jobId)
        .toList();
  }

  private void awaitCount(JobStatus status, int atLeast) {
    await(atLeast + " jobs are " + status)
        .atMost(Fixture.PATIENCE)
        .until(() -> jobs.count(JobQuery.all().withStatus(status)) >= atLeast);
  }
}
