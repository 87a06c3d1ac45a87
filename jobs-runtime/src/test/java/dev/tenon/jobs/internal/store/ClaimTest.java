package dev.tenon.jobs.internal.store;

import static dev.tenon.jobs.internal.store.StoreFixture.KNOWN;
import static dev.tenon.jobs.internal.store.StoreFixture.TYPE;
import static dev.tenon.jobs.internal.store.StoreFixture.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobLogLevel;
import dev.tenon.jobs.JobLogQuery;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.internal.leader.LeaderStore;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.operate.HealthStore;
import dev.tenon.jobs.internal.operate.StoredLogEntry;
import dev.tenon.jobs.internal.pointer.JobPointer;
import dev.tenon.jobs.internal.publish.SkippedJobStore;
import dev.tenon.jobs.internal.sql.ChangeByHand;
import dev.tenon.jobs.internal.values.StoredText;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/** Which jobs a worker gets, and what becomes of those that it cannot run. */
class ClaimTest {

  private static final long NO_LIMIT = Long.MAX_VALUE;
  private static final Duration AGE = Duration.ofSeconds(5);

  private StoreFixture store;

  @BeforeEach
  void start() {
    store = new StoreFixture();
  }

  @AfterEach
  void stop() {
    store.close();
  }

  private static List<UUID> ids(List<ClaimedJob> jobs) {
    return jobs.stream().map(ClaimedJob::id).toList();
  }

  @Test
  void aNewerVersionIsParkedWithoutAnAttemptAndANewerWorkerFindsIt() {
    List<UUID> newer = store.submit(job(TYPE, 2, "{}"));
    Claims claims = store.claims.claim("old", newer, KNOWN, newer.size(), NO_LIMIT);
    assertThat(claims.jobs()).isEmpty();
    assertThat(claims.left()).isEmpty();
    assertThat(claims.parked()).isEqualTo(newer);
    Job job = store.reads.find(newer.get(0)).orElseThrow();
    assertThat(job.status()).isEqualTo(JobStatus.PENDING);
    assertThat(job.attempts()).isZero();
    assertThat(store.reads.attempts(job.id())).isEmpty();
    assertThat(store.unpublished(10)).as("published at once").isEmpty();

    assertThat(store.claims.claimOverdue("old", KNOWN, AGE, 10, NO_LIMIT)).isEmpty();
    assertThat(ids(store.claims.claimOverdue("new", Map.of(TYPE, 2), AGE, 10, NO_LIMIT)))
        .isEqualTo(newer);
    assertThat(store.reads.find(job.id()).orElseThrow().attempts()).isEqualTo(1);
  }

  @Test
  void aJobWithSeveralPointersIsClaimedOnce() {
    UUID id = store.submit(1).get(0);
    assertThat(ids(store.claims.claim("w", List.of(id, id, id), KNOWN, 3, NO_LIMIT).jobs()))
        .containsExactly(id);
  }

