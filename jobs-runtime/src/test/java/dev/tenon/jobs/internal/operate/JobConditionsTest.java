package dev.tenon.jobs.internal.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.Page;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.internal.operate.JobConditions.IdRange;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.store.AttemptEnd;
import dev.tenon.jobs.internal.store.AttemptFailure;
import dev.tenon.jobs.internal.store.Lease;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.internal.store.StoreFixture;
import dev.tenon.jobs.libraries.jooq.Select;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Lists and counts by what a query asks for. */
@Tag("servers")
class JobConditionsTest {

  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  private final StoreFixture store = new StoreFixture();

  @AfterEach
  void stop() {
    store.close();
  }

  private List<UUID> found(JobQuery query) {
    Page<JobSummary> page = store.reads.list(query);
    List<UUID> ids = page.items().stream().map(JobSummary::id).toList();
    assertThat(store.reads.count(query)).isEqualTo(ids.size());
    return ids;
  }

  @Test
  void byLimitKey() {
    NewJob one = StoreFixture.limitedJob("one", JobPriority.NORMAL, null);
    store.submit(one);
    store.submit(StoreFixture.limitedJob("other", JobPriority.NORMAL, null));
    store.submit(1);
    assertThat(found(JobQuery.all().withLimitKey("one"))).containsExactly(one.id());
    assertThat(found(JobQuery.all().withLimitKey(""))).isEmpty();
  }

  @Test
  void byTheFingerprintOfTheLastFailure() {
    UUID id = store.submit(1).get(0);
    UUID other = store.submit(1).get(0);
    fail(other, JobError.Reason.EXCEPTION, "print");
    fail(id, JobError.Reason.EXCEPTION, "print");
    JobQuery query = JobQuery.all().withFingerprint("print");
    assertThat(found(query)).containsExactlyInAnyOrder(id, other);
    assertThat(found(query.withStatus(JobStatus.FAILED))).isEmpty();
    assertThat(found(JobQuery.all().withFingerprint("prin"))).isEmpty();

    // Attempts that have not failed do not count
    store.outcomes.finish(List.of(new AttemptEnd.Snoozed(claim(id), Duration.ZERO)));
    assertThat(found(query)).containsExactlyInAnyOrder(id, other);
    // It fails in another way
    fail(id, JobError.Reason.EXCEPTION, "another");
    assertThat(found(query)).containsExactly(other);
    assertThat(found(JobQuery.all().withFingerprint("another"))).containsExactly(id);
    // It times out, which has no fingerprint
    fail(id, JobError.Reason.TIMED_OUT, null);
    assertThat(found(JobQuery.all().withFingerprint("another"))).isEmpty();
  }

  private Lease claim(UUID id) {
    return store.claim("w", List.of(id)).get(0);
  }

  private void fail(UUID id, JobError.Reason reason, String fingerprint) {
    store.outcomes.finish(
        List.of(
            new AttemptEnd.Retried(
                claim(id), new AttemptFailure(reason, "E", "m", "s", fingerprint), Duration.ZERO)));
  }

  @Test
  void byTheTimeOfSubmissionToTheMicrosecond() {
    UUID before = submittedAt(NOON.minusNanos(1_000), NOON);
    UUID at = submittedAt(NOON, NOON);
    assertThat(found(JobQuery.all().withSubmittedBefore(NOON))).containsExactly(before);
    assertThat(found(JobQuery.all().withSubmittedAfter(NOON))).containsExactly(at);
    assertThat(
            found(
                JobQuery.all()
                    .withSubmittedAfter(NOON.minusSeconds(1))
                    .withSubmittedBefore(NOON.plusSeconds(1))))
        .containsExactlyInAnyOrder(before, at);
    assertThat(found(JobQuery.all().withSubmittedBefore(Instant.MAX))).hasSize(2);
    assertThat(found(JobQuery.all().withSubmittedAfter(Instant.MIN))).hasSize(2);
    assertThat(found(JobQuery.all().withSubmittedBefore(Instant.MIN))).isEmpty();
    assertThat(found(JobQuery.all().withSubmittedAfter(Instant.MAX))).isEmpty();
  }

  /** The clock of a submitter, a long transaction: the id need not have the time of submission. */
  @Test
  void theTimeInTheIdMayDifferByADay() {
    UUID slow = submittedAt(NOON, NOON.minus(Duration.ofHours(23)));
    UUID fast = submittedAt(NOON, NOON.plus(Duration.ofHours(23)));
    assertThat(found(JobQuery.all().withSubmittedAfter(NOON)))
        .containsExactlyInAnyOrder(slow, fast);
    assertThat(found(JobQuery.all().withSubmittedBefore(NOON.plusSeconds(1))))
        .containsExactlyInAnyOrder(slow, fast);
    UUID backfilled = submittedAt(NOON, NOON.minus(Duration.ofDays(30)));
    assertThat(found(JobQuery.all().withSubmittedBefore(NOON.plusSeconds(1)))).contains(backfilled);
    assertThat(found(JobQuery.all().withSubmittedBefore(NOON)))
        .as("old by its id, and yet submitted later")
        .doesNotContain(backfilled);
  }

  private UUID submittedAt(Instant time, Instant inId) {
    UUID id =
        new UUID(
            (inId.toEpochMilli() << 16) | 0x7000L, UUID.randomUUID().getLeastSignificantBits());
    UUID given = store.submit(1).get(0);
    store.execute(
        "UPDATE by_test.jobs SET id = ?, submitted_at = ?::timestamptz WHERE id = ?",
        id,
        time.toString(),
        given);
    return id;
  }

  /** However much is kept, only the jobs of that time are read. */
  @Test
  void timesAreFoundByThePrimaryKey() {
    store.execute(
        """
        WITH ids AS (
          SELECT (lpad(to_hex(ms), 12, '0') || '70008000000000000000')::uuid AS id, to_timestamp(ms / 1000.0) AS at
          FROM generate_series(1700000000000, 1800000000000, 5000000) AS ms
        ), data AS (
          INSERT /* by the test */ INTO tenon.job_data (
            id, type, routing_key, priority, payload, submitted_by, submitted_at, max_attempts, retention_seconds)
          SELECT id, 'a', 'a', 1, '{}', 't', at, 1, 1 FROM ids
        )
        INSERT INTO tenon.ended_jobs (
          id, type, status, lease, attempts, crashes, run_at, finished_at, delete_at, progress)
        SELECT id, 'a', 'completed', 1, 1, 0, at, at, now(), 100 FROM ids
        """);
    store.execute("ANALYZE tenon.job_data, tenon.ended_jobs");
    Tables tables = store.database.tables();
    JobQuery query = JobQuery.all().withSubmittedBefore(Instant.ofEpochMilli(1_700_500_000_000L));
    for (Select<?> select :
        List.of(
            JobPages.newest(tables, List.of(tables.jobs.id), query, IdRange.ALL, 20),
            JobPages.count(tables, query, IdRange.ALL))) {
      String plan =
          String.join(
              "\n",
              store
                  .database
                  .dsl()
                  .fetch("EXPLAIN " + store.database.dsl().renderInlined(select))
                  .getValues(0, String.class));
      assertThat(plan).contains("ended_jobs_pkey").containsPattern("Index Cond: \\(id < ");
    }
  }
}
