package dev.tenon.jobs.internal.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobLogLevel;
import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.annotation.UniqueScope;
import dev.tenon.jobs.internal.flow.LimitKeyStore;
import dev.tenon.jobs.internal.leader.LeaderStore;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.operate.HealthStore;
import dev.tenon.jobs.internal.operate.RetentionStore;
import dev.tenon.jobs.internal.pointer.JobPointer;
import dev.tenon.jobs.internal.pointer.PublishedPointer;
import dev.tenon.jobs.internal.store.ExpiryStore;
import dev.tenon.jobs.internal.store.HeartbeatStore.Beat;
import dev.tenon.jobs.internal.store.JobKind;
import dev.tenon.jobs.internal.store.Lease;
import dev.tenon.jobs.internal.store.LogLine;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.internal.store.ProgressReport;
import dev.tenon.jobs.internal.store.Recorded;
import dev.tenon.jobs.internal.store.RescueStore;
import dev.tenon.jobs.internal.store.RescueStore.Silent;
import dev.tenon.jobs.internal.store.StoreFixture;
import dev.tenon.jobs.internal.store.SubmitStore;
import dev.tenon.jobs.internal.store.WalkPlace;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What it costs to publish again, to put off, to report, to rescue, to limit and to delete some
 * jobs, and to submit unique ones, depends neither on how many others there are, nor on statistics.
 */
@Tag("servers")
@Tag("thorough")
class MaintenancePlanTest {

  private static final int OTHERS = 30_000;

  /** Where reading all of them would show as clearly. */
  private static final int FEWER_OTHERS = 10_000;

  private static final int RUNNING = 100;
  private static final int CALLS = 20;
  private static final int JOBS = 10;

  /** https://www.postgresql.org/docs/current/sql-prepare.html, "Notes". */
  private static final int CALLS_UNTIL_A_PLAN_IS_KEPT = 7;

  /** A job is found once to lock it and once to change it, and each change leaves a version. */
  private static final int MAX_ROWS_PER_JOB = 100;

  private static final Duration AGE = Duration.ofMinutes(1);

  private StoreFixture store;
  private UnpublishedStore unpublished;
  private long marks;