  @Test
  void aJobThatSomebodyHasLockedIsSkippedAndPublishedAgainLater() throws Exception {
    List<UUID> ids = store.submit(3);
    UUID held = ids.get(1);
    List<JobPointer> published = store.publishes.pendingAmong(ids);
    store.execute("UPDATE by_test.jobs SET publish_at = least(publish_at, now())");
    SkippedJobStore skipped = new SkippedJobStore(store.database);
    try (Connection other = store.postgres.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("SELECT FROM tenon.live_jobs WHERE id = '" + held + "' FOR UPDATE");
      assertThat(store.unpublished(10)).as("nobody could note that it was published").hasSize(2);
      store.publishes.markQueued(StoreFixture.eachAlone(published));
      assertThat(store.reads.find(held).orElseThrow().status()).isEqualTo(JobStatus.PENDING);
      Claims claims = store.claims.claim("w", ids, KNOWN, ids.size(), NO_LIMIT);
      assertThat(ids(claims.jobs())).containsExactly(ids.get(0), ids.get(2));
      assertThat(claims.left()).isEmpty();
      assertThat(skipped.returnFree()).as("while it is locked").isFalse();
      assertThat(new HealthStore(store.database).openTransactions(Duration.ZERO, 5))
          .extracting(HealthStore.OpenTransaction::processId)
          .containsExactly(other.unwrap(PGConnection.class).getBackendPID());
      other.rollback();
    }
    assertThat(skipped.returnFree()).isTrue();
    store.publishes.markQueued(StoreFixture.eachAlone(published));
    assertThat(store.reads.find(held).orElseThrow().status())
        .as("a late confirmation of the pointer that is gone does not count")
        .isEqualTo(JobStatus.PENDING);
    assertThat(store.unpublished(10)).extracting(JobPointer::jobId).containsExactly(held);
    assertThat(skipped.returnFree()).isFalse();
    assertThat(store.claim("w", List.of(held))).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {150, 5_000})
  void lockedJobsAtTheHeadOfTheTableHideNoOthers(int locked) throws Exception {
    insert("test.locked", "now() - interval '1 minute'", locked);
    insert("test.other", "now() - interval '1 second'", 1_000);
    Map<String, Integer> known = Map.of("test.locked", 1, "test.other", 1);
    try (Connection other = store.postgres.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("SELECT FROM tenon.live_jobs WHERE type = 'test.locked' FOR UPDATE");
      insert("test.locked", "now()", 100);
      Set<String> types = new HashSet<>();
      for (int claimed = 0; claimed < 1_100; ) {
        List<ClaimedJob> jobs = store.claims.claimDue("w", known, 20, NO_LIMIT);
        assertThat(jobs).as("after %d", claimed).isNotEmpty();
        jobs.forEach(job -> types.add(job.type()));
        claimed += jobs.size();
      }
      assertThat(types).containsExactlyInAnyOrder("test.locked", "test.other");
      assertThat(store.claims.claimDue("w", known, 20, NO_LIMIT)).isEmpty();
      other.rollback();
    }
    assertThat(store.claims.claimDue("w", known, 20, NO_LIMIT)).hasSize(20);
  }

  private void insert(String type, String runAt, int count) {
    store.execute(
        """
        INSERT /* by the test */ INTO by_test.jobs (id, type, routing_key, status, priority, payload, payload_bytes, submitted_by,
          max_attempts, retention_seconds, run_at)
        SELECT gen_random_uuid(), '%s', 'jobs.x', 'pending', 1, '{}', 2, 'tester', 3, 60, %s
        FROM generate_series(1, %d)
        """
            .formatted(type, runAt, count));
  }

  @Test
  void anUnknownTypeIsParkedAndKnownJobsAreStillClaimed() {
    UUID unknown = store.submit(job("test.unknown", 1, "{}")).get(0);
    UUID known = store.submit(1).get(0);
    store.publishes.markQueued(
        StoreFixture.eachAlone(store.publishes.pendingAmong(List.of(unknown, known))));
    Claims claims = store.claims.claim("w", List.of(unknown, known), KNOWN, 2, NO_LIMIT);
    assertThat(ids(claims.jobs())).containsExactly(known);
    assertThat(claims.parked()).containsExactly(unknown);
    assertThat(store.reads.find(unknown).orElseThrow().status()).isEqualTo(JobStatus.PENDING);
    assertThat(ids(store.claims.claimDue("x", Map.of("test.unknown", 1), 10, NO_LIMIT)))
        .as("found in the table, too")
        .containsExactly(unknown);
  }

  @Test
  void aConfirmationThatComesAfterThePointerWasParkedDoesNotCount() {
    UUID unknown = store.submit(job("test.unknown", 1, "{}")).get(0);
    List<JobPointer> published = store.publishes.pendingAmong(List.of(unknown));
    assertThat(store.claims.claim("w", List.of(unknown), KNOWN, 1, NO_LIMIT).parked())
        .containsExactly(unknown);
    store.publishes.markQueued(StoreFixture.eachAlone(published));
    assertThat(store.reads.find(unknown).orElseThrow().status())
        .as("it would wait for a pointer that has done its work")
        .isEqualTo(JobStatus.PENDING);
  }

