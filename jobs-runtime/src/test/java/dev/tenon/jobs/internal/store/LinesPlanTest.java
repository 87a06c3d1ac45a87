package dev.tenon.jobs.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.annotation.UniqueScope;
import dev.tenon.jobs.internal.operate.LinePages;
import dev.tenon.jobs.internal.sql.ChangeByHand;
import dev.tenon.jobs.operate.JobLines;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What it costs to put jobs into lines, to open the next ones and to look at lines depends neither
 * on how long a line is, nor on how many there are, nor on statistics, nor on what the tables were
 * like when PostgreSQL planned it: all calls of a test use one connection.
 */
@Tag("servers")
@Tag("thorough")
class LinesPlanTest {

  private static final String LONG = "long";

  /** The jobs of the long line, and the number of others with one job each. */
  private static final int OTHERS = 25_000;

  private static final int CALLS = 20;
  private static final int JOBS = 10;

  /** If one of the calls reads all of a table, that is more than all calls together may read. */
  private static final int MAX_ROWS_PER_JOB = 100;

  /** A place is counted up to here. */
  private static final int MAX_COUNT = 1_000;

  private static final List<String> TABLES =
      Stream.concat(
              StoreFixture.HOT_TABLES.stream(),
              Stream.of("job_lines", "new_in_lines", "lines_to_advance"))
          .toList();

  private StoreFixture store;
  private SubmitStore submits;
  private LineStore lines;
  private LinePages pages;
  private long marks;

