-- Made from dev.tenon.jobs.store.StatusChange by StatusGuardTest, which -Dtenon.golden=rewrite lets write this file.
-- PostgresDatabase runs it in the databases of tests. It waits for a table "jobs" with a lease to be created, and gives
-- it triggers that refuse every change of status, lease and worker that is not listed.
CREATE SCHEMA status_guard;
GRANT USAGE ON SCHEMA status_guard TO PUBLIC;

CREATE FUNCTION status_guard.check_change()
RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
  v_id uuid := CASE TG_OP WHEN 'INSERT' THEN NEW.id ELSE OLD.id END;
  v_from text := CASE TG_OP WHEN 'INSERT' THEN 'none' ELSE OLD.status END;
  v_to text := CASE TG_OP WHEN 'DELETE' THEN 'none' ELSE NEW.status END;
  v_old_lease bigint := CASE TG_OP WHEN 'INSERT' THEN 0 ELSE OLD.lease END;
  v_new_lease bigint := CASE TG_OP WHEN 'DELETE' THEN OLD.lease ELSE NEW.lease END;
  v_old_worker text := CASE TG_OP WHEN 'INSERT' THEN NULL ELSE OLD.worker_id END;
  v_new_worker text := CASE TG_OP WHEN 'DELETE' THEN OLD.worker_id ELSE NEW.worker_id END;
BEGIN
  IF EXISTS (
    SELECT
    FROM (VALUES
      ('submit', 'none', 'pending', 0, false),
      ('publish', 'pending', 'queued', 0, false),
      ('publish_again', 'queued', 'queued', 0, false),
      ('claim', 'pending', 'running', 1, true),
      ('claim', 'queued', 'running', 1, true),
      ('set_back', 'pending', 'pending', 1, false),
      ('set_back', 'queued', 'pending', 1, false),
      ('move', 'pending', 'pending', 1, false),
      ('move', 'queued', 'pending', 1, false),
      ('adopt', 'pending', 'pending', 1, false),
      ('adopt', 'queued', 'pending', 1, false),
      ('put_back', 'pending', 'pending', 1, false),
      ('put_back', 'queued', 'pending', 1, false),
      ('finish', 'running', 'pending', 0, false),
      ('finish', 'running', 'completed', 0, false),
      ('finish', 'running', 'failed', 0, false),
      ('finish', 'running', 'cancelled', 0, false),
      ('rescue', 'running', 'pending', 0, false),
      ('rescue', 'running', 'failed', 0, false),
      ('rescue', 'running', 'cancelled', 0, false),
      ('refuse_input', 'pending', 'failed', 0, false),
      ('skip', 'pending', 'cancelled', 0, false),
      ('skip', 'queued', 'cancelled', 0, false),
      ('resume_skipped', 'cancelled', 'pending', 0, false),
      ('cancel_waiting', 'pending', 'cancelled', 0, false),
      ('cancel_waiting', 'queued', 'cancelled', 0, false),
      ('retry', 'failed', 'pending', 0, false),
      ('retry', 'cancelled', 'pending', 0, false),
      ('delete', 'completed', 'none', 0, false),
      ('delete', 'failed', 'none', 0, false),
      ('delete', 'cancelled', 'none', 0, false)
    ) AS c (change, status_from, status_to, lease_step, sets_worker)
    WHERE c.status_from = v_from AND c.status_to = v_to AND c.lease_step = v_new_lease - v_old_lease
      AND CASE
        WHEN c.sets_worker THEN v_new_worker IS NOT NULL
        ELSE v_new_worker IS NOT DISTINCT FROM v_old_worker END)
  THEN
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  RAISE EXCEPTION 'Job % may not change in this way: status % to %, lease % to %, worker % to %.',
    v_id, v_from, v_to, v_old_lease, v_new_lease, coalesce(v_old_worker, 'none'), coalesce(v_new_worker, 'none')
    USING HINT = 'StatusChange lists what may happen. A test that writes rows itself has /* by the test */ in the statement.';
END
$$;

CREATE FUNCTION status_guard.guard_jobs()
RETURNS event_trigger
LANGUAGE plpgsql
AS $$
DECLARE
  v_table regclass;
  -- Tests that write rows themselves say so. In the condition, since they write many.
  v_unless_by_the_test text := 'current_query() NOT LIKE ''%/* by the test */%''';
BEGIN
  FOR v_table IN
    SELECT c.objid::regclass
    FROM pg_event_trigger_ddl_commands() AS c
    JOIN pg_class t ON t.oid = c.objid AND t.relname = 'jobs' AND t.relkind = 'r'
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = 'lease'
    WHERE c.classid = 'pg_class'::regclass
  LOOP
    EXECUTE format(
      'CREATE TRIGGER status_guard_insert BEFORE INSERT ON %s FOR EACH ROW'
        ' WHEN ((NEW.status NOT IN (''pending'') OR NEW.lease <> 0 OR NEW.worker_id IS NOT NULL) AND %s)'
        ' EXECUTE FUNCTION status_guard.check_change()',
      v_table, v_unless_by_the_test);
    EXECUTE format(
      'CREATE TRIGGER status_guard_update BEFORE UPDATE ON %s FOR EACH ROW'
        ' WHEN ((NEW.status <> OLD.status OR NEW.lease <> OLD.lease OR NEW.worker_id IS DISTINCT FROM OLD.worker_id) AND %s)'
        ' EXECUTE FUNCTION status_guard.check_change()',
      v_table, v_unless_by_the_test);
    EXECUTE format(
      'CREATE TRIGGER status_guard_delete BEFORE DELETE ON %s FOR EACH ROW'
        ' WHEN ((OLD.status NOT IN (''completed'', ''failed'', ''cancelled'')) AND %s)'
        ' EXECUTE FUNCTION status_guard.check_change()',
      v_table, v_unless_by_the_test);
  END LOOP;
END
$$;

CREATE EVENT TRIGGER status_guard ON ddl_command_end WHEN TAG IN ('CREATE TABLE')
EXECUTE FUNCTION status_guard.guard_jobs();
