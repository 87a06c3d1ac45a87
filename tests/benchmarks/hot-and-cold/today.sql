-- Today: the statements of the runtime, called in batches, on the tables of the migrations.

-- As NewRows writes it: what all jobs of the batch have in common is a value, the rest are arrays
CREATE FUNCTION bench.submit(p_ids uuid[], p_payloads text[], p_type text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_version int := 1; v_routing text := 'jobs.bench.work'; v_priority smallint := 1; v_own boolean := false; v_item text;
  v_by text := 'user-4711@example.com';
  v_max int := 3; v_retention bigint := coalesce(nullif(current_setting('bench.retention', true), '')::bigint, 0);
  v_delay bigint; v_run_at timestamptz; v_policy text; v_failed bigint; v_limit text;
  v_workflow uuid; v_trace text; v_waits boolean := false;
  v_changed record;
  v_bytes int[] := ARRAY(SELECT octet_length(p) FROM unnest(p_payloads) AS p);
BEGIN
  FOR v_changed IN
    WITH set_for_type AS (
      SELECT t.type, t.override_priority, t.override_max_attempts, t.is_limited FROM job_types t WHERE t.type = ANY (ARRAY[p_type])
    ), inserted AS (
      INSERT INTO jobs (id, type, version, routing_key, priority, payload, payload_bytes, item_id, submitted_by, max_attempts,
        retention_seconds, run_at, publish_at, external_policy, failed_retention_seconds, limit_key, workflow_id, trace_context)
      SELECT n.id, p_type, v_version, v_routing,
        CASE WHEN v_own THEN v_priority ELSE coalesce(
          (SELECT s.override_priority FROM set_for_type s WHERE s.type = p_type), v_priority) END,
        n.payload::json, n.payload_bytes, v_item, v_by,
        coalesce((SELECT s.override_max_attempts FROM set_for_type s WHERE s.type = p_type), v_max),
        v_retention,
        CASE WHEN v_waits THEN timestamptz '9999-12-31 00:00:00+00'
          ELSE greatest(now(), coalesce(v_run_at, now() + v_delay * interval '1 millisecond', now())) END,
        CASE WHEN NOT v_waits AND v_delay IS NULL AND v_run_at IS NULL THEN now() + 3000 * interval '1 millisecond'
          ELSE greatest(now(), coalesce(v_run_at, now() + v_delay * interval '1 millisecond', now())) END,
        v_policy::json, v_failed,
        CASE WHEN (SELECT s.is_limited FROM set_for_type s WHERE s.type = p_type) IS NULL THEN v_limit
          WHEN (SELECT s.is_limited FROM set_for_type s WHERE s.type = p_type) THEN coalesce(v_limit, '') END,
        v_workflow, v_trace
      FROM unnest(p_ids, p_payloads, v_bytes) AS n (id, payload, payload_bytes)
      RETURNING jobs.id, jobs.type, jobs.priority, jobs.limit_key
    )
    SELECT i.id, i.priority, i.limit_key IS NULL
    FROM inserted i JOIN set_for_type s ON s.type = i.type
    WHERE s.override_priority IS NOT NULL OR s.is_limited <> (s.type = ANY ('{}'::text[]))
  LOOP END LOOP;
END $$;

-- As RetentionStore.prune: lock, attempts, logs, jobs
CREATE FUNCTION bench.prune(p_limit int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE v_ids uuid[]; v_n int;
BEGIN
  v_ids := ARRAY(SELECT j.id FROM jobs j WHERE j.delete_at <= now() AND j.workflow_id IS NULL
    ORDER BY j.delete_at LIMIT p_limit FOR UPDATE SKIP LOCKED);
  DELETE FROM job_attempts a WHERE a.ctid = ANY (ARRAY(SELECT one.place FROM unnest(v_ids) AS given (id), LATERAL (
    SELECT x.ctid AS place FROM job_attempts x WHERE x.job_id = given.id ORDER BY x.job_id, x.lease
    LIMIT p_limit * 20) AS one LIMIT p_limit * 20));
  DELETE FROM job_logs l WHERE l.ctid = ANY (ARRAY(SELECT one.place FROM unnest(v_ids) AS given (id), LATERAL (
    SELECT x.ctid AS place FROM job_logs x WHERE x.job_id = given.id ORDER BY x.job_id, x.id LIMIT p_limit * 20) AS one LIMIT p_limit * 20));
  DELETE FROM jobs j WHERE j.id = ANY (v_ids);
  GET DIAGNOSTICS v_n = ROW_COUNT;
  RETURN v_n;
END $$;

CREATE FUNCTION bench.note(p_ids uuid[]) RETURNS void LANGUAGE sql AS $$
  SELECT mark_queued(p_ids, array_fill(0::bigint, ARRAY[cardinality(p_ids)]),
    ARRAY(SELECT p_ids[1 + (i - 1) / 50 * 50] FROM generate_series(1, cardinality(p_ids)) AS i), 'pending')
$$;
CREATE FUNCTION bench.claim(p_ids uuid[]) RETURNS bigint LANGUAGE sql AS $$
  SELECT count(*) FROM (SELECT c.id, c.payload::text FROM claim_pointed('worker-0123456789abcdef', p_ids,
    ARRAY['bench.work0', 'bench.work1', 'bench.work2', 'bench.work3'],
    ARRAY[1, 1, 1, 1], cardinality(p_ids), 16777216) AS c) AS all_of_them
$$;
CREATE FUNCTION bench.claim_due(p_max int) RETURNS uuid[] LANGUAGE sql AS $$
  SELECT coalesce(array_agg(c.id) FILTER (WHERE c.lease IS NOT NULL), '{}') FROM (
    SELECT c.id, c.lease, c.payload::text FROM claim_due('worker-0123456789abcdef',
    ARRAY['bench.work0', 'bench.work1', 'bench.work2', 'bench.work3'],
    ARRAY[1, 1, 1, 1], NULL, p_max, 16777216) AS c) AS c
$$;
CREATE FUNCTION bench.finish(p_ids uuid[]) RETURNS bigint LANGUAGE sql AS $$
  SELECT count(*) FROM finish_attempts(p_ids, array_fill(1::bigint, ARRAY[cardinality(p_ids)]),
    array_fill('worker-0123456789abcdef'::text, ARRAY[cardinality(p_ids)]),
    ARRAY['completed'], ARRAY['completed'], ARRAY[NULL]::text[], ARRAY[NULL]::int[], ARRAY[NULL]::text[], ARRAY[NULL]::text[], ARRAY[NULL]::text[],
    ARRAY[NULL]::text[], ARRAY[NULL]::text[], ARRAY[0]::bigint[], ARRAY[NULL]::int[])
$$;
CREATE FUNCTION bench.forget_claims() RETURNS void LANGUAGE sql AS 'SELECT';
