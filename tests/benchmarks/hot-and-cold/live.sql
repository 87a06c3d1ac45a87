-- The narrow table and the history: what waits and runs is in live, from which a row is deleted at the end; what never changes
-- is written once, into job_data; how a job ended is appended to history. Beside today's tables, of which it uses workers,
-- job_types, job_attempts and job_logs.
--
-- How rows are found. live is empty at times, and a plan that was made then must serve when it has 200,000 rows. So each
-- function works in two statements. The first finds rows by their ids in a LATERAL subquery, which locks them and therefore
-- cannot be turned into a join: by the primary key, one after the other. It keeps the place (ctid) of each. The second
-- writes the rows at these places. No index and no statistics come into that, and the place of a locked row does not change.
-- These have to be two statements: if somebody else changed a row and this function waited, the place is that of the new
-- version, which a statement that began before does not see. For the same reason they need READ COMMITTED.

CREATE TABLE live (
  id uuid PRIMARY KEY,
  type text NOT NULL,
  run_at timestamptz NOT NULL,
  priority smallint NOT NULL CHECK (priority BETWEEN 0 AND 3),
  -- what a claim or a note changes stands together, so that the log need not have the rest
  status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'queued', 'running', 'completed', 'failed', 'cancelled')),
  attempts integer NOT NULL DEFAULT 0,
  lease bigint NOT NULL DEFAULT 0,
  publish_at timestamptz NOT NULL,
  message_id uuid,
  started_at timestamptz,
  worker_id text,
  progress smallint NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
  progress_message text,
  set_back_at timestamptz,
  cancel_requested_at timestamptz,
  crashes integer NOT NULL DEFAULT 0,
  -- what does not change
  version integer NOT NULL CHECK (version >= 1),
  max_attempts integer NOT NULL CHECK (max_attempts >= 1),
  payload_bytes integer NOT NULL,
  retention_seconds bigint NOT NULL,
  failed_retention_seconds bigint,
  routing_key text NOT NULL,
  limit_key text,
  unique_key text,
  unique_scope text CHECK (unique_scope IN ('until_started', 'until_ended', 'unless_failed', 'until_deleted')),
  unique_until timestamptz,
  schedule text,
  workflow_id uuid,
  external_policy json
) WITH (fillfactor = 45, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
-- No index has a column, or a condition on one, that a note or a claim changes
CREATE INDEX live_in_turn ON live (type, priority, run_at, id) WHERE set_back_at IS NULL AND limit_key IS NULL;
CREATE INDEX live_limited ON live (type, limit_key, priority, run_at, id) WHERE limit_key IS NOT NULL;
CREATE INDEX live_set_back ON live (type, version) WHERE set_back_at IS NOT NULL;
CREATE INDEX live_external ON live (type, priority, run_at, id) WHERE external_policy IS NOT NULL AND limit_key IS NULL;
CREATE INDEX live_by_workflow ON live (workflow_id, id) WHERE workflow_id IS NOT NULL;
CREATE INDEX live_scheduled ON live (schedule) WHERE schedule IS NOT NULL;
CREATE UNIQUE INDEX live_unique ON live (unique_key) WHERE unique_key IS NOT NULL;
CREATE INDEX live_unique_until ON live (unique_until) WHERE unique_key IS NOT NULL AND unique_until IS NOT NULL;

CREATE FUNCTION live_workflow_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER live_workflow_change AFTER UPDATE OF status ON live FOR EACH ROW
WHEN (NEW.workflow_id IS NOT NULL AND OLD.status <> NEW.status) EXECUTE FUNCTION live_workflow_change();
CREATE TRIGGER live_workflow_end AFTER DELETE ON live FOR EACH ROW
WHEN (OLD.workflow_id IS NOT NULL) EXECUTE FUNCTION live_workflow_change();

-- Which jobs each claim took: so the jobs of a lost worker are found without an index on live. A worker's heartbeat deletes the
-- rows all of whose jobs have ended.
CREATE TABLE claims (
  worker_id text NOT NULL, claimed_at timestamptz NOT NULL, ids uuid[] NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX claims_by_worker ON claims (worker_id);

CREATE TABLE job_data (
  id uuid NOT NULL,
  type text NOT NULL,
  submitted_by text NOT NULL,
  submitted_at timestamptz NOT NULL,
  version integer NOT NULL,
  max_attempts integer NOT NULL,
  retention_seconds bigint NOT NULL,
  failed_retention_seconds bigint,
  priority smallint NOT NULL,
  item_id text,
  workflow_id uuid,
  schedule text,
  routing_key text NOT NULL,
  trace_context text,
  external_policy json,
  payload json NOT NULL,
  PRIMARY KEY (type, id)
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
CREATE UNIQUE INDEX job_data_by_submitter ON job_data (submitted_by, id);
CREATE UNIQUE INDEX job_data_by_item ON job_data (item_id, id);

CREATE TABLE history (
  id uuid NOT NULL,
  delete_at timestamptz NOT NULL,
  lease bigint NOT NULL,
  run_at timestamptz NOT NULL,
  started_at timestamptz,
  finished_at timestamptz NOT NULL,
  attempts integer NOT NULL,
  crashes integer NOT NULL,
  result_version integer,
  type text NOT NULL,
  status text NOT NULL CHECK (status IN ('completed', 'failed', 'cancelled')),
  outcome text CHECK (outcome IN ('completed', 'failed', 'timed_out', 'cancelled', 'snoozed', 'released', 'lost')),
  worker_id text,
  result json,
  submitted_by text,
  error_reason text, error_class text, error_message text, stack text, fingerprint text,
  progress smallint, progress_message text, cancel_requested_at timestamptz,
  unique_key text,
  PRIMARY KEY (id)
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
CREATE INDEX history_deletable ON history (delete_at);
CREATE INDEX history_by_time ON history (finished_at);
CREATE INDEX history_failed ON history (status, id) WHERE status IN ('failed', 'cancelled');
CREATE INDEX history_failed_by_type ON history (type, status, id) WHERE status IN ('failed', 'cancelled');
CREATE INDEX history_failed_by_submitter ON history (submitted_by, status, id) WHERE status IN ('failed', 'cancelled');
CREATE INDEX history_by_fingerprint ON history (fingerprint, id) WHERE fingerprint IS NOT NULL;


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
    ), made AS MATERIALIZED (
      SELECT n.id, n.payload, n.payload_bytes,
        CASE WHEN v_own THEN v_priority ELSE coalesce(
          (SELECT s.override_priority FROM set_for_type s WHERE s.type = p_type), v_priority) END AS priority,
        coalesce((SELECT s.override_max_attempts FROM set_for_type s WHERE s.type = p_type), v_max) AS max_attempts,
        CASE WHEN v_waits THEN timestamptz '9999-12-31 00:00:00+00'
          ELSE greatest(now(), coalesce(v_run_at, now() + v_delay * interval '1 millisecond', now())) END AS run_at,
        CASE WHEN NOT v_waits AND v_delay IS NULL AND v_run_at IS NULL THEN now() + 3000 * interval '1 millisecond'
          ELSE greatest(now(), coalesce(v_run_at, now() + v_delay * interval '1 millisecond', now())) END AS publish_at,
        CASE WHEN (SELECT s.is_limited FROM set_for_type s WHERE s.type = p_type) IS NULL THEN v_limit
          WHEN (SELECT s.is_limited FROM set_for_type s WHERE s.type = p_type) THEN coalesce(v_limit, '') END AS limit_key
      FROM unnest(p_ids, p_payloads, v_bytes) AS n (id, payload, payload_bytes)
    ), data AS (
      INSERT INTO job_data (id, type, submitted_by, submitted_at, version, max_attempts, retention_seconds,
        failed_retention_seconds, priority, item_id, workflow_id, routing_key, trace_context, external_policy, payload)
      SELECT m.id, p_type, v_by, now(), v_version, m.max_attempts, v_retention, v_failed, m.priority, v_item, v_workflow,
        v_routing, v_trace, v_policy::json, m.payload::json
      FROM made m
    ), inserted AS (
      INSERT INTO live (id, type, version, routing_key, priority, payload_bytes, max_attempts, retention_seconds, run_at,
        publish_at, external_policy, failed_retention_seconds, limit_key, workflow_id)
      SELECT m.id, p_type, v_version, v_routing, m.priority, m.payload_bytes, m.max_attempts, v_retention, m.run_at,
        m.publish_at, v_policy::json, v_failed, m.limit_key, v_workflow
      FROM made m
      RETURNING live.id, live.type, live.priority, live.limit_key
    )
    SELECT i.id, i.priority, i.limit_key IS NULL
    FROM inserted i JOIN set_for_type s ON s.type = i.type
    WHERE s.override_priority IS NOT NULL OR s.is_limited <> (s.type = ANY ('{}'::text[]))
  LOOP END LOOP;
END $$;

CREATE FUNCTION unique_key_after_live(p_job live, p_status text, p_now timestamptz) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN p_job.unique_key IS NULL OR p_job.unique_until > p_now THEN p_job.unique_key
    WHEN CASE
      WHEN p_status IN ('pending', 'queued') THEN p_job.unique_scope = 'until_started' AND p_job.started_at IS NOT NULL
      WHEN p_status = 'running' THEN p_job.unique_scope = 'until_started'
      WHEN p_status = 'completed' THEN p_job.unique_scope IN ('until_started', 'until_ended')
      ELSE p_job.unique_scope <> 'until_deleted' END
      THEN NULL
    ELSE p_job.unique_key END
$$;

-- A waiting job whose row is locked, and where the row is
CREATE TYPE located_job AS (id uuid, place tid, priority smallint, run_at timestamptz, bytes integer, is_known boolean);

-- Like claim_waiting: claims those of the locked jobs that the worker knows and that fit, and sets back those it does not know.
-- Called by the two others and planned with their settings.
CREATE FUNCTION live_claim_located(p_worker text, p_waiting located_job[], p_max_jobs integer, p_max_bytes bigint)
RETURNS SETOF claimed_job LANGUAGE plpgsql
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_sort = on
AS $$
DECLARE
  v_claimed integer;
BEGIN
  UPDATE workers w SET heartbeat_at = now()
  WHERE w.id = p_worker AND w.heartbeat_at < now() - interval '2 seconds';
  RETURN QUERY
    WITH picked AS (
      SELECT numbered.id, numbered.place, numbered.number
      FROM (
        SELECT w.id, w.place, row_number() OVER in_turn AS number, sum(w.bytes) OVER in_turn AS bytes_so_far
        FROM unnest(p_waiting) AS w
        WHERE w.is_known
        WINDOW in_turn AS (
          ORDER BY w.run_at - w.priority * interval '10 minutes', w.priority DESC, w.run_at, w.id)) AS numbered
      WHERE numbered.number <= p_max_jobs AND (numbered.number = 1 OR numbered.bytes_so_far <= p_max_bytes)
    ), noted AS (
      INSERT INTO claims (worker_id, claimed_at, ids)
      SELECT p_worker, now(), array_agg(p.id) FROM picked p HAVING count(*) > 0
    ), claimed AS (
      UPDATE live j SET
        status = 'running',
        lease = j.lease + 1,
        attempts = j.attempts + 1,
        worker_id = p_worker,
        started_at = now(),
        set_back_at = NULL,
        progress = 0,
        progress_message = NULL,
        unique_key = unique_key_after_live(j, 'running', now())
      FROM picked p
      WHERE j.ctid = p.place
      RETURNING
        p.number, j.id, j.lease, j.type, j.version, j.attempts, j.max_attempts, j.crashes, j.workflow_id,
        (extract(epoch FROM j.started_at - j.run_at) * 1000)::bigint AS waited_millis
    )
    SELECT
      c.id, true, c.lease, c.type, c.version, c.attempts, c.max_attempts, c.crashes, d.payload, d.item_id, d.submitted_by,
      c.workflow_id, d.trace_context, c.waited_millis, NULL::timestamptz[]
    FROM claimed c, LATERAL (
      SELECT x.payload, x.item_id, x.submitted_by, x.trace_context
      FROM job_data x WHERE x.type = c.type AND x.id = c.id OFFSET 0) AS d
    ORDER BY c.number;
  GET DIAGNOSTICS v_claimed = ROW_COUNT;
  IF v_claimed < cardinality(p_waiting) THEN
    RETURN QUERY
      SELECT
        left_over.id, left_over.is_known, NULL::bigint, NULL::text, NULL::integer, NULL::integer, NULL::integer,
        NULL::integer, NULL::json, NULL::text, NULL::text, NULL::uuid, NULL::text, NULL::bigint,
        NULL::timestamptz[]
      FROM (
        SELECT w.id, w.is_known, row_number() OVER (
          PARTITION BY w.is_known
          ORDER BY w.run_at - w.priority * interval '10 minutes', w.priority DESC, w.run_at, w.id) AS number
        FROM unnest(p_waiting) AS w) AS left_over
      WHERE NOT left_over.is_known OR left_over.number > v_claimed;
    UPDATE live j SET
      status = 'pending',
      lease = j.lease + 1,
      set_back_at = coalesce(j.set_back_at, now()),
      publish_at = CASE
        WHEN j.external_policy IS NULL THEN timestamptz '9999-12-31 00:00:00+00'
        ELSE now()
          + least(greatest(3 * (now() - coalesce(j.set_back_at, now())), interval '5 seconds'), interval '1 hour') END
    FROM unnest(p_waiting) AS w
    WHERE j.ctid = w.place AND NOT w.is_known;
  END IF;
END
$$;

-- Like claim_pointed
CREATE FUNCTION live_claim_pointed(
  p_worker text, p_ids uuid[], p_types text[], p_versions integer[], p_max_jobs integer, p_max_bytes bigint)
RETURNS SETOF claimed_job LANGUAGE plpgsql
SET search_path = jobs_schema, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_barred text[];
  v_ids uuid[] := ARRAY(SELECT DISTINCT p.id FROM unnest(p_ids) AS p (id) ORDER BY p.id);
  v_waiting located_job[] := '{}';
  v_found located_job[];
  v_found_ids uuid[];
  v_until timestamptz;
BEGIN
  v_barred := barred_types();
  LOOP
    v_found := ARRAY(
      SELECT ROW(one.id, one.place, one.priority, one.run_at, one.bytes, one.is_known)::located_job
      FROM unnest(v_ids) AS pointed (id), LATERAL (
        SELECT
          j.id, j.ctid AS place, j.priority, j.run_at, j.payload_bytes AS bytes,
          j.version <= coalesce(p_versions[array_position(p_types, j.type)], 0) AND j.type <> ALL (v_barred) AS is_known
        FROM live j
        -- Conditions that match no index except the primary key
        WHERE j.id = pointed.id AND (j.status IN ('pending', 'queued')) IS TRUE AND (j.limit_key IS NULL) IS TRUE
          AND (j.run_at <= now()) IS TRUE
        FOR NO KEY UPDATE SKIP LOCKED) AS one);
    v_waiting := v_waiting || v_found;
    EXIT WHEN cardinality(v_found) = cardinality(v_ids);
    v_found_ids := ARRAY(SELECT f.id FROM unnest(v_found) AS f);
    v_ids := ARRAY(
      SELECT one.id
      FROM unnest(v_ids) AS pointed (id), LATERAL (
        SELECT j.id
        FROM live j
        WHERE j.id = pointed.id AND (j.status IN ('pending', 'queued')) IS TRUE AND (j.limit_key IS NULL) IS TRUE
          AND (j.run_at <= now()) IS TRUE
        OFFSET 0) AS one
      WHERE one.id <> ALL (v_found_ids));
    EXIT WHEN cardinality(v_ids) = 0;
    v_until := coalesce(
      v_until,
      clock_timestamp()
        + CASE WHEN EXISTS (SELECT FROM passed_over) THEN interval '20 milliseconds' ELSE interval '100 milliseconds' END);
    IF clock_timestamp() >= v_until THEN
      INSERT INTO passed_over (job_id) SELECT held.id FROM unnest(v_ids) AS held (id);
      EXIT;
    END IF;
    PERFORM pg_sleep(0.005);
  END LOOP;
  RETURN QUERY SELECT c.* FROM live_claim_located(p_worker, v_waiting, p_max_jobs, p_max_bytes) AS c;
END
$$;

-- Like claim_due, without the looks for jobs that were set back and past jobs that others hold
CREATE FUNCTION live_claim_due(
  p_worker text, p_types text[], p_versions integer[], p_read_from timestamptz[], p_max_jobs integer, p_max_bytes bigint)
RETURNS SETOF claimed_job LANGUAGE plpgsql
SET search_path = jobs_schema, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_started timestamptz := clock_timestamp();
  v_barred text[];
  v_candidates integer := greatest(100, 4 * p_max_jobs);
  v_types text[] := p_types;
  v_due uuid[];
  v_oldest timestamptz[];
  v_waiting located_job[];
BEGIN
  v_barred := barred_types();
  IF p_read_from IS NULL THEN
    v_types := ARRAY(
      WITH RECURSIVE waiting (type) AS (
        (SELECT j.type FROM live j WHERE j.set_back_at IS NULL AND j.limit_key IS NULL ORDER BY j.type LIMIT 1)
        UNION ALL
        SELECT (
          SELECT j.type FROM live j
          WHERE j.set_back_at IS NULL AND j.limit_key IS NULL AND j.type > waiting.type ORDER BY j.type LIMIT 1)
        FROM waiting WHERE waiting.type IS NOT NULL)
      SELECT waiting.type FROM waiting WHERE waiting.type IS NOT NULL);
  END IF;
  SELECT
    array_agg(c.id ORDER BY c.run_at - c.priority * interval '10 minutes', c.priority DESC, c.run_at, c.id),
    ARRAY[min(c.oldest_0), min(c.oldest_1), min(c.oldest_2), min(c.oldest_3)]
  INTO v_due, v_oldest
  FROM (
    SELECT
      of_kind.id, of_kind.run_at, levels.priority,
      min(of_kind.run_at) FILTER (WHERE levels.priority = 0) OVER () AS oldest_0,
      min(of_kind.run_at) FILTER (WHERE levels.priority = 1) OVER () AS oldest_1,
      min(of_kind.run_at) FILTER (WHERE levels.priority = 2) OVER () AS oldest_2,
      min(of_kind.run_at) FILTER (WHERE levels.priority = 3) OVER () AS oldest_3
    FROM unnest(v_types) AS waiting (type)
    JOIN unnest(p_types, p_versions) AS known (type, version) ON known.type = waiting.type
    CROSS JOIN (VALUES (0), (1), (2), (3)) AS levels (priority), LATERAL (
      SELECT j.id, j.run_at
      FROM live j
      WHERE (j.status IN ('pending', 'queued')) IS TRUE AND j.set_back_at IS NULL AND j.limit_key IS NULL
        AND j.type = known.type AND j.priority = levels.priority AND j.run_at <= now() AND j.version <= known.version
        AND j.run_at >= coalesce(p_read_from[levels.priority + 1], '-infinity')
      ORDER BY j.run_at, j.id
      LIMIT v_candidates) AS of_kind
    WHERE known.type <> ALL (v_barred)
    ORDER BY of_kind.run_at - levels.priority * interval '10 minutes', levels.priority DESC, of_kind.run_at, of_kind.id
    LIMIT v_candidates) AS c;
  RETURN QUERY SELECT f.* FROM read_next_from(p_read_from, v_oldest, v_started) AS f;
  v_waiting := ARRAY(
    SELECT ROW(one.id, one.place, one.priority, one.run_at, one.bytes, true)::located_job
    FROM unnest(v_due) AS due (id), LATERAL (
      SELECT j.id, j.ctid AS place, j.priority, j.run_at, j.payload_bytes AS bytes
      FROM live j
      WHERE j.id = due.id AND (j.status IN ('pending', 'queued')) IS TRUE AND (j.set_back_at IS NULL) IS TRUE
        AND (j.limit_key IS NULL) IS TRUE AND (j.run_at <= now()) IS TRUE
      FOR NO KEY UPDATE SKIP LOCKED) AS one
    LIMIT p_max_jobs);
  RETURN QUERY SELECT c.* FROM live_claim_located(p_worker, v_waiting, p_max_jobs, p_max_bytes) AS c;
END
$$;

-- Like mark_queued
CREATE FUNCTION live_mark_queued(p_ids uuid[], p_leases bigint[], p_message_ids uuid[], p_status text)
RETURNS void LANGUAGE plpgsql
SET search_path = jobs_schema, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_places tid[];
  v_message_ids uuid[];
BEGIN
  SELECT array_agg(one.place), array_agg(p.message_id)
  INTO v_places, v_message_ids
  FROM (
    SELECT given.id, given.lease, given.message_id
    FROM unnest(p_ids, p_leases, p_message_ids) AS given (id, lease, message_id)
    ORDER BY given.id) AS p, LATERAL (
    SELECT j.ctid AS place
    FROM live j
    WHERE j.id = p.id AND (j.lease = p.lease) IS TRUE AND (j.status = p_status) IS TRUE
      AND (j.run_at < timestamptz '9999-12-31 00:00:00+00') IS TRUE AND (j.limit_key IS NULL) IS TRUE
    FOR NO KEY UPDATE SKIP LOCKED) AS one;
  UPDATE live j SET status = 'queued', publish_at = now(), message_id = u.message_id
  FROM unnest(v_places, v_message_ids) AS u (place, message_id)
  WHERE j.ctid = u.place;
END
$$;

-- Like finish_attempts: locks all rows first, in the order of their ids. Jobs that end move from live to history, together with
-- their last attempt. The others go back, and the attempt gets a row of its own.
CREATE FUNCTION live_finish_attempts(
  p_ids uuid[], p_leases bigint[], p_workers text[], p_outcomes text[], p_statuses text[], p_results text[],
  p_result_versions integer[], p_error_reasons text[], p_error_classes text[], p_error_messages text[], p_stacks text[],
  p_fingerprints text[], p_delays_millis bigint[], p_max_crashes integer[])
RETURNS SETOF uuid LANGUAGE plpgsql
SET search_path = jobs_schema, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_outcome text := CASE cardinality(p_outcomes) WHEN 1 THEN p_outcomes[1] END;
  v_status text := CASE cardinality(p_statuses) WHEN 1 THEN p_statuses[1] END;
  v_result text := CASE cardinality(p_results) WHEN 1 THEN p_results[1] END;
  v_result_version integer := CASE cardinality(p_result_versions) WHEN 1 THEN p_result_versions[1] END;
  v_error_reason text := CASE cardinality(p_error_reasons) WHEN 1 THEN p_error_reasons[1] END;
  v_error_class text := CASE cardinality(p_error_classes) WHEN 1 THEN p_error_classes[1] END;
  v_error_message text := CASE cardinality(p_error_messages) WHEN 1 THEN p_error_messages[1] END;
  v_stack text := CASE cardinality(p_stacks) WHEN 1 THEN p_stacks[1] END;
  v_fingerprint text := CASE cardinality(p_fingerprints) WHEN 1 THEN p_fingerprints[1] END;
  v_delay_millis bigint := CASE cardinality(p_delays_millis) WHEN 1 THEN p_delays_millis[1] END;
  v_max_crashes integer := CASE cardinality(p_max_crashes) WHEN 1 THEN p_max_crashes[1] END;
  -- One element for each of p_ids; the place is null if the attempt has lost its lease
  v_places tid[];
  v_becomes text[];
  v_crashes integer[];
  v_keys text[];
BEGIN
  PERFORM set_config('idle_in_transaction_session_timeout', '5000', true);
  IF current_setting('lock_timeout')::interval NOT BETWEEN interval '1 millisecond' AND interval '2 seconds' THEN
    PERFORM set_config('lock_timeout', '2000', true);
  END IF;
  SELECT
    array_agg(f.place ORDER BY f.number), array_agg(f.becomes ORDER BY f.number), array_agg(f.crashes ORDER BY f.number),
    array_agg(f.key_after ORDER BY f.number)
  INTO v_places, v_becomes, v_crashes, v_keys
  FROM (
    SELECT ended.number, one.place, one.becomes, one.crashes, one.key_after
    FROM (
      SELECT
        e.number, e.id, e.lease, e.worker, coalesce(e.status, v_status) AS status,
        coalesce(e.max_crashes, v_max_crashes) AS max_crashes
      FROM unnest(p_ids, p_leases, p_workers, p_statuses, p_max_crashes) WITH ORDINALITY
        AS e (id, lease, worker, status, max_crashes, number)
      WHERE e.id IS NOT NULL
      ORDER BY e.id) AS ended LEFT JOIN LATERAL (
      SELECT
        j.ctid AS place, state.becomes, CASE WHEN ended.max_crashes IS NULL THEN j.crashes ELSE j.crashes + 1 END AS crashes,
        unique_key_after_live(j, state.becomes, now()) AS key_after
      FROM live j, LATERAL (
        SELECT CASE
          WHEN ended.status = 'pending' AND j.cancel_requested_at IS NOT NULL THEN 'cancelled'
          WHEN j.crashes + 1 >= ended.max_crashes THEN 'failed'
          ELSE ended.status END AS becomes) AS state
      WHERE j.id = ended.id AND (j.lease = ended.lease) IS TRUE AND (j.worker_id = ended.worker) IS TRUE
        AND (j.status = 'running') IS TRUE
      FOR UPDATE OF j) AS one ON true) AS f;
  RETURN QUERY
    WITH held AS (
      SELECT
        e.place, e.becomes, e.crashes_now, e.key_after,
        coalesce(e.outcome, v_outcome) AS outcome,
        coalesce(e.outcome, v_outcome) NOT IN ('released', 'snoozed', 'lost') AS is_counted,
        coalesce(e.result, v_result) AS result,
        coalesce(e.result_version, v_result_version) AS result_version,
        coalesce(e.error_reason, v_error_reason) AS error_reason,
        coalesce(e.error_class, v_error_class) AS error_class,
        coalesce(e.error_message, v_error_message) AS error_message,
        coalesce(e.stack, v_stack) AS stack,
        coalesce(e.fingerprint, v_fingerprint) AS fingerprint,
        coalesce(e.delay_millis, v_delay_millis) AS delay_millis
      FROM unnest(
        v_places, v_becomes, v_crashes, v_keys, p_outcomes, p_results, p_result_versions, p_error_reasons, p_error_classes,
        p_error_messages, p_stacks, p_fingerprints, p_delays_millis)
        AS e (
          place, becomes, crashes_now, key_after, outcome, result, result_version, error_reason, error_class, error_message,
          stack, fingerprint, delay_millis)
      WHERE e.place IS NOT NULL
    ), gone AS (
      DELETE FROM live j USING held h
      WHERE j.ctid = h.place AND h.becomes <> 'pending' AND h.key_after IS NULL
      RETURNING j.*, h.becomes, h.outcome, h.result, h.result_version, h.error_reason, h.error_class, h.error_message, h.stack,
        h.fingerprint, h.crashes_now, h.is_counted
    ), kept AS (
      -- What goes back, and what has ended and keeps its unique key
      UPDATE live j SET
        status = h.becomes,
        attempts = CASE WHEN h.is_counted THEN j.attempts ELSE j.attempts - 1 END,
        crashes = h.crashes_now,
        run_at = CASE WHEN h.becomes = 'pending' THEN now() + h.delay_millis * interval '1 millisecond' ELSE 'infinity' END,
        publish_at = CASE WHEN h.becomes = 'pending' THEN now() + h.delay_millis * interval '1 millisecond' ELSE 'infinity' END,
        unique_key = h.key_after
      FROM held h
      WHERE j.ctid = h.place AND (h.becomes = 'pending' OR h.key_after IS NOT NULL)
      RETURNING j.*, h.becomes, h.outcome, h.result, h.result_version, h.error_reason, h.error_class, h.error_message, h.stack,
        h.fingerprint, h.crashes_now, h.is_counted
    ), attempts AS (
      INSERT INTO job_attempts (
        job_id, lease, attempt, worker_id, started_at, finished_at, outcome, error_reason, error_class, error_message, stack,
        fingerprint)
      SELECT
        k.id, k.lease, CASE WHEN k.is_counted THEN k.attempts ELSE k.attempts + 1 END, k.worker_id, k.started_at, now(),
        k.outcome, k.error_reason, k.error_class, k.error_message, k.stack, k.fingerprint
      FROM kept k WHERE k.becomes = 'pending'
      RETURNING job_id
    ), ended AS (
      SELECT g.*, CASE WHEN g.is_counted THEN g.attempts ELSE g.attempts - 1 END AS attempts_made FROM gone g
      UNION ALL
      SELECT k.*, k.attempts FROM kept k WHERE k.becomes <> 'pending'
    ), appended AS (
      INSERT INTO history (
        id, delete_at, lease, run_at, started_at, finished_at, attempts, crashes, result_version, type, status, outcome,
        worker_id, result, submitted_by, error_reason, error_class, error_message, stack, fingerprint, progress,
        progress_message, cancel_requested_at, unique_key)
      SELECT
        e.id,
        greatest(
          now() + CASE
            WHEN e.becomes = 'completed' THEN e.retention_seconds
            ELSE coalesce(e.failed_retention_seconds, e.retention_seconds) END * interval '1 second',
          e.unique_until),
        e.lease, e.run_at, e.started_at, now(), e.attempts_made, e.crashes_now, e.result_version, e.type, e.becomes, e.outcome,
        e.worker_id, e.result::json,
        -- Only of those that failed: people look for these by their submitter
        CASE WHEN e.becomes <> 'completed' THEN (SELECT d.submitted_by FROM job_data d WHERE d.type = e.type AND d.id = e.id) END,
        e.error_reason, e.error_class, e.error_message, e.stack, e.fingerprint,
        CASE WHEN e.becomes <> 'completed' THEN e.progress END, CASE WHEN e.becomes <> 'completed' THEN e.progress_message END,
        e.cancel_requested_at, e.unique_key
      FROM ended e
      RETURNING id
    )
    SELECT a.id FROM appended a UNION ALL SELECT t.job_id FROM attempts t;
END
$$;

-- Retention: what may go is found by its time; attempts, logs, then the rest
CREATE FUNCTION bench.prune(p_limit int) RETURNS int LANGUAGE plpgsql
SET search_path = jobs_schema, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_ids uuid[];
  v_types text[];
  v_places tid[];
  v_n int;
BEGIN
  SELECT array_agg(x.id), array_agg(x.type), array_agg(x.place) INTO v_ids, v_types, v_places
  FROM (
    SELECT h.id, h.type, h.ctid AS place FROM history h
    WHERE h.delete_at <= now() ORDER BY h.delete_at LIMIT p_limit FOR UPDATE SKIP LOCKED) AS x;
  IF v_ids IS NULL THEN
    RETURN 0;
  END IF;
  DELETE FROM job_attempts a WHERE a.ctid = ANY (ARRAY(
    SELECT one.place FROM unnest(v_ids) AS given (id), LATERAL (
      SELECT x.ctid AS place FROM job_attempts x WHERE x.job_id = given.id ORDER BY x.job_id, x.lease LIMIT p_limit * 20) AS one));
  DELETE FROM job_logs l WHERE l.ctid = ANY (ARRAY(
    SELECT one.place FROM unnest(v_ids) AS given (id), LATERAL (
      SELECT x.ctid AS place FROM job_logs x WHERE x.job_id = given.id ORDER BY x.job_id, x.id LIMIT p_limit * 20) AS one));
  DELETE FROM job_data d WHERE d.ctid = ANY (ARRAY(
    SELECT one.place FROM unnest(v_ids, v_types) AS given (id, type), LATERAL (
      SELECT x.ctid AS place FROM job_data x WHERE x.type = given.type AND x.id = given.id OFFSET 0) AS one));
  DELETE FROM history h WHERE h.ctid = ANY (v_places);
  GET DIAGNOSTICS v_n = ROW_COUNT;
  RETURN v_n;
END $$;

-- The heartbeat forgets claims all of whose jobs have ended
CREATE FUNCTION bench.forget_claims() RETURNS void LANGUAGE plpgsql
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
  DELETE FROM claims c WHERE NOT EXISTS (
    SELECT FROM unnest(c.ids) AS i (id), LATERAL (
      SELECT j.worker_id, j.status FROM live j WHERE j.id = i.id OFFSET 0) AS j
    WHERE j.worker_id = c.worker_id AND j.status = 'running');
END $$;

-- What the driver calls
CREATE FUNCTION bench.note(p_ids uuid[]) RETURNS void LANGUAGE sql AS $$
  SELECT live_mark_queued(p_ids, array_fill(0::bigint, ARRAY[cardinality(p_ids)]),
    ARRAY(SELECT p_ids[1 + (i - 1) / 50 * 50] FROM generate_series(1, cardinality(p_ids)) AS i), 'pending')
$$;
CREATE FUNCTION bench.claim(p_ids uuid[]) RETURNS bigint LANGUAGE sql AS $$
  SELECT count(*) FROM (
    SELECT c.id, c.payload::text FROM live_claim_pointed('worker-0123456789abcdef', p_ids,
      ARRAY['bench.work0', 'bench.work1', 'bench.work2', 'bench.work3'], ARRAY[1, 1, 1, 1], cardinality(p_ids), 16777216) AS c) AS c
$$;
CREATE FUNCTION bench.claim_due(p_max int) RETURNS uuid[] LANGUAGE sql AS $$
  SELECT coalesce(array_agg(c.id) FILTER (WHERE c.lease IS NOT NULL), '{}') FROM (
    SELECT c.id, c.lease, c.payload::text FROM live_claim_due('worker-0123456789abcdef',
      ARRAY['bench.work0', 'bench.work1', 'bench.work2', 'bench.work3'], ARRAY[1, 1, 1, 1], NULL, p_max, 16777216) AS c) AS c
$$;
CREATE FUNCTION bench.finish(p_ids uuid[]) RETURNS bigint LANGUAGE sql AS $$
  SELECT count(*) FROM live_finish_attempts(p_ids, array_fill(1::bigint, ARRAY[cardinality(p_ids)]),
    array_fill('worker-0123456789abcdef'::text, ARRAY[cardinality(p_ids)]),
    ARRAY['completed'], ARRAY['completed'], ARRAY[NULL]::text[], ARRAY[NULL]::int[], ARRAY[NULL]::text[], ARRAY[NULL]::text[],
    ARRAY[NULL]::text[], ARRAY[NULL]::text[], ARRAY[NULL]::text[], ARRAY[0]::bigint[], ARRAY[NULL]::int[])
$$;