  @Test
  void aConfirmationFromBeforeTheRetryOfACancelledJobDoesNotCount() {
    UUID id = store.submit(1).get(0);
    List<JobPointer> published = store.publishes.pendingAmong(List.of(id));
    ControlStore controls = new ControlStore(store.database);
    assertThat(controls.cancelWaiting(id, byHand("cancel job", id))).isTrue();
    assertThat(store.claim("w", List.of(id))).as("the pointer is dropped").isEmpty();
    assertThat(controls.retry(id, byHand("retry job", id))).isPresent();
    store.publishes.markQueued(StoreFixture.eachAlone(published));
    assertThat(store.reads.find(id).orElseThrow().status())
        .as("it would wait for a pointer that is gone")
        .isEqualTo(JobStatus.PENDING);
  }

  private static ChangeByHand byHand(String action, UUID id) {
    return ChangeByHand.of(action, id.toString(), Actor.of("ann"));
  }

  @Test
  void thePointerOfAnUnknownJobIsNotPublishedAgainSinceWorkersFindItInTheTable() {
    UUID id = store.submit(job("test.unknown", 1, "{}")).get(0);
    Claims unused = store.claims.claim("w", List.of(id), KNOWN, 1, NO_LIMIT);
    assertThat(
            store
                .database
                .dsl()
                .fetchValue("SELECT publish_at > now() + interval '1 year' FROM tenon.jobs"))
        .isEqualTo(true);
  }

  @Test
  void thePauseBeforeThePointerOfAnUnknownExternalJobIsPublishedAgainGrows() {
    UUID id = store.submit(job("test.unknown", 1, "{}")).get(0);
    store.execute("UPDATE by_test.jobs SET external_policy = '{}'");
    List<Long> pauses = new java.util.ArrayList<>();
    for (String waited : List.of("0", "5", "100", "9999")) {
      store.execute(
          "UPDATE by_test.jobs SET parked_at = parked_at - interval '1 second' * {0}",
          dev.tenon.jobs.libraries.jooq.impl.DSL.inline(Integer.parseInt(waited)));
      Claims unused = store.claims.claim("w", List.of(id), KNOWN, 1, NO_LIMIT);
      pauses.add(
          store
              .database
              .dsl()
              .fetchOne("SELECT round(extract(epoch FROM publish_at - now())) FROM tenon.jobs")
              .get(0, Long.class));
    }
    // It has really waited some moments besides
    assertThat(pauses.get(0)).isBetween(1L, 5L);
    assertThat(pauses.get(1)).isBetween(8L, 60L);
    assertThat(pauses.get(2)).isBetween(305L, 400L);
    assertThat(pauses.get(3)).isBetween(3590L, 3600L);
  }

  @Test
  void aClaimStopsBeforeItsPayloadsHaveTooManyBytes() {
    String payload = "{\"text\":\"" + "é".repeat(500) + "\"}";
    List<UUID> ids =
        store.submit(job(TYPE, 1, payload), job(TYPE, 1, payload), job(TYPE, 1, payload));
    int each = StoredText.utf8Length(payload);
    assertThat(each).isEqualTo(1011);
    Claims claims = store.claims.claim("w", ids, KNOWN, ids.size(), 2L * each);
    assertThat(claims.jobs()).hasSize(2);
    assertThat(claims.left()).hasSize(1);
    assertThat(store.claims.claimDue("w", KNOWN, 10, 1)).as("one in any case").hasSize(1);
  }

  @Test
  void manyNewerJobsAreNotEvenReadByAnOlderWorker() {
    store.execute(
        """
        INSERT /* by the test */ INTO by_test.jobs (id, type, version, routing_key, status, priority, payload, payload_bytes, submitted_by, max_attempts,
          retention_seconds, parked_at, publish_at)
        SELECT gen_random_uuid(), 'test.store', 2, 'jobs.test.store', 'pending', 1, '{}', 2, 'tester', 3, 60, now(),
          now() + interval '1 hour' FROM generate_series(1, 20000)
        """);
    store.onHotTables("ANALYZE");
    long before = readRows();
    assertThat(store.claims.claimDue("old", KNOWN, 10, NO_LIMIT)).isEmpty();
    assertThat(store.claims.claimOverdue("old", KNOWN, AGE, 10, NO_LIMIT)).isEmpty();
    assertThat(readRows() - before).isLessThan(100);
  }

