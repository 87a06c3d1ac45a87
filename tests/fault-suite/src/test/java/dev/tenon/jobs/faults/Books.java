package dev.tenon.jobs.faults;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;

/**
 * Compares what submitters were told was committed, and what handlers really executed, with what
 * the tables say.
 */
final class Books {

  /** Neither in the table as ended, nor on its way to be. */
  private static final String LOST =
      """
      SELECT s.id FROM submitted s LEFT JOIN tenon.jobs j ON j.id = s.id
      WHERE j.id IS NULL OR j.status IN ('pending', 'queued')
      UNION SELECT id FROM tenon.jobs WHERE status IN ('pending', 'queued')
      """;

  private static final String STUCK = "SELECT id FROM tenon.jobs WHERE status = 'running'";

  /**
   * More than one outcome that ends the job, or an attempt after the one that completed it. Jobs
   * that an operator has run again count their outcomes since then by themselves.
   */
  private static final String DOUBLE =
      """
      SELECT job_id FROM tenon.job_attempts WHERE outcome = 'completed'
      GROUP BY job_id HAVING count(*) > 1
      UNION
      SELECT job_id FROM tenon.job_attempts GROUP BY job_id, lease HAVING count(*) > 1
      UNION
      SELECT a.job_id FROM tenon.job_attempts a JOIN tenon.jobs j ON j.id = a.job_id
      WHERE a.outcome = 'completed' AND (j.lease <> a.lease OR j.status <> 'completed')
      """;

  /** A result of another execution than that of the worker whose outcome was accepted. */
  private static final String FOREIGN =
      """
      SELECT j.id FROM tenon.jobs j
      LEFT JOIN tenon.job_attempts a ON a.job_id = j.id AND a.lease = j.lease
      WHERE j.status = 'completed' AND NOT EXISTS (
        SELECT 1 FROM executed e
        WHERE e.execution = j.result->>'execution' AND e.job = j.id AND e.worker = a.worker_id)
      """;

  /** Leases that ended neither with exactly one attempt nor with a return to the queue. */
  private static final String UNBALANCED =
      """
      SELECT j.id FROM tenon.jobs j
      CROSS JOIN LATERAL (SELECT count(*) AS n FROM tenon.job_attempts a WHERE a.job_id = j.id) attempts
      CROSS JOIN LATERAL (SELECT count(*) AS n FROM returned_jobs r WHERE r.id = j.id) returns
      WHERE j.status <> 'running' AND j.lease <> attempts.n + returns.n
      """;

  /** Jobs with a row too many or too few in the tables that a job has rows of. */
  private static final String DIVIDED =
      """
      SELECT l.id FROM tenon.live_jobs l JOIN tenon.ended_jobs e ON e.id = l.id
      UNION
      SELECT d.id FROM tenon.job_data d
      WHERE NOT EXISTS (SELECT FROM tenon.job_states s WHERE s.id = d.id AND s.type = d.type)
      UNION
      SELECT s.id FROM tenon.job_states s
      WHERE NOT EXISTS (SELECT FROM tenon.job_data d WHERE d.type = s.type AND d.id = s.id)
      UNION
      SELECT r.job_id FROM tenon.limited_runs r
      WHERE NOT EXISTS (SELECT FROM tenon.live_jobs l WHERE l.id = r.job_id AND l.status = 'running')
      UNION
      SELECT l.id FROM tenon.live_jobs l
      WHERE l.status = 'running' AND NOT EXISTS (
        SELECT FROM tenon.claims c WHERE c.worker_id = l.worker_id AND l.id = ANY (c.job_ids))
      UNION
      SELECT u.job_id FROM tenon.unique_keys u
      WHERE NOT EXISTS (SELECT FROM tenon.job_data d WHERE d.unique_key = u.unique_key AND d.id = u.job_id)
      UNION
      SELECT h.id FROM tenon.job_headers h
      WHERE NOT EXISTS (
        SELECT FROM tenon.job_data d WHERE d.type = h.type AND d.id = h.id AND d.headers ->> h.name = h.value)
      UNION
      SELECT d.id FROM tenon.job_data d, jsonb_each_text(d.headers) AS header (name, value)
      WHERE NOT EXISTS (
        SELECT FROM tenon.job_headers h WHERE h.name = header.name AND h.value = header.value AND h.id = d.id)
      UNION
      SELECT d.id FROM submitted s JOIN tenon.job_data d ON d.id = s.id
      WHERE d.headers ->> 'faults.type' IS DISTINCT FROM d.type
      UNION
      SELECT l.job_id FROM tenon.job_lines l
      WHERE NOT EXISTS (SELECT FROM tenon.live_jobs j WHERE j.id = l.job_id AND j.order_key = l.order_key)
      UNION
      SELECT a.job_id FROM tenon.earlier_attempts a
      WHERE NOT EXISTS (SELECT FROM tenon.job_states s WHERE s.id = a.job_id)
      """;

