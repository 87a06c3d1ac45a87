package dev.tenon.jobs.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.TenonDatabase;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.annotation.UniqueScope;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A job ends in the same way whoever ran it: what the store writes for a Java worker, and what the
 * SQL functions write for a worker in another language, are the same rows.
 */
@Tag("servers")
class OneLifeCycleTest {

  private static final String TYPE = "test.life.cycle";
  private static final AttemptFailure FAILURE =
      new AttemptFailure(JobError.Reason.EXCEPTION, "ValueError", "no paper", "line 1", null);
  private static final Duration HOUR = Duration.ofHours(1);

  private static PostgresDatabase server;
  private static HikariDataSource pool;
  private static Database database;

  /** How an attempt ends: for a Java worker, and as the end of a call of a function. */
  @SuppressWarnings("ImmutableEnumChecker") // the functions keep nothing
  enum Ending {
    COMPLETED(
        lease -> new AttemptEnd.Completed(lease, "{\"a\":1}", 1), "complete(%s, '{\"a\":1}')"),
    COMPLETED_WITHOUT_RESULT(lease -> new AttemptEnd.Completed(lease, null, 1), "complete(%s)"),
    COMPLETED_WITH_A_NEWER_RESULT(
        lease -> new AttemptEnd.Completed(lease, "[]", 3), "complete(%s, '[]', 3)"),
    FAILED_WITH_RETRIES_LEFT(
        lease -> new AttemptEnd.Retried(lease, FAILURE, HOUR),
        "fail(%s, 'ValueError', 'no paper', 'line 1')"),
    FAILED_WITH_ITS_OWN_DELAY(
        lease -> new AttemptEnd.Retried(lease, FAILURE, HOUR.multipliedBy(2)),
        "fail(%s, 'ValueError', 'no paper', 'line 1', retry_after => '2 hours')"),
    FAILED_LAST(
        1,
        false,
        lease -> new AttemptEnd.Failed(lease, FAILURE),
        "fail(%s, 'ValueError', 'no paper', 'line 1')"),
    FAILED_FOR_GOOD(
        lease -> new AttemptEnd.Failed(lease, FAILURE),
        "fail(%s, 'ValueError', 'no paper', 'line 1', permanent => true)"),
    SNOOZED(lease -> new AttemptEnd.Snoozed(lease, HOUR), "snooze(%s, '1 hour')"),
    RELEASED(lease -> new AttemptEnd.Released(lease), "release(%s)"),
    CANCELLED(2, true, lease -> new AttemptEnd.Cancelled(lease), "cancelled(%s)"),
    COMPLETED_THOUGH_CANCELLED(
        2, true, lease -> new AttemptEnd.Completed(lease, null, 1), "complete(%s)"),
    RETRIED_THOUGH_CANCELLED(
        2,
        true,
        lease -> new AttemptEnd.Retried(lease, FAILURE, HOUR),
        "fail(%s, 'ValueError', 'no paper', 'line 1')"),
    SNOOZED_THOUGH_CANCELLED(
        2, true, lease -> new AttemptEnd.Snoozed(lease, HOUR), "snooze(%s, '1 hour')"),
    RELEASED_THOUGH_CANCELLED(2, true, lease -> new AttemptEnd.Released(lease), "release(%s)"),
    LATE(
        lease ->
            new AttemptEnd.Completed(
                new Lease(lease.jobId(), lease.number() - 1, lease.workerId()), null, 1),
        "complete(%s - 1)"),
    OF_ANOTHER_WORKER(
        lease ->
            new AttemptEnd.Completed(new Lease(lease.jobId(), lease.number(), "other"), null, 1),
        "complete('other', '%2$s', %3$d)");

    private final int maxAttempts;
    private final boolean cancelRequested;
    private final Function<Lease, AttemptEnd> inJava;
    private final String call;

    Ending(Function<Lease, AttemptEnd> inJava, String call) {
      this(2, false, inJava, call);
    }

    Ending(
        int maxAttempts, boolean cancelRequested, Function<Lease, AttemptEnd> inJava, String call) {
      this.maxAttempts = maxAttempts;
      this.cancelRequested = cancelRequested;
      this.inJava = inJava;
      this.call = call;
    }

    String sql(Lease lease) {
      String key = "'%s', '%s', %d".formatted(lease.workerId(), lease.jobId(), lease.number());
      return "SELECT tenon." + call.formatted(key, lease.jobId(), lease.number());
    }
  }

  @BeforeAll
  static void open() {
    server = TenonDatabase.shared();
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(server.url());
    config.setUsername(server.user());
    config.setPassword(server.password());
    config.setMaximumPoolSize(2);
    pool = new HikariDataSource(config);
    database = new Database(pool, pool, pool, "tenon");
    new WorkerStore(database).register("java", "host", 1, 1, Map.of());
    database.dsl().execute("SELECT tenon.grant_worker(current_user::text, ARRAY['" + TYPE + "'])");
    database.dsl().execute("SELECT * FROM tenon.heartbeat('python', 'host')");
    database.dsl().execute("SELECT * FROM tenon.heartbeat('other', 'host')");
  }

