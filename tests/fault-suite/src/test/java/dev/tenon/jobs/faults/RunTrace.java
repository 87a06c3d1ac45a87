package dev.tenon.jobs.faults;

import dev.tenon.jobs.faults.trace.RecordedChanges;
import dev.tenon.jobs.faults.trace.Trace;
import dev.tenon.jobs.faults.trace.Trace.Execution;
import dev.tenon.jobs.faults.trace.Trace.Limit;
import java.nio.file.Path;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Reads the trace of a run, from its database and its ledgers. */
final class RunTrace {

  /** The jobs that count towards each limit of a type; those of keys are not used here. */
  private static final String LIMITS =
      """
      SELECT coalesce(t.override_max_concurrent, t.max_concurrent), array_agg(d.id)
      FROM tenon.job_types t JOIN tenon.job_data d ON d.type = t.type AND d.limit_key IS NOT NULL
      WHERE coalesce(t.override_max_concurrent, t.max_concurrent) > 0
      GROUP BY t.type
      """;

  private static final String RESULTS =
      "SELECT id, result ->> 'execution' FROM tenon.ended_jobs WHERE result ->> 'execution' IS NOT NULL";

  private static final String LINES =
      "SELECT array_agg(job_id ORDER BY number) FROM public.lined_jobs GROUP BY type, order_key";

  private RunTrace() {}

  /**
   * Reads what has happened by now. Steps are left out: {@link DurableBooks} compares what they
   * have really done.
   */
  static Trace read(Connection connection, Path folder) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      List<Limit> limits = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery(LIMITS)) {
        while (rows.next()) {
          limits.add(new Limit(rows.getInt(1), Set.copyOf(ids(rows.getArray(2)))));
        }
      }
      List<List<UUID>> lines = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery(LINES)) {
        while (rows.next()) {
          lines.add(ids(rows.getArray(1)));
        }
      }
      Map<UUID, String> results = new HashMap<>();
      try (ResultSet rows = statement.executeQuery(RESULTS)) {
        while (rows.next()) {
          results.put(rows.getObject(1, UUID.class), rows.getString(2));
        }
      }
      return new Trace(
          RecordedChanges.read(connection),
          Ledger.read(folder, "submitted").stream()
              .map(UUID::fromString)
              .collect(Collectors.toSet()),
          Ledger.read(folder, "executed").stream().map(RunTrace::execution).toList(),
          results,
          limits,
          lines,
          List.of());
    }
  }

  private static List<UUID> ids(Array array) throws SQLException {
    return Arrays.asList((UUID[]) array.getArray());
  }

  /** A line of the ledger: the execution, the job and the worker. */
  private static Execution execution(String line) {
    String[] columns = line.split("\t", -1);
    return new Execution(columns[0], UUID.fromString(columns[1]), columns[2]);
  }
}
