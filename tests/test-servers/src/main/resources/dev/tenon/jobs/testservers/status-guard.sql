-- Made from dev.tenon.jobs.store.StatusChange by StatusGuardTest, which -Dtenon.golden=rewrite lets write this file.
-- PostgresDatabase runs it in the databases of tests. It waits for a table "jobs" with a lease to be created, and gives
-- it triggers that refuse every change of status, lease and worker that is not listed.
CREATE SCHEMA status_guard;
GRANT USAGE ON SCHEMA status_guard TO PUBLIC;

-- The conditions of the triggers decide, which costs less than a call for each row
CREATE FUNCTION status_guard.refuse_change()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  RAISE EXCEPTION 'Job % may not change in this way: status % to %, lease % to %, worker % to %.',
    coalesce(OLD.id, NEW.id), coalesce(OLD.status, 'none'), coalesce(NEW.status, 'none'),
    coalesce(OLD.lease::text, 'none'), coalesce(NEW.lease::text, 'none'),
    coalesce(OLD.worker_id, 'none'), coalesce(NEW.worker_id, 'none')
    USING HINT = 'StatusChange lists what may happen. A test that writes rows itself has /* by the test */ in the statement.';
END
$$;

CREATE FUNCTION status_guard.guard_jobs()
RETURNS event_trigger
LANGUAGE plpgsql
AS $$
DECLARE
  v_table regclass;
BEGIN
  FOR v_table IN
    SELECT c.objid::regclass
    FROM pg_event_trigger_ddl_commands() AS c
    JOIN pg_class t ON t.oid = c.objid AND t.relname = 'jobs' AND t.relkind = 'r'
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = 'lease'
    WHERE c.classid = 'pg_class'::regclass
  LOOP
    EXECUTE format(
      $sql$
        CREATE TRIGGER status_guard_insert BEFORE INSERT ON %s FOR EACH ROW
        WHEN (
          (NEW.status NOT IN ('pending') OR NEW.lease <> 0 OR NEW.worker_id IS NOT NULL)
          AND current_query() NOT LIKE '%%/* by the test */%%')
        EXECUTE FUNCTION status_guard.refuse_change()
      $sql$,
      v_table);
    EXECUTE format(
      $sql$
        CREATE TRIGGER status_guard_update BEFORE UPDATE ON %s FOR EACH ROW
        WHEN (
          (NEW.status <> OLD.status OR NEW.lease <> OLD.lease OR NEW.worker_id IS DISTINCT FROM OLD.worker_id)
          AND NOT (
            NEW.worker_id IS NOT DISTINCT FROM OLD.worker_id
            AND OLD.status || ' to ' || NEW.status || ', lease + ' || NEW.lease - OLD.lease IN (
              'pending to queued, lease + 0',
              'queued to queued, lease + 0',
              'pending to pending, lease + 1',
              'queued to pending, lease + 1',
              'running to pending, lease + 0',
              'running to completed, lease + 0',
              'running to failed, lease + 0',
              'running to cancelled, lease + 0',
              'pending to failed, lease + 0',
              'pending to cancelled, lease + 0',
              'queued to cancelled, lease + 0',
              'cancelled to pending, lease + 0',
              'failed to pending, lease + 0'))
          AND NOT (
            NEW.worker_id IS NOT NULL
            AND OLD.status || ' to ' || NEW.status || ', lease + ' || NEW.lease - OLD.lease IN (
              'pending to running, lease + 1',
              'queued to running, lease + 1'))
          AND current_query() NOT LIKE '%%/* by the test */%%')
        EXECUTE FUNCTION status_guard.refuse_change()
      $sql$,
      v_table);
    EXECUTE format(
      $sql$
        CREATE TRIGGER status_guard_delete BEFORE DELETE ON %s FOR EACH ROW
        WHEN (OLD.status NOT IN ('completed', 'failed', 'cancelled') AND current_query() NOT LIKE '%%/* by the test */%%')
        EXECUTE FUNCTION status_guard.refuse_change()
      $sql$,
      v_table);
  END LOOP;
END
$$;

CREATE EVENT TRIGGER status_guard ON ddl_command_end WHEN TAG IN ('CREATE TABLE')
EXECUTE FUNCTION status_guard.guard_jobs();
