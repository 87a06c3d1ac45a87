package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.SQLDialect;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.testservers.JavaProcess;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** When attempts began and ended, by the table: whether limits and rates were kept. */
final class StartsByTheTable implements AutoCloseable {

  private static final String ATTEMPTS =
      "FROM tenon.job_attempts a JOIN tenon.jobs j ON j.id = a.job_id WHERE j.type = {0}";

  /** Of the seconds, which are no binary fractions. */
  private static final double ROUNDING = 1e-6;

  private final Connection connection;
  private final DSLContext table;

  StartsByTheTable(PostgresDatabase database) throws SQLException {
    connection = database.connect();
    table = DSL.using(connection, SQLDialect.POSTGRES);
  }

  /** How many attempts of a type overlapped at the instant when most of them did. */
  long mostAtATime(JobDefinition<?, ?> definition) {
    return mostAtATime(definition, "true");
  }

  /** How many attempts with the same key overlapped, for the key where most of them did. */
  long mostAtATimePerKey(JobDefinition<?, ?> definition) {
    return keys(definition).stream()
        .mapToLong(key -> mostAtATime(definition, "limit_key = '" + key + "'"))
        .max()
        .orElse(0);
  }

  private long mostAtATime(JobDefinition<?, ?> definition, String condition) {
    Object most =
        table.fetchValue(
            "SELECT coalesce(max(running), 0)::bigint FROM (SELECT sum(change) OVER (ORDER BY at, change) AS"
                + " running FROM (SELECT a.started_at AS at, 1 AS change "
                + ATTEMPTS
                + " AND "
                + condition
                + " UNION ALL SELECT a.finished_at, -1 "
                + ATTEMPTS
                + " AND "
                + condition
                + ") AS changes) AS counted",
            DSL.val(definition.type()));
    return ((Number) java.util.Objects.requireNonNull(most)).longValue();
  }

  /** How many ran, at most, whenever a job started between two times. */
  long mostAtATime(JobDefinition<?, ?> definition, Instant from, Instant to) {
    Object most =
        table.fetchValue(
            "WITH a AS (SELECT a.started_at, a.finished_at "
                + ATTEMPTS
                + " UNION ALL SELECT j.started_at, 'infinity' FROM tenon.jobs j"
                + " WHERE j.type = {0} AND j.status = 'running')"
                + " SELECT max((SELECT count(*) FROM a b"
                + " WHERE b.started_at <= a.started_at AND b.finished_at > a.started_at)) FROM a WHERE "
                + startedBetween(from, to),
            DSL.val(definition.type()));
    return ((Number) java.util.Objects.requireNonNull(most)).longValue();
  }

  /** How many attempts that have ended started between two times. */
  long count(JobDefinition<?, ?> definition, Instant from, Instant to) {
    Object count =
        table.fetchValue(
            "SELECT count(*) " + ATTEMPTS + " AND " + startedBetween(from, to),
            DSL.val(definition.type()));
    return ((Number) java.util.Objects.requireNonNull(count)).longValue();
  }

  /** The time by the database's clock. */
  Instant now() {
    return table.fetchSingle("SELECT clock_timestamp()").get(0, Instant.class);
  }

  private List<String> keys(JobDefinition<?, ?> definition) {
    return table
        .fetch(
            "SELECT DISTINCT limit_key FROM tenon.jobs WHERE type = {0}",
            DSL.val(definition.type()))
        .getValues(0, String.class);
  }

  /**
   * In no time did more attempts start than the rate and its burst allow: in t seconds, at most t *
   * rate / 60 s and the burst.
   */
  void keepRate(JobDefinition<?, ?> definition, int perMinute) {
    keepRate(definition, perMinute, "true");
  }

  /** As above, for each key. */
  void keepRatePerKey(JobDefinition<?, ?> definition, int perMinute) {
    keys(definition).forEach(key -> keepRate(definition, perMinute, "limit_key = '" + key + "'"));
  }

  /** As above, for what started between two times. */
  void keepRate(JobDefinition<?, ?> definition, int perMinute, Instant from, Instant to) {
    keepRate(definition, perMinute, startedBetween(from, to));
  }

  private static String startedBetween(Instant from, Instant to) {
    return "a.started_at BETWEEN '" + from + "' AND '" + to + "'";
  }