  /** First attempts that started too late, and jobs that were cancelled as late though one had. */
  private static final String LATE =
      """
      SELECT a.job_id FROM tenon.job_attempts a JOIN tenon.job_data d ON d.id = a.job_id
      WHERE a.started_at >= d.start_before AND NOT EXISTS (
        SELECT FROM tenon.job_attempts b WHERE b.job_id = a.job_id AND b.lease < a.lease)
      UNION
      SELECT j.id FROM tenon.jobs j
      WHERE j.error_reason = 'expired'
        AND (j.status <> 'cancelled' OR EXISTS (SELECT FROM tenon.job_attempts a WHERE a.job_id = j.id))
      """;

  /** Jobs that have started before every attempt of the one before them in their line had ended. */
  private static final String DISORDERED =
      """
      SELECT x.id
      FROM (
        SELECT
          l.job_id AS id, min(a.started_at) AS started_at,
          lag(max(a.finished_at)) OVER (PARTITION BY l.type, l.order_key ORDER BY l.number) AS ended_before
        FROM lined_jobs l JOIN tenon.job_attempts a ON a.job_id = l.job_id
        GROUP BY l.type, l.order_key, l.number, l.job_id) AS x
      WHERE x.started_at < x.ended_before
      """;

  /** Notes the number that a job gets in its line: the line itself forgets it when the job ends. */
  private static final String NOTE_LINES =
      """
      CREATE TABLE lined_jobs (type text, order_key text, number bigint, job_id uuid);
      CREATE FUNCTION note_lined_job() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO public.lined_jobs VALUES (NEW.type, NEW.order_key, NEW.number, NEW.job_id);
        RETURN NULL;
      END $$;
      CREATE TRIGGER note_lined_job AFTER INSERT ON tenon.job_lines
      FOR EACH ROW EXECUTE FUNCTION note_lined_job();
      """;

  /**
   * Notes each lease that a waiting job gets without an attempt: a worker did not know its type or
   * version, or could not have its row, and its pointer is published again.
   */
  private static final String NOTE_RETURNS =
      """
      CREATE TABLE returned_jobs (id uuid NOT NULL);
      CREATE INDEX ON returned_jobs (id);
      CREATE FUNCTION note_returned_job() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO public.returned_jobs VALUES (NEW.id);
        RETURN NULL;
      END $$;
      CREATE TRIGGER note_returned_job AFTER UPDATE OF lease ON tenon.live_jobs
      FOR EACH ROW WHEN (NEW.lease = OLD.lease + 1 AND NEW.status <> 'running')
      EXECUTE FUNCTION note_returned_job();
      CREATE TRIGGER note_restored_job AFTER INSERT ON tenon.live_jobs
      FOR EACH ROW WHEN (NEW.lease > 0)
      EXECUTE FUNCTION note_returned_job();
      """;

  private Books() {}

  /** Opens the books of a database that has Tenon's tables and no jobs yet. */
  static void open(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(NOTE_RETURNS);
      statement.execute(NOTE_LINES);
    }
    DurableBooks.open(connection);
  }

  static BooksReport balance(Connection connection, Path folder) throws SQLException, IOException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          """
          CREATE TEMPORARY TABLE submitted (id uuid PRIMARY KEY);
          CREATE TEMPORARY TABLE executed (execution text PRIMARY KEY, job uuid, worker text);
          """);
      load(connection, "submitted", Ledger.read(folder, "submitted"));
      load(connection, "executed", Ledger.read(folder, "executed"));
      statement.execute("CREATE INDEX ON executed (job); ANALYZE submitted; ANALYZE executed");
      BooksReport report =
          new BooksReport(
              count(statement, "SELECT count(*) FROM submitted"),
              count(statement, "SELECT count(*) FROM tenon.jobs"),
              count(statement, "SELECT coalesce(sum(lease), 0) FROM tenon.jobs"),
              count(statement, "SELECT count(*) FROM tenon.job_attempts"),
              count(statement, "SELECT count(*) FROM executed"),
              count(statement, "SELECT count(*) FROM tenon.jobs WHERE status = 'completed'"),
              count(statement, "SELECT count(*) FROM tenon.jobs WHERE status = 'failed'"),
              ids(statement, LOST),
              ids(statement, STUCK),
              ids(statement, DOUBLE),
              ids(statement, FOREIGN),
              ids(statement, UNBALANCED),
              ids(statement, DIVIDED),
              ids(statement, LATE),
              ids(statement, DISORDERED));
      statement.execute("DROP TABLE submitted; DROP TABLE executed");
      return report;
    }
  }

  static void load(Connection connection, String table, List<String> lines)
      throws SQLException, IOException {
    if (lines.isEmpty()) {
      return;
    }
    long unused =
        connection
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn(
                "COPY " + table + " FROM STDIN", new StringReader(String.join("\n", lines) + "\n"));
  }

  static long count(Statement statement, String sql) throws SQLException {
    try (ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  static List<String> ids(Statement statement, String sql) throws SQLException {
    List<String> ids = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        ids.add(rows.getString(1));
      }
    }
    return ids;
  }
}
