package dev.tenon.jobs.runtime;

import static dev.tenon.jobs.TestJobs.LIMITED;
import static dev.tenon.jobs.TestJobs.ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.Page;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.internal.cursor.Cursors;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How people find jobs among many. */
@Tag("servers")
class JobSearchTest {

  private final Fixture fixture = Fixture.withoutRabbit();
  private final JobsRuntime runtime = fixture.start();

  @AfterEach
  void close() {
    fixture.close();
  }

  private List<UUID> submit(int count) {
    List<UUID> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(
          runtime
              .jobs()
              .submit(ORDER, new Order("order " + i, 1), SubmitOptions.by("test"))
              .jobId());
    }
    return ids;
  }

  private void sql(String sql) throws SQLException {
    try (Connection connection = fixture.database().connect();
        Statement statement = connection.createStatement()) {
      boolean unused = statement.execute("SET search_path = tenon; " + sql);
    }
  }

  private void fail(UUID id, String fingerprint, int lease) throws SQLException {
    sql(
        """
        UPDATE /* by the test */ by_test.jobs SET status = 'failed', error_message = 'No disk', finished_at = now() WHERE id = '%1$s';
        INSERT INTO earlier_attempts (job_id, lease, attempt, worker_id, started_at, finished_at, outcome, fingerprint)
        SELECT id, lease, lease, worker_id, started_at, finished_at, outcome, fingerprint
        FROM ended_jobs WHERE id = '%1$s' AND outcome IS NOT NULL;
        UPDATE /* by the test */ ended_jobs SET lease = %3$d, worker_id = 'w', started_at = now(), outcome = 'failed', fingerprint = '%2$s'
        WHERE id = '%1$s';
        """
            .formatted(id, fingerprint, lease));
  }

  private static List<UUID> ids(Page<JobSummary> page) {
    return page.items().stream().map(JobSummary::id).toList();
  }

  @Test
  void jobsWithAFingerprintComeInPagesTheNewestFirst() throws Exception {
    List<UUID> ids = submit(6);
    for (UUID id : ids) {
      fail(id, "a", 1);
    }
    // Its last failure was another one
    fail(ids.get(4), "b", 2);
    List<UUID> expected = new ArrayList<>(ids);
    expected.remove(4);
    Collections.reverse(expected);
    JobQuery query = JobQuery.all().withFingerprint("a").withLimit(3);

    Page<JobSummary> first = runtime.jobs().list(query);
    Page<JobSummary> second = runtime.jobs().list(query.withCursor(first.next().orElseThrow()));

    assertThat(ids(first)).isEqualTo(expected.subList(0, 3));
    assertThat(ids(second)).isEqualTo(expected.subList(3, 5));
    assertThat(second.next()).isEmpty();
    assertThat(runtime.jobs().count(query, 100)).isEqualTo(5);
    assertThat(runtime.jobs().count(query, 2)).isEqualTo(2);
    assertThat(ids(runtime.jobs().list(query.withStatus(JobStatus.PENDING)))).isEmpty();
    assertThat(ids(runtime.jobs().list(query.withErrorText("disk").withLimit(10))))
        .isEqualTo(expected);
  }

  @Test
  void jobsThatWaitAreFoundWhateverTheyWaitFor() throws Exception {
    List<UUID> plain = submit(3);
    UUID limited =
        runtime.jobs().submit(LIMITED, new Order("one", 1), SubmitOptions.by("test")).jobId();
    sql("UPDATE live_jobs SET parked_at = now() WHERE id = '%s'".formatted(plain.get(1)));
    sql(
        "UPDATE /* by the test */ live_jobs SET status = 'queued' WHERE id = '%s'"
            .formatted(plain.get(2)));
    JobQuery pending = JobQuery.all().withStatus(JobStatus.PENDING);

    assertThat(ids(runtime.jobs().list(pending.withType(ORDER.type()))))
        .containsExactly(plain.get(1), plain.get(0));
    assertThat(ids(runtime.jobs().list(pending.withType(LIMITED.type())))).containsExactly(limited);
    assertThat(
            ids(
                runtime
                    .jobs()
                    .list(JobQuery.all().withStatus(JobStatus.QUEUED).withType(ORDER.type()))))
        .containsExactly(plain.get(2));
    assertThat(runtime.jobs().count(pending.withType(ORDER.type()), 100)).isEqualTo(2);
    assertThat(
            runtime
                .jobs()
                .list(
                    pending
                        .withType(ORDER.type())
                        .withLimit(1)
                        .withCursor(Cursors.ofJob(plain.get(1))))
                .items())
        .extracting(JobSummary::id)
        .containsExactly(plain.get(0));
  }

  @Test
  void whatWasParkedAndPublishedAgainIsFoundAndCountedOnce() throws Exception {
    List<UUID> ids = submit(3);
    sql(
        """
        UPDATE /* by the test */ by_test.jobs SET external_policy = '{}', parked_at = now(), run_at = now() - interval '1 hour'
        WHERE id = '%s'
        """
            .formatted(ids.get(1)));
    sql(
        "UPDATE /* by the test */ live_jobs SET status = 'queued' WHERE id = '%s'"
            .formatted(ids.get(1)));
    JobQuery queued = JobQuery.all().withStatus(JobStatus.QUEUED);

    assertThat(ids(runtime.jobs().list(queued))).containsExactly(ids.get(1));
    assertThat(ids(runtime.jobs().list(queued.withType(ORDER.type())))).containsExactly(ids.get(1));
    assertThat(runtime.jobs().count(queued, 100)).isEqualTo(1);
    assertThat(ids(runtime.jobs().list(JobQuery.all().withStatus(JobStatus.PENDING))))
        .containsExactly(ids.get(2), ids.get(0));
    assertThat(runtime.monitor().backlog(100))
        .filteredOn(each -> each.type().equals(ORDER.type()))
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.jobs()).isEqualTo(3);
              assertThat(each.oldestDueAt().orElse(null))
                  .isBefore(Instant.now().minus(Duration.ofMinutes(30)));
            });
  }

  @Test
  void aTextIsLookedForInPartsWithoutAnEnd() throws Exception {
    UUID oldest = submit(1).get(0);
    fail(oldest, "a", 1);
    sql(
        """
        INSERT /* by the test */ INTO by_test.jobs (id, type, routing_key, status, priority, payload, payload_bytes, submitted_by, max_attempts, error_message,
          retention_seconds)
        SELECT ('ffffffff-ffff-7fff-8fff-' || lpad(to_hex(n), 12, '0'))::uuid, 'many', 'jobs.many', 'failed', 1, '{}', 2,
          'test', 1, 'No paper', 3600
        FROM generate_series(1, 20000) n
        """);
    JobQuery query = JobQuery.all().withStatus(JobStatus.FAILED).withErrorText("disk");

    Page<JobSummary> first = runtime.jobs().list(query);
    Page<JobSummary> second = runtime.jobs().list(query.withCursor(first.next().orElseThrow()));

    assertThat(ids(first)).isEmpty();
    assertThat(ids(second)).containsExactly(oldest);
    assertThat(second.next()).isEmpty();
    assertThat(ids(runtime.jobs().list(query.withErrorText("PAPER").withLimit(2)))).hasSize(2);
  }

  @Test
  void byTheTimeOfSubmissionAClockMayBeAheadByTenMinutes() throws Exception {
    Instant now = Instant.now();
    UUID ahead = insertedWithTimeInId(now.plus(Duration.ofMinutes(9)));
    UUID farAhead = insertedWithTimeInId(now.plus(Duration.ofHours(2)));
    JobQuery query = JobQuery.all().withSubmittedBefore(now.plusSeconds(60));

    assertThat(ids(runtime.jobs().list(query))).containsExactly(ahead);
    assertThat(ids(runtime.jobs().list(JobQuery.all()))).containsExactly(farAhead, ahead);
  }

  private UUID insertedWithTimeInId(Instant time) throws SQLException {
    UUID id =
        new UUID(time.toEpochMilli() << 16 | 0x7000, UUID.randomUUID().getLeastSignificantBits());
    sql(
        """
        INSERT INTO by_test.jobs (id, type, routing_key, status, priority, payload, payload_bytes, submitted_by, max_attempts, retention_seconds)
        VALUES ('%s', 'ahead', 'jobs.ahead', 'pending', 1, '{}', 2, 'test', 1, 3600)
        """
            .formatted(id));
    return id;
  }
}
