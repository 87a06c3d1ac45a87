-- PostgresDatabase runs this in the databases of tests. Once the schema tenon has jobs, there is a view of them that tests may write to:
-- INSERT and UPDATE on by_test.jobs write each job to the tables for its status, and DELETE removes it from them. Unlike in
-- tenon.jobs, unique_key is null if the job no longer has its key, and there is payload_bytes. by_test.truncate_jobs()
-- empties all of these tables.
CREATE SCHEMA by_test;
GRANT USAGE ON SCHEMA by_test TO PUBLIC;

-- Writes only the columns of a row that a statement has changed: somebody else may have changed others meanwhile.
CREATE FUNCTION by_test.change_row(p_table regclass, p_changed text[], p_new anyelement, p_type text, p_id uuid)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
  v_changes text;
BEGIN
  SELECT string_agg(format('%1$I = ($1).%1$I', a.attname), ', ')
  INTO v_changes
  FROM pg_attribute a
  WHERE a.attrelid = p_table AND a.attnum > 0 AND a.attname = ANY (p_changed);
  IF v_changes IS NOT NULL THEN
    EXECUTE format('UPDATE %s SET %s WHERE type = $2 AND id = $3', p_table, v_changes) USING p_new, p_type, p_id;
  END IF;
END
$$;

CREATE FUNCTION by_test.write_job()
RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
AS $$
DECLARE
  v_was_live boolean := TG_OP <> 'INSERT' AND OLD.status IN ('pending', 'queued', 'running');
  v_is_live boolean := TG_OP <> 'DELETE' AND NEW.status IN ('pending', 'queued', 'running');
  v_changed text[];
  v_new record;
  v_old record;
