package dev.tenon.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobMonitor.Activity;
import dev.tenon.jobs.JobMonitor.FailureGroup;
import dev.tenon.jobs.JobMonitor.Range;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is rolled up of attempts, and what that reads. */
@Tag("servers")
class StatisticsTest {

  private static final int ENDED = 20_000;
  private static final int OTHERS = 40_000;

  /** The beginning of a minute that is over, and that is kept. */
  private final String minute =
      "timestamptz '"
          + Instant.now().truncatedTo(ChronoUnit.MINUTES).minus(Duration.ofMinutes(10))
          + "'";

  private StoreFixture store;

  @BeforeEach
  void start() {
    store = StoreFixture.withPool();
    store.execute("ALTER TABLE tenon.jobs SET (autovacuum_enabled = false)");
    store.execute("UPDATE tenon.job_statistics_state SET rolled_up_until = " + minute);
  }

  @AfterEach
  void stop() {
    store.close();
  }

  private void rollUp() {
    boolean isMore = true;
    while (isMore) {
      isMore =
          store
              .database
              .dsl()
              .fetchSingle("SELECT tenon.roll_up_statistics()")
              .get(0, Boolean.class);
    }
  }

  /** An attempt that ran from one second of the minute to another, of a job that was due before. */
  private void attempt(String outcome, double dueAt, double from, double to, String error) {
    store.execute(
        """
        WITH job AS (
          INSERT /* by the test */ INTO by_test.jobs (id, type, routing_key, status, priority, payload, payload_bytes, submitted_by,
            max_attempts, retention_seconds, run_at)
          VALUES (gen_random_uuid(), 'shop.order', 'jobs.shop.order', 'completed', 1, '{}', 2, 'web', 3, 60,
            %1$s + interval '%2$s seconds')
          RETURNING id)
        INSERT INTO tenon.earlier_attempts (job_id, lease, attempt, worker_id, outcome, started_at, finished_at,
          error_reason, error_class, error_message, fingerprint)
        SELECT id, 1, 1, 'w', '%5$s', %1$s + interval '%3$s seconds', %1$s + interval '%4$s seconds',
          CASE WHEN '%5$s' IN ('failed', 'timed_out', 'lost') THEN 'exception' END,
          nullif('%6$s', ''), nullif('%6$s', ''), nullif('%6$s', '')
        FROM job
        """
            .formatted(minute, dueAt, from, to, outcome, error));
  }

  private List<String> rows(String query) {
    return store.database.dsl().fetch(query).map(row -> String.valueOf(row.get(0)));
  }

  @Test
  void attemptsAreSummedByMinuteTypeAndOutcome() {
    attempt("completed", 9, 10, 12.5, "");
    // The job is due again, later than the attempt
    attempt("completed", 50, 14, 15.001, "");
    attempt("failed", 57, 57.25, 59.9996, "Broken");
    attempt("failed", 58, 58, 61, "Broken");

    rollUp();

    String sums =
        "SELECT concat_ws(' ', extract(epoch FROM at - "
            + minute
            + ")::int, type, outcome, attempts, run_millis, max_run_millis, wait_millis,"
            + " max_wait_millis) FROM tenon.job_statistics WHERE step_seconds = 60 ORDER BY at, outcome";
    assertThat(rows(sums))
        .containsExactly(
            "0 shop.order completed 2 3501 2500 1000 1000",
            "0 shop.order failed 1 2750 2750 250 250",
            "60 shop.order failed 1 3000 3000 0 0");
    assertThat(rows("SELECT sum(attempts) FROM tenon.job_statistics GROUP BY step_seconds"))
        .containsExactly("4", "4", "4");
    assertThat(
            rows(
                "SELECT concat_ws(' ', type, fingerprint, error_reason, sum(failures), error_class)"
                    + " FROM tenon.job_failures GROUP BY type, fingerprint, error_reason, error_class"))
        .containsExactly("shop.order Broken exception 2 Broken");

    rollUp();

    assertThat(rows("SELECT sum(attempts) FROM tenon.job_statistics WHERE step_seconds = 3600"))
        .containsExactly("4");
  }

