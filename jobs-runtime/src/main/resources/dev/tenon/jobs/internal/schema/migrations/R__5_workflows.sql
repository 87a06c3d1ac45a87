-- Workflows: jobs that wait for others, and jobs that belong together. The transaction that ends a job, for whatever
-- reason, decides what its workflow does next: the functions of the life cycle record the change, and all of its
-- consequences are applied before the commit, under a lock of the workflow.
--
-- A plan that was made for empty tables is kept. So each row is looked up by its id in a LATERAL or scalar subquery,
-- where the planner can use no other index, and written at its place (ctid). Rows of live_jobs are locked in a
-- statement before that (R__2_life_cycle.sql says why). Those of workflow_tasks and workflow_edges are only changed
-- under the lock of their workflow, so that one statement may read their places and write to them.

-- Records changes of jobs for settle_workflows, which the caller passes without transaction and is_first. For this
-- transaction, the setting tenon.unsettled holds the table of jobs that has unsettled changes, and with it the
-- schema. Only the first change queues a call before the commit, because each call has to look at all changes.
CREATE OR REPLACE FUNCTION note_workflow_changes(p_changes workflow_changes[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
AS $$
DECLARE
  v_table text := 'live_jobs'::regclass::oid::text;
  v_is_first boolean := current_setting('tenon.unsettled', true) IS DISTINCT FROM v_table;
BEGIN
  INSERT INTO workflow_changes (
    transaction, workflow_id, id, is_member, was, becomes, attempted, has_failed, is_retried, delete_at, is_first)
  SELECT
    txid_current(), c.workflow_id, c.id, c.is_member, c.was, c.becomes, c.attempted, c.has_failed, c.is_retried, c.delete_at,
    v_is_first AND c.number = 1
  FROM unnest(p_changes) WITH ORDINALITY
    AS c (
      transaction, workflow_id, id, is_member, was, becomes, attempted, has_failed, is_retried, delete_at, is_first, number);
  IF v_is_first AND FOUND THEN
    PERFORM set_config('tenon.unsettled', v_table, true);
  END IF;
END
$$;

-- The state of an edge, by the end of its predecessor (null if it has not ended)
CREATE OR REPLACE FUNCTION edge_state(p_condition text, p_outcome text, p_has_failures boolean, p_is_attempted boolean)
RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
  SELECT CASE
    WHEN p_condition = 'first_failure' AND p_has_failures THEN 'met'
    WHEN p_condition = 'all_attempted' THEN CASE WHEN p_is_attempted THEN 'met' ELSE 'waiting' END
    WHEN p_outcome IS NULL THEN 'waiting'
    WHEN p_condition = 'ended' THEN 'met'
    WHEN p_condition = 'not_skipped' THEN CASE WHEN p_outcome = 'skipped' THEN 'broken' ELSE 'met' END
    WHEN p_condition = 'succeeded' THEN CASE WHEN p_outcome = 'completed' THEN 'met' ELSE 'broken' END
    WHEN p_condition = 'failed' THEN CASE WHEN p_outcome IN ('failed', 'cancelled') THEN 'met' ELSE 'broken' END
    ELSE 'broken' END
$$;

-- Another job in place of a follow-up that was already released: its event can occur again
CREATE OR REPLACE FUNCTION renew_follow_up(p_workflow uuid, p_follow_up uuid, p_condition text)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
AS $$
DECLARE
  v_id uuid := new_job_id();
  d job_data;
BEGIN
  SELECT one.* INTO d
  FROM (SELECT s.type FROM job_states s WHERE s.id = p_follow_up OFFSET 0) AS s, LATERAL (
    SELECT x.* FROM job_data x WHERE x.type = s.type AND x.id = p_follow_up OFFSET 0) AS one;
  -- Everything that was submitted, except values of that one job
  d.id := v_id;
  d.submitted_at := now();
  d.schedule := NULL;
  d.unique_key := NULL;
  d.unique_scope := NULL;
  d.unique_until := NULL;
  INSERT INTO job_data VALUES (d.*);
  INSERT INTO job_headers (name, value, id, type)
  SELECT header.name, header.value, v_id, d.type FROM jsonb_each_text(d.headers) AS header (name, value);
  INSERT INTO live_jobs (
    id, type, priority, run_at, publish_at, version, max_attempts, retention_seconds, failed_retention_seconds, routing_key,
    workflow_id, limit_key, cost, order_key, is_external, payload_bytes, start_within_millis, start_before, backlog_key)
  VALUES (
    d.id, d.type, d.priority, never(), never(), d.version, d.max_attempts, d.retention_seconds, d.failed_retention_seconds,
    d.routing_key, d.workflow_id, d.limit_key, d.cost, d.order_key, d.external_policy IS NOT NULL,
    octet_length(convert_to(d.payload::text, 'UTF8')), d.start_within_millis,
    latest_start(never(), d.start_within_millis, d.start_before), d.backlog_key);
  INSERT INTO workflow_tasks (id, workflow_id, is_follow_up, type, waits_for, delay_millis)
  SELECT v_id, s.workflow_id, true, s.type, 1, s.delay_millis
  FROM workflow_tasks s
  WHERE s.id = p_follow_up;
  UPDATE workflow_edges e SET successor = v_id, state = 'waiting'
  WHERE e.predecessor = p_workflow AND e.successor = p_follow_up AND e.condition = p_condition;
  UPDATE workflows w SET open_follow_ups = w.open_follow_ups + 1 WHERE w.id = p_workflow;
END
$$;

-- Ends tasks that can no longer be started or are not needed, without running them, and with them tasks of the same
-- workflow that wait for their success or failure, level by level. In a long chain, this costs far less than settling
-- each level: only edges and tasks are touched. If a limit stops it, the rest is settled like the consequences of any
-- change.
CREATE OR REPLACE FUNCTION stop_tasks(p_tasks uuid[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_now timestamptz := clock_timestamp();
  v_all uuid[];
  v_level uuid[];
  v_more uuid[];
BEGIN
  -- Cancelled tasks stay cancelled
  WITH stopped AS (
    UPDATE workflow_tasks s SET is_stopped = true
    WHERE s.id = ANY (p_tasks)
      AND ((SELECT j.status FROM live_jobs j WHERE j.id = s.id) IN ('pending', 'queued')
        OR (SELECT w.outcome IS NULL FROM workflows w WHERE w.id = s.id))
    RETURNING s.id)
  SELECT array_agg(s.id) INTO v_level FROM stopped s;
  v_all := v_level;
  WHILE v_level IS NOT NULL AND cardinality(v_all) < 5000 LOOP
    WITH moved AS (
      SELECT o.place, o.was
      FROM unnest(v_level) AS p (id), LATERAL (
        SELECT e.ctid AS place, e.state AS was
        FROM workflow_edges e
        WHERE e.predecessor = p.id AND NOT e.leads_out AND e.condition IN ('succeeded', 'not_skipped', 'failed') AND e.state <> 'broken'
          AND (SELECT NOT s.is_released FROM workflow_tasks s WHERE s.id = e.successor)
        OFFSET 0) AS o
      -- A workflow notifies its own tasks and those that wait for it when it is counted
      WHERE (SELECT true FROM job_states j WHERE j.id = p.id)
      LIMIT 5000),
    edges AS (
      UPDATE workflow_edges e SET state = 'broken'
      FROM moved m
      WHERE e.ctid = m.place
      RETURNING e.successor, m.was),
    delta AS (
      SELECT e.successor, sum((e.was = 'waiting')::integer) AS waited, count(*) AS broken
      FROM edges e
      GROUP BY e.successor),
    seen AS (
      SELECT d.*, one.*
      FROM delta d, LATERAL (
        SELECT
          s.ctid AS place,
          NOT s.is_stopped AND (
            coalesce((SELECT j.status IN ('pending', 'queued') FROM live_jobs j WHERE j.id = s.id), false)
            OR coalesce((SELECT w.outcome IS NULL FROM workflows w WHERE w.id = s.id), false)) AS stops
        FROM workflow_tasks s
        WHERE s.id = d.successor
        OFFSET 0) AS one),
    tasks AS (
      UPDATE workflow_tasks s SET
        waits_for = s.waits_for - n.waited, broken = s.broken + n.broken, is_stopped = s.is_stopped OR n.stops, prepare_at = NULL
      FROM seen n
      WHERE s.ctid = n.place
      RETURNING s.id, n.stops)
    SELECT array_agg(s.id) FILTER (WHERE s.stops) INTO v_more FROM tasks s;
    v_all := v_all || v_more;
    v_level := v_more;
  END LOOP;
  PERFORM FROM end_waiting_jobs(v_all, 'cancelled', true, p_now => v_now);
  WITH stopped AS (
    UPDATE workflows w SET
      outcome = 'skipped', is_open = false, is_attempted = true, settled_at = v_now,
      delete_at = CASE WHEN w.parent_id IS NULL THEN v_now + interval '7 days' ELSE w.delete_at END
    WHERE w.id = ANY (v_all) AND w.outcome IS NULL
    RETURNING w.id, w.parent_id)
  INSERT INTO workflow_changes (transaction, workflow_id, id, is_member, becomes, attempted)
  -- An empty one that is not a task has only its follow-ups to notify
  SELECT
    txid_current(), coalesce(s.parent_id, s.id), s.id, s.parent_id IS NOT NULL,
    CASE WHEN s.parent_id IS NOT NULL THEN 'skipped' END, 1
  FROM stopped s;
END
$$;

-- Reverts the end of tasks, and of tasks of the same workflow that were ended with them, level by level
CREATE OR REPLACE FUNCTION start_tasks(p_tasks uuid[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_all uuid[];
  v_level uuid[];
  v_more uuid[];
BEGIN
  -- Another edge may have been broken since
  SELECT array_agg(s.id) INTO v_level FROM workflow_tasks s WHERE s.id = ANY (p_tasks) AND s.broken = 0 AND s.is_stopped;
  IF v_level IS NULL THEN
    RETURN;
  END IF;
  v_all := v_level;
  WHILE v_level IS NOT NULL AND cardinality(v_all) < 5000 LOOP
    WITH moved AS (
      SELECT o.place, o.was
      FROM unnest(v_level) AS p (id), LATERAL (
        SELECT e.ctid AS place, e.state AS was
        FROM workflow_edges e
        WHERE e.predecessor = p.id AND NOT e.leads_out AND e.state <> 'waiting'
          AND (SELECT NOT s.is_released FROM workflow_tasks s WHERE s.id = e.successor)
        OFFSET 0) AS o
      WHERE (SELECT true FROM job_states j WHERE j.id = p.id)
      LIMIT 5000),
    edges AS (
      UPDATE workflow_edges e SET state = 'waiting'
      FROM moved m
      WHERE e.ctid = m.place
      RETURNING e.successor, m.was),
    delta AS (
      SELECT e.successor, count(*) AS waits_for, sum((e.was = 'broken')::integer) AS repaired
      FROM edges e
      GROUP BY e.successor),
    seen AS (
      SELECT d.*, one.place
      FROM delta d, LATERAL (SELECT s.ctid AS place FROM workflow_tasks s WHERE s.id = d.successor OFFSET 0) AS one),
    tasks AS (
      UPDATE workflow_tasks s SET waits_for = s.waits_for + n.waits_for, broken = s.broken - n.repaired, prepare_at = NULL
      FROM seen n
      WHERE s.ctid = n.place
      RETURNING s.id, s.broken = 0 AND n.repaired > 0 AND s.is_stopped AS starts)
    SELECT array_agg(s.id) FILTER (WHERE s.starts) INTO v_more FROM tasks s;
    v_all := v_all || v_more;
    v_level := v_more;
  END LOOP;
  PERFORM FROM restore_jobs(v_all, array_fill(never(), ARRAY[cardinality(v_all)]), true);
  WITH started AS (
    UPDATE workflows w SET outcome = NULL, is_open = true, is_attempted = false, settled_at = NULL
    WHERE w.id = ANY (v_all) AND w.outcome = 'skipped'
    RETURNING w.id, w.parent_id)
  INSERT INTO workflow_changes (transaction, workflow_id, id, is_member, was, attempted)
  SELECT
    txid_current(), coalesce(s.parent_id, s.id), s.id, s.parent_id IS NOT NULL,
    CASE WHEN s.parent_id IS NOT NULL THEN 'skipped' END, -1
  FROM started s;
  UPDATE workflow_tasks s SET is_stopped = false WHERE s.id = ANY (v_all);
END
$$;

-- Releases tasks that no longer wait for anything: the jobs are due, unless their payloads have to be made first. The
-- worker claims what it can of the first ones; the relay publishes those that nobody else has published after half a
-- second.
CREATE OR REPLACE FUNCTION release_tasks(p_tasks workflow_tasks[], p_worker text, p_types text[], p_versions integer[], p_limit integer)
RETURNS TABLE (
  job_id uuid, type text, routing_key text, priority smallint, lease bigint, is_external boolean, is_published boolean,
  version integer, attempts integer, max_attempts integer, payload text, item_id text, submitted_by text, workflow_id uuid,
  trace_context text, headers jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  v_now timestamptz := clock_timestamp();
  v_barred text[];
  v_chosen waiting_job[];
  v_claimed integer := 0;
  v_places tid[];
  v_delays bigint[];
BEGIN
  IF p_limit > 0 THEN
    v_barred := barred_types();
    -- A claim by pointer checks the same. Large payloads are left to it, because it counts their bytes.
    v_chosen := ARRAY(
      SELECT ROW(one.id, one.place, one.priority, one.run_at, one.payload_bytes, true)::waiting_job
      FROM unnest(p_tasks[1:p_limit]) AS s, LATERAL (
        SELECT j.id, j.ctid AS place, j.priority, j.run_at, j.payload_bytes
        FROM live_jobs j
        -- Written so that it matches no index except that of the ids
        WHERE j.id = s.id AND (j.status IN ('pending', 'queued')) IS TRUE AND (j.run_at = never()) IS TRUE
          AND (j.limit_key IS NULL) IS TRUE AND (j.order_key IS NULL) IS TRUE AND (NOT j.is_external) IS TRUE
          AND j.crashes = 0 AND j.payload_bytes <= 16384 AND (j.start_before > v_now) IS NOT FALSE
          AND j.version <= p_versions[array_position(p_types, j.type)] AND j.type <> ALL (v_barred)
        FOR NO KEY UPDATE) AS one
      WHERE s.input IS NULL AND s.delay_millis = 0
        AND (SELECT w.paused_at IS NULL FROM workflows w WHERE w.id = s.workflow_id));
    RETURN QUERY
      SELECT
        a.id, a.type, NULL::text, NULL::smallint, a.lease, false, false,
        a.version, a.attempts, a.max_attempts, a.payload::text, a.item_id, a.submitted_by, a.workflow_id,
        a.trace_context, a.headers
      FROM start_attempts(p_worker, v_chosen, v_now) AS a;
    GET DIAGNOSTICS v_claimed = ROW_COUNT;
  END IF;
  IF v_claimed < cardinality(p_tasks) THEN
    -- A task without any jobs has ended now
    WITH closed AS (
      UPDATE workflows w SET is_open = false
      WHERE w.id = ANY (ARRAY(SELECT s.id FROM unnest(p_tasks) AS s WHERE s.input IS NULL))
      RETURNING w.id)
    INSERT INTO workflow_changes (transaction, workflow_id, id, is_member, attempted)
    SELECT txid_current(), c.id, c.id, false, 0
    FROM closed c;
    SELECT array_agg(one.place), array_agg(s.delay_millis)
    INTO v_places, v_delays
    FROM unnest(p_tasks) AS s, LATERAL (
      SELECT j.ctid AS place
      FROM live_jobs j
      WHERE j.id = s.id AND (j.status IN ('pending', 'queued')) IS TRUE AND (j.run_at = never()) IS TRUE
      FOR NO KEY UPDATE) AS one
    WHERE s.input IS NULL
      AND (SELECT w.paused_at IS NULL FROM workflows w WHERE w.id = s.workflow_id);
    RETURN QUERY
      UPDATE live_jobs j SET
        status = 'pending',
        run_at = CASE
          WHEN j.order_key IS NULL THEN v_now + s.delay_millis * interval '1 millisecond'
          ELSE time_in_line(j.id, j.type, j.order_key, v_now + s.delay_millis * interval '1 millisecond') END,
        publish_at = CASE
          WHEN j.order_key IS NULL THEN v_now + greatest(s.delay_millis, 500) * interval '1 millisecond'
          ELSE greatest(
            v_now + greatest(s.delay_millis, 500) * interval '1 millisecond',
            time_in_line(j.id, j.type, j.order_key, v_now + s.delay_millis * interval '1 millisecond')) END,
        start_before = latest_start(v_now + s.delay_millis * interval '1 millisecond', j.start_within_millis, j.start_before)
      FROM unnest(v_places, v_delays) AS s (place, delay_millis)
      WHERE j.ctid = s.place
      RETURNING
        j.id, j.type, j.routing_key, j.priority, j.lease, j.is_external,
        j.limit_key IS NULL AND j.order_key IS NULL AND s.delay_millis = 0,
        NULL::integer, NULL::integer, NULL::integer, NULL::text, NULL::text, NULL::text, NULL::uuid,
        NULL::text, NULL::jsonb;
    RETURN QUERY
      SELECT
        NULL::uuid, NULL::text, NULL::text, NULL::smallint, NULL::bigint, NULL::boolean, NULL::boolean,
        NULL::integer, NULL::integer, NULL::integer, NULL::text, NULL::text, NULL::text, NULL::uuid, NULL::text,
        NULL::jsonb
      FROM unnest(p_tasks) AS s
      WHERE s.input IS NOT NULL
      LIMIT 1;
  END IF;
END
$$;

-- Applies the consequences of this transaction's changes: counts them, releases tasks whose predecessors have ended,
-- and ends those that can no longer be started. Returns the jobs that can be started now, and a row of nulls if there
-- are tasks whose payloads can be made now. A worker that has ended jobs may claim some of those that can be started;
-- the result has the payloads of these. Settings make the planner use the indexes: without statistics, it would read
-- whole tables. A client waits for a statement for a limited time. So one call does a limited part; if has_more is in
-- its result, the rest is left for another call in the same transaction, or for the commit. If more changes follow
-- before anyone can see the workflows, p_renews is false: whether events can occur again is left to a later call.
CREATE OR REPLACE FUNCTION settle_workflows(
  p_worker text DEFAULT NULL, p_types text[] DEFAULT NULL, p_versions integer[] DEFAULT NULL, p_limit integer DEFAULT 0,
  p_renews boolean DEFAULT true)
RETURNS TABLE (
  job_id uuid, type text, routing_key text, priority smallint, lease bigint, is_external boolean, is_published boolean,
  version integer, attempts integer, max_attempts integer, payload text, item_id text, submitted_by text, workflow_id uuid,
  trace_context text, headers jsonb, has_more boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  v_transaction bigint := txid_current();
  v_changes workflow_changes[];
  v_workflows uuid[];
  v_failed uuid[];
  v_retried uuid[];
  -- Including those that earlier calls in this transaction have left
  v_armed uuid[] := coalesce(nullif(current_setting('tenon.armed', true), ''), '{}')::uuid[];
  v_predecessors uuid[];
  v_tasks workflow_tasks[];
  v_stop uuid[];
  v_start uuid[];
  v_release workflow_tasks[];
  v_paused tid[];
  v_now timestamptz;
  v_renewed record;
  v_limit integer := p_limit;
  v_max_edges constant integer := 5000;
  v_moved integer;
  v_stop_at constant timestamptz := clock_timestamp() + interval '1 second';
  v_is_begun boolean := false;
BEGIN
  LOOP
    IF v_is_begun AND clock_timestamp() > v_stop_at
      AND EXISTS (SELECT FROM workflow_changes c WHERE c.transaction = v_transaction) THEN
      PERFORM set_config('tenon.armed', v_armed::text, true);
      RETURN QUERY SELECT
        NULL::uuid, NULL::text, NULL::text, NULL::smallint, NULL::bigint, NULL::boolean, NULL::boolean, NULL::integer,
        NULL::integer, NULL::integer, NULL::text, NULL::text, NULL::text, NULL::uuid, NULL::text,
        NULL::jsonb, true;
      RETURN;
    END IF;
    v_is_begun := true;
    WITH taken AS (DELETE FROM workflow_changes c WHERE c.transaction = v_transaction RETURNING c.*)
    SELECT array_agg(
      ROW(
        t.transaction, t.workflow_id, t.id, t.is_member AND s.id IS NULL, t.was, t.becomes, t.attempted,
        t.has_failed AND s.id IS NULL, t.is_retried AND s.id IS NULL, t.delete_at, t.is_first)::workflow_changes)
    INTO v_changes
    FROM taken t
    LEFT JOIN LATERAL (SELECT s.id FROM workflow_tasks s WHERE s.id = t.id AND s.is_follow_up OFFSET 0) AS s ON true;
    IF v_changes IS NULL THEN
      PERFORM set_config('tenon.unsettled', '', true);
      IF NOT p_renews THEN
        PERFORM set_config('tenon.armed', v_armed::text, true);
        RETURN;
      END IF;
      PERFORM set_config('tenon.armed', '', true);
      EXIT;
    END IF;
    -- The lock of the workflow decides which transaction settles first. The next one sees the results. The outermost
    -- workflow is locked first, so that a transaction on its way from a task outwards cannot meet one on its way
    -- inwards.
    v_workflows := ARRAY(SELECT DISTINCT c.workflow_id FROM unnest(v_changes) AS c);
    PERFORM FROM workflows w
    WHERE w.id = ANY (ARRAY(
      WITH RECURSIVE above (id, parent_id) AS (
        SELECT a.id, a.parent_id FROM workflows a WHERE a.id = ANY (v_workflows)
        UNION
        SELECT o.id, o.parent_id
        FROM above b, LATERAL (SELECT a.id, a.parent_id FROM workflows a WHERE a.id = b.parent_id OFFSET 0) AS o)
      SELECT b.id FROM above b))
    ORDER BY w.id
    FOR NO KEY UPDATE;
    -- Tasks of other workflows may wait for these jobs or for all of this workflow. Here and below, each is looked up
    -- by its id, whatever the statistics say: if all edges lead from one job, the planner might read all of them once
    -- for each job.
    PERFORM FROM workflows w
    WHERE w.id <> ALL (v_workflows)
      AND w.id = ANY (ARRAY(
        SELECT DISTINCT o.workflow_id
        FROM unnest(ARRAY(SELECT c.id FROM unnest(v_changes) AS c) || v_workflows) AS p (id), LATERAL (
          SELECT (SELECT s.workflow_id FROM workflow_tasks s WHERE s.id = e.successor) AS workflow_id
          FROM workflow_edges e
          WHERE e.predecessor = p.id AND e.leads_out
          OFFSET 0) AS o
        WHERE o.workflow_id IS NOT NULL))
    ORDER BY w.id
    FOR NO KEY UPDATE;
    v_now := clock_timestamp();
    -- Jobs to be attempted again wait as well if the workflow was paused meanwhile
    v_paused := ARRAY(
      SELECT one.place
      FROM (
        SELECT DISTINCT c.id
        FROM unnest(v_changes) AS c
        WHERE c.was IS NULL AND c.becomes IS NULL
        ORDER BY c.id) AS c, LATERAL (
        SELECT j.ctid AS place
        FROM live_jobs j
        WHERE j.id = c.id AND (j.status = 'pending') IS TRUE
          AND (SELECT w.paused_at IS NOT NULL FROM workflows w WHERE w.id = j.workflow_id)
        FOR NO KEY UPDATE) AS one);
    IF cardinality(v_paused) > 0 THEN
      UPDATE live_jobs j SET
        run_at = CASE WHEN j.order_key IS NULL THEN never() ELSE time_in_line(j.id, j.type, j.order_key, never()) END,
        publish_at = never(),
        start_before = latest_start(never(), j.start_within_millis, j.start_before)
      WHERE j.ctid = ANY (v_paused);
    END IF;
    v_failed := ARRAY(SELECT DISTINCT c.workflow_id FROM unnest(v_changes) AS c WHERE c.has_failed);
    v_retried := ARRAY(SELECT DISTINCT c.workflow_id FROM unnest(v_changes) AS c WHERE c.is_retried);
    -- A workflow has ended, or is running again, or a job in it has failed: for its parent, that is the change of a
    -- member
    WITH delta AS (
      SELECT c.workflow_id,
        sum(CASE WHEN c.is_member THEN (c.becomes IS NULL)::integer - (c.was IS NULL)::integer ELSE 0 END) AS unsettled,
        sum(CASE WHEN c.is_member THEN c.attempted ELSE 0 END) AS attempted,
        sum(CASE WHEN c.is_member
          THEN (c.becomes IS NOT DISTINCT FROM 'completed')::integer - (c.was IS NOT DISTINCT FROM 'completed')::integer
          ELSE 0 END) AS completed,
        sum(CASE WHEN c.is_member
          THEN (c.becomes IS NOT DISTINCT FROM 'failed')::integer - (c.was IS NOT DISTINCT FROM 'failed')::integer
          ELSE 0 END) AS failed,
        sum(CASE WHEN c.is_member
          THEN (c.becomes IS NOT DISTINCT FROM 'cancelled')::integer - (c.was IS NOT DISTINCT FROM 'cancelled')::integer
          ELSE 0 END) AS cancelled,
        sum(CASE WHEN c.is_member
          THEN (c.becomes IS NOT DISTINCT FROM 'skipped')::integer - (c.was IS NOT DISTINCT FROM 'skipped')::integer
          ELSE 0 END) AS skipped,
        sum(c.has_failed::integer) AS failures,
        bool_or(c.is_retried) AS is_retried,
        sum(CASE WHEN c.is_member THEN 0 ELSE (c.becomes IS NULL)::integer - (c.was IS NULL)::integer END) AS follow_ups,
        max(c.delete_at) AS delete_at
      FROM unnest(v_changes) AS c
      GROUP BY c.workflow_id),
    counted AS (
      SELECT w.id, w.place, w.is_open, w.members, w.outcome AS was, w.is_attempted AS was_attempted,
        w.unsettled + d.unsettled AS unsettled,
        w.unattempted - d.attempted AS unattempted,
        w.completed + d.completed AS completed,
        w.failed + d.failed AS failed,
        w.cancelled + d.cancelled AS cancelled,
        w.skipped + d.skipped AS skipped,
        CASE WHEN d.is_retried THEN 0 ELSE w.new_failures END + d.failures AS new_failures,
        w.open_follow_ups + d.follow_ups AS open_follow_ups,
        greatest(w.kept_until, d.delete_at) AS kept_until,
        d.failures > 0 AS has_failed,
        d.is_retried
      FROM delta d, LATERAL (
        SELECT w.*, w.ctid AS place FROM workflows w WHERE w.id = d.workflow_id OFFSET 0) AS w),
    judged AS (
      SELECT c.*,
        NOT c.is_open AND c.unattempted = 0 AS is_attempted,
        CASE
          WHEN c.is_open OR c.unsettled > 0 THEN NULL
          WHEN c.failed > 0 THEN 'failed'
          WHEN c.cancelled > 0 THEN 'cancelled'
          -- A task whose jobs were never made keeps its state
          WHEN c.skipped > 0 AND c.completed = 0 OR c.members = 0 AND c.was = 'skipped' THEN 'skipped'
          ELSE 'completed' END AS becomes
      FROM counted c),
    updated AS (
      UPDATE workflows w SET
        unsettled = j.unsettled,
        unattempted = j.unattempted,
        completed = j.completed,
        failed = j.failed,
        cancelled = j.cancelled,
        skipped = j.skipped,
        new_failures = j.new_failures,
        open_follow_ups = j.open_follow_ups,
        outcome = j.becomes,
        is_attempted = j.is_attempted,
        settled_at = CASE WHEN j.was = j.becomes THEN w.settled_at WHEN j.becomes IS NOT NULL THEN v_now END,
        kept_until = j.kept_until,
        delete_at = CASE
          WHEN j.becomes IS NULL THEN w.delete_at
          WHEN j.was = j.becomes THEN greatest(w.delete_at, j.kept_until)
          ELSE greatest(w.delete_at, coalesce(j.kept_until, w.delete_at, v_now + interval '7 days')) END
      -- No other transaction moves it: it is locked
      FROM judged j
      WHERE w.ctid = j.place
      RETURNING w.id, w.parent_id, w.delete_at, j.was, j.becomes,
        j.is_attempted::integer - j.was_attempted::integer AS attempted,
        j.has_failed, j.is_retried),
    changed AS (
      SELECT u.*
      FROM updated u
      WHERE u.was IS DISTINCT FROM u.becomes OR u.attempted <> 0
        OR u.parent_id IS NOT NULL AND (u.has_failed OR u.is_retried)),
    noted AS (
      INSERT INTO workflow_changes (
        transaction, workflow_id, id, is_member, was, becomes, attempted, has_failed, is_retried, delete_at)
      SELECT v_transaction, c.parent_id, c.id, true, c.was, c.becomes, c.attempted, c.has_failed, c.is_retried, c.delete_at
      FROM changed c
      WHERE c.parent_id IS NOT NULL)
    SELECT array_agg(c.id) INTO v_predecessors FROM changed c;
    -- No edge from any other changes its state
    v_predecessors := v_predecessors || v_failed || v_retried;
    v_armed := v_armed || ARRAY(
      SELECT c.workflow_id
      FROM unnest(v_changes) AS c
      WHERE c.is_retried OR c.is_member AND c.was IS NOT NULL AND c.becomes IS NULL);
    -- The edges from changed members, and the tasks that they lead to. A released task stays released. If there are
    -- too many edges for one part, a task must not be released while another edge would hold it back: satisfied edges
    -- come last.
    WITH predecessors AS (
      SELECT p.id, count(*) AS changes, max(p.becomes) AS becomes
      FROM (
        SELECT c.id, c.becomes FROM unnest(v_changes) AS c
        UNION ALL
        SELECT w.id, NULL FROM unnest(v_predecessors) AS w (id)) AS p
      GROUP BY p.id),
    ended AS MATERIALIZED (
      SELECT p.id,
        CASE
          WHEN w.id IS NOT NULL THEN w.outcome
          WHEN p.changes = 1 AND p.becomes IS NOT NULL THEN p.becomes
          -- It is unknown which of several changes was the last, and whether it was more than a look at the job
          ELSE (
            SELECT CASE
              -- A scalar subquery, because the planner might read and hash the whole table for EXISTS
              WHEN j.status = 'cancelled' AND (SELECT s.is_stopped FROM workflow_tasks s WHERE s.id = j.id) THEN 'skipped'
              WHEN j.status IN ('completed', 'failed', 'cancelled') THEN j.status END
            FROM job_states j
            WHERE j.id = p.id) END AS outcome,
        coalesce(w.new_failures > 0, false) AS has_failures,
        coalesce(w.is_attempted, false) AS is_attempted
      FROM predecessors p
      LEFT JOIN LATERAL (SELECT w.* FROM workflows w WHERE w.id = p.id OFFSET 0) AS w ON true),
    moved AS (
      SELECT one.place, one.was, b.becomes
      FROM (VALUES ('broken'), ('waiting'), ('met')) AS b (becomes), LATERAL (
        SELECT o.place, o.was
        FROM ended n, LATERAL (
          SELECT e.ctid AS place, e.state AS was
          FROM workflow_edges e
          WHERE e.predecessor = n.id AND e.state <> b.becomes
            AND edge_state(e.condition, n.outcome, n.has_failures, n.is_attempted) = b.becomes
            AND (SELECT NOT s.is_released FROM workflow_tasks s WHERE s.id = e.successor)
          OFFSET 0) AS o
        OFFSET 0) AS one
      LIMIT v_max_edges),
    edges AS (
      -- No other transaction moves them: the workflows of their successors are locked
      UPDATE workflow_edges e SET state = m.becomes
      FROM moved m
      WHERE e.ctid = m.place
      RETURNING e.successor, m.was, m.becomes),
    delta AS (
      SELECT e.successor,
        sum((e.becomes = 'waiting')::integer - (e.was = 'waiting')::integer) AS waits_for,
        sum((e.becomes = 'broken')::integer - (e.was = 'broken')::integer) AS broken
      FROM edges e
      GROUP BY e.successor),
    found AS (
      SELECT d.*, one.place
      FROM delta d, LATERAL (SELECT s.ctid AS place FROM workflow_tasks s WHERE s.id = d.successor OFFSET 0) AS one),
    tasks AS (
      UPDATE workflow_tasks s SET
        waits_for = s.waits_for + d.waits_for,
        broken = s.broken + d.broken,
        is_released = s.waits_for + d.waits_for = 0 AND s.broken + d.broken = 0,
        prepare_at = CASE
          WHEN s.waits_for + d.waits_for = 0 AND s.broken + d.broken = 0 AND s.input IS NOT NULL AND s.error IS NULL
          THEN v_now END
      FROM found d
      WHERE s.ctid = d.place
      RETURNING s.*)
    SELECT array_agg(s::workflow_tasks), (SELECT count(*) FROM edges) INTO v_tasks, v_moved FROM tasks s;
    CONTINUE WHEN v_tasks IS NULL;
    IF v_moved = v_max_edges THEN
      -- There may be more edges, which the next part handles
      INSERT INTO workflow_changes (transaction, workflow_id, id, is_member, attempted, is_first)
      SELECT DISTINCT v_transaction, c.workflow_id, c.id, false, 0, false FROM unnest(v_changes) AS c
      UNION
      SELECT v_transaction, w.id, w.id, false, 0, false FROM unnest(v_predecessors) AS w (id);
    END IF;
    v_stop := ARRAY(SELECT s.id FROM unnest(v_tasks) AS s WHERE s.broken > 0 AND NOT s.is_stopped);
    v_start := ARRAY(SELECT s.id FROM unnest(v_tasks) AS s WHERE s.broken = 0 AND s.is_stopped);
    v_release := ARRAY(SELECT s::workflow_tasks FROM unnest(v_tasks) AS s WHERE s.is_released ORDER BY s.id);
    IF cardinality(v_stop) > 0 THEN
      PERFORM stop_tasks(v_stop);
    END IF;
    IF cardinality(v_start) > 0 THEN
      PERFORM start_tasks(v_start);
    END IF;
    IF cardinality(v_release) > 0 THEN
      RETURN QUERY SELECT r.*, false FROM release_tasks(v_release, p_worker, p_types, p_versions, v_limit) AS r;
      v_limit := v_limit - cardinality(v_release);
    END IF;
  END LOOP;
  -- An event that has already occurred may occur again if an ended member is retried. But not before everything is
  -- settled: a member that has neither run nor waits at the end has only changed its outcome, and may have had none
  -- for a moment.
  IF cardinality(v_armed) > 0 THEN
    FOR v_renewed IN
      SELECT w.id AS predecessor, one.successor, one.condition
      FROM (SELECT w.* FROM workflows w WHERE w.id = ANY (v_armed) OFFSET 0) AS w, LATERAL (
        SELECT e.successor, e.condition
        FROM workflow_edges e
        WHERE e.predecessor = w.id
          AND edge_state(e.condition, w.outcome, w.new_failures > 0, w.is_attempted) = 'waiting'
          AND (
            SELECT s.is_follow_up AND s.is_released AND s.workflow_id = w.id
            FROM workflow_tasks s
            WHERE s.id = e.successor)
        OFFSET 0) AS one
    LOOP
      PERFORM renew_follow_up(v_renewed.predecessor, v_renewed.successor, v_renewed.condition);
    END LOOP;
  END IF;
END
$$;

-- Settles what the transaction has not settled itself. A constraint trigger calls it before the commit.
CREATE OR REPLACE FUNCTION settle_workflows_at_commit()
RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
AS $$
BEGIN
  -- enter_line relies on this setting, and the transaction may have set it: then nothing would number jobs of lines
  PERFORM set_config('tenon.lined', '', true);
  -- It may be called several times, and the first call settles all changes
  WHILE EXISTS (SELECT FROM workflow_changes c WHERE c.transaction = txid_current()) LOOP
    PERFORM settle_workflows();
  END LOOP;
  RETURN NULL;
END
$$;

-- By default, everybody may execute new functions
REVOKE ALL ON FUNCTION
  note_workflow_changes(workflow_changes[]),
  edge_state(text, text, boolean, boolean),
  renew_follow_up(uuid, uuid, text),
  stop_tasks(uuid[]),
  start_tasks(uuid[]),
  release_tasks(workflow_tasks[], text, text[], integer[], integer),
  settle_workflows(text, text[], integer[], integer, boolean),
  settle_workflows_at_commit()
FROM PUBLIC;
