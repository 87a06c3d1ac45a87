package dev.tenon.jobs.internal.store;

import dev.tenon.jobs.internal.values.StoredHeaders;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Param;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Tasks of workflows that a worker may claim in the transaction that ends the tasks before them.
 * That saves a message, a claim, and one version of the job's row.
 *
 * @param workerId the worker that claims them
 * @param types the types that may be claimed, each up to a version
 * @param limit the maximum number of tasks
 */
public record NextTasks(String workerId, Map<String, Integer> types, int limit) {

  private static final Param<String> WORKER = DSL.param("worker_id", SQLDataType.CLOB);
  private static final Param<String[]> TYPES = DSL.param("known_types", new String[0]);
  private static final Param<Integer[]> VERSIONS = DSL.param("known_versions", new Integer[0]);
  private static final Param<Integer> LIMIT = DSL.param("max_jobs", 0);

  /** No tasks to claim. */
  static final NextTasks NONE = new NextTasks("", Map.of(), 0);

  /** The parameters of the database function that settles workflows. */
  static List<Field<?>> parameters() {
    return List.of(WORKER, DSL.cast(TYPES, SQLDataType.CLOB.array()), VERSIONS, LIMIT);
  }

  /** The values of the statement by the names of its parameters. */
  Map<String, @Nullable Object> values() {
    List<Map.Entry<String, Integer>> entries = List.copyOf(types.entrySet());
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put(WORKER.getName(), workerId);
    values.put(TYPES.getName(), entries.stream().map(Map.Entry::getKey).toArray(String[]::new));
    values.put(
        VERSIONS.getName(), entries.stream().map(Map.Entry::getValue).toArray(Integer[]::new));
    values.put(LIMIT.getName(), limit);
    return values;
  }

  /** Returns the job of a row if it was claimed; otherwise null. */
  @Nullable ClaimedJob read(ResultSet row) throws SQLException {
    String payload = row.getString(11);
    return payload == null
        ? null
        : new ClaimedJob(
            new Lease(row.getObject(1, UUID.class), row.getLong(5), workerId),
            row.getString(2),
            row.getInt(8),
            row.getInt(9),
            row.getInt(10),
            0,
            payload,
            row.getString(12),
            row.getString(13),
            false,
            row.getObject(14, UUID.class),
            row.getString(15),
            StoredHeaders.read(row.getString(16)),
            Duration.ZERO);
  }
}