BEGIN
  IF TG_OP <> 'DELETE' THEN
    NEW.version := coalesce(NEW.version, 1);
    NEW.submitted_at := coalesce(NEW.submitted_at, now());
    NEW.lease := coalesce(NEW.lease, 0);
    NEW.attempts := coalesce(NEW.attempts, 0);
    NEW.crashes := coalesce(NEW.crashes, 0);
    NEW.progress := coalesce(NEW.progress, 0);
    NEW.run_at := coalesce(NEW.run_at, now());
    NEW.is_external := NEW.external_policy IS NOT NULL;
    NEW.payload_bytes := coalesce(NEW.payload_bytes, octet_length(convert_to(NEW.payload::text, 'UTF8')));
    IF v_is_live THEN
      NEW.publish_at := coalesce(NEW.publish_at, NEW.run_at);
    ELSE
      NEW.finished_at := coalesce(NEW.finished_at, now());
      NEW.delete_at := coalesce(NEW.delete_at, NEW.finished_at + NEW.retention_seconds * interval '1 second');
    END IF;
  END IF;

  IF TG_OP = 'UPDATE' THEN
    -- PostgreSQL would read the whole payload and result, and fails on some valid ones
    v_new := NEW;
    v_new.payload := NULL;
    v_new.result := NULL;
    v_old := OLD;
    v_old.payload := NULL;
    v_old.result := NULL;
    v_changed := ARRAY(
      SELECT n.key
      FROM json_each_text(row_to_json(v_new)) AS n JOIN json_each_text(row_to_json(v_old)) AS o USING (key)
      WHERE n.value IS DISTINCT FROM o.value
      UNION ALL SELECT 'payload' WHERE NEW.payload::text IS DISTINCT FROM OLD.payload::text
      UNION ALL SELECT 'result' WHERE NEW.result::text IS DISTINCT FROM OLD.result::text);
    PERFORM by_test.change_row('tenon.job_data', v_changed, NEW, OLD.type, OLD.id);
    IF v_is_live = v_was_live THEN
      PERFORM by_test.change_row(
        CASE WHEN v_is_live THEN 'tenon.live_jobs' ELSE 'tenon.ended_jobs' END, v_changed, NEW, OLD.type, OLD.id);
    END IF;
  END IF;
  IF v_was_live AND NOT v_is_live THEN
    DELETE FROM tenon.live_jobs WHERE id = OLD.id;
  ELSIF TG_OP <> 'INSERT' AND NOT v_was_live AND (v_is_live OR TG_OP = 'DELETE') THEN
    DELETE FROM tenon.ended_jobs WHERE id = OLD.id;
  END IF;
  IF TG_OP = 'DELETE' THEN
    DELETE FROM tenon.job_data WHERE type = OLD.type AND id = OLD.id;
    DELETE FROM tenon.job_headers WHERE id = OLD.id;
    DELETE FROM tenon.unique_keys WHERE unique_key = OLD.unique_key AND job_id = OLD.id;
    DELETE FROM tenon.limited_runs WHERE type = OLD.type AND job_id = OLD.id;
    DELETE FROM tenon.job_lines WHERE job_id = OLD.id;
    RETURN OLD;
  END IF;

  IF TG_OP = 'INSERT' THEN
    INSERT INTO tenon.job_data (
      id, type, version, routing_key, priority, max_attempts, item_id, submitted_by, submitted_at, schedule, workflow_id,
      limit_key, unique_key, unique_scope, unique_until, retention_seconds, failed_retention_seconds, trace_context,
      external_policy, payload, headers)
    VALUES (
      NEW.id, NEW.type, NEW.version, NEW.routing_key, NEW.priority, NEW.max_attempts, NEW.item_id, NEW.submitted_by,
      NEW.submitted_at, NEW.schedule, NEW.workflow_id, NEW.limit_key, NEW.unique_key, NEW.unique_scope, NEW.unique_until,
      NEW.retention_seconds, NEW.failed_retention_seconds, NEW.trace_context, NEW.external_policy, NEW.payload,
      NEW.headers);
    INSERT INTO tenon.job_headers (name, value, id, type)
    SELECT header.name, header.value, NEW.id, NEW.type FROM jsonb_each_text(NEW.headers) AS header (name, value);
  END IF;
  IF v_is_live AND NOT v_was_live THEN
    INSERT INTO tenon.live_jobs (
      id, type, priority, run_at, status, lease, attempts, crashes, publish_at, message_id, started_at, worker_id, progress,
      progress_message, parked_at, cancel_requested_at, error_reason, error_class, error_message, version, max_attempts,
      retention_seconds, failed_retention_seconds, routing_key, workflow_id, schedule, limit_key, unique_key, unique_scope,
      unique_until, is_external, payload_bytes, start_before)
    VALUES (
      NEW.id, NEW.type, NEW.priority, NEW.run_at, NEW.status, NEW.lease, NEW.attempts, NEW.crashes, NEW.publish_at,
      NEW.message_id, NEW.started_at, NEW.worker_id, NEW.progress, NEW.progress_message, NEW.parked_at,
      NEW.cancel_requested_at, NEW.error_reason, NEW.error_class, NEW.error_message, NEW.version, NEW.max_attempts,
      NEW.retention_seconds, NEW.failed_retention_seconds, NEW.routing_key, NEW.workflow_id, NEW.schedule, NEW.limit_key,
      NEW.unique_key, NEW.unique_scope, NEW.unique_until, NEW.is_external, NEW.payload_bytes,
      NEW.start_before);
  ELSIF NOT v_is_live AND (v_was_live OR TG_OP = 'INSERT') THEN
    INSERT INTO tenon.ended_jobs (
      id, type, status, lease, attempts, crashes, run_at, finished_at, delete_at, workflow_id, submitted_by,
      cancel_requested_at, progress, progress_message, result, result_version, worker_id, started_at, error_reason,
      error_class, error_message)
    VALUES (
      NEW.id, NEW.type, NEW.status, NEW.lease, NEW.attempts, NEW.crashes, NEW.run_at, NEW.finished_at, NEW.delete_at,
      NEW.workflow_id, NEW.submitted_by, NEW.cancel_requested_at, NEW.progress, NEW.progress_message, NEW.result,
      NEW.result_version, NEW.worker_id, NEW.started_at, NEW.error_reason, NEW.error_class, NEW.error_message);
  END IF;

  IF TG_OP = 'INSERT' OR v_changed && '{id, unique_key, unique_until}' THEN
    IF TG_OP = 'UPDATE' THEN
      DELETE FROM tenon.unique_keys WHERE unique_key = OLD.unique_key AND job_id = OLD.id;
    END IF;
    IF NEW.unique_key IS NOT NULL THEN
      INSERT INTO tenon.unique_keys (unique_key, job_id, unique_until) VALUES (NEW.unique_key, NEW.id, NEW.unique_until);
    END IF;
  END IF;
  IF TG_OP = 'INSERT' OR v_changed && '{id, type, status, worker_id, started_at, limit_key}' THEN
    IF TG_OP = 'UPDATE' THEN
      DELETE FROM tenon.limited_runs WHERE type = OLD.type AND job_id = OLD.id;
    END IF;
    IF NEW.status = 'running' AND NEW.limit_key IS NOT NULL THEN
      INSERT INTO tenon.limited_runs (type, limit_key, job_id) VALUES (NEW.type, NEW.limit_key, NEW.id);
    END IF;
    IF NEW.status = 'running' AND NEW.worker_id IS NOT NULL THEN
      INSERT INTO tenon.claims (worker_id, claimed_at, job_ids) VALUES (NEW.worker_id, coalesce(NEW.started_at, now()), ARRAY[NEW.id]);
    END IF;
  END IF;
  RETURN NEW;