  @BeforeEach
  void start() {
    store = StoreFixture.withPool();
    submits = new SubmitStore(store.database);
    lines = new LineStore(store.database);
    pages = new LinePages(store.database);
    TABLES.forEach(
        table -> store.execute("ALTER TABLE tenon." + table + " SET (autovacuum_enabled = false)"));
    store.execute("CREATE TABLE tenon.marks (n bigint)");
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"never analyzed", "analyzed", "vacuumed while they were empty"})
  void neitherTheLengthOfALineNorTheNumberOfLinesIsRead(String statistics) {
    if (statistics.startsWith("vacuumed")) {
      TABLES.forEach(table -> store.execute("VACUUM ANALYZE tenon." + table));
    }
    keepPlans();
    fill();
    if (statistics.equals("analyzed")) {
      TABLES.forEach(table -> store.execute("ANALYZE tenon." + table));
    }
    List<UUID> line = ids("order_key = 'long'");

    readsLittle("submits", this::submit);
    readsLittle("opens the first jobs of lines", call -> assertThat(openAll()).isNotNegative());
    assertThat(openAll()).as("everything is open").isZero();
    assertThat(ids("order_key LIKE 'new %' AND run_at < tenon.never()")).hasSize(CALLS * JOBS / 2);
    readsLittle(
        "goes through the long line",
        call -> {
          for (int i = 0; i < JOBS; i++) {
            finish(List.of(line.get(call * JOBS + i)));
            assertThat(openAll()).as("the next one").isOne();
          }
        });
    readsLittle(
        "new times",
        call ->
            assertThat(
                    WaitingChanges.reschedule(
                        store.database.dsl(),
                        store.database.tables(),
                        part(line, call + 2 * CALLS),
                        Instant.now().plusSeconds(3_600)))
                .isEqualTo(JOBS));
    readsLittle("looks at their lines", call -> assertThat(openAll()).isZero());
    readsLittle(
        "lets pass",
        call ->
            assertThat(
                    lines.letPass(
                        line.get(OTHERS - 1 - call),
                        ChangeByHand.of("let jobs pass", "x", Actor.of("ada", "it blocks others"))))
                .isTrue());
    readsLittle("into other lines", call -> assertThat(submitUnique("old " + call, call)).isTrue());
    readsLittle("moves to them", call -> assertThat(submitUnique("moved", call)).isFalse());
    reads(
        "the place of a job",
        (long) CALLS * (MAX_COUNT + MAX_ROWS_PER_JOB),
        call ->
            assertThat(pages.place(line.get(OTHERS - 1 - CALLS - call)))
                .hasValueSatisfying(
                    found -> assertThat(found.place().before()).isEqualTo(MAX_COUNT)));
    blockSome();
    readsLittle(
        "blocked lines",
        call ->
            assertThat(pages.blocked(StoreFixture.TYPE, JOBS))
                .hasSize(JOBS)
                .allSatisfy(each -> assertThat(each.waiting()).isOne())
                .extracting(JobLines.Blocked::key)
                .first()
                .isEqualTo("blocked 20"));
  }

  /** Plans that are made now are kept, unless something is analyzed later. */
  private void keepPlans() {
    List<UUID> ids = submitOrdered(Stream.of("a", "a", "b"));
    assertThat(openAll()).isEqualTo(2);
    assertThat(
            WaitingChanges.reschedule(
                store.database.dsl(),
                store.database.tables(),
                ids,
                Instant.now().plusSeconds(3_600)))
        .isEqualTo(3);
    assertThat(openAll()).isZero();
    assertThat(submitUnique("a", -1)).isTrue();
    assertThat(submitUnique("b", -1)).isFalse();
    assertThat(pages.blocked(StoreFixture.TYPE, JOBS)).hasSize(2);
    assertThat(pages.place(ids.get(0))).isPresent();
    store.execute("SELECT tenon.end_waiting_jobs(array_agg(id), 'cancelled') FROM tenon.live_jobs");
    assertThat(openAll()).isZero();
    List<UUID> last = submitOrdered(Stream.of("a"));
    assertThat(openAll()).isOne();
    finish(last);
    assertThat(openAll()).isZero();
  }

  private void fill() {
    store.execute(
        """
        WITH data AS (
          INSERT INTO tenon.job_data (id, type, routing_key, priority, max_attempts, submitted_by, retention_seconds,
            order_key, payload)
          SELECT gen_random_uuid(), '%1$s', 'jobs.x', 1, 3, 'tester', 60, CASE WHEN n <= %2$d THEN '%3$s' ELSE 'key ' || n END,
            '{}'
          FROM generate_series(1, 2 * %2$d) AS n
          RETURNING *
        ), live AS (
          INSERT /* by the test */ INTO tenon.live_jobs (id, type, routing_key, priority, max_attempts, retention_seconds,
            order_key, run_at, publish_at, payload_bytes)
          SELECT d.id, d.type, d.routing_key, d.priority, d.max_attempts, d.retention_seconds, d.order_key, one.run_at,
            one.run_at, 2
          FROM data d, LATERAL (
            SELECT CASE WHEN d.order_key = '%3$s' THEN tenon.never() ELSE now() END AS run_at) AS one
          RETURNING *
        )
        INSERT INTO tenon.job_lines (type, order_key, job_id, due_at, is_open)
        SELECT l.type, l.order_key, l.id, now(), l.order_key <> '%3$s' FROM live l
        """
            .formatted(StoreFixture.TYPE, OTHERS, LONG));
    store.execute(
        "INSERT INTO tenon.lines_to_advance (type, order_key) VALUES (?, ?)",
        StoreFixture.TYPE,
        LONG);
  }

  /** Half of them go to the end of the long line, and half begin new ones. */
  private void submit(int call) {
    List<UUID> unused =
        submitOrdered(
            IntStream.range(0, JOBS).mapToObj(i -> i % 2 == 0 ? LONG : "new " + call + " " + i));
  }

  private List<UUID> submitOrdered(Stream<String> keys) {
    List<NewJob> jobs =
        keys.map(key -> StoreFixture.job(StoreFixture.TYPE, 1, "{}").orderedBy(key)).toList();
    return submits.insert(jobs).stream().map(Recorded::jobId).toList();
  }

  /** Returns whether it is a new job. */
  private boolean submitUnique(String line, int number) {
    NewJob.UniqueKey key =
        new NewJob.UniqueKey(
            "unique " + number, UniqueScope.UNTIL_ENDED, null, DuplicatePolicy.REPLACE_PAYLOAD);
    return submits.insert(List.of(StoreFixture.unique(key).orderedBy(line))).get(0).created();
  }

  /** Twenty lines whose first job waits for its time, each with another one behind it. */
  private void blockSome() {
    List<String> keys = IntStream.rangeClosed(1, 20).mapToObj(i -> "blocked " + i).toList();
    List<UUID> first = submitOrdered(keys.stream());
    openAll();
    for (int i = 0; i < first.size(); i++) {
      assertThat(
              WaitingChanges.reschedule(
                  store.database.dsl(),
                  store.database.tables(),
                  List.of(first.get(i)),
                  Instant.now().plusSeconds(100_000 + i)))
          .isOne();
    }
    List<UUID> unused = submitOrdered(keys.stream());
    openAll();
  }

  private void finish(List<UUID> ids) {
    List<AttemptEnd> ends = new ArrayList<>();
    store.claim("w", ids).forEach(lease -> ends.add(new AttemptEnd.Completed(lease, "{}", 1)));
    assertThat(store.outcomes.finish(ends)).hasSize(ids.size());
  }

  /** Opens what can be opened, and returns how many jobs can start. */
  private int openAll() {
    int opened = 0;
    LineStore.Advanced advanced;
    long after = 0;
    do {
      advanced = lines.advance(after);
      opened += advanced.startable().pointers().size();
      after = advanced.lastNote();
    } while (advanced.hasMore());
    return opened;
  }

  private static <T> List<T> part(List<T> all, int call) {
    return all.subList(call * JOBS, (call + 1) * JOBS);
  }

  private List<UUID> ids(String condition) {
    return store
        .database
        .dsl()
        .fetch(
            "SELECT l.job_id FROM tenon.job_lines l JOIN tenon.live_jobs j ON j.id = l.job_id WHERE j."
                + condition
                + " ORDER BY l.number")
        .getValues(0, UUID.class);
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
   * @param rows what was read of the tables, and of their indexes
   * @param marks how many marks were set
   */
  private record Read(long rows, long marks) {}

  private Read read() {
    long rows = store.rowsRead(TABLES);
    return new Read(
        rows,
        (Long)
            store
                .database
                .dsl()
                .fetchValue("SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'marks'"));
  }
}