  /** Rows that index and sequential scans have read. */
  private long readRows() {
    store.execute("SELECT pg_stat_force_next_flush()");
    return store
        .database
        .dsl()
        .fetchOne(
            "SELECT coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) FROM pg_stat_user_tables"
                + " WHERE relname = 'live_jobs'")
        .get(0, Long.class);
  }

  @Test
  void rescuedJobsGoBeforeTheBacklogInTheTableAndOverBrokers() {
    UUID rescued = store.submit(1).get(0);
    assertThat(store.claim("lost", List.of(rescued))).hasSize(1);
    store.submit(50);
    Leadership leadership =
        new LeaderStore(store.database).acquire("me", Duration.ofMinutes(1)).orElseThrow();
    assertThat(
            new RescueStore(store.database)
                .rescue(
                    leadership,
                    List.of(
                        new RescueStore.Silent(new HeartbeatStore.Beat("lost", "", null), true)),
                    3,
                    100))
        .hasSize(1);
    store.execute("UPDATE by_test.jobs SET publish_at = least(publish_at, now())");
    JobPointer first = store.unpublished(1).get(0);
    assertThat(first.jobId()).isEqualTo(rescued);
    assertThat(first.priority()).isEqualTo(JobPriority.CRITICAL);
    assertThat(ids(store.claims.claimDue("w", KNOWN, 1, NO_LIMIT))).containsExactly(rescued);
    assertThat(store.reads.find(rescued).orElseThrow().priority()).isEqualTo(JobPriority.NORMAL);
  }

  @Test
  void anEmittedValueThatIsWrittenTwiceIsKeptOnceAndOnlyUnderItsLease() {
    List<UUID> ids = store.submit(1);
    Lease lost = store.claim("first", ids).get(0);
    Instant now = Instant.now();
    LogLine first = LogLine.emitted(lost, 1, 1, 1, "1", now);
    LogLine line = new LogLine(lost, 1, JobLogLevel.INFO, "between", null, now);
    store.reports.log(List.of(first, line));
    // The answer was lost, so that both are written again, with what has come meanwhile
    store.reports.log(List.of(first, LogLine.emitted(lost, 1, 2, 1, "2", now)));
    store.execute("UPDATE /* by the test */ by_test.jobs SET status = 'queued', worker_id = NULL");
    Lease held = store.claim("second", ids).get(0);
    store.reports.log(
        List.of(
            LogLine.emitted(lost, 1, 3, 1, "9", now), LogLine.emitted(held, 2, 1, 1, "3", now)));
    assertThat(store.reads.logs(ids.get(0), JobLogQuery.all()))
        .extracting(entry -> ((StoredLogEntry) entry))
        .extracting(
            entry ->
                entry
                    .value()
                    .map(value -> value.run() + ": " + value.stored())
                    .orElse(entry.message()))
        .containsExactly(
            lost.number() + ": 1", "between", lost.number() + ": 2", held.number() + ": 3");
  }

