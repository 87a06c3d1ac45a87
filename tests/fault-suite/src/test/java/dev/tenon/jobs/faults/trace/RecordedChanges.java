package dev.tenon.jobs.faults.trace;

import dev.tenon.jobs.JobStatus;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The changes of jobs that triggers have recorded, each in the transaction that has made it. A row
 * that a transaction changes is locked until its commit, so the numbers of the changes of one job
 * have the order of the commits.
 */
public final class RecordedChanges {

  /**
   * The cause is the function that has called the trigger: the first line of the context is the
   * trigger's own.
   */
  private static final String RECORD =
      """
      CREATE TABLE job_changes (
        number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        job_id uuid NOT NULL,
        status text NOT NULL,
        lease  bigint NOT NULL,
        worker text,
        cause  text NOT NULL,
        message_id uuid);
      CREATE FUNCTION record_job_change() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        v_context text;
      BEGIN
        GET DIAGNOSTICS v_context = PG_CONTEXT;
        INSERT INTO public.job_changes (job_id, status, lease, worker, cause, message_id)
        VALUES (
          NEW.id, NEW.status, NEW.lease, NEW.worker_id,
          coalesce(
            substring(substring(v_context FROM position(E'\\n' IN v_context)) FROM 'function (?:\\w+\\.)?(\\w+)\\('),
            'statement'),
          (to_jsonb(NEW) ->> 'message_id')::uuid);
        RETURN NULL;
      END $$;
      CREATE TRIGGER record_new_job AFTER INSERT ON tenon.live_jobs
      FOR EACH ROW EXECUTE FUNCTION record_job_change();
      CREATE TRIGGER record_job_change AFTER UPDATE ON tenon.live_jobs
      FOR EACH ROW
      WHEN ((OLD.status, OLD.lease, OLD.worker_id) IS DISTINCT FROM (NEW.status, NEW.lease, NEW.worker_id))
      EXECUTE FUNCTION record_job_change();
      CREATE TRIGGER record_ended_job AFTER INSERT ON tenon.ended_jobs
      FOR EACH ROW EXECUTE FUNCTION record_job_change();
      """;

  private RecordedChanges() {}

  /** Begins to record in a database that has Tenon's tables in the schema "tenon", and no jobs. */
  public static void open(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(RECORD);
    }
  }

  /** Returns all changes by now, by their numbers. */
  public static List<JobChange> read(Connection connection) throws SQLException {
    List<JobChange> changes = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT number, job_id, status, lease, worker, cause, message_id"
                    + " FROM job_changes ORDER BY number")) {
      while (rows.next()) {
        changes.add(
            new JobChange(
                rows.getLong(1),
                rows.getObject(2, UUID.class),
                JobStatus.ofCode(rows.getString(3)),
                rows.getLong(4),
                rows.getString(5),
                rows.getString(6),
                rows.getObject(7, UUID.class)));
      }
    }
    return changes;
  }
}
