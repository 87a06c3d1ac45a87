package dev.tenon.jobs.internal.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.tenon.jobs.TenonDatabase;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.internal.flow.LimitedClaimStore;
import dev.tenon.jobs.internal.operate.ReadStore;
import dev.tenon.jobs.internal.pointer.JobPointer;
import dev.tenon.jobs.internal.pointer.PublishedPointer;
import dev.tenon.jobs.internal.publish.DueStore;
import dev.tenon.jobs.internal.publish.PublishStore;
import dev.tenon.jobs.internal.publish.UnpublishedStore;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A database with Tenon's tables, and jobs in it as a test needs them. */
public final class StoreFixture implements AutoCloseable {

  public static final String TYPE = "test.store";
  static final Map<String, Integer> KNOWN = Map.of(TYPE, 1);

  public final PostgresDatabase postgres = TenonDatabase.shared();
  private final @Nullable HikariDataSource pool;
  public final Database database;
  final ClaimStore claims;
  public final OutcomeStore outcomes;
  public final ReportStore reports;
  public final PublishStore publishes;
  public final ReadStore reads;
  public final LimitedClaimStore limitedClaims;

  public StoreFixture() {
    this(false);
  }

  private StoreFixture(boolean pooled) {
    pool = pooled ? pool() : null;
    DataSource source = pool == null ? postgres.dataSource() : pool;
    database = new Database(source, source, source, "tenon");
    claims = new ClaimStore(database);
    outcomes = new OutcomeStore(database);
    reports = new ReportStore(database);
    publishes = new PublishStore(database);
    reads = new ReadStore(database);
    limitedClaims = new LimitedClaimStore(database);
  }

  /** Where there are many statements, the connections are kept open. */
  public static StoreFixture withPool() {
    return new StoreFixture(true);
  }

  private HikariDataSource pool() {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(postgres.url());
    config.setUsername(postgres.user());
    config.setPassword(postgres.password());
    config.setMaximumPoolSize(4);
    // As the runtime's own pools for claims: the plan is made for the table as it is. And no test
    // with that many statements stops the server, so none has to wait for its disk.
    config.addDataSourceProperty(
        "options", "-c plan_cache_mode=force_custom_plan -c synchronous_commit=off");
    return new HikariDataSource(config);
  }

  public static NewJob job(String type, int version, String payload) {
    return job(type, version, payload, null);
  }

  /** A job with a unique key. */
  public static NewJob unique(NewJob.UniqueKey key) {
    return job(TYPE, 1, "{}", key);
  }

  private static NewJob job(
      String type, int version, String payload, NewJob.@Nullable UniqueKey key) {
    return new NewJob(
        UUID.randomUUID(),
        type,
        version,
        "jobs." + type,
        JobPriority.NORMAL,
        payload,
        null,
        "tester",
        3,
        Duration.ofDays(1),
        null,
        null,
        null,
        Duration.ofDays(1),
        null,
        key);
  }

  /** A job of {@link #TYPE} that is limited by a key. */
  public static NewJob limitedJob(String key, JobPriority priority, @Nullable Duration delay) {
    return limitedJob(key, priority, delay, "{}", null);
  }

  /** As above, maybe with a unique key. */
  public static NewJob limitedJob(
      String key,
      JobPriority priority,
      @Nullable Duration delay,
      String payload,
      NewJob.@Nullable UniqueKey unique) {
    return new NewJob(
        UUID.randomUUID(),
        TYPE,
        1,
        "jobs." + TYPE,
        priority,
        payload,
        null,
        "tester",
        3,
        Duration.ofDays(1),
        delay,
        null,
        null,
        Duration.ofDays(1),
        key,
        unique);
  }

