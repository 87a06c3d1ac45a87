package dev.tenon.jobs.internal.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.Cursor;
import dev.tenon.jobs.Header;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.Page;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.internal.cursor.Cursors;
import dev.tenon.jobs.internal.operate.JobConditions.IdRange;
import dev.tenon.jobs.internal.sql.PatientReads;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.internal.store.StoreFixture;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Record;
import dev.tenon.jobs.libraries.jooq.Select;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs are found by what was submitted, and by how they stand where few stand so. */
@Tag("servers")
@Tag("thorough")
class SearchTableTest {

  private static final List<String> TABLE_NAMES =
      List.of("tenon.live_jobs", "tenon.job_data", "tenon.ended_jobs", "tenon.claims");
  private static final String TABLES = String.join(", ", TABLE_NAMES);
  private static final Header<String> TENANT = Header.ofString("tenant");
  private static final int OTHERS = 20_000;
  private static final int JOBS = 2_000;

  private StoreFixture store;

  @BeforeEach
  void start() {
    store = new StoreFixture();
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @Test
  void jobsOfALimitKeyAreFoundByItAmongManyWhateverHasBecomeOfThem() {
    insert(OTHERS, StoreFixture.TYPE, "somebody", "NULL");
    end("true");
    insert(OTHERS, StoreFixture.TYPE, "somebody", "NULL");
    NewJob completed = StoreFixture.limitedJob("customer", JobPriority.NORMAL, null);
    NewJob waiting = StoreFixture.limitedJob("customer", JobPriority.NORMAL, null);
    store.submit(completed);
    store.submit(waiting);
    store.execute(
        "UPDATE /* by the test */ by_test.jobs SET status = 'completed' WHERE id = '%s'"
            .formatted(completed.id()));
    store.execute("ANALYZE " + TABLES);
    MonitorStore monitor = new MonitorStore(store.database);
    JobQuery query = JobQuery.all().withLimitKey("customer").withLimit(50);
    List<UUID> both =
        Stream.of(completed.id(), waiting.id())
            .sorted(Comparator.comparing(UUID::toString).reversed())
            .toList();

    for (JobQuery each :
        List.of(
            query,
            query.withType(completed.type()),
            query.withTypes(List.of(completed.type(), "test.other")))) {
      assertThat(monitor.list(each).items()).extracting(job -> job.id()).isEqualTo(both);
      assertThat(monitor.count(each, 100)).isEqualTo(2);
      assertThat(
              explain(
                  JobSearch.newest(
                      store.database.tables(), List.of(store.database.tables().jobs.id), each, 51)))
          .contains("job_data_by_limit_key")
          .doesNotContain("Seq Scan");
    }
    assertThat(monitor.list(query.withStatus(JobStatus.COMPLETED)).items())
        .extracting(job -> job.id())
        .containsExactly(completed.id());
    assertThat(monitor.list(query.withStatus(JobStatus.FAILED)).items()).isEmpty();
    assertThat(monitor.list(query.withStatus(JobStatus.PENDING)).items())
        .extracting(job -> job.id())
        .containsExactly(waiting.id());
  }

  /** Jobs with a header are read in the order of the ids, and no further than the page. */
  @ParameterizedTest
  @ValueSource(strings = {"never analyzed", "analyzed", "vacuumed while they were empty"})
  void jobsWithAHeaderAreReadOneAfterTheOther(String statistics) {
    store.execute("ALTER TABLE tenon.job_headers SET (autovacuum_enabled = false)");
    if (statistics.equals("vacuumed while they were empty")) {
      store.execute("VACUUM ANALYZE tenon.job_headers");
    }
    fill(statistics);
    store.execute(
        "UPDATE tenon.job_data SET headers = jsonb_build_object('tenant', type, 'kind', 'test')");
    store.execute(
        "INSERT INTO tenon.job_headers (name, value, id, type) SELECT h.key, h.value, d.id, d.type"
            + " FROM tenon.job_data d, jsonb_each_text(d.headers) h");
    if (statistics.equals("analyzed")) {
      store.execute("VACUUM ANALYZE tenon.job_headers, " + TABLES);
    }
    JobQuery old = JobQuery.all().withHeader(TENANT, "test.old");
    for (JobQuery query :
        List.of(
            old,
            old.withType("test.old"),
            old.withSubmittedBy("somebody"),
            old.withHeader(Header.ofString("x"), "y"),
            old.withStatus(JobStatus.COMPLETED))) {
      store
          .database
          .dsl()
          .transaction(
              transaction -> {
                PatientReads.readByIndexes(transaction.dsl());
                Tables tables = store.database.tables();
                assertThat(
                        explain(
                            transaction.dsl(),
                            JobSearch.newest(tables, List.of(tables.jobs.id), query, 21)))
                    .as(query.describe())
                    .contains("Index Scan Backward", "job_headers_pkey", "job_data_")
                    .doesNotContain("Seq Scan", "Merge Join", "Hash", "Bitmap", "Sort  ");
              });
      assertThat(oldest(query, new UUID(0, 0)))
          .as(query.describe())
          .contains("job_headers_pkey", "job_data_")
          .doesNotContain("Seq Scan", "Merge Join", "Hash");
    }
    assertThat(store.reads.list(old.withLimit(5)).items()).hasSize(5);
    assertThat(store.reads.count(old)).isEqualTo(JOBS);
    assertThat(store.reads.count(JobQuery.all().withHeader(Header.ofString("kind"), "test")))
        .isEqualTo(2L * JOBS + 2L * OTHERS);
  }

  private List<String> rows(String sql) {
    return store.database.dsl().fetch(sql).map(Record::toString);
  }

  /** Whatever PostgreSQL knows of the tables, and wherever in them the jobs of a type are. */
  @ParameterizedTest
  @ValueSource(strings = {"never analyzed", "analyzed", "vacuumed while they were empty"})
  void pagesAreReadOneJobAfterTheOther(String statistics) {
    fill(statistics);
    Tables.Jobs j = store.database.tables().jobs;
    UUID middle =
        store
            .database
            .dsl()
            .select(j.id)
            .from(j)
            .orderBy(j.id)
            .offset(OTHERS)
            .limit(1)
            .fetchSingle(j.id);
    List<JobQuery> queries =
        List.of(
            JobQuery.all().withType("test.old"),
            JobQuery.all().withType("test.old").withStatus(JobStatus.COMPLETED),
            JobQuery.all().withType(StoreFixture.TYPE),
            JobQuery.all().withTypes(List.of("test.old", StoreFixture.TYPE, "test.none")),
            JobQuery.all().withSubmittedBy("ops"),
            JobQuery.all().withItemId("item-1"),
            JobQuery.all().withItemId("item-1").withStatus(JobStatus.FAILED));
    for (JobQuery query : queries) {
      for (String plan :
          List.of(
              newest(query),
              newest(query.withCursor(Cursors.ofJob(middle))),
              oldest(query, middle))) {
        assertThat(plan)
            .as(query.describe())
            .contains("Nested Loop", "job_data_")
            .containsPattern("Index Cond: \\(.*\\(?id = ")
            .doesNotContain("Seq Scan", "Merge Join", "Hash", "Semi", "Aggregate");
        if (statistics.equals("analyzed")) {
          assertThat(plan).as(query.describe()).doesNotContain("Sort  ");
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"never analyzed", "analyzed", "vacuumed while they were empty"})
  void whatRunsIsFoundAmongWhatRuns(String statistics) {
    fill(statistics);
    JobQuery query = JobQuery.all().withType("test.old").withStatus(JobStatus.RUNNING);
    for (String plan :
        List.of(
            newest(query), explain(JobPages.count(store.database.tables(), query, IdRange.ALL)))) {
      assertThat(plan)
          .contains("on claims", "live_jobs_pkey")
          .containsPattern("Index Cond: \\(.*\\(?id = ")
          .doesNotContain("job_data_by", "Seq Scan on live_jobs", "Seq Scan on job_data");
    }
    store.execute(
        "UPDATE /* by the test */ by_test.jobs SET status = 'running', worker_id = 'w' WHERE id IN (SELECT id FROM"
            + " tenon.jobs WHERE type = 'test.old' ORDER BY id LIMIT 3)");
    assertThat(store.reads.list(query).items()).hasSize(3);
    assertThat(store.reads.count(query)).isEqualTo(3);
    assertThat(store.reads.count(query.withSubmittedBy("ops"))).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"never analyzed", "analyzed", "vacuumed while they were empty"})
  void fewThatWaitOfAnyTypeAreFoundAmongThoseThatWait(String statistics) {
    fill(statistics);
    end("id NOT IN (SELECT id FROM tenon.live_jobs WHERE type = 'test.old' ORDER BY id LIMIT 3)");
    store.execute(
        "UPDATE /* by the test */ tenon.live_jobs SET status = 'pending' WHERE id <> (SELECT id FROM"
            + " tenon.live_jobs ORDER BY id LIMIT 1)");
    Tables tables = store.database.tables();
    JobQuery query = JobQuery.all().withStatus(JobStatus.PENDING);

    store
        .database
        .dsl()
        .transaction(
            transaction -> {
              PatientReads.readByIndexes(transaction.dsl());
              var few = JobSearch.waitingIfFew(transaction.dsl(), tables, query);
              assertThat(few).isPresent();
              assertThat(
                      explain(
                          transaction.dsl(),
                          JobPages.newestOf(
                              tables, few.orElseThrow(), List.of(tables.jobs.id), query, 50)))
                  .doesNotContain("Seq Scan");
            });
    assertThat(new MonitorStore(store.database).list(query).items()).hasSize(2);
    assertThat(new MonitorStore(store.database).count(query, 10_000)).isEqualTo(2);
    assertThat(store.reads.list(JobQuery.all().withStatus(JobStatus.QUEUED)).items()).hasSize(1);
  }

  /** Both tables of attempts are read in the order of the ids, and no further than the page. */
  @ParameterizedTest
  @ValueSource(strings = {"never analyzed", "analyzed", "vacuumed while they were empty"})
  void failuresOfAKindAreReadOneAfterTheOther(String statistics) {
    fill(statistics);
    store.execute(
        "UPDATE /* by the test */ tenon.ended_jobs SET status = 'failed', outcome = 'failed', fingerprint = 'print'"
            + " WHERE id::text LIKE '%0'");
    if (statistics.equals("analyzed")) {
      store.execute("ANALYZE tenon.ended_jobs");
    }
    store
        .database
        .dsl()
        .transaction(
            transaction -> {
              PatientReads.readByIndexes(transaction.dsl());
              Tables tables = store.database.tables();
              JobQuery query = JobQuery.all().withFingerprint("print");
              assertThat(
                      explain(
                          transaction.dsl(),
                          JobSearch.newest(tables, List.of(tables.jobs.id), query, 21)))
                  .contains(
                      "Merge Append",
                      "ended_jobs_by_fingerprint",
                      "earlier_attempts_by_fingerprint")
                  .doesNotContain("Sort  ", "Seq Scan");
            });
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 300})
  void pagesOfSeveralTypesAreInTheOrderOfTheIds(int more) {
    for (int i = 0; i < 4; i++) {
      insert(1, "test.a", "t", "NULL");
      insert(1, "test.b", "t", "NULL");
      insert(1, "test.c", "t", "NULL");
    }
    List<String> types = new ArrayList<>(List.of("test.a", "test.b", "test.a", "test.none"));
    for (int i = 0; i < more; i++) {
      types.add("test.none" + i);
    }
    JobQuery query = JobQuery.all().withTypes(types).withLimit(3);
    Tables.Jobs j = store.database.tables().jobs;
    List<UUID> expected =
        store
            .database
            .dsl()
            .select(j.id)
            .from(j)
            .where(j.type.ne("test.c"))
            .orderBy(j.id.desc())
            .fetch(j.id);
    for (JobQuery each : List.of(query, query.withStatus(JobStatus.QUEUED))) {
      List<UUID> found = new ArrayList<>();
      Page<JobSummary> page = store.reads.list(each);
      while (true) {
        page.items().forEach(job -> found.add(job.id()));
        Cursor last = page.next().orElse(null);
        if (last == null) {
          break;
        }
        page = store.reads.list(each.withCursor(last));
      }
      assertThat(found).isEqualTo(expected);
      assertThat(store.reads.count(each)).isEqualTo(8);
    }
    BulkStore bulk = new BulkStore(store.database);
    BulkRun run =
        bulk.begin(
            UUID.randomUUID(),
            new BulkChange.Cancel(),
            bulk.matching(query),
            Actor.of("t", "a test"));
    for (Optional<BulkRun.Step> step = run.next(); step.isPresent(); step = run.next()) {
      // On to the next one
    }
    assertThat(store.reads.count(query.withStatus(JobStatus.CANCELLED))).isEqualTo(8);
    assertThat(store.reads.count(JobQuery.all().withStatus(JobStatus.QUEUED))).isEqualTo(4);
  }

  @Test
  void countsOfWhatIsSearchedForNeedNoJobs() {
    fill("analyzed");
    JobQuery query = JobQuery.all().withTypes(List.of("test.old", StoreFixture.TYPE));
    assertThat(store.reads.count(query)).isEqualTo(2 * JOBS);
    assertThat(store.reads.count(query.withStatus(JobStatus.QUEUED))).isEqualTo(2 * JOBS);
    assertThat(store.reads.count(query.withStatus(JobStatus.RUNNING))).isZero();
    assertThat(explain(JobPages.count(store.database.tables(), query, IdRange.ALL)))
        .contains("job_data_pkey")
        .doesNotContain("live_jobs", "ended_jobs");
  }

  private void fill(String statistics) {
    for (String table : TABLE_NAMES) {
      store.execute("ALTER TABLE " + table + " SET (autovacuum_enabled = false)");
    }
    if (statistics.equals("vacuumed while they were empty")) {
      store.execute("VACUUM ANALYZE " + TABLES);
    }
    insert(JOBS, "test.old", "somebody", "NULL");
    insert(OTHERS, "test.other", "somebody", "NULL");
    end("type = 'test.other'");
    insert(JOBS, StoreFixture.TYPE, "ops", "'item-1'");
    insert(OTHERS, "test.other", "somebody", "NULL");
    if (statistics.equals("analyzed")) {
      // Another connection that is just starting keeps VACUUM from marking pages as visible to all
      await("all rows are visible").atMost(Duration.ofMinutes(1)).until(this::vacuumSeesAll);
    }
  }

  private boolean vacuumSeesAll() {
    store.execute("VACUUM ANALYZE " + TABLES);
    return rows("SELECT FROM pg_class WHERE oid = ANY ('{"
            + TABLES
            + "}'::regclass[]) AND relallvisible < relpages")
        .isEmpty();
  }

  private String newest(JobQuery query) {
    return explain(
        JobSearch.newest(
            store.database.tables(), List.of(store.database.tables().jobs.id), query, 21));
  }

  private String oldest(JobQuery query, UUID after) {
    return explain(
        JobPages.oldest(
            store.database.tables(),
            List.of(store.database.tables().jobs.id),
            query,
            IdRange.between(after, null),
            500));
  }

  private String explain(Select<?> select) {
    return explain(store.database.dsl(), select);
  }

  private static String explain(DSLContext dsl, Select<?> select) {
    return String.join(
        "\n",
        dsl.fetch("EXPLAIN " + dsl.renderInlined(select)).map(row -> row.get(0, String.class)));
  }

  private void end(String condition) {
    store.execute(
        """
        WITH gone AS (DELETE /* by the test */ FROM tenon.live_jobs WHERE %s RETURNING *)
        INSERT INTO tenon.ended_jobs (
          id, type, status, lease, attempts, crashes, run_at, finished_at, delete_at, progress)
        SELECT id, type, 'completed', lease, attempts, crashes, run_at, now(), now(), progress FROM gone
        """
            .formatted(condition));
  }

  private void insert(int count, String type, String submittedBy, String itemId) {
    store.execute(
        """
        WITH data AS (
          INSERT /* by the test */ INTO tenon.job_data (
            id, type, routing_key, priority, payload, submitted_by, item_id, max_attempts, retention_seconds)
          SELECT
            (lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0')
              || substr(md5(random()::text), 1, 20))::uuid,
            '%s', 'jobs.x', 1, '{}', '%s', %s, 3, 60
          FROM generate_series(1, %d)
          RETURNING *
        )
        INSERT INTO tenon.live_jobs (
          id, type, status, priority, max_attempts, retention_seconds, routing_key, payload_bytes)
        SELECT id, type, 'queued', priority, max_attempts, retention_seconds, routing_key, 2 FROM data
        """
            .formatted(type, submittedBy, itemId, count));
  }
}