  @AfterAll
  static void close() {
    pool.close();
    server.close();
  }

  @BeforeEach
  void forgetTheJobsOfOtherTests() {
    database.dsl().execute("CALL by_test.truncate_jobs(); TRUNCATE tenon.job_logs");
  }

  @ParameterizedTest
  @EnumSource(Ending.class)
  void theRowsAreTheSame(Ending ending) {
    DSLContext dsl = database.dsl();
    UUID first = submit(ending);
    Lease java = claimInJava(first);
    prepare(ending, first);
    new OutcomeStore(database).finish(List.of(ending.inJava.apply(java)));

    UUID second = submit(ending);
    Lease python = claimBySql(second);
    prepare(ending, second);
    dsl.execute(ending.sql(python));

    assertThat(rows(second)).isEqualTo(rows(first));
  }

  private static final Set<Ending> ENDINGS_OF_ALL_KINDS =
      EnumSet.of(
          Ending.COMPLETED,
          Ending.FAILED_WITH_RETRIES_LEFT,
          Ending.FAILED_LAST,
          Ending.SNOOZED,
          Ending.CANCELLED,
          Ending.RETRIED_THOUGH_CANCELLED);

  /** By scope, without and with a period that is not over. */
  static Stream<Arguments> keys() {
    return Arrays.stream(UniqueScope.values())
        .flatMap(
            scope ->
                Stream.of(false, true)
                    .flatMap(
                        period ->
                            ENDINGS_OF_ALL_KINDS.stream()
                                .map(ending -> Arguments.of(ending, scope, period))));
  }

  @ParameterizedTest
  @MethodSource("keys")
  void theKeysAreTheSame(Ending ending, UniqueScope scope, boolean hasPeriod) {
    DSLContext dsl = database.dsl();
    UUID first = submit(ending);
    Lease java = claimInJava(first);
    prepare(ending, first);
    giveKey(first, scope, hasPeriod);
    new OutcomeStore(database).finish(List.of(ending.inJava.apply(java)));
    String inJava = rows(first);
    dsl.execute("UPDATE by_test.jobs SET unique_key = NULL");

    UUID second = submit(ending);
    Lease python = claimBySql(second);
    prepare(ending, second);
    giveKey(second, scope, hasPeriod);
    dsl.execute(ending.sql(python));

    assertThat(rows(second)).isEqualTo(inJava);
    if (hasPeriod) {
      assertThat(inJava).contains("unique_key = \"key\"");
    }
  }

  private static void giveKey(UUID id, UniqueScope scope, boolean hasPeriod) {
    database
        .dsl()
        .execute(
            "UPDATE by_test.jobs SET unique_key = 'key', unique_scope = ?,"
                + " unique_until = now() + interval '90 days' * ? WHERE id = ?",
            scope.code(),
            hasPeriod ? 1 : -1,
            id);
  }

  /** For as long as a job of a given outcome is kept, and no longer. */
  @ParameterizedTest
  @EnumSource(
      value = Ending.class,
      names = {"COMPLETED", "FAILED_FOR_GOOD", "CANCELLED", "RETRIED_THOUGH_CANCELLED"})
  void theRetentionOfWhatDidNotCompleteIsItsOwn(Ending ending) {
    DSLContext dsl = database.dsl();
    UUID first = submit(ending);
    Lease java = claimInJava(first);
    prepare(ending, first);
    UUID second = submit(ending);
    Lease python = claimBySql(second);
    prepare(ending, second);
    dsl.execute("UPDATE by_test.jobs SET failed_retention_seconds = 30 * 86400");
    new OutcomeStore(database).finish(List.of(ending.inJava.apply(java)));
    dsl.execute(ending.sql(python));

    int days = ending == Ending.COMPLETED ? 1 : 30;
    assertThat(rows(second))
        .isEqualTo(rows(first))
        .contains("delete_at = " + Duration.ofDays(days).toMinutes());
  }

