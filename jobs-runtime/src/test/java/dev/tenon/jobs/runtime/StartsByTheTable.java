package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.SQLDialect;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** When attempts began and ended, by the table: whether limits and rates were kept. */
final class StartsByTheTable implements AutoCloseable {

  private static final String ATTEMPTS =
      "FROM tenon.job_attempts a JOIN tenon.jobs j ON j.id = a.job_id WHERE j.type = {0}";

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

  private List<String> keys(JobDefinition<?, ?> definition) {
    return table
        .fetch(
            "SELECT DISTINCT limit_key FROM tenon.jobs WHERE type = {0}",
            DSL.val(definition.type()))
        .getValues(0, String.class);
  }

  /** In no time did more attempts start than the rate and the burst allow. */
  void keepRate(JobDefinition<?, ?> definition, int perMinute) {
    keepRate(definition, perMinute, "true");
  }

  /** As above, for each key. */
  void keepRatePerKey(JobDefinition<?, ?> definition, int perMinute) {
    keys(definition).forEach(key -> keepRate(definition, perMinute, "limit_key = '" + key + "'"));
  }

  private void keepRate(JobDefinition<?, ?> definition, int perMinute, String condition) {
    List<Double> starts =
        table
            .fetch(
                "SELECT extract(epoch FROM a.started_at) "
                    + ATTEMPTS
                    + " AND "
                    + condition
                    + " ORDER BY 1",
                DSL.val(definition.type()))
            .getValues(0, Double.class);
    int burst = Math.max(2, perMinute / 30);
    for (int first = 0; first < starts.size(); first++) {
      for (int last = first; last < starts.size(); last++) {
        double seconds = starts.get(last) - starts.get(first);
        assertThat((double) (last - first + 1))
            .as("starts within %f s where %s", seconds, condition)
            .isLessThanOrEqualTo(seconds * perMinute / 60 + burst + 1);
      }
    }
  }

  long count(String condition) {
    Object count =
        table.fetchValue(
            "SELECT count(*) FROM tenon.jobs j LEFT JOIN tenon.workers w ON w.id = j.worker_id WHERE "
                + condition);
    return ((Number) java.util.Objects.requireNonNull(count)).longValue();
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
