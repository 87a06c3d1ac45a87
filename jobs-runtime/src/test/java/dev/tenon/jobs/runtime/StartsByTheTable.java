package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.Rate;
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
            "SELECT coalesce(max(running), 0)::bigint FROM (SELECT sum(change) OVER (ORDER BY at,"
                + " change) AS running FROM (SELECT a.started_at AS at, 1 AS change "
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
                + " UNION ALL SELECT j.started_at, 'infinity' FROM tenon.jobs j WHERE j.type = {0}"
                + " AND j.status = 'running') SELECT max((SELECT count(*) FROM a b WHERE"
                + " b.started_at <= a.started_at AND b.finished_at > a.started_at)) FROM a WHERE "
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

  /** In no window of its length did more attempts start than the amount of a rate. */
  void keepRate(JobDefinition<?, ?> definition, Rate rate) {
    keepRate(definition, rate, "true");
  }

  /** As above, for each key. */
  void keepRatePerKey(JobDefinition<?, ?> definition, Rate rate) {
    keys(definition).forEach(key -> keepRate(definition, rate, "limit_key = '" + key + "'"));
  }

  /** As above, for what started between two times. */
  void keepRate(JobDefinition<?, ?> definition, Rate rate, Instant from, Instant to) {
    keepRate(definition, rate, startedBetween(from, to));
  }

  private static String startedBetween(Instant from, Instant to) {
    return "a.started_at BETWEEN '" + from + "' AND '" + to + "'";
  }

  private void keepRate(JobDefinition<?, ?> definition, Rate rate, String condition) {
    List<Double> starts = starts(definition, condition);
    int most = 0;
    int first = 0;
    for (int last = 0; last < starts.size(); last++) {
      while (starts.get(last) - starts.get(first) >= rate.window().toSeconds() - ROUNDING) {
        first++;
      }
      most = Math.max(most, last - first + 1);
    }
    assertThat((long) most)
        .as("starts in a window of the rate %s, where %s", rate, condition)
        .isLessThanOrEqualTo(rate.amount());
  }

  /**
   * While work waited, a share of a rate was used: from the first start to the last one, without
   * the last window, which may have ended early.
   *
   * @param atLeast how long work must have waited
   */
  void useRate(JobDefinition<?, ?> definition, Rate rate, double share, Duration atLeast) {
    useRate(definition, rate, share, atLeast, "true");
  }

  /** As above, for each key. */
  void useRatePerKey(JobDefinition<?, ?> definition, Rate rate, double share, Duration atLeast) {
    keys(definition)
        .forEach(key -> useRate(definition, rate, share, atLeast, "limit_key = '" + key + "'"));
  }

  private void useRate(
      JobDefinition<?, ?> definition, Rate rate, double share, Duration atLeast, String condition) {
    List<Double> starts = starts(definition, condition);
    double seconds = starts.get(starts.size() - 1);
    assertThat(seconds)
        .as("seconds in which jobs waited")
        .isGreaterThan((double) atLeast.toSeconds());
    double used =
        (starts.size() - rate.amount()) / (seconds * rate.amount() / rate.window().toSeconds());
    assertThat(used)
        .as(
            "share of %s that was used in %f s, by %d starts where %s",
            rate, seconds, starts.size(), condition)
        .isGreaterThanOrEqualTo(share);
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
            "SELECT count(*) FROM tenon.jobs j LEFT JOIN tenon.workers w ON w.id = j.worker_id"
                + " WHERE "
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
                                    "j.status = 'running' AND j.started_at > now() - interval '100"
                                        + " ms' AND "
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
