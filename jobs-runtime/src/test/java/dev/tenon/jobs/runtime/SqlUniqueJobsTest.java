package dev.tenon.jobs.runtime;

import static dev.tenon.jobs.runtime.SqlSubmitFixture.by;
import static dev.tenon.jobs.runtime.SqlSubmitFixture.json;
import static dev.tenon.jobs.runtime.SqlSubmitFixture.newName;
import static dev.tenon.jobs.runtime.SqlSubmitTypes.KEPT;
import static dev.tenon.jobs.runtime.SqlSubmitTypes.MOVED;
import static dev.tenon.jobs.runtime.SqlSubmitTypes.REPLACED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.JobService;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.definition.JobDefinition;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Unique jobs that SQL submits, alone and while Java submits jobs with the same keys. */
@Tag("servers")
class SqlUniqueJobsTest {

  private static final ExecutorService THREADS = Executors.newCachedThreadPool();

  private static SqlSubmitFixture fixture;
  private static JobService jobs;
  private static SqlSubmitter sql;

  @BeforeAll
  static void start() throws SQLException {
    fixture = new SqlSubmitFixture();
    jobs = fixture.runtime.jobs();
    sql = fixture.sql;
  }

  @AfterAll
  static void stop() throws SQLException {
    THREADS.shutdownNow();
    fixture.close();
  }

  @Test
  void theJobThatIsThereStandsForOthers() throws Exception {
    String name = newName();
    UUID kept = sql.submit(KEPT.type(), json(name, 1), "delay => '1 hour'").jobId();
    assertThat(sql.submit(KEPT.type(), json(name, 1), ""))
        .isEqualTo(new SqlSubmitter.Stands(kept, false));
    assertThat(jobs.submit(KEPT, new Order(name, 1), by()).jobId()).isEqualTo(kept);
    assertThat(jobs.get(kept).runAt()).isAfter(Instant.now().plusSeconds(600));
    List<SqlSubmitter.Stands> list =
        sql.submitAll(
            KEPT.type(), List.of(json(name, 2), json(name, 1), json(name, 2), json(name, 3)), "");
    assertThat(list)
        .extracting(SqlSubmitter.Stands::isNew)
        .containsExactly(true, false, false, true);
    assertThat(list.get(1).jobId()).isEqualTo(kept);
    assertThat(list.get(2).jobId()).isEqualTo(list.get(0).jobId());
  }

  @Test
  void aWaitingJobTakesOverWhatItsTypeSays() throws Exception {
    String name = newName();
    UUID replaced =
        sql.submit(REPLACED.type(), json(name, 1), "delay => '1 hour', priority => 'low'").jobId();
    sql.submit(
        REPLACED.type(), "{\"quantity\":1,\"name\":\"%s\"}".formatted(name), "priority => 'high'");
    assertThat(jobs.get(replaced).priority()).isEqualTo(JobPriority.HIGH);
    assertThat(jobs.get(replaced).payload()).startsWith("{\"quantity\"");
    assertThat(jobs.get(replaced).runAt()).isAfter(Instant.now().plusSeconds(600));

    UUID moved = sql.submit(MOVED.type(), json(name, 1), "delay => '1 hour'").jobId();
    assertThat(sql.submit(MOVED.type(), json(name, 1), "").jobId()).isEqualTo(moved);
    assertThat(jobs.get(moved).runAt()).isBefore(Instant.now().plusSeconds(600));
  }

  @Test
  void aKeyWhoseScopeHasEndedIsFreeAgain() throws Exception {
    String name = newName();
    UUID first = sql.submit(MOVED.type(), json(name, 1), "").jobId();
    // Its period has ended, and nobody has cleared the key
    fixture.owner(
        """
        UPDATE /* by the test */ by_test.jobs
        SET status = 'completed', unique_until = now() - interval '1 minute', lease = 1, finished_at = now(),
          worker_id = 'w', started_at = now(), attempts = 1
        WHERE id = '%s'
        """
            .formatted(first));
    List<SqlSubmitter.Stands> again =
        sql.submitAll(MOVED.type(), List.of(json(name, 1), json(name, 2)), "");
    assertThat(again).allMatch(SqlSubmitter.Stands::isNew);
    assertThat(again.get(0).jobId()).isNotEqualTo(first);
  }

  @Test
  void manyThatSubmitAtTheSameTimeInBothLanguagesMakeOneJob() throws Exception {
    List<SqlSubmitter> submitters = new ArrayList<>();
    try {
      for (int i = 0; i < 8; i++) {
        submitters.add(SqlSubmitter.start(fixture.database(), KEPT.type(), MOVED.type()));
      }
      for (JobDefinition<Order, Receipt> type : List.of(KEPT, MOVED)) {
        for (int round = 0; round < 5; round++) {
          String name = newName();
          List<Callable<SqlSubmitter.Stands>> tasks = new ArrayList<>();
          for (SqlSubmitter submitter : submitters) {
            tasks.add(() -> submitter.submit(type.type(), json(name, 1), ""));
            tasks.add(
                () -> {
                  Submitted submitted = jobs.submit(type, new Order(name, 1), by());
                  return new SqlSubmitter.Stands(submitted.jobId(), submitted.isNew());
                });
          }
          List<SqlSubmitter.Stands> stands = atTheSameTime(tasks);
          assertThat(stands).filteredOn(SqlSubmitter.Stands::isNew).hasSize(1);
          assertThat(stands)
              .extracting(SqlSubmitter.Stands::jobId)
              .containsOnly(stands.get(0).jobId());
        }
      }
    } finally {
      for (SqlSubmitter submitter : submitters) {
        submitter.close();
      }
    }
  }

  private static <T> List<T> atTheSameTime(List<Callable<T>> tasks) throws Exception {
    CyclicBarrier barrier = new CyclicBarrier(tasks.size());
    List<Future<T>> running = new ArrayList<>();
    for (Callable<T> task : tasks) {
      running.add(
          THREADS.submit(
              () -> {
                barrier.await();
                return task.call();
              }));
    }
    List<T> results = new ArrayList<>();
    for (Future<T> each : running) {
      results.add(each.get(60, TimeUnit.SECONDS));
    }
    return results;
  }
}