END
$$;

CREATE PROCEDURE by_test.truncate_jobs()
LANGUAGE plpgsql SECURITY DEFINER
AS $$
BEGIN
  TRUNCATE tenon.live_jobs, tenon.ended_jobs, tenon.job_data, tenon.earlier_attempts, tenon.unique_keys, tenon.claims,
    tenon.limited_runs, tenon.job_headers, tenon.job_lines, tenon.lines_to_advance;
END
$$;

CREATE FUNCTION by_test.make_jobs()
RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER
AS $$
DECLARE
  v_columns text;
BEGIN
  IF NOT EXISTS (
    SELECT FROM pg_event_trigger_ddl_commands() AS c
    WHERE c.classid = 'pg_class'::regclass AND c.objid = to_regclass('tenon.jobs')) THEN
    RETURN;
  END IF;
  SELECT string_agg(
    CASE a.attname
      WHEN 'unique_key' THEN 'u.unique_key'
      WHEN 'unique_until' THEN 'CASE WHEN u.unique_key IS NULL THEN j.unique_until ELSE u.unique_until END AS unique_until'
      ELSE format('j.%I', a.attname) END,
    ', ' ORDER BY a.attnum)
  INTO v_columns
  FROM pg_attribute a
  WHERE a.attrelid = 'tenon.jobs'::regclass AND a.attnum > 0;
  EXECUTE format(
    $sql$
      CREATE OR REPLACE VIEW by_test.jobs AS
      SELECT %s, j.external_policy IS NOT NULL AS is_external, l.payload_bytes
      FROM tenon.jobs j
      LEFT JOIN tenon.live_jobs l ON l.id = j.id
      LEFT JOIN tenon.unique_keys u ON u.unique_key = j.unique_key AND u.job_id = j.id
    $sql$,
    v_columns);
  CREATE OR REPLACE TRIGGER write_job INSTEAD OF INSERT OR UPDATE OR DELETE ON by_test.jobs
  FOR EACH ROW EXECUTE FUNCTION by_test.write_job();
END
$$;

CREATE EVENT TRIGGER by_test ON ddl_command_end WHEN TAG IN ('CREATE VIEW') EXECUTE FUNCTION by_test.make_jobs();