  @Test
  void aRangeHasWhatEndedInItInItsSteps() {
    store.execute(
        """
        INSERT INTO tenon.job_statistics
        SELECT s, at::timestamptz, 'shop.order', 'completed', n, n * 100, n, n * 10, n + 1
        FROM (VALUES (60, '2026-11-26 11:59Z', 1), (60, '2026-11-26 12:00Z', 2), (60, '2026-11-26 12:04Z', 3),
          (60, '2026-11-26 12:05Z', 4), (3600, '2026-11-26 05:00Z', 5), (3600, '2026-11-26 06:00Z', 6),
          (3600, '2026-11-26 11:00Z', 7), (3600, '2026-11-26 12:00Z', 8)) AS v (s, at, n)
        """);
    MonitorStatistics monitor = new MonitorStatistics(store.database);
    Instant noon = Instant.parse("2026-11-26T12:00:00Z");

    assertThat(
            monitor.activity(
                new Range(noon, noon.plus(Duration.ofMinutes(5)), Duration.ofMinutes(1))))
        .extracting(Activity::at, Activity::attempts)
        .containsExactly(tuple(noon, 2L), tuple(noon.plus(Duration.ofMinutes(4)), 3L));
    assertThat(
            monitor.activity(new Range(noon.minus(Duration.ofHours(6)), noon, Duration.ofHours(6))))
        .containsExactly(
            new Activity(
                noon.minus(Duration.ofHours(6)),
                "shop.order",
                JobAttempt.Outcome.COMPLETED,
                13,
                Duration.ofMillis(1_300),
                Duration.ofMillis(7),
                Duration.ofMillis(130),
                Duration.ofMillis(8)));
  }

  @Test
  void failuresOfARangeAreThoseOfItsHours() {
    store.execute(
        """
        INSERT INTO tenon.job_failures (at, type, fingerprint, error_reason, failures, last_at, last_job_id)
        SELECT at::timestamptz, 'shop.order', at, 'exception', 1, at::timestamptz, gen_random_uuid()
        FROM unnest(ARRAY['2026-11-26 10:00Z', '2026-11-26 11:00Z', '2026-11-26 12:00Z', '2026-11-26 13:00Z']) AS at
        """);
    Instant noon = Instant.parse("2026-11-26T12:00:00Z");

    assertThat(
            new MonitorStatistics(store.database)
                .failures(
                    new Range(
                        noon.minus(Duration.ofMinutes(1)),
                        noon.plus(Duration.ofMinutes(5)),
                        Duration.ofMinutes(1)),
                    10))
        .extracting(FailureGroup::fingerprint)
        .containsExactly("2026-11-26 12:00Z", "2026-11-26 11:00Z");
  }

  @ParameterizedTest
  @ValueSource(strings = {"never analyzed", "analyzed", "analyzed while it was empty"})
  void onlyTheJobsOfTheAttemptsAreRead(String statistics) {
    if (statistics.equals("analyzed while it was empty")) {
      store.execute("ANALYZE tenon.jobs, tenon.job_attempts");
    }
    store.execute(
        """
        INSERT /* by the test */ INTO by_test.jobs (id, type, routing_key, status, priority, payload, payload_bytes, submitted_by,
          max_attempts, retention_seconds)
        SELECT gen_random_uuid(), 'shop.order', 'jobs.shop.order', 'completed', 1, '{}', 2, 'web', 3, 60
        FROM generate_series(1, %d)
        """
            .formatted(ENDED + OTHERS));
    store.execute(
        """
        INSERT INTO tenon.earlier_attempts (job_id, lease, attempt, worker_id, outcome, started_at, finished_at)
        SELECT id, 1, 1, 'w', 'completed', %1$s, %1$s + interval '1 ms' * row_number() OVER ()
        FROM tenon.jobs LIMIT %2$d
        """
            .formatted(minute, ENDED));
    if (statistics.equals("analyzed")) {
      store.execute("ANALYZE tenon.jobs, tenon.job_attempts");
    }
    long before = awaitRead(ENDED);

    rollUp();

    assertThat(awaitRead(before + ENDED) - before).isLessThan(2L * ENDED);
    assertThat(rows("SELECT sum(attempts) FROM tenon.job_statistics WHERE step_seconds = 60"))
        .containsExactly(String.valueOf(ENDED));
  }

  /** What was read of the table and its indexes once PostgreSQL has published that much. */
  private long awaitRead(long expected) {
    return await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () ->
                store
                    .database
                    .dsl()
                    .fetchSingle(
                        "SELECT seq_tup_read + (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes"
                            + " WHERE relname = 'jobs') FROM pg_stat_user_tables WHERE relname = 'jobs'")
                    .get(0, Long.class),
            read -> read >= expected);
  }
}
