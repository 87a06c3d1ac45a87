package dev.tenon.jobs.internal.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.internal.store.StoreFixture;
import dev.tenon.jobs.operate.JobMonitor.Activity;
import dev.tenon.jobs.operate.JobMonitor.FailureGroup;
import dev.tenon.jobs.operate.JobMonitor.Range;
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

  private static final List<String> TABLE_NAMES =
      List.of("tenon.live_jobs", "tenon.ended_jobs", "tenon.earlier_attempts");
  private static final String TABLES = String.join(", ", TABLE_NAMES);
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
    for (String table : TABLE_NAMES) {
      store.execute("ALTER TABLE " + table + " SET (autovacuum_enabled = false)");
    }
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

  /** The last attempt at a job, from one second of the minute to another; it was due before. */
  private void lastAttempt(String outcome, double dueAt, double from, double to, String error) {
    store.execute(
        """
        INSERT /* by the test */ INTO tenon.ended_jobs (
          id, type, status, lease, attempts, crashes, run_at, finished_at, delete_at, progress, worker_id, started_at, outcome,
          error_reason, error_class, error_message, fingerprint)
        SELECT gen_random_uuid(), 'shop.order', '%5$s', 1, 1, 0, %1$s + interval '%2$s seconds',
          %1$s + interval '%4$s seconds', now(), 0, 'w', %1$s + interval '%3$s seconds', '%5$s',
          CASE WHEN '%5$s' = 'failed' THEN 'exception' END,
          nullif('%6$s', ''), nullif('%6$s', ''), nullif('%6$s', '')
        """
            .formatted(minute, dueAt, from, to, outcome, error));
  }

  /** Does the same with an attempt at a job that waits again. */
  private void earlierAttempt(String outcome, double dueAt, double from, double to, String error) {
    store.execute(
        """
        WITH job AS (
          INSERT /* by the test */ INTO tenon.live_jobs (
            id, type, priority, max_attempts, retention_seconds, routing_key, payload_bytes, run_at)
          VALUES (gen_random_uuid(), 'shop.order', 1, 3, 60, 'jobs.shop.order', 2, %1$s + interval '%2$s seconds')
          RETURNING id)
        INSERT INTO tenon.earlier_attempts (job_id, lease, attempt, worker_id, outcome, started_at, finished_at,
          error_reason, error_class, error_message, fingerprint)
        SELECT id, 1, 1, 'w', '%5$s', %1$s + interval '%3$s seconds', %1$s + interval '%4$s seconds',
          CASE WHEN '%5$s' = 'failed' THEN 'exception' END,
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
    lastAttempt("completed", 9, 10, 12.5, "");
    // The job is due again, later than the attempt
    earlierAttempt("completed", 50, 14, 15.001, "");
    lastAttempt("failed", 57, 57.25, 59.9996, "Broken");
    earlierAttempt("failed", 58, 58, 61, "Broken");

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
            new MonitorRows.Activity(
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
  void aRangeIsAddedUpByTypeOrByStep() {
    store.execute(
        """
        INSERT INTO tenon.job_statistics
        SELECT s, at::timestamptz, type, outcome, n, n * 100, n, n * 10, n + 1
        FROM (VALUES (60, '2026-11-26 11:59Z', 'shop.order', 'completed', 1), (60, '2026-11-26 12:00Z', 'shop.order', 'completed', 2),
          (60, '2026-11-26 12:04Z', 'shop.order', 'completed', 3), (60, '2026-11-26 12:04Z', 'shop.order', 'failed', 4),
          (60, '2026-11-26 12:04Z', 'mail.send', 'completed', 5), (60, '2026-11-26 12:05Z', 'mail.send', 'completed', 6),
          (3600, '2026-11-26 12:00Z', 'mail.send', 'completed', 7)) AS v (s, at, type, outcome, n)
        """);
    MonitorStatistics monitor = new MonitorStatistics(store.database);
    Instant noon = Instant.parse("2026-11-26T12:00:00Z");
    Instant later = noon.plus(Duration.ofMinutes(4));
    Range range = new Range(noon, noon.plus(Duration.ofMinutes(5)), Duration.ofMinutes(1));

    assertThat(monitor.activityByType(range))
        .containsExactly(
            activity(noon, "mail.send", JobAttempt.Outcome.COMPLETED, 5, 5),
            activity(noon, "shop.order", JobAttempt.Outcome.COMPLETED, 5, 3),
            activity(noon, "shop.order", JobAttempt.Outcome.FAILED, 4, 4));
    assertThat(monitor.activityByInterval(range, List.of()))
        .containsExactly(
            activity(noon, "", JobAttempt.Outcome.COMPLETED, 2, 2),
            activity(later, "", JobAttempt.Outcome.COMPLETED, 8, 5),
            activity(later, "", JobAttempt.Outcome.FAILED, 4, 4));
    assertThat(monitor.activityByInterval(range, List.of("mail.send", "part.order")))
        .containsExactly(activity(later, "", JobAttempt.Outcome.COMPLETED, 5, 5));
  }

  /** With the figures that the statistics above have for these numbers. */
  private static Activity activity(
      Instant at, String type, JobAttempt.Outcome outcome, int attempts, int most) {
    return new MonitorRows.Activity(
        at,
        type,
        outcome,
        attempts,
        Duration.ofMillis(attempts * 100L),
        Duration.ofMillis(most),
        Duration.ofMillis(attempts * 10L),
        Duration.ofMillis(most + 1L));
  }

  @Test
  void failuresOfManyKindsOverAWeekAreAllThere() {
    store.execute(
        """
        INSERT INTO tenon.job_failures (
          at, type, fingerprint, error_reason, failures, error_class, error_message, last_at, last_job_id)
        SELECT at, 'shop.order', 'kind ' || n, 'exception', n, 'Broken', 'at ' || extract(epoch FROM at)::bigint,
          at + interval '1 minute', gen_random_uuid()
        FROM generate_series('2026-11-20 00:00Z'::timestamptz, '2026-11-26 23:00Z', '1 hour') AS at, generate_series(1, 150) AS n
        """);
    Instant end = Instant.parse("2026-11-27T00:00:00Z");

    List<FailureGroup> groups =
        new MonitorStatistics(store.database)
            .failures(
                new Range(end.minus(Duration.ofDays(7)), end, Duration.ofHours(1)), List.of(), 200);

    assertThat(groups).extracting(group -> group.fingerprint().orElse("")).hasSize(150);
    assertThat(groups)
        .allSatisfy(
            group -> {
              int number = Integer.parseInt(group.fingerprint().orElseThrow().substring(5));
              assertThat(group.failures()).isEqualTo(7L * 24 * number);
              assertThat(group.byHour()).hasSize(7 * 24);
              assertThat(group.firstAt()).isEqualTo(end.minus(Duration.ofDays(7)));
              assertThat(group.byHour().get(0).at()).isEqualTo(group.firstAt());
              assertThat(group.errorMessage())
                  .contains("at " + end.minus(Duration.ofHours(1)).getEpochSecond());
            });
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
                    List.of(),
                    10))
        .extracting(group -> group.fingerprint().orElse(""))
        .containsExactly("2026-11-26 12:00Z", "2026-11-26 11:00Z");
  }

  @Test
  void failuresOfSomeTypesAreTheirLatest() {
    store.execute(
        """
        INSERT INTO tenon.job_failures (at, type, fingerprint, error_reason, failures, last_at, last_job_id)
        SELECT '2026-11-26 12:00Z', type, type || n, 'exception', 1, '2026-11-26 12:00Z'::timestamptz + n * interval '1 second',
          gen_random_uuid()
        FROM unnest(ARRAY['mail.send', 'part.order', 'shop.order']) AS type, generate_series(1, 3) AS n
        WHERE type = 'part.order' OR n < 3
        """);
    Instant noon = Instant.parse("2026-11-26T12:00:00Z");
    Range range = new Range(noon, noon.plus(Duration.ofHours(1)), Duration.ofHours(1));

    assertThat(
            new MonitorStatistics(store.database)
                .failures(range, List.of("mail.send", "shop.order", "tax.file"), 3))
        .extracting(group -> group.fingerprint().orElse(""))
        .containsExactly("mail.send2", "shop.order2", "mail.send1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"never analyzed", "analyzed", "vacuumed while they were empty"})
  void onlyTheJobsOfTheAttemptsAreRead(String statistics) {
    if (statistics.equals("vacuumed while they were empty")) {
      store.execute("VACUUM ANALYZE " + TABLES);
    }
    // Of half of those that ended in time, that was not the last attempt
    store.execute(
        """
        WITH ended AS (
          INSERT /* by the test */ INTO tenon.ended_jobs (
            id, type, status, lease, attempts, crashes, run_at, finished_at, delete_at, progress, worker_id, started_at,
            outcome)
          SELECT gen_random_uuid(), 'shop.order', 'completed', 2, 2, 0, %1$s,
            CASE WHEN n <= %2$d THEN %1$s + interval '1 ms' * n ELSE %1$s - interval '1 day' END, now(), 0, 'w', %1$s,
            'completed'
          FROM generate_series(1, %3$d) AS n
          RETURNING id, finished_at
        ), numbered AS (
          SELECT e.id, row_number() OVER () AS n FROM ended e WHERE e.finished_at < %1$s
        )
        INSERT INTO tenon.earlier_attempts (job_id, lease, attempt, worker_id, outcome, started_at, finished_at)
        SELECT id, 1, 1, 'w', 'completed', %1$s, %1$s + interval '1 ms' * n FROM numbered WHERE n <= %2$d
        """
            .formatted(minute, ENDED / 2, ENDED + OTHERS));
    if (statistics.equals("analyzed")) {
      store.execute("VACUUM ANALYZE " + TABLES);
    }
    long before = awaitRead(0);

    rollUp();

    // To find where to stop, to count, and for half of them to look up the job
    assertThat(awaitRead(before + 2 * ENDED) - before).isLessThan(3L * ENDED);
    assertThat(rows("SELECT sum(attempts) FROM tenon.job_statistics WHERE step_seconds = 60"))
        .containsExactly(String.valueOf(ENDED));
  }

  /** What was read of the tables and their indexes once PostgreSQL has published that much. */
  private long awaitRead(long expected) {
    return await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () ->
                store
                    .database
                    .dsl()
                    .fetchSingle(
                        "SELECT (sum(t.seq_tup_read) + (SELECT sum(i.idx_tup_read) FROM pg_stat_user_indexes i"
                            + " WHERE i.relid = ANY (array_agg(t.relid))))::bigint FROM pg_stat_user_tables t"
                            + " WHERE t.relid = ANY ('{"
                            + TABLES
                            + "}'::regclass[])")
                    .get(0, Long.class),
            read -> read >= expected);
  }
}