  @Test
  void claimsClearTheSameKeys() {
    for (UniqueScope scope : UniqueScope.values()) {
      for (boolean hasPeriod : List.of(false, true)) {
        UUID first = submit(1, 2);
        giveKey(first, scope, hasPeriod);
        Lease unused = claimInJava(first);
        String inJava = rows(first);
        database.dsl().execute("UPDATE by_test.jobs SET unique_key = NULL");
        UUID second = submit(1, 2);
        giveKey(second, scope, hasPeriod);
        unused = claimBySql(second);
        assertThat(rows(second)).as("%s, period %s", scope, hasPeriod).isEqualTo(inJava);
        database.dsl().execute("UPDATE by_test.jobs SET unique_key = NULL");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Ending.class,
      names = {"COMPLETED", "CANCELLED"})
  void theRowsOfAnAttemptThatTimedOutAreTheSame(Ending ending) {
    DSLContext dsl = database.dsl();
    AttemptFailure failure =
        AttemptFailure.of(
            JobError.Reason.TIMED_OUT, "The attempt took longer than its timeout of 60000 ms.");
    UUID first = submit(ending);
    Lease java = claimInJava(first);
    prepare(ending, first);
    UUID second = submit(ending);
    claimBySql(second);
    prepare(ending, second);
    dsl.execute("UPDATE by_test.jobs SET started_at = now() - interval '1 hour'");

    new OutcomeStore(database).finish(List.of(new AttemptEnd.Retried(java, failure, HOUR)));
    dsl.execute("SELECT * FROM tenon.heartbeat('python', 'host')");

    assertThat(rows(second)).isEqualTo(rows(first));
  }

  @Test
  void theRowsOfANewerJobThatAWorkerSkippedAreTheSame() {
    UUID first = submit(2, 3);
    UUID second = submit(2, 3);
    for (int time = 0; time < 2; time++) {
      database
          .dsl()
          .execute("UPDATE by_test.jobs SET parked_at = parked_at - interval '10 minutes'");
      assertThat(
              new ClaimStore(database)
                  .claim("java", List.of(first), Map.of(TYPE, 1), 1, 1_000_000)
                  .parked())
          .containsExactly(first);
      database
          .dsl()
          .execute(
              "SELECT * FROM tenon.claim('python', ARRAY['%s'], ARRAY[1], 1, ARRAY['%s'::uuid])"
                  .formatted(TYPE, second));

      assertThat(rows(second)).isEqualTo(rows(first)).contains("parked_at = ");
    }
  }

  private static UUID submit(Ending ending) {
    return submit(1, ending.maxAttempts);
  }

  private static UUID submit(int version, int maxAttempts) {
    UUID id = UUID.randomUUID();
    new SubmitStore(database)
        .insert(
            List.of(
                new NewJob(
                    id,
                    TYPE,
                    version,
                    "jobs." + TYPE,
                    JobPriority.NORMAL,
                    "{}",
                    null,
                    "tester",
                    maxAttempts,
                    Duration.ofDays(1),
                    null,
                    null,
                    "{\"timeoutMillis\":60000,\"retryDelaysMillis\":[3600000],\"retryJitter\":0}",
                    Duration.ofDays(1),
                    null,
                    null)));
    return id;
  }

  private static Lease claimInJava(UUID id) {
    List<ClaimedJob> claimed =
        new ClaimStore(database).claimDue("java", Map.of(TYPE, 1), 1, 1_000_000);
    assertThat(claimed).hasSize(1);
    return new Lease(id, 1, "java");
  }

  private static Lease claimBySql(UUID id) {
    Object lease =
        database
            .dsl()
            .fetchValue(
                "SELECT lease FROM tenon.claim('python', ARRAY['%s'], ARRAY[1], 1, ARRAY['%s'::uuid])"
                    .formatted(TYPE, id));
    assertThat(lease).isEqualTo(1L);
    return new Lease(id, 1, "python");
  }

  private static void prepare(Ending ending, UUID id) {
    database
        .dsl()
        .execute(
            "UPDATE by_test.jobs SET progress = 40, progress_message = 'half'"
                + (ending.cancelRequested ? ", cancel_requested_at = now()" : "")
                + " WHERE id = '"
                + id
                + "'");
  }

  /** All columns; times as whole minutes from now. */
  private static String rows(UUID id) {
    return String.join(
        "\n",
        database
            .dsl()
            .fetch(
                """
                WITH all_rows AS (
                  SELECT 1 AS place, to_jsonb(j) AS content FROM tenon.jobs j WHERE j.id = '%1$s'
                  UNION ALL
                  SELECT 2, to_jsonb(a) FROM tenon.job_attempts a WHERE a.job_id = '%1$s'
                )
                SELECT place, name, CASE
                  WHEN (name LIKE '%%\\_at' OR name = 'unique_until') AND value <> 'null' THEN
                    round(extract(epoch FROM (value #>> '{}')::timestamptz - now()) / 60)::text
                  WHEN name = 'worker_id' THEN 'worker'
                  ELSE value::text END
                FROM all_rows, jsonb_each(content) AS columns (name, value)
                WHERE name NOT IN ('id', 'job_id')
                ORDER BY 1, 2
                """
                    .formatted(id))
            .map(row -> row.get(0) + " " + row.get(1) + " = " + row.get(2)));
  }
}
