package dev.tenon.jobs.faults;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * Compares what durable jobs really did, and which signals were sent to them, with what the tables
 * say.
 */
final class DurableBooks {

  private static final String LEDGERS =
      """
      CREATE TEMPORARY TABLE ran (job uuid, step text, key text, execution text, started bigint, value text);
      CREATE TEMPORARY TABLE returned (job uuid, step text, key text, execution text, at bigint, value text);
      CREATE TEMPORARY TABLE answered (job uuid, execution text, answer text);
      CREATE TEMPORARY TABLE received (job uuid, wait text, key text, execution text, signal text, addressee uuid);
      CREATE TEMPORARY TABLE sent (signal text, job uuid, key text);
      """;

  /** What handlers do in a transaction. */
  private static final String BOOKINGS =
      """
      CREATE TABLE public.bookings (job_id uuid NOT NULL, value text NOT NULL);
      CREATE INDEX ON public.bookings (job_id);
      """;

  /** Steps that ran in an attempt that began after they had returned. */
  private static final String REPEATED =
      """
      SELECT DISTINCT d.job FROM returned d JOIN ran r ON (r.job, r.step, r.key) = (d.job, d.step, d.key)
      WHERE r.started > d.at
      """;

  /** Steps that returned something else than before, or something else than what is stored. */
  private static final String CHANGED =
      """
      SELECT job FROM (
        SELECT job, step, key FROM returned GROUP BY job, step, key HAVING count(DISTINCT value) > 1
        UNION ALL
        SELECT d.job, d.step, d.key FROM returned d
        LEFT JOIN tenon.job_steps s ON (s.job_id, s.name, s.step_key) = (d.job, d.step, d.key) AND s.state = 'done'
        WHERE s.result::text IS DISTINCT FROM to_json(d.value)::text) AS x
      GROUP BY job
      """;

  /** Jobs with two bookings, and those whose booking and record do not belong together. */
  private static final String BOOKED_WRONGLY =
      """
      SELECT job_id FROM public.bookings GROUP BY job_id HAVING count(*) > 1
      UNION
      SELECT coalesce(b.job_id, s.job_id) FROM public.bookings b
      FULL JOIN (SELECT * FROM tenon.job_steps WHERE name = 'book') AS s ON s.job_id = b.job_id
      WHERE to_json(b.value)::text IS DISTINCT FROM s.result::text OR s.state IS DISTINCT FROM 'done'
      """;

  /**
   * Steps that may not be repeated and ran more often than anybody said that they were not done: in
   * an attempt, the second method says so, and otherwise a person.
   */
  private static final String REPEATED_IN_DOUBT =
      """
      SELECT r.job FROM ran r
      WHERE r.step = 'charge' AND NOT EXISTS (
        SELECT FROM answered a WHERE (a.job, a.execution, a.answer) = (r.job, r.execution, 'NotDone'))
      GROUP BY r.job
      HAVING count(*) > 1 + (
        SELECT count(*) FROM answered a WHERE a.job = r.job AND a.execution = 'person' AND a.answer = 'NotDone')
      """;

  private static final String LOST_SIGNALS =
      """
      SELECT s.signal FROM sent s
      WHERE NOT EXISTS (SELECT FROM tenon.job_signals g WHERE (g.job_id, g.id) = (s.job, s.signal) AND g.error IS NULL)
      """;

  /** Signals that were given to two waits, and waits that got two signals or one of another job. */
  private static final String WRONG_SIGNALS =
      """
      SELECT signal FROM (
        SELECT min(signal) AS signal FROM received GROUP BY job, wait, key HAVING count(DISTINCT signal) > 1
        UNION ALL
        SELECT signal FROM received WHERE signal <> 'none'
        GROUP BY job, signal HAVING count(DISTINCT (wait, key)) > 1
        UNION ALL
        SELECT signal FROM received WHERE addressee <> job
        UNION ALL
        SELECT r.signal FROM received r
        LEFT JOIN tenon.job_signals g ON (g.job_id, g.id, g.step_key) = (r.job, r.signal, r.key)
        WHERE r.signal <> 'none' AND g.delivered_at IS NULL
        UNION ALL
        SELECT min(s.signal_id) FROM tenon.job_steps s WHERE s.signal_id IS NOT NULL
        GROUP BY s.job_id, s.signal_id HAVING count(*) > 1) AS x
      """;

  /** Jobs that wait though the signal is there, or their time has passed for long. */
  private static final String STUCK =
      """
      SELECT j.id FROM tenon.live_jobs j JOIN tenon.job_steps s ON s.job_id = j.id
      WHERE j.type = 'fault.durable' AND j.status <> 'running' AND s.state = 'waiting' AND (
        s.until < now() - interval '30 s'
        OR EXISTS (
          SELECT FROM tenon.job_signals g
          WHERE g.job_id = j.id AND g.step_key = s.step_key AND g.name = ANY (s.signals)
            AND g.delivered_at IS NULL AND g.error IS NULL AND g.sent_at < now() - interval '30 s'))
      """;

  /** Jobs that have completed although something of theirs is missing. */
  private static final String INCOMPLETE =
      """
      SELECT j.id FROM tenon.jobs j
      WHERE j.type = 'fault.durable' AND j.status = 'completed' AND (
        (SELECT count(*) FROM tenon.job_steps s WHERE s.job_id = j.id AND s.kind = 'step' AND s.state = 'done') <> %d
        OR (SELECT c.value ->> 'round' FROM tenon.job_cursors c WHERE c.job_id = j.id) IS DISTINCT FROM '%d'
        OR EXISTS (SELECT FROM tenon.job_steps s WHERE s.job_id = j.id AND s.state = 'waiting'))
      """
          .formatted(3 + DurableHandler.ROUNDS.size(), DurableHandler.LAST_POSITION);

  private DurableBooks() {}

  /** Opens the books of a database that has Tenon's tables and no jobs yet. */
  static void open(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(BOOKINGS);
    }
  }

  static DurableReport balance(Connection connection, Path folder)
      throws SQLException, IOException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(LEDGERS);
      for (String ledger : List.of("ran", "returned", "answered", "received", "sent")) {
        Books.load(connection, ledger, Ledger.read(folder, ledger));
        statement.execute("ANALYZE " + ledger);
      }
      DurableReport report =
          new DurableReport(
              Books.count(
                  statement,
                  "SELECT count(*) FROM tenon.jobs WHERE type = 'fault.durable' AND status = 'completed'"),
              Books.count(statement, "SELECT count(*) FROM ran"),
              Books.count(statement, "SELECT count(*) FROM tenon.job_steps"),
              Books.count(statement, "SELECT count(*) FROM answered"),
              Books.count(statement, "SELECT count(*) FROM sent"),
              Books.count(
                  statement,
                  "SELECT count(*) FROM tenon.job_signals WHERE delivered_at IS NOT NULL"),
              Books.ids(statement, REPEATED),
              Books.ids(statement, CHANGED),
              Books.ids(statement, BOOKED_WRONGLY),
              Books.ids(statement, REPEATED_IN_DOUBT),
              Books.ids(statement, LOST_SIGNALS),
              Books.ids(statement, WRONG_SIGNALS),
              Books.ids(statement, STUCK),
              Books.ids(statement, INCOMPLETE));
      statement.execute("DROP TABLE ran, returned, answered, received, sent");
      return report;
    }
  }
}