  @BeforeEach
  void start() {
    store = StoreFixture.withPool();
    unpublished = new UnpublishedStore(store.database);
    store.withoutAutovacuum();
    store.execute("CREATE TABLE tenon.marks (n bigint)");
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"never analyzed", "analyzed", "analyzed while it was empty", "analyzed with some"})
  void itReadsLittle(String statistics) {
    LeaderStore leaders = new LeaderStore(store.database);
    Leadership leadership = leaders.acquire("h", Duration.ofMinutes(10)).orElseThrow();
    // Plans that are made for empty tables are kept
    store.onHotTables("VACUUM");
    assertThat(lookForPointers()).isEmpty();
    assertThat(store.publishes.queuedFor(AGE, JOBS)).isEmpty();
    assertThat(queued(leadership)).isEmpty();
    assertThat(store.publishes.count(leadership, null, Instant.now(), 1_000).next()).isNull();
    assertThat(store.publishes.firstRoutingKeys()).isEmpty();
    fill(statistics, OTHERS);
    List<UUID> queued = ids("status = 'queued'");
    List<UUID> pending = store.submit(CALLS * JOBS);
    List<Lease> leases = store.claim("w", store.submit(CALLS * JOBS));
    RetentionStore retention = new RetentionStore(store.database);

    readsLittle(
        "queued for long", call -> assertThat(store.publishes.queuedFor(AGE, JOBS)).hasSize(JOBS));
    readsLittle("to be published again", call -> assertThat(queued(leadership)).hasSize(JOBS));
    reads(
        "a look for what is not published",
        CALLS * (long) UnpublishedStore.MAX_ROWS * 3,
        call -> assertThat(lookForPointers()).isEmpty());
    readsLittle(
        "counted in parts",
        call -> {
          PublishStore.CountedPart part =
              store.publishes.count(leadership, null, Instant.now(), JOBS * 10);
          assertThat(part.counted())
              .singleElement()
              .satisfies(
                  counted -> assertThat(counted.messages()).isBetween((long) JOBS, JOBS * 10L));
          assertThat(part.next()).isNotNull();
        });
    readsLittle(
        "by which routing keys",
        call -> assertThat(store.publishes.firstRoutingKeys()).contains("jobs.x"));
    readsLittle(
        "still queued",
        call -> assertThat(store.publishes.queuedAmong(part(queued, call))).hasSize(JOBS));
    readsLittle(
        "put off",
        call ->
            store.publishes.postpone(
                store.publishes.pendingAmong(part(pending, call)), Duration.ofHours(1)));
    readsLittle(
        "progress",
        call ->
            store.reports.progress(
                part(leases, call).stream()
                    .map(lease -> new ProgressReport(lease, 50, "half"))
                    .toList()));
    readsLittle(
        "log",
        call ->
            store.reports.log(
                part(leases, call).stream()
                    .map(
                        lease ->
                            new LogLine(lease, 1, JobLogLevel.INFO, "line", null, Instant.EPOCH))
                    .toList()));
    readsLittle(
        "emitted values",
        call ->
            store.reports.log(
                part(leases, call).stream()
                    .map(lease -> LogLine.emitted(lease, 1, 1, 1, "1", Instant.EPOCH))
                    .toList()));
    readsLittle(
        "retention", call -> assertThat(retention.prune(leadership, JOBS).count()).isEqualTo(JOBS));

    insertLive("running", RUNNING, noted("2 days"));
    readsLittle(
        "queued for long, behind what runs",
        call -> assertThat(store.publishes.queuedFor(AGE, JOBS)).hasSize(JOBS));

    assertThat(count("status = 'pending' AND publish_at > now() + interval '50 minutes'"))
        .isEqualTo(CALLS * JOBS);
    assertThat(count("progress = 50")).isEqualTo(CALLS * JOBS);
    assertThat(count("status = 'completed'")).isEqualTo(OTHERS - CALLS * JOBS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"never analyzed", "analyzed", "analyzed while it was empty", "analyzed with some"})
  void whatIsUniqueLostOrLimitedIsFoundByItsIndex(String statistics) {
    SubmitStore submits = new SubmitStore(store.database);
    LimitKeyStore limits = new LimitKeyStore(store.database);
    RetentionStore retention = new RetentionStore(store.database);
    Leadership leadership =
        new LeaderStore(store.database).acquire("h", Duration.ofMinutes(10)).orElseThrow();
    // Plans that are made for an empty table may be kept
    var unused = submits.insert(unique(0, DuplicatePolicy.KEEP));
    assertThat(limits.hasLimits()).isFalse();
    assertThat(retention.clearKeys(leadership, JOBS).count()).isZero();
    fill(statistics, FEWER_OTHERS);
    store.execute(
        "INSERT INTO tenon.unique_keys (unique_key, job_id, unique_until) SELECT 'other ' || id,"
            + " id, now() FROM tenon.live_jobs");

    readsLittle(
        "new unique jobs",
        call ->
            assertThat(submits.insert(unique(call + 1, DuplicatePolicy.KEEP)))
                .allMatch(Recorded::created));
    readsLittle(
        "kept jobs",
        call ->
            assertThat(submits.insert(unique(call + 1, DuplicatePolicy.KEEP)))
                .noneMatch(Recorded::created));
    readsLittle(
        "replaced jobs",
        call ->
            assertThat(submits.insert(unique(call + 1, DuplicatePolicy.REPLACE_PAYLOAD)))
                .noneMatch(Recorded::created));
    readsLittle(
        "keys whose period is over",
        call -> assertThat(retention.clearKeys(leadership, JOBS).count()).isEqualTo(JOBS));
    readsLittle(
        "rescued jobs",
        call ->
            assertThat(
                    new RescueStore(store.database)
                        .rescue(
                            leadership,
                            List.of(new Silent(new Beat("x", "", null), false)),
                            3,
                            RUNNING / CALLS))
                .hasSize(RUNNING / CALLS));
    ExpiryStore expiry = new ExpiryStore(store.database);
    store.execute(
        "UPDATE tenon.live_jobs SET start_before = CASE WHEN id = ANY (?) THEN now() ELSE now() +"
            + " interval '1 hour' END WHERE status <> 'running'",
        (Object) store.submit(CALLS * JOBS).toArray(UUID[]::new));
    readsLittle(
        "jobs that have not started in time",
        call ->
            assertThat(expiry.expire(leadership, expiry.find(null, JOBS)).values())
                .containsExactly(JOBS));
    readsLittle("nothing to limit", call -> assertThat(limits.adjust(JOBS)).isZero());
    readsLittle("no limits", call -> assertThat(limits.hasLimits()).isFalse());
    store.limit(5, 0);
    store.execute("UPDATE tenon.job_types SET type = 'test.other'");
    readsLittle("jobs to limit", call -> assertThat(limits.adjust(JOBS)).isEqualTo(JOBS));
    store.execute("UPDATE tenon.job_types SET max_concurrent = 0");
    readsLittle("keys without limits", call -> assertThat(limits.hasLimits()).isTrue());
    readsLittle("jobs to publish", call -> assertThat(limits.adjust(JOBS)).isEqualTo(JOBS));
  }

  private static List<NewJob> unique(int call, DuplicatePolicy onDuplicate) {
    return IntStream.range(0, JOBS)
        .mapToObj(
            n ->
                StoreFixture.unique(
                    new NewJob.UniqueKey(
                        "key " + (call * JOBS + n), UniqueScope.UNTIL_ENDED, null, onDuplicate)))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"never analyzed", "analyzed", "analyzed while it was empty", "analyzed with some"})
  void aWorkerInAnotherLanguageReadsLittle(String statistics) {
    store.execute("SELECT tenon.grant_worker(current_user, ARRAY['test.other'])");
    store.execute("SELECT tenon.heartbeat('python')");
    // Such workers connect as they like, so that PostgreSQL keeps the plans it made for few jobs
    store.execute("SET plan_cache_mode = auto");
    for (int call = 0; call < CALLS_UNTIL_A_PLAN_IS_KEPT; call++) {
      assertThat(claimed(List.of(UUID.randomUUID()))).isZero();
      assertThat(claimed(null)).isZero();
    }
    fill(statistics, FEWER_OTHERS);
    store.execute("UPDATE tenon.live_jobs SET is_external = true WHERE status = 'queued'");
    store.execute("UPDATE tenon.job_data SET external_policy = '{}'");
    List<UUID> queued = ids("status = 'queued'");

    readsLittle(
        "claims by pointers", call -> assertThat(claimed(part(queued, call))).isEqualTo(JOBS));
    readsLittle("claims from the table", call -> assertThat(claimed(null)).isEqualTo(JOBS));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"never analyzed", "analyzed", "analyzed while it was empty", "analyzed with some"})
  void theHealthReportFindsJobsOfUnknownVersionsWithoutReadingTheBacklog(String statistics) {
    HealthStore health = new HealthStore(store.database);
    assertThat(health.waiting()).isEmpty();
    fill(statistics, FEWER_OTHERS);
    // Nobody claims them, so they come to be the first ones
    store.execute(
        "UPDATE tenon.live_jobs SET version = 2, run_at = now() - interval '2 days' WHERE id IN"
            + " (SELECT id FROM tenon.live_jobs WHERE status = 'queued' LIMIT 10)");
    store.execute(
        "UPDATE /* by the test */ tenon.live_jobs SET version = 3, status = 'pending', parked_at"
            + " = now() WHERE id IN (SELECT id FROM tenon.live_jobs WHERE status = 'queued' AND"
            + " version = 1 LIMIT 500)");

    readsLittle(
        "what waits",
        call ->
            assertThat(health.waiting())
                .extracting(HealthStore.Waiting::version)
                .containsExactlyInAnyOrder(1, 2, 3));
  }

  private long claimed(@Nullable List<UUID> ids) {
    return (Long)
        store
            .database
            .dsl()
            .fetchValue(
                "SELECT count(*) FROM tenon.claim('python', ARRAY['test.other'], ARRAY[1], ?,"
                    + " ?::uuid[])",
                JOBS,
                ids == null ? null : ids.toArray(UUID[]::new));
  }

  private void fill(String statistics, int others) {
    if (statistics.equals("analyzed with some")) {
      insertLive("queued", 500, noted("2 days"));
    }
    if (statistics.startsWith("analyzed w")) {
      store.onHotTables("ANALYZE");
    }
    insertLive("queued", others, noted("1 day"));
    insertData(others, "'00000000-0000-0000-0000-' || lpad(n::text, 12, '0')");
    store.execute(
        "INSERT /* by the test */ INTO tenon.ended_jobs (id, type, status, lease, attempts,"
            + " crashes, run_at, finished_at, delete_at, progress, worker_id, started_at, outcome)"
            + " SELECT ('00000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, 'test.other',"
            + " 'completed', 1, 1, 0, now(), now(), now() - interval '1 s' * n, 100, 'x', now(),"
            + " 'completed' FROM generate_series(1, "
            + others
            + ") AS n");
    insertLive("running", RUNNING, "now()");
    store.execute(
        "INSERT INTO tenon.claims (worker_id, claimed_at, job_ids) SELECT 'x', now(),"
            + " array_agg(id) FROM tenon.live_jobs WHERE status = 'running'");
    if (statistics.equals("analyzed")) {
      store.onHotTables("ANALYZE");
    }
  }

  /** A hundred at a time, as a statement notes them. */
  private static String noted(String ago) {
    return "now() - interval '%s' + interval '1 ms' * (n / 100)".formatted(ago);
  }

  private void insertData(int count, String id) {
    store.execute(
        "INSERT INTO tenon.job_data (id, type, routing_key, priority, payload, submitted_by,"
            + " max_attempts, retention_seconds) SELECT ("
            + id
            + ")::uuid, 'test.other', 'jobs.x', 1, '{}', 'tester', 3, 60 FROM generate_series(1, "
            + count
            + ") AS n");
  }

  private void insertLive(String status, int count, String publishAt) {
    store.execute(
        """
        WITH data AS (
          INSERT INTO tenon.job_data (id, type, routing_key, priority, payload, submitted_by, max_attempts, retention_seconds)
          SELECT gen_random_uuid(), 'test.other', 'jobs.x', 1, '{}', 'tester', 3, 60 FROM generate_series(1, %d)
          RETURNING *
        )
        INSERT /* by the test */ INTO tenon.live_jobs (id, type, routing_key, status, priority, payload_bytes, max_attempts,
          retention_seconds, lease, worker_id, run_at, publish_at, started_at)
        SELECT d.id, d.type, d.routing_key, '%s', d.priority, 2, d.max_attempts, d.retention_seconds, 1, 'x', %3$s, %3$s,
          now()
        FROM (SELECT data.*, row_number() OVER () AS n FROM data) AS d
        """
            .formatted(count, status, publishAt));
  }

  private static <T> List<T> part(List<T> all, int call) {
    return all.subList(call * JOBS, (call + 1) * JOBS);
  }

  private List<UUID> ids(String condition) {
    return store
        .database
        .dsl()
        .fetch("SELECT id FROM tenon.jobs WHERE " + condition + " LIMIT " + CALLS * JOBS)
        .getValues(0, UUID.class);
  }

  private long count(String condition) {
    return (Long)
        store.database.dsl().fetchValue("SELECT count(*) FROM tenon.jobs WHERE " + condition);
  }

  private List<JobPointer> lookForPointers() {
    return unpublished.find(new DueStore(store.database).due().kinds(), JOBS, List.of()).pointers();
  }

  private List<PublishedPointer> queued(Leadership leadership) {
    WalkPlace beginning = WalkPlace.beginning(new JobKind("test.other", (short) 1));
    return store
        .publishes
        .queued(leadership, List.of(beginning), List.of("jobs.x"), AGE, JOBS)
        .pointers();
  }

  private void readsLittle(String what, IntConsumer statement) {
    reads(what, (long) CALLS * JOBS * MAX_ROWS_PER_JOB, statement);
  }

  private void reads(String what, long maxRows, IntConsumer statement) {
    long before = rowsReadSoFar();
    for (int call = 0; call < CALLS; call++) {
      statement.accept(call);
    }
    assertThat(rowsReadSoFar() - before)
        .as("%s: rows that %d calls read, beside thousands of others", what, CALLS)
        .isLessThan(maxRows);
  }

  /** PostgreSQL publishes what was read a moment later, together with what was written last. */
  private long rowsReadSoFar() {
    store.execute("INSERT INTO tenon.marks VALUES (1)");
    marks++;
    store.publishReads();
    return await()
        .atMost(Duration.ofMinutes(1))
        .until(this::read, read -> read.marks() >= marks)
        .rows();
  }

  /**
   * What PostgreSQL says so far.
   *
   * @param rows what was read of the jobs, and of their indexes
   * @param marks how many marks were set
   */
  private record Read(long rows, long marks) {}

  private Read read() {
    long rows = store.rowsRead(StoreFixture.HOT_TABLES);
    return new Read(
        rows,
        (Long)
            store
                .database
                .dsl()
                .fetchValue("SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'marks'"));
  }
}
