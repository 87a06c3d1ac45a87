package dev.tenon.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobLogLevel;
import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.annotation.UniqueScope;
import dev.tenon.jobs.store.WorkerStore.Beat;
import dev.tenon.jobs.store.WorkerStore.Silent;
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
class UpkeepPlanTest {

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
  private long marks;

  @BeforeEach
  void start() {
    store = StoreFixture.withPool();
    store.execute("ALTER TABLE tenon.jobs SET (autovacuum_enabled = false)");
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
    fill(statistics, OTHERS);
    LeaderStore leaders = new LeaderStore(store.database);
    Leadership leadership = leaders.acquire("h", Duration.ofMinutes(10)).orElseThrow();
    List<UUID> queued = ids("status = 'queued'");
    List<UUID> pending = store.submit(CALLS * JOBS);
    List<Lease> leases = store.claim("w", store.submit(CALLS * JOBS));
    RetentionStore retention = new RetentionStore(store.database);

    readsLittle(
        "queued for long", call -> assertThat(store.publishes.queuedFor(AGE, JOBS)).hasSize(JOBS));
    readsLittle(
        "queued the longest",
        call ->
            assertThat(store.publishes.queuedLongest(leadership, List.of("jobs.x"), AGE, JOBS))
                .hasSize(JOBS));
    readsLittle(
        "counted in parts",
        call ->
            assertThat(
                    store.publishes.count(
                        leadership,
                        List.of(new PublishStore.Uncounted("jobs.x", Instant.EPOCH)),
                        Instant.now(),
                        JOBS))
                .allSatisfy(
                    counted -> {
                      assertThat(counted.messages()).isBetween(JOBS, JOBS + 100);
                      assertThat(counted.rest()).isPresent();
                    }));
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
        "retention", call -> assertThat(retention.prune(leadership, JOBS).count()).isEqualTo(JOBS));

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
    // Plans that are made for an empty table may be kept
    var unused = submits.insert(unique(0, DuplicatePolicy.KEEP));
    assertThat(limits.hasLimits()).isFalse();
    fill(statistics, FEWER_OTHERS);
    store.execute(
        "UPDATE by_test.jobs SET unique_key = 'other ' || id WHERE status IN ('queued', 'running')");
    Leadership leadership =
        new LeaderStore(store.database).acquire("h", Duration.ofMinutes(10)).orElseThrow();

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
        "rescued jobs",
        call ->
            assertThat(
                    new WorkerStore(store.database)
                        .rescue(
                            leadership,
                            List.of(new Silent(new Beat("x", "", null), false)),
                            3,
                            RUNNING / CALLS))
                .hasSize(RUNNING / CALLS));
    readsLittle("nothing to limit", call -> assertThat(limits.adjust(JOBS)).isZero());
    readsLittle("no limits", call -> assertThat(limits.hasLimits()).isFalse());
    store.limit(5, 0, 0, 0);
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
    store.execute("UPDATE by_test.jobs SET external_policy = '{}' WHERE status = 'queued'");
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
        "UPDATE by_test.jobs SET version = 2, run_at = now() - interval '1 hour' WHERE id IN"
            + " (SELECT id FROM tenon.jobs WHERE status = 'queued' LIMIT 10)");
    store.execute(
        "UPDATE /* by the test */ by_test.jobs SET version = 3, status = 'pending', set_back_at = now() WHERE id IN"
            + " (SELECT id FROM tenon.jobs WHERE status = 'queued' AND version = 1 LIMIT 500)");

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
      insert("queued", 500, noted("2 days"), "NULL");
    }
    if (statistics.startsWith("analyzed w")) {
      store.execute("ANALYZE tenon.jobs");
    }
    insert("queued", others, noted("1 day"), "NULL");
    insert("completed", others, "now()", "now() - interval '1 s' * n");
    insert("running", RUNNING, "now()", "NULL");
    store.execute("UPDATE by_test.jobs SET started_at = now() WHERE status = 'running'");
    if (statistics.equals("analyzed")) {
      store.execute("ANALYZE tenon.jobs");
    }
  }

  /** A hundred at a time, as a statement notes them. */
  private static String noted(String ago) {
    return "now() - interval '%s' + interval '1 ms' * (n / 100)".formatted(ago);
  }

  private void insert(String status, int count, String publishAt, String deleteAt) {
    store.execute(
        "INSERT /* by the test */ INTO by_test.jobs (id, type, routing_key, status, priority, payload, payload_bytes,"
            + " submitted_by, max_attempts, retention_seconds, lease, worker_id, publish_at,"
            + " delete_at)"
            + " SELECT gen_random_uuid(), 'test.other', 'jobs.x', '%s', 1, '{}', 2, 'tester', 3, 60, 1, 'x', %s, %s"
                .formatted(status, publishAt, deleteAt)
            + " FROM generate_series(1, "
            + count
            + ") AS n");
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

  private void readsLittle(String what, IntConsumer statement) {
    long before = rowsReadSoFar();
    for (int call = 0; call < CALLS; call++) {
      statement.accept(call);
    }
    assertThat(rowsReadSoFar() - before)
        .as("%s: rows that %d calls read, beside thousands of others", what, CALLS)
        .isLessThan((long) CALLS * JOBS * MAX_ROWS_PER_JOB);
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
    var row =
        store
            .database
            .dsl()
            .fetchOne(
                "SELECT (SELECT seq_tup_read FROM pg_stat_user_tables WHERE relname = 'jobs') +"
                    + " (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE relname ="
                    + " 'jobs'), (SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname ="
                    + " 'marks')");
    return new Read(row.get(0, Long.class), row.get(1, Long.class));
  }
}