  @Test
  void twoWorkersWithTheSameLeaseNumberAreToldApart() {
    List<UUID> ids = store.submit(1);
    Lease lost = store.claim("first", ids).get(0);
    // A failover loses the claim, and the next server gives the number out once more
    store.execute(
        "UPDATE /* by the test */ by_test.jobs SET status = 'queued', lease = 0, attempts = 0,"
            + " worker_id = NULL");
    Lease held = store.claim("second", ids).get(0);
    assertThat(held.number()).isEqualTo(lost.number());

    store.reports.progress(List.of(new ProgressReport(lost, 50, "of the first")));
    store.reports.log(
        List.of(
            new LogLine(
                lost,
                1,
                dev.tenon.jobs.JobLogLevel.INFO,
                "of the first",
                null,
                java.time.Instant.now())));
    AttemptFailure failure = AttemptFailure.of(JobError.Reason.TIMED_OUT, "of the first");
    for (AttemptEnd end :
        List.<AttemptEnd>of(
            new AttemptEnd.Completed(lost, "1", 1),
            new AttemptEnd.Failed(lost, failure),
            new AttemptEnd.Retried(lost, failure, Duration.ZERO),
            new AttemptEnd.Snoozed(lost, Duration.ZERO),
            new AttemptEnd.Released(lost),
            new AttemptEnd.Cancelled(lost))) {
      assertThat(store.outcomes.finish(List.of(end))).isEmpty();
    }
    Job job = store.reads.find(ids.get(0)).orElseThrow();
    assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
    assertThat(job.progress()).isZero();
    assertThat(store.reads.logs(job.id(), JobLogQuery.all())).isEmpty();
    assertThat(store.reads.attempts(job.id())).isEmpty();
    WorkerStore workers = new WorkerStore(store.database);
    assertThat(workers.running("first", Optional.empty()))
        .as("so its heartbeat stops the handler")
        .isEmpty();
    assertThat(workers.running("second", Optional.empty()))
        .extracting(WorkerStore.Running::lease)
        .containsExactly(held);
    assertThat(store.outcomes.finish(List.of(new AttemptEnd.Completed(held, "2", 1))))
        .isEqualTo(Set.copyOf(ids));
  }

  @Test
  void aJobThatHasWaitedLongEnoughComesBeforeMoreUrgentOnes() {
    List<UUID> ids = store.submit(4);
    String change =
        "UPDATE by_test.jobs SET priority = %d, run_at = now() - interval '%d minutes' WHERE id ="
            + " '%s'";
    store.execute(change.formatted(JobPriority.LOW.level(), 19, ids.get(0)));
    store.execute(change.formatted(JobPriority.LOW.level(), 21, ids.get(1)));
    store.execute(change.formatted(JobPriority.HIGH.level(), 0, ids.get(2)));
    store.execute(change.formatted(JobPriority.NORMAL.level(), 0, ids.get(3)));
    List<UUID> order = new java.util.ArrayList<>();
    for (int i = 0; i < 4; i++) {
      order.addAll(ids(store.claims.claimDue("w", KNOWN, 1, NO_LIMIT)));
    }
    assertThat(order).containsExactly(ids.get(1), ids.get(2), ids.get(0), ids.get(3));
  }

  @Test
  void noClaimTakesAJobOfAPausedTypeOrOfOneThatHasALimitNow() {
    store.execute(
        "INSERT INTO tenon.job_types (type, aliases, paused_at) VALUES ('test.renamed',"
            + " '{test.store}', now())");
    List<UUID> ids = store.submit(2);
    assertThat(store.claims.claimDue("w", KNOWN, 10, NO_LIMIT)).isEmpty();
    assertThat(store.claims.claim("w", ids, KNOWN, ids.size(), NO_LIMIT).parked())
        .containsExactlyInAnyOrderElementsOf(ids);
    assertThat(store.claims.claimOverdue("w", KNOWN, Duration.ZERO, 10, NO_LIMIT)).isEmpty();
    store.execute("UPDATE tenon.job_types SET paused_at = NULL, override_max_concurrent = 1");
    assertThat(store.claims.claimDue("w", KNOWN, 10, NO_LIMIT)).isEmpty();
    assertThat(store.claims.claimOverdue("w", KNOWN, Duration.ZERO, 10, NO_LIMIT)).isEmpty();
    store.execute("UPDATE tenon.job_types SET override_max_concurrent = NULL");
    assertThat(store.claims.claimDue("w", KNOWN, 10, NO_LIMIT)).hasSize(2);
  }

  @Test
  void pointersBeyondTheLimitAreLeftAndStaleOnesAreNot() {
    List<UUID> ids = store.submit(4);
    UUID stale = ids.get(1);
    store.claim("other", List.of(stale));
    Claims claims = store.claims.claim("w", ids, KNOWN, 1, NO_LIMIT);
    assertThat(ids(claims.jobs())).containsExactly(ids.get(0));
    assertThat(claims.left()).containsExactly(ids.get(2), ids.get(3));
    assertThat(claims.parked()).isEmpty();
  }
}