  private void keepRate(JobDefinition<?, ?> definition, int perMinute, String condition) {
    List<Double> starts = starts(definition, condition);
    // How far the number of a start is ahead of its time: where it has grown since another start,
    // more than the rate started from that one to this one
    double least = Double.POSITIVE_INFINITY;
    double most = 0;
    for (int i = 0; i < starts.size(); i++) {
      double ahead = i - starts.get(i) * perMinute / 60;
      least = Math.min(least, ahead);
      most = Math.max(most, ahead - least + 1);
    }
    assertThat(most)
        .as("starts at once, beside the rate of %d a minute, where %s", perMinute, condition)
        .isLessThanOrEqualTo(burst(perMinute) + ROUNDING);
  }

  /**
   * While work waited, at least 98 % of a rate was used: from the first start to the last one, and
   * without the burst that came first.
   *
   * @param atLeast how long work must have waited
   */
  void useRate(JobDefinition<?, ?> definition, int perMinute, Duration atLeast) {
    useRate(definition, perMinute, atLeast, "true");
  }

  /** As above, for each key. */
  void useRatePerKey(JobDefinition<?, ?> definition, int perMinute, Duration atLeast) {
    keys(definition)
        .forEach(key -> useRate(definition, perMinute, atLeast, "limit_key = '" + key + "'"));
  }

  private void useRate(
      JobDefinition<?, ?> definition, int perMinute, Duration atLeast, String condition) {
    List<Double> starts = starts(definition, condition);
    double seconds = starts.get(starts.size() - 1);
    assertThat(seconds)
        .as("seconds in which jobs waited")
        .isGreaterThan((double) atLeast.toSeconds());
    double used = (starts.size() - burst(perMinute)) / (seconds * perMinute / 60);
    assertThat(used)
        .as(
            "share of %d a minute that was used in %f s, by %d starts where %s",
            perMinute, seconds, starts.size(), condition)
        .isGreaterThanOrEqualTo(0.98);
  }

  private static int burst(int perMinute) {
    return Math.max(2, perMinute / 30);
  }

  /** When attempts started, in seconds after the first one. */
  private List<Double> starts(JobDefinition<?, ?> definition, String condition) {
    return table
        .fetch(
            "SELECT extract(epoch FROM a.started_at - min(a.started_at) OVER ()) "
                + ATTEMPTS
                + " AND "
                + condition
                + " ORDER BY 1",
            DSL.val(definition.type()))
        .getValues(0, Double.class);
  }

  /**
   * The keys of jobs, in the order in which they first started. When the jobs of a killed process
   * start again is decided by its rescue.
   */
  List<String> keysInOrder(JobDefinition<?, ?> definition) {
    return table
        .fetch(
            "SELECT limit_key "
                + ATTEMPTS
                + " GROUP BY a.job_id, limit_key ORDER BY min(a.started_at), a.job_id",
            DSL.val(definition.type()))
        .getValues(0, String.class);
  }

  long count(String condition) {
    Object count =
        table.fetchValue(
            "SELECT count(*) FROM tenon.jobs j LEFT JOIN tenon.workers w ON w.id = j.worker_id WHERE "
                + condition);
    return ((Number) java.util.Objects.requireNonNull(count)).longValue();
  }

  /**
   * Waits until a job of one of these types has only just started in one of the processes, and says
   * in which. In which one that happens before the jobs have all ended, nobody promises.
   */
  JavaProcess awaitJustStarted(List<JavaProcess> processes, JobDefinition<?, ?>... definitions) {
    String types =
        Stream.of(definitions)
            .map(definition -> "'" + definition.type() + "'")
            .collect(Collectors.joining(", ", "j.type IN (", ")"));
    return await("a job runs in one of " + processes + ": " + types)
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofMillis(5))
        .until(
            () ->
                processes.stream()
                    .filter(
                        process ->
                            count(
                                    "j.status = 'running' AND j.started_at > now() - interval '100 ms' AND "
                                        + types
                                        + " AND "
                                        + isIn(process))
                                > 0)
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  /** The condition that a job runs in one of these processes. */
  static String isIn(JavaProcess... processes) {
    return Stream.of(processes)
        .map(process -> Long.toString(process.pid()))
        .collect(Collectors.joining(", ", "w.process_id IN (", ")"));
  }

  long countAttempts(JobDefinition<?, ?> definition, String outcome) {
    Object count =
        table.fetchValue(
            "SELECT count(*) " + ATTEMPTS + " AND a.outcome = {1}",
            DSL.val(definition.type()),
            DSL.val(outcome));
    return ((Number) java.util.Objects.requireNonNull(count)).longValue();
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