  /** Jobs with a key; they are due. */
  public void submitLimited(String key, int count) {
    List<NewJob> jobs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      jobs.add(limitedJob(key, JobPriority.NORMAL, null));
    }
    new SubmitStore(database).insert(jobs);
  }

  /** What {@link #TYPE} declares; 0 is no limit. */
  public void limit(int maxConcurrent, int maxConcurrentPerKey) {
    limit(maxConcurrent, "", maxConcurrentPerKey, "");
  }

  /** What {@link #TYPE} declares; 0 is no limit, and '10/1 200:tokens/60' are two rates. */
  public void limit(int maxConcurrent, String rates, int maxConcurrentPerKey, String ratesPerKey) {
    execute(
        "INSERT INTO tenon.job_types AS t (type, max_concurrent, rates, max_concurrent_per_key,"
            + " rates_per_key, limit_by) VALUES (?, ?, ?, ?, ?, 'key')"
            + " ON CONFLICT (type) DO UPDATE SET max_concurrent = excluded.max_concurrent,"
            + " rates = excluded.rates,"
            + " max_concurrent_per_key = excluded.max_concurrent_per_key,"
            + " rates_per_key = excluded.rates_per_key",
        TYPE,
        maxConcurrent,
        rates,
        maxConcurrentPerKey,
        ratesPerKey);
  }

  public List<ClaimedJob> claimLimited(String worker, int max) {
    return limitedClaims.claim(worker, TYPE, 1, max, Long.MAX_VALUE);
  }

  /** Replaces a piece of a function's source, and fails if the source does not have it. */
  public void change(String function, String piece, String replacement) {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SET search_path = tenon");
      String source;
      try (ResultSet row =
          statement.executeQuery("SELECT pg_get_functiondef('" + function + "'::regproc)")) {
        row.next();
        source = row.getString(1);
      }
      if (!source.contains(piece)) {
        throw new IllegalArgumentException(function + " does not have the text: " + piece);
      }
      statement.execute(source.replace(piece, replacement));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The pointers as if each was published in a message of its own. */
  public static List<PublishedPointer> eachAlone(List<JobPointer> pointers) {
    return pointers.stream().map(each -> new PublishedPointer(each, each.jobId())).toList();
  }

  /** Jobs, in the order of their ids. */
  public List<UUID> submit(NewJob... jobs) {
    new SubmitStore(database).insert(Arrays.asList(jobs));
    return Arrays.stream(jobs).map(NewJob::id).sorted(new ById()).toList();
  }

  public List<UUID> submit(int count) {
    List<NewJob> jobs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      jobs.add(job(TYPE, 1, "{}"));
    }
    return submit(jobs.toArray(NewJob[]::new));
  }

  /** The pointers that nobody has published though it is time to. */
  List<JobPointer> unpublished(int max) {
    return new UnpublishedStore(database)
        .find(new DueStore(database).due().kinds(), max, List.of())
        .pointers();
  }

  public List<Lease> claim(String worker, Collection<UUID> ids) {
    return claims.claim(worker, ids, KNOWN, ids.size(), Long.MAX_VALUE).jobs().stream()
        .map(ClaimedJob::lease)
        .toList();
  }

  /**
   * Has PostgreSQL publish what this connection has read so far, which it does a second later
   * otherwise. Versions before 15 do not know how; whoever asks has to wait in any case.
   */
  public void publishReads() {
    execute(
        "DO $$BEGIN IF current_setting('server_version_num')::integer >= 150000 THEN"
            + " PERFORM pg_stat_force_next_flush(); END IF; END$$");
  }

  /** The tables of which each job has rows while it waits and runs. */
  static final List<String> LIVE_TABLES = List.of("live_jobs", "job_data");

  /** All tables that claims and ends of attempts read or write. */
  public static final List<String> HOT_TABLES =
      List.of(
          "live_jobs",
          "job_data",
          "ended_jobs",
          "earlier_attempts",
          "claims",
          "limited_runs",
          "unique_keys");

  /** Nobody but the test makes statistics. */
  public void withoutAutovacuum() {
    HOT_TABLES.forEach(
        table -> execute("ALTER TABLE tenon." + table + " SET (autovacuum_enabled = false)"));
  }

  /** Runs a command such as ANALYZE for each of the tables that claims read or write. */
  public void onHotTables(String command) {
    HOT_TABLES.forEach(table -> execute(command + " tenon." + table));
  }

  /**
   * Many jobs that wait, fast: they are written into the tables themselves.
   *
   * @param limitKey an expression of the number n of the job
   * @return their ids
   */
  public List<UUID> insertMany(
      String type, int priority, String runAt, String limitKey, int count) {
    return database
        .dsl()
        .fetch(
            """
            WITH data AS (
              INSERT INTO tenon.job_data (id, type, routing_key, priority, max_attempts, submitted_by, retention_seconds,
                limit_key, payload)
              SELECT gen_random_uuid(), '%s', 'jobs.x', %d, 3, 'tester', 60, %s, '{}' FROM generate_series(1, %d) AS n
              RETURNING *
            )
            INSERT /* by the test */ INTO tenon.live_jobs (id, type, routing_key, priority, max_attempts, retention_seconds,
              limit_key, status, run_at, publish_at, payload_bytes)
            SELECT id, type, routing_key, priority, max_attempts, retention_seconds, limit_key, 'queued', %s, %s, 2
            FROM data
            RETURNING id
            """
                .formatted(type, priority, limitKey, count, runAt, runAt))
        .getValues(0, UUID.class);
  }

  /** What was read of these tables and of their indexes, as far as PostgreSQL has published it. */
  public long rowsRead(List<String> tables) {
    String names = "'" + String.join("', '", tables) + "'";
    return ((Number)
            database
                .dsl()
                .fetchValue(
                    "SELECT (SELECT sum(seq_tup_read) FROM pg_stat_user_tables WHERE relname IN ("
                        + names
                        + ")) + (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE relname"
                        + " IN ("
                        + names
                        + "))"))
        .longValue();
  }

  public void execute(String sql, Object... bindings) {
    database.dsl().execute(sql, bindings);
  }

  /** PostgreSQL compares ids as unsigned numbers, and Java does not. */
  public static final class ById implements java.util.Comparator<UUID> {
    @Override
    public int compare(UUID one, UUID other) {
      return one.toString().compareTo(other.toString());
    }
  }

  @Override
  public void close() {
    if (pool != null) {
      pool.close();
    }
    postgres.close();
  }
}
