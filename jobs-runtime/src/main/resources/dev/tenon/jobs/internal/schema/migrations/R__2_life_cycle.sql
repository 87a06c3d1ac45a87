-- The life cycle of a job. Only start_attempts starts attempts, and only end_attempts ends them. All claims call the
-- first: by pointers, from the table, under limits, for another language, or of the next tasks of a workflow. The
-- second is called to record an outcome and to take jobs from lost workers. Jobs that end without an attempt go
-- through end_waiting_jobs, and retried ones through restore_jobs. Nothing else moves a job between live_jobs and
-- ended_jobs. All act with the rights of the caller. StatusChange lists the allowed changes of status, and the tests
-- check every statement against it.
--
-- How rows are found. live_jobs is empty at times, and a plan that was made then is kept and must serve for millions
-- of rows. So each function works in two statements. The first finds rows by their ids in a LATERAL subquery that
-- locks them, and therefore cannot become a join: PostgreSQL looks up one id after the other by the primary key,
-- because the other conditions are written so that they match no index (IS TRUE). It keeps the place (ctid) of each
-- row. The second writes the rows at these places, where neither indexes nor statistics matter; the place of a locked
-- row does not change. These must be two statements: one that had to wait for somebody else's change finds the place
-- of the new version, which its own snapshot does not include, and would leave out the row without an error. For the
-- same reason they need READ COMMITTED.
--
-- Rows are locked in this order, so that no two transactions wait for each other:
--   1. the row of a worker, where its registration matters: claim and deregister for other languages, heartbeat
--   2. the rows of types that have limits, by their names
--   3. running jobs that end, by their ids
--   4. workflows, the outer ones first
--   5. jobs that wait or have ended: those of workflows under the lock of their workflow, by their ids; a claim waits for none
--   6. the row of the worker that has claimed, for its heartbeat, unless it is locked
--   7. lines, when the transaction commits (R__6_lines.sql)
-- 1 and 6 do not contradict each other. No claim waits for the second lock. The first one is shared (FOR KEY SHARE), and no
-- heartbeat waits for it; a stronger lock, to deregister the worker, waits until its claims are committed.

-- ---------------------------------------------------------------- Start

-- Starts attempts of waiting jobs, which the caller has chosen and locked, in the order given. The caller decides
-- whether they may start: they are due, and it is not too late for them (start_before). The next task of a
-- workflow, which is not yet due according to the table, becomes due with this.
CREATE OR REPLACE FUNCTION start_attempts(p_worker text, p_jobs waiting_job[], p_now timestamptz)
RETURNS SETOF claimed_job
LANGUAGE plpgsql
-- Some of its callers want hash joins
SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
BEGIN
  IF coalesce(cardinality(p_jobs), 0) = 0 THEN
    RETURN;
  END IF;
  -- A worker that was silent for a while may claim before its next heartbeat, and its new jobs must not count as
  -- those of a lost worker. This comes after the locks of the jobs: while it waited for those, the worker could not
  -- record its heartbeat.
  -- If its row is locked, a heartbeat is under way.
  UPDATE workers w SET heartbeat_at = p_now
  WHERE w.ctid = ANY (ARRAY(
    SELECT x.ctid FROM workers x WHERE x.id = p_worker AND x.heartbeat_at < p_now - interval '2 seconds'
    FOR NO KEY UPDATE SKIP LOCKED));
  PERFORM tell_awaiting(ARRAY(SELECT p.id FROM unnest(p_jobs) AS p), false);
  RETURN QUERY
    WITH started AS (
      UPDATE live_jobs j SET
        status = 'running',
        lease = j.lease + 1,
        attempts = j.attempts + 1,
        worker_id = p_worker,
        run_at = least(j.run_at, p_now),
        publish_at = least(j.publish_at, p_now),
        started_at = p_now,
        parked_at = NULL,
        progress = 0,
        progress_message = NULL
      FROM unnest(p_jobs) WITH ORDINALITY AS p (id, place, priority, run_at, bytes, is_known, number)
      WHERE j.ctid = p.place
      RETURNING
        p.number, j.id, j.lease, j.type, j.attempts, j.max_attempts, j.crashes, j.workflow_id, j.limit_key,
        j.unique_key, j.unique_scope, j.unique_until,
        (extract(epoch FROM j.started_at - j.run_at) * 1000)::bigint AS waited_millis
    ), noted AS (
      INSERT INTO claims (worker_id, claimed_at, job_ids)
      SELECT p_worker, p_now, array_agg(s.id) FROM started s
    ), counted AS (
      INSERT INTO limited_runs (type, limit_key, job_id)
      SELECT s.type, s.limit_key, s.id FROM started s WHERE s.limit_key IS NOT NULL
    ), freed AS (
      -- Written so that it is not a join, or the planner may read all keys
      DELETE FROM unique_keys u
      WHERE u.unique_key = ANY (ARRAY(SELECT s.unique_key FROM started s WHERE s.unique_key IS NOT NULL))
        AND u.job_id = ANY (ARRAY(
          SELECT s.id
          FROM started s
          WHERE s.unique_key IS NOT NULL AND NOT keeps_unique_key(s.unique_scope, s.unique_until, true, 'running', p_now)))
    )
    SELECT
      s.id, true, s.lease, s.type, d.version, s.attempts, s.max_attempts, s.crashes, d.payload, d.item_id, d.submitted_by,
      s.workflow_id, d.trace_context, s.waited_millis, d.external_policy, NULL::timestamptz[], d.headers
    FROM started s, LATERAL (
      SELECT x.version, x.payload, x.item_id, x.submitted_by, x.trace_context, x.external_policy, x.headers
      FROM job_data x
      WHERE x.type = s.type AND x.id = s.id
      OFFSET 0) AS d
    ORDER BY s.number;
END
$$;

-- The jobs that a worker runs, by the claims that it has made
CREATE OR REPLACE FUNCTION jobs_of_worker(p_worker text)
RETURNS SETOF uuid
LANGUAGE sql STABLE
AS $$
  SELECT DISTINCT one.id
  FROM claims c, unnest(c.job_ids) AS claimed (id), LATERAL (
    SELECT j.id
    FROM live_jobs j
    WHERE j.id = claimed.id AND (j.worker_id = p_worker) IS TRUE AND (j.status = 'running') IS TRUE
    OFFSET 0) AS one
  WHERE c.worker_id = p_worker
$$;

-- Deletes the claims of these workers whose jobs have all ended or run elsewhere. It waits for nobody, because
-- neither a heartbeat nor the leader may have to wait for a client that does the same in a transaction that it keeps
-- open.
CREATE OR REPLACE FUNCTION forget_claims(p_workers text[])
RETURNS void
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
  DELETE FROM claims d WHERE d.ctid = ANY (ARRAY(
    SELECT c.ctid
    FROM claims c
    WHERE c.worker_id = ANY (p_workers)
      AND NOT EXISTS (
        SELECT
        FROM unnest(c.job_ids) AS claimed (id), LATERAL (
          SELECT j.worker_id, j.status, j.started_at FROM live_jobs j WHERE j.id = claimed.id OFFSET 0) AS one
        -- A job that was claimed again since is in a later claim: a job that keeps coming back to its worker keeps
        -- one
        WHERE one.worker_id = c.worker_id AND one.status = 'running' AND (one.started_at > c.claimed_at) IS NOT TRUE)
    -- Rows of this table never change
    FOR UPDATE SKIP LOCKED));
END
$$;

-- ---------------------------------------------------------------- End

-- Ends attempts, each only under its lease, and keeps a row of each. Returns the jobs whose end was recorded; a
-- missing job had lost its lease. From p_outcomes on, an array with a single value applies it to all attempts. The
-- status is pending for a job that is attempted again, after the delay; without a delay it keeps its place before all
-- later jobs. A job that would be attempted again ends as cancelled if a cancel was requested while it ran, and as
-- failed after its last crash: an attempt with a value in p_max_crashes counts as a crash. Attempts that were lost,
-- released, snoozed or suspended do not count. A suspended job is due when its records say so (resume_time).
-- p_is_of_client says that the transaction belongs to a client, which may keep it open, and wait, for as long as it
-- wants.
CREATE OR REPLACE FUNCTION end_attempts(
  p_ids uuid[], p_leases bigint[], p_workers text[], p_outcomes text[], p_statuses text[], p_results text[] DEFAULT NULL,
  p_result_versions integer[] DEFAULT NULL, p_error_reasons text[] DEFAULT NULL, p_error_classes text[] DEFAULT NULL,
  p_error_messages text[] DEFAULT NULL, p_stacks text[] DEFAULT NULL, p_fingerprints text[] DEFAULT NULL,
  p_delays_millis bigint[] DEFAULT NULL, p_max_crashes integer[] DEFAULT NULL, p_now timestamptz DEFAULT now(),
  p_is_of_client boolean DEFAULT false)
RETURNS SETOF uuid
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
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
  v_recorded uuid[];
  v_changes workflow_changes[];
  v_in_lines uuid[];
BEGIN
  IF NOT p_is_of_client THEN
    -- Workflows are settled in the same transaction. A worker that is suspended in between, or cut off, must not keep
    -- their rows locked for as long as that lasts.
    PERFORM set_config('idle_in_transaction_session_timeout', '5000', true);
    -- Nor may it wait for other transactions longer than its client waits for an answer: after the client had given
    -- up, the statement would continue and keep all of these jobs locked.
    IF current_setting('lock_timeout')::interval NOT BETWEEN interval '1 millisecond' AND interval '2 seconds' THEN
      PERFORM set_config('lock_timeout', '2000', true);
    END IF;
  END IF;
  SELECT
    array_agg(f.place ORDER BY f.number), array_agg(f.becomes ORDER BY f.number), array_agg(f.crashes ORDER BY f.number)
  INTO v_places, v_becomes, v_crashes
  FROM (
    SELECT ended.number, one.place, one.becomes, one.crashes
    FROM (
      SELECT
        e.number, e.id, e.lease, e.worker, coalesce(e.status, v_status) AS status,
        coalesce(e.max_crashes, v_max_crashes) AS max_crashes
      FROM unnest(p_ids, p_leases, p_workers, p_statuses, p_max_crashes) WITH ORDINALITY
        AS e (id, lease, worker, status, max_crashes, number)
      ORDER BY e.id) AS ended LEFT JOIN LATERAL (
      SELECT
        j.ctid AS place,
        CASE
          WHEN ended.status = 'pending' AND j.cancel_requested_at IS NOT NULL THEN 'cancelled'
          WHEN j.crashes + 1 >= ended.max_crashes THEN 'failed'
          ELSE ended.status END AS becomes,
        CASE WHEN ended.max_crashes IS NULL THEN j.crashes ELSE j.crashes + 1 END AS crashes
      FROM live_jobs j
      WHERE j.id = ended.id AND (j.lease = ended.lease) IS TRUE AND (j.worker_id = ended.worker) IS TRUE
        AND (j.status = 'running') IS TRUE
      FOR UPDATE) AS one ON true) AS f;
  WITH held AS (
    SELECT
      e.place, e.becomes, e.crashes_now,
      coalesce(e.outcome, v_outcome) AS outcome,
      coalesce(e.outcome, v_outcome) NOT IN ('released', 'snoozed', 'suspended', 'lost') AS is_counted,
      coalesce(e.result, v_result) AS result,
      coalesce(e.result_version, v_result_version) AS result_version,
      coalesce(e.error_reason, v_error_reason) AS reason,
      coalesce(e.error_class, v_error_class) AS class,
      coalesce(e.error_message, v_error_message) AS message,
      coalesce(e.stack, v_stack) AS stack,
      coalesce(e.fingerprint, v_fingerprint) AS fingerprint,
      -- This statement sees signals that were sent before the row of the job was locked; senders of later ones wait for
      -- the lock, and wake the job
      CASE
        WHEN e.place IS NOT NULL AND coalesce(e.outcome, v_outcome) = 'suspended' THEN resume_time(e.id, e.lease, p_now)
        ELSE p_now + coalesce(e.delay_millis, v_delay_millis) * interval '1 millisecond' END AS due_at
    FROM unnest(
      p_ids, p_leases, v_places, v_becomes, v_crashes, p_outcomes, p_results, p_result_versions, p_error_reasons,
      p_error_classes, p_error_messages, p_stacks, p_fingerprints, p_delays_millis)
      AS e (
        id, lease, place, becomes, crashes_now, outcome, result, result_version, error_reason, error_class, error_message,
        stack, fingerprint, delay_millis)
    WHERE e.place IS NOT NULL
  ), gone AS (
    DELETE FROM live_jobs j
    USING held h
    WHERE j.ctid = h.place AND h.becomes <> 'pending'
    RETURNING j.*, h.*,
      greatest(
        p_now + CASE
          WHEN h.becomes = 'completed' THEN j.retention_seconds
          ELSE coalesce(j.failed_retention_seconds, j.retention_seconds) END * interval '1 second',
        j.unique_until) AS delete_at
  ), kept AS (
    UPDATE live_jobs j SET
      status = h.becomes,
      attempts = CASE WHEN h.is_counted THEN j.attempts ELSE j.attempts - 1 END,
      crashes = h.crashes_now,
      -- A running job is the open one of its line
      run_at = CASE
        WHEN j.order_key IS NULL OR h.due_at IS NULL THEN coalesce(h.due_at, j.run_at)
        ELSE time_in_line(j.id, j.type, j.order_key, h.due_at) END,
      publish_at = coalesce(h.due_at, j.run_at),
      start_within_millis = NULL,
      start_before = NULL,
      error_reason = h.reason,
      error_class = h.class,
      error_message = h.message
    FROM held h
    WHERE j.ctid = h.place AND h.becomes = 'pending'
    RETURNING j.*, h.*
  ), attempts AS (
    INSERT INTO earlier_attempts (
      job_id, lease, attempt, worker_id, started_at, finished_at, outcome, error_reason, error_class, error_message, stack,
      fingerprint)
    SELECT
      k.id, k.lease, CASE WHEN k.is_counted THEN k.attempts ELSE k.attempts + 1 END, k.worker_id, k.started_at, p_now,
      k.outcome, k.reason, k.class, k.message, k.stack, k.fingerprint
    FROM kept k
  ), ended AS (
    INSERT INTO ended_jobs (
      id, type, status, lease, attempts, crashes, run_at, finished_at, delete_at, workflow_id, submitted_by,
      cancel_requested_at, progress, progress_message, result, result_version, worker_id, started_at, outcome, error_reason,
      error_class, error_message, stack, fingerprint)
    SELECT
      g.id, g.type, g.becomes, g.lease, CASE WHEN g.is_counted THEN g.attempts ELSE g.attempts - 1 END, g.crashes_now,
      g.run_at, p_now, g.delete_at, g.workflow_id,
      CASE WHEN g.becomes <> 'completed' THEN (SELECT d.submitted_by FROM job_data d WHERE d.type = g.type AND d.id = g.id) END,
      g.cancel_requested_at, CASE WHEN g.becomes = 'completed' THEN 100 ELSE g.progress END,
      CASE WHEN g.becomes <> 'completed' THEN g.progress_message END, g.result::json, g.result_version, g.worker_id,
      g.started_at, g.outcome, g.reason, g.class, g.message, g.stack, g.fingerprint
    FROM gone g
  ), uncounted AS (
    -- Only the transaction that has locked the job changes this row
    DELETE FROM limited_runs r WHERE r.ctid = ANY (ARRAY(
      SELECT one.place
      FROM (
        SELECT g.type, g.limit_key, g.id FROM gone g WHERE g.limit_key IS NOT NULL
        UNION ALL
        SELECT k.type, k.limit_key, k.id FROM kept k WHERE k.limit_key IS NOT NULL) AS l, LATERAL (
        SELECT x.ctid AS place
        FROM limited_runs x
        WHERE x.type = l.type AND x.limit_key = l.limit_key AND x.job_id = l.id
        OFFSET 0) AS one))
  ), owners AS (
    SELECT g.id, g.unique_key, g.unique_scope, g.unique_until, g.becomes FROM gone g WHERE g.unique_key IS NOT NULL
    UNION ALL
    SELECT k.id, k.unique_key, k.unique_scope, k.unique_until, k.becomes FROM kept k WHERE k.unique_key IS NOT NULL
  ), freed AS (
    DELETE FROM unique_keys u
    WHERE u.unique_key = ANY (ARRAY(SELECT o.unique_key FROM owners o))
      AND u.job_id = ANY (ARRAY(
        SELECT o.id FROM owners o WHERE NOT keeps_unique_key(o.unique_scope, o.unique_until, true, o.becomes, p_now)))
  )
  SELECT
    array_agg(n.id),
    array_agg(
      ROW(
        NULL, n.workflow_id, n.id, true, NULL, n.ended_as, n.attempted, n.becomes = 'failed', false, n.delete_at,
        NULL)::workflow_changes)
      FILTER (WHERE n.workflow_id IS NOT NULL),
    array_agg(n.id) FILTER (WHERE n.order_key IS NOT NULL)
  INTO v_recorded, v_changes, v_in_lines
  FROM (
    SELECT
      g.id, g.workflow_id, g.becomes, g.becomes AS ended_as, 1 - is_attempted('running', g.attempts)::integer AS attempted,
      g.delete_at, g.order_key
    FROM gone g
    UNION ALL
    SELECT
      k.id, k.workflow_id, k.becomes, NULL,
      is_attempted('pending', k.attempts)::integer
        - is_attempted('running', CASE WHEN k.is_counted THEN k.attempts ELSE k.attempts + 1 END)::integer,
      NULL, NULL
    FROM kept k) AS n;
  IF v_in_lines IS NOT NULL THEN
    PERFORM leave_lines(v_in_lines);
  END IF;
  IF v_changes IS NOT NULL THEN
    PERFORM note_workflow_changes(v_changes);
  END IF;
  PERFORM tell_awaiting(v_recorded, true);
  RETURN QUERY SELECT r.id FROM unnest(v_recorded) AS r (id);
END
$$;

-- Ends waiting jobs without an attempt: cancelled by somebody, or by a rule if there is a reason; cancelled because
-- the task of a workflow is not needed or can no longer start (p_is_skipped), or failed because the payload of a task
-- cannot be made. It waits for jobs that others have locked. Returns those that it has ended.
CREATE OR REPLACE FUNCTION end_waiting_jobs(
  p_ids uuid[], p_status text, p_is_skipped boolean DEFAULT false, p_error_reasons text[] DEFAULT NULL,
  p_error_classes text[] DEFAULT NULL, p_error_messages text[] DEFAULT NULL, p_now timestamptz DEFAULT now())
RETURNS SETOF uuid
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_places tid[];
  v_reasons text[];
  v_classes text[];
  v_messages text[];
  v_ended uuid[];
  v_changes workflow_changes[];
  v_in_lines uuid[];
BEGIN
  SELECT array_agg(one.place), array_agg(w.reason), array_agg(w.class), array_agg(w.message)
  INTO v_places, v_reasons, v_classes, v_messages
  FROM (
    SELECT given.*
    FROM unnest(p_ids, p_error_reasons, p_error_classes, p_error_messages) AS given (id, reason, class, message)
    WHERE given.id IS NOT NULL
    ORDER BY given.id) AS w, LATERAL (
    SELECT j.ctid AS place
    FROM live_jobs j
    WHERE j.id = w.id AND (j.status IN ('pending', 'queued')) IS TRUE
    FOR UPDATE) AS one;
  WITH gone AS (
    DELETE FROM live_jobs j
    USING unnest(v_places, v_reasons, v_classes, v_messages) AS w (place, reason, class, message)
    WHERE j.ctid = w.place
    RETURNING j.*, w.reason, w.class, w.message,
      greatest(p_now + coalesce(j.failed_retention_seconds, j.retention_seconds) * interval '1 second', j.unique_until)
        AS delete_at
  ), ended AS (
    INSERT INTO ended_jobs (
      id, type, status, lease, attempts, crashes, run_at, finished_at, delete_at, workflow_id, submitted_by,
      cancel_requested_at, progress, progress_message, worker_id, started_at, error_reason, error_class, error_message)
    SELECT
      g.id, g.type, p_status, g.lease, g.attempts, g.crashes, g.run_at, p_now, g.delete_at, g.workflow_id,
      (SELECT d.submitted_by FROM job_data d WHERE d.type = g.type AND d.id = g.id),
      CASE WHEN p_status = 'cancelled' AND NOT p_is_skipped AND g.reason IS NULL
        THEN coalesce(g.cancel_requested_at, p_now) END,
      g.progress, g.progress_message, g.worker_id, g.started_at, coalesce(g.reason, g.error_reason),
      CASE WHEN g.reason IS NULL THEN g.error_class ELSE g.class END,
      CASE WHEN g.reason IS NULL THEN g.error_message ELSE g.message END
    FROM gone g
  ), freed AS (
    DELETE FROM unique_keys u
    WHERE u.unique_key = ANY (ARRAY(SELECT g.unique_key FROM gone g WHERE g.unique_key IS NOT NULL))
      AND u.job_id = ANY (ARRAY(
        SELECT g.id
        FROM gone g
        WHERE g.unique_key IS NOT NULL AND NOT keeps_unique_key(g.unique_scope, g.unique_until, true, p_status, p_now)))
  )
  SELECT
    array_agg(g.id),
    array_agg(
      ROW(
        NULL, g.workflow_id, g.id, true, NULL, CASE WHEN p_is_skipped THEN 'skipped' ELSE p_status END,
        1 - is_attempted('pending', g.attempts)::integer, p_status = 'failed', false, g.delete_at, NULL)::workflow_changes)
      FILTER (WHERE g.workflow_id IS NOT NULL),
    array_agg(g.id) FILTER (WHERE g.order_key IS NOT NULL)
  INTO v_ended, v_changes, v_in_lines
  FROM gone g;
  IF v_in_lines IS NOT NULL THEN
    PERFORM leave_lines(v_in_lines);
  END IF;
  IF v_changes IS NOT NULL THEN
    PERFORM note_workflow_changes(v_changes);
  END IF;
  PERFORM tell_awaiting(v_ended, true);
  RETURN QUERY SELECT e.id FROM unnest(v_ended) AS e (id);
END
$$;

-- Whether a job may wait that must have started by now, since a time
CREATE OR REPLACE FUNCTION has_expired_jobs(p_from timestamptz)
RETURNS boolean
LANGUAGE plpgsql STABLE
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
  RETURN EXISTS (
    SELECT
    FROM live_jobs j
    WHERE j.start_before IS NOT NULL AND j.start_before <= now() AND j.start_before >= p_from
      AND (j.status IN ('pending', 'queued')) IS TRUE);
END
$$;

-- Returns the jobs that must have started by now, a page of them after a place in the index, with their workflows. A
-- running one has started.
CREATE OR REPLACE FUNCTION expired_jobs(p_after timestamptz, p_after_id uuid, p_max_jobs integer)
RETURNS TABLE (id uuid, workflow_id uuid, start_before timestamptz)
LANGUAGE plpgsql STABLE
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET enable_hashjoin = off
SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
    SELECT j.id, j.workflow_id, j.start_before
    FROM live_jobs j
    WHERE j.start_before IS NOT NULL AND j.start_before <= now() AND (j.start_before, j.id) > (p_after, p_after_id)
      AND (j.status IN ('pending', 'queued')) IS TRUE
    ORDER BY j.start_before, j.id
    LIMIT p_max_jobs;
END
$$;

-- Ends those of these waiting jobs that must have started by now. The caller has locked p_workflows; jobs of other
-- workflows are left alone, and so is a job that somebody has locked. Returns those that it has ended.
CREATE OR REPLACE FUNCTION expire_jobs(p_ids uuid[], p_workflows uuid[])
RETURNS TABLE (id uuid, type text, routing_key text)
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  v_ids uuid[];
  v_types text[];
  v_routing_keys text[];
  v_messages text[];
  v_ended uuid[];
BEGIN
  SELECT
    array_agg(one.id),
    array_agg(one.type),
    array_agg(one.routing_key),
    array_agg(
      'No worker had started the job by '
        || to_char(one.start_before AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
        || ', and it must not start later.')
  INTO v_ids, v_types, v_routing_keys, v_messages
  FROM (SELECT p.id FROM unnest(p_ids) AS p (id) ORDER BY p.id) AS given, LATERAL (
    SELECT j.id, j.type, j.routing_key, j.start_before
    FROM live_jobs j
    WHERE j.id = given.id AND (j.status IN ('pending', 'queued')) IS TRUE AND (j.start_before <= now()) IS TRUE
      AND (j.workflow_id IS NULL OR j.workflow_id = ANY (p_workflows)) IS TRUE
    FOR UPDATE SKIP LOCKED) AS one;
  IF v_ids IS NOT NULL THEN
    v_ended := ARRAY(
      SELECT e.id
      FROM end_waiting_jobs(
        v_ids, 'cancelled', p_error_reasons => array_fill('expired'::text, ARRAY[cardinality(v_ids)]),
        p_error_messages => v_messages) AS e (id));
    RETURN QUERY
      SELECT l.id, l.type, l.routing_key
      FROM unnest(v_ids, v_types, v_routing_keys) AS l (id, type, routing_key)
      WHERE l.id = ANY (v_ended);
  END IF;
END
$$;

-- Returns the bound on waiting jobs that applies to new jobs of a type and a key, and the number of those that wait,
-- counted up to the bound. Returns nothing if there is no bound, or new jobs are not refused. p_max is the bound, or 0,
-- if no application that declares the type has recorded it yet.
CREATE OR REPLACE FUNCTION backlog_of(p_type text, p_key text, p_max integer)
RETURNS TABLE (max_waiting integer, waiting bigint)
LANGUAGE plpgsql STABLE
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET enable_hashjoin = off
SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  v_names text[] := ARRAY[p_type];
  v_max integer := p_max;
  v_declared record;
BEGIN
  SELECT
    t.type || t.aliases AS names,
    CASE t.when_full WHEN 'refuse' THEN coalesce(t.override_max_waiting, t.max_waiting) ELSE 0 END AS max_waiting
  INTO v_declared
  FROM job_types t
  WHERE t.type = p_type;
  IF FOUND THEN
    v_names := v_declared.names;
    v_max := v_declared.max_waiting;
  END IF;
  IF v_max > 0 THEN
    RETURN QUERY
      SELECT v_max, count(*)
      FROM (
        SELECT
        FROM unnest(v_names) AS names (name), LATERAL (
          SELECT
          FROM live_jobs j
          WHERE j.backlog_key IS NOT NULL AND j.type = names.name AND j.backlog_key = p_key
            AND (j.status IN ('pending', 'queued')) IS TRUE
          LIMIT v_max) AS waiting
        LIMIT v_max) AS counted;
  END IF;
END
$$;

-- Cancels the oldest waiting jobs where more wait than may, up to p_max of each type and key. Tasks of workflows
-- count, but are left alone, and so are jobs that were started before. A job that somebody has locked is left for the
-- next time: none that is newer is cancelled in its place. Returns those that it has ended.
CREATE OR REPLACE FUNCTION drop_oldest(p_max integer)
RETURNS TABLE (id uuid, type text, routing_key text)
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET enable_hashjoin = off
SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  v_full record;
  v_ids uuid[];
  v_types text[];
  v_routing_keys text[];
  v_ended uuid[];
BEGIN
  FOR v_full IN
    SELECT
      bound.names, bound.max_waiting, waiting.backlog_key,
      (sum(waiting.count) - bound.max_waiting)::bigint AS excess
    FROM (
      SELECT t.type, t.type || t.aliases AS names, coalesce(t.override_max_waiting, t.max_waiting) AS max_waiting
      FROM job_types t
      WHERE t.when_full = 'drop_oldest') AS bound, unnest(bound.names) AS names (name), LATERAL (
      SELECT j.backlog_key, count(*)
      FROM live_jobs j
      WHERE j.backlog_key IS NOT NULL AND j.type = names.name AND (j.status IN ('pending', 'queued')) IS TRUE
      GROUP BY j.backlog_key) AS waiting
    WHERE bound.max_waiting > 0
    GROUP BY bound.type, bound.names, bound.max_waiting, waiting.backlog_key
    HAVING sum(waiting.count) > bound.max_waiting
  LOOP
    SELECT array_agg(free.id), array_agg(free.type), array_agg(free.routing_key)
    INTO v_ids, v_types, v_routing_keys
    FROM (
      SELECT one.id
      FROM unnest(v_full.names) AS names (name), LATERAL (
        SELECT j.id
        FROM live_jobs j
        WHERE j.backlog_key IS NOT NULL AND j.type = names.name AND j.backlog_key = v_full.backlog_key
          AND (j.status IN ('pending', 'queued')) IS TRUE AND (j.started_at IS NULL) IS TRUE
          AND (j.workflow_id IS NULL) IS TRUE
        ORDER BY j.id
        LIMIT least(p_max, v_full.excess)) AS one
      ORDER BY one.id
      LIMIT least(p_max, v_full.excess)) AS oldest, LATERAL (
      SELECT j.id, j.type, j.routing_key
      FROM live_jobs j
      WHERE j.id = oldest.id AND (j.status IN ('pending', 'queued')) IS TRUE AND (j.started_at IS NULL) IS TRUE
      FOR UPDATE SKIP LOCKED) AS free;
    IF v_ids IS NOT NULL THEN
      v_ended := ARRAY(
        SELECT e.id
        FROM end_waiting_jobs(
          v_ids, 'cancelled', p_error_reasons => array_fill('dropped'::text, ARRAY[cardinality(v_ids)]),
          p_error_messages => array_fill(
            format('More than %s jobs waited, and this was one of the oldest.', v_full.max_waiting),
            ARRAY[cardinality(v_ids)])) AS e (id));
      RETURN QUERY
        SELECT l.id, l.type, l.routing_key
        FROM unnest(v_ids, v_types, v_routing_keys) AS l (id, type, routing_key)
        WHERE l.id = ANY (v_ended);
    END IF;
  END LOOP;
END
$$;

-- Sets failed and cancelled jobs back to pending, with all of their attempts, each until its time: an operator
-- retries them, or a skipped task can start after all (p_is_skipped). With p_is_again, completed jobs too, because
-- their workflow runs again from a task before them. It waits for jobs that others have locked. Only the skipped task
-- must still start in time: an operator has just decided that the others run. The lease goes up, so that a late
-- confirmation of a pointer from before the end does not count.
-- Another job may have the unique key by now: a job that has lost it does not get it back. Returns their pointers,
-- and whether they have to be published.
CREATE OR REPLACE FUNCTION restore_jobs(
  p_ids uuid[], p_run_ats timestamptz[], p_is_skipped boolean DEFAULT false, p_now timestamptz DEFAULT now(),
  p_is_again boolean DEFAULT false)
RETURNS TABLE (
  id uuid, type text, routing_key text, priority smallint, lease bigint, is_external boolean, is_published boolean)
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  v_places tid[];
  v_run_ats timestamptz[];
  v_ids uuid[];
  v_changes workflow_changes[];
BEGIN
  SELECT array_agg(one.place), array_agg(e.run_at)
  INTO v_places, v_run_ats
  FROM (
    SELECT given.*
    FROM unnest(p_ids, p_run_ats) AS given (id, run_at)
    WHERE given.id IS NOT NULL
    ORDER BY given.id) AS e, LATERAL (
    SELECT j.ctid AS place
    FROM ended_jobs j
    WHERE j.id = e.id AND (
      j.status = 'cancelled' OR j.status = 'failed' AND NOT p_is_skipped OR j.status = 'completed' AND p_is_again) IS TRUE
    FOR UPDATE) AS one;
  WITH gone AS (
    DELETE FROM ended_jobs j
    USING unnest(v_places, v_run_ats) AS e (place, new_run_at)
    WHERE j.ctid = e.place
    RETURNING j.*, e.new_run_at
  ), attempts AS (
    INSERT INTO earlier_attempts (
      job_id, lease, attempt, worker_id, started_at, finished_at, outcome, error_reason, error_class, error_message, stack,
      fingerprint)
    SELECT
      g.id, g.lease,
      CASE WHEN g.outcome IN ('snoozed', 'suspended', 'released', 'lost') THEN g.attempts + 1 ELSE g.attempts END, g.worker_id,
      g.started_at, g.finished_at, g.outcome, g.error_reason, g.error_class, g.error_message, g.stack,
      g.fingerprint
    FROM gone g
    WHERE g.outcome IS NOT NULL
  ), restored AS (
    INSERT INTO live_jobs (
      id, type, priority, run_at, lease, publish_at, started_at, worker_id, version, max_attempts, retention_seconds,
      failed_retention_seconds, routing_key, workflow_id, schedule, limit_key, cost, order_key, unique_key, unique_scope,
      unique_until, is_external, payload_bytes, start_within_millis, start_before, backlog_key)
    SELECT
      g.id, g.type, d.priority,
      CASE WHEN d.order_key IS NULL THEN g.new_run_at ELSE enter_line(g.id, g.type, d.order_key, g.new_run_at) END,
      g.lease + 1, CASE WHEN d.order_key IS NULL THEN g.new_run_at ELSE never() END, g.started_at, g.worker_id,
      greatest(d.version, version_of_records(g.id)), d.max_attempts, d.retention_seconds, d.failed_retention_seconds,
      d.routing_key, d.workflow_id, d.schedule, d.limit_key, d.cost, d.order_key, d.unique_key, d.unique_scope,
      d.unique_until, d.external_policy IS NOT NULL, octet_length(convert_to(d.payload::text, 'UTF8')),
      CASE WHEN p_is_skipped THEN d.start_within_millis END,
      CASE WHEN p_is_skipped THEN latest_start(g.new_run_at, d.start_within_millis, d.start_before) END,
      d.backlog_key
    FROM gone g, LATERAL (SELECT x.* FROM job_data x WHERE x.type = g.type AND x.id = g.id OFFSET 0) AS d
    RETURNING live_jobs.id, live_jobs.unique_key, live_jobs.unique_scope, live_jobs.unique_until
  ), freed AS (
    -- If only its period has kept the key and that has ended, waiting again does not restore it
    DELETE FROM unique_keys u
    WHERE u.unique_key = ANY (ARRAY(SELECT r.unique_key FROM restored r WHERE r.unique_key IS NOT NULL))
      AND u.job_id = ANY (ARRAY(
        SELECT r.id
        FROM restored r
        WHERE r.unique_key IS NOT NULL AND NOT keeps_unique_key(r.unique_scope, r.unique_until, true, 'failed', p_now)))
  )
  SELECT
    array_agg(g.id),
    array_agg(
      ROW(
        NULL, g.workflow_id, g.id, true, CASE WHEN p_is_skipped THEN 'skipped' ELSE g.status END, NULL, -1, false,
        NOT p_is_skipped, NULL, NULL)::workflow_changes)
      FILTER (WHERE g.workflow_id IS NOT NULL)
  INTO v_ids, v_changes
  FROM gone g;
  IF v_changes IS NOT NULL THEN
    PERFORM note_workflow_changes(v_changes);
  END IF;
  PERFORM tell_awaiting(v_ids, false);
  RETURN QUERY
    SELECT
      one.id, one.type, one.routing_key, one.priority, one.lease, one.is_external,
      one.limit_key IS NULL AND one.run_at < never()
    FROM unnest(v_ids) AS restored (id), LATERAL (SELECT j.* FROM live_jobs j WHERE j.id = restored.id OFFSET 0) AS one;
END
$$;

-- Deletes ended jobs with everything that belongs to them, and leaves all others alone. It waits for jobs that others
-- have locked. Returns the number of deleted jobs.
CREATE OR REPLACE FUNCTION delete_jobs(p_ids uuid[])
RETURNS integer
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_ids uuid[];
  v_types text[];
  v_places tid[];
BEGIN
  SELECT array_agg(one.id), array_agg(one.type), array_agg(one.place)
  INTO v_ids, v_types, v_places
  FROM (SELECT p.id FROM unnest(p_ids) AS p (id) ORDER BY p.id) AS given, LATERAL (
    SELECT j.id, j.type, j.ctid AS place FROM ended_jobs j WHERE j.id = given.id FOR UPDATE) AS one;
  IF v_ids IS NULL THEN
    RETURN 0;
  END IF;
  DELETE FROM earlier_attempts a WHERE a.ctid = ANY (ARRAY(
    SELECT one.place FROM unnest(v_ids) AS given (id), LATERAL (
      SELECT x.ctid AS place FROM earlier_attempts x WHERE x.job_id = given.id OFFSET 0) AS one));
  DELETE FROM job_logs l WHERE l.ctid = ANY (ARRAY(
    SELECT one.place FROM unnest(v_ids) AS given (id), LATERAL (
      SELECT x.ctid AS place FROM job_logs x WHERE x.job_id = given.id OFFSET 0) AS one));
  DELETE FROM job_steps t WHERE t.ctid = ANY (ARRAY(
    SELECT one.place FROM unnest(v_ids) AS given (id), LATERAL (
      SELECT x.ctid AS place FROM job_steps x WHERE x.job_id = given.id OFFSET 0) AS one));
  DELETE FROM job_signals g WHERE g.ctid = ANY (ARRAY(
    SELECT one.place FROM unnest(v_ids) AS given (id), LATERAL (
      SELECT x.ctid AS place FROM job_signals x WHERE x.job_id = given.id OFFSET 0) AS one));
  DELETE FROM job_cursors c WHERE c.ctid = ANY (ARRAY(
    SELECT one.place FROM unnest(v_ids) AS given (id), LATERAL (
      SELECT x.ctid AS place FROM job_cursors x WHERE x.job_id = given.id OFFSET 0) AS one));
  WITH data AS (
    DELETE FROM job_data d WHERE d.ctid = ANY (ARRAY(
      SELECT one.place FROM unnest(v_ids, v_types) AS given (id, type), LATERAL (
        SELECT x.ctid AS place FROM job_data x WHERE x.type = given.type AND x.id = given.id OFFSET 0) AS one))
    RETURNING d.id, d.unique_key, d.headers
  ), headers AS (
    -- By the primary key, one after the other; jobs without headers cost nothing
    DELETE FROM job_headers h WHERE h.ctid = ANY (ARRAY(
      SELECT one.place
      FROM data d, jsonb_each_text(d.headers) AS header (name, value), LATERAL (
        SELECT x.ctid AS place
        FROM job_headers x
        WHERE x.name = header.name AND x.value = header.value AND x.id = d.id
        OFFSET 0) AS one
      WHERE d.headers IS NOT NULL))
  )
  DELETE FROM unique_keys u
  WHERE u.unique_key = ANY (ARRAY(SELECT d.unique_key FROM data d WHERE d.unique_key IS NOT NULL))
    AND u.job_id = ANY (ARRAY(SELECT d.id FROM data d WHERE d.unique_key IS NOT NULL));
  DELETE FROM ended_jobs j WHERE j.ctid = ANY (v_places);
  RETURN cardinality(v_ids);
END
$$;

-- Takes running jobs from lost workers: they wait again in their old places, and the attempt does not count. A worker
-- that has sent a heartbeat since p_heartbeats is left alone; that is null for workers that are not registered. If
-- the silence may be the job's fault, it counts as a crash, and a job with p_max_crashes of them fails. With
-- p_workflows, jobs of other workflows are left alone. A job that somebody has locked is taken another time.
CREATE OR REPLACE FUNCTION rescue_jobs(
  p_workers text[], p_heartbeats timestamptz[], p_are_crashes boolean[], p_max_crashes integer, p_workflows uuid[],
  p_max_jobs integer)
RETURNS TABLE (
  id uuid, type text, routing_key text, lease bigint, is_external boolean, worker_id text, status text, is_published boolean)
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  v_ids uuid[];
  v_leases bigint[];
  v_workers text[];
  v_messages text[];
  v_max_crashes integer[];
  v_ended uuid[];
BEGIN
  SELECT
    array_agg(lost.id), array_agg(lost.lease), array_agg(lost.worker_id),
    array_agg(
      CASE WHEN lost.is_crash AND lost.crashes + 1 >= p_max_crashes
        THEN 'The job lost ' || lost.crashes + 1 || ' workers and is not run again: it seems to kill them. Find out why, then retry it.'
        ELSE 'Worker ' || lost.worker_id || ' stopped sending heartbeats while it ran the job.' END),
    array_agg(CASE WHEN lost.is_crash THEN p_max_crashes END)
  INTO v_ids, v_leases, v_workers, v_messages, v_max_crashes
  FROM (
    SELECT one.id, one.lease, one.crashes, found.worker_id, found.is_crash
    FROM (
      SELECT run.id, s.worker_id, s.is_crash
      FROM unnest(p_workers, p_heartbeats, p_are_crashes) AS s (worker_id, heartbeat_at, is_crash),
        jobs_of_worker(s.worker_id) AS run (id)
      WHERE NOT EXISTS (
        SELECT FROM workers w WHERE w.id = s.worker_id AND w.heartbeat_at IS DISTINCT FROM s.heartbeat_at)
      ORDER BY run.id) AS found, LATERAL (
      SELECT j.id, j.lease, j.crashes
      FROM live_jobs j
      WHERE j.id = found.id AND (j.worker_id = found.worker_id) IS TRUE AND (j.status = 'running') IS TRUE
        AND (p_workflows IS NULL OR j.workflow_id IS NULL OR j.workflow_id = ANY (p_workflows)) IS TRUE
      FOR NO KEY UPDATE SKIP LOCKED) AS one
    LIMIT p_max_jobs) AS lost;
  v_ended := ARRAY(
    SELECT e.id
    FROM end_attempts(
      v_ids, v_leases, v_workers, '{lost}', '{pending}', p_error_reasons => '{worker_lost}', p_error_messages => v_messages,
      p_max_crashes => v_max_crashes) AS e (id));
  RETURN QUERY
    SELECT
      d.id, d.type, d.routing_key, s.lease, d.external_policy IS NOT NULL, s.worker_id, s.status, d.limit_key IS NULL
    FROM unnest(v_ended) AS ended (id), LATERAL (SELECT x.* FROM job_states x WHERE x.id = ended.id OFFSET 0) AS s, LATERAL (
      SELECT x.* FROM job_data x WHERE x.type = s.type AND x.id = s.id OFFSET 0) AS d;
END
$$;

-- ---------------------------------------------------------------- Pointers

-- Parks waiting jobs, locked by the caller, whose pointers reached workers that do not know them. Java workers find
-- them in the table, so nobody publishes their pointers again. Pointers for other languages are published again after
-- a while, which is four times as long each time. The pointer was consumed: if its confirmation arrives late, it must
-- not count, so the lease goes up.
CREATE OR REPLACE FUNCTION park(p_jobs waiting_job[])
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
  UPDATE live_jobs j SET
    status = 'pending',
    lease = j.lease + 1,
    parked_at = coalesce(j.parked_at, now()),
    publish_at = CASE
      WHEN NOT j.is_external THEN never()
      ELSE now()
        + least(greatest(3 * (now() - coalesce(j.parked_at, now())), interval '5 seconds'), interval '1 hour') END
  FROM unnest(p_jobs) AS p
  WHERE j.ctid = p.place;
END
$$;

-- Records that the broker has confirmed the pointers of jobs in this status: pending, or queued if they were
-- published again. A job that was claimed meanwhile has another lease and is left alone, even if it is pending again:
-- the pointer was consumed, and the next attempt needs a new one. A job whose row is locked is left alone, too: it is
-- published again, and an extra pointer does no harm.
CREATE OR REPLACE FUNCTION mark_queued(p_ids uuid[], p_leases bigint[], p_message_ids uuid[], p_status text)
RETURNS void
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
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
    FROM live_jobs j
    WHERE j.id = p.id AND (j.lease = p.lease) IS TRUE AND (j.status = p_status) IS TRUE
      -- Its workflow may have been paused before it was published, or its type may have become limited
      AND (j.run_at < never()) IS TRUE AND (j.limit_key IS NULL) IS TRUE
    FOR NO KEY UPDATE SKIP LOCKED) AS one;
  UPDATE live_jobs j SET status = 'queued', publish_at = now(), message_id = u.message_id
  FROM unnest(v_places, v_message_ids) AS u (place, message_id)
  WHERE j.ctid = u.place;
END
$$;

-- ---------------------------------------------------------------- Unique keys

-- Returns the jobs that have these keys. The status is null if the job no longer exists; is_expired says that the job
-- only still has the key because nobody has cleared it yet.
CREATE OR REPLACE FUNCTION jobs_with_keys(p_keys text[])
RETURNS TABLE (id uuid, unique_key text, status text, is_expired boolean)
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
    SELECT held.job_id, held.unique_key, one.status, NOT coalesce(one.keeps_key, false)
    FROM unnest(p_keys) AS k (key), LATERAL (
      SELECT u.unique_key, u.job_id FROM unique_keys u WHERE u.unique_key = k.key OFFSET 0) AS held
    LEFT JOIN LATERAL (
      SELECT
        j.status,
        keeps_unique_key(j.unique_scope, j.unique_until, j.started_at IS NOT NULL, j.status, now()) AS keeps_key
      FROM jobs j
      WHERE j.id = held.job_id
      OFFSET 0) AS one ON true;
END
$$;

-- Clears keys whose scope and period have ended, in the order given, which is that of the keys. It locks the jobs
-- first, like transactions that start, end or restore a job, which decide about its key, too; so these never wait for
-- a key. It waits for jobs that others have locked, and for others that clear one of the keys: until their
-- transaction has ended, nobody can have it.
CREATE OR REPLACE FUNCTION clear_unique_keys(p_keys text[], p_ids uuid[])
RETURNS void
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_ids uuid[] := ARRAY(SELECT DISTINCT given.id FROM unnest(p_ids) AS given (id) ORDER BY given.id);
  v_places tid[];
BEGIN
  PERFORM FROM unnest(v_ids) AS given (id), LATERAL (
    SELECT FROM live_jobs j WHERE j.id = given.id FOR NO KEY UPDATE) AS one;
  PERFORM FROM unnest(v_ids) AS given (id), LATERAL (
    SELECT FROM ended_jobs j WHERE j.id = given.id FOR NO KEY UPDATE) AS one;
  SELECT array_agg(one.place)
  INTO v_places
  FROM unnest(p_keys, p_ids) AS k (key, id), LATERAL (
    SELECT u.ctid AS place FROM unique_keys u WHERE u.unique_key = k.key AND (u.job_id = k.id) IS TRUE FOR UPDATE) AS one
  -- It may be retried meanwhile
  WHERE (
    SELECT keeps_unique_key(j.unique_scope, j.unique_until, j.started_at IS NOT NULL, j.status, now())
    FROM jobs j
    WHERE j.id = k.id) IS NOT TRUE;
  DELETE FROM unique_keys u WHERE u.ctid = ANY (v_places);
END
$$;

-- Clears up to p_max keys whose period has ended. If the scope of a key has not ended, only the period is cleared,
-- so that the key is not found again. It locks the jobs first, as clear_unique_keys does, and then checks their
-- status: a job whose end is not committed yet may have kept its key for the period alone. It waits for nobody: a job
-- that somebody has locked is skipped, and the next call finds its key again. Returns the number of keys whose period
-- had ended, and how many of these were cleared or are kept.
CREATE OR REPLACE FUNCTION clear_past_keys(p_max integer, OUT past integer, OUT decided integer)
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_keys text[];
  v_ids uuid[];
  v_free uuid[];
  v_past tid[];
  v_kept tid[];
BEGIN
  SELECT coalesce(array_agg(k.unique_key), '{}'), coalesce(array_agg(k.job_id), '{}')
  INTO v_keys, v_ids
  FROM (
    SELECT u.unique_key, u.job_id FROM unique_keys u WHERE u.unique_until <= now() ORDER BY u.unique_until LIMIT p_max) AS k;
  v_free := ARRAY(
    SELECT one.id
    FROM (SELECT DISTINCT given.id FROM unnest(v_ids) AS given (id) ORDER BY given.id) AS held, LATERAL (
      SELECT j.id FROM live_jobs j WHERE j.id = held.id FOR NO KEY UPDATE SKIP LOCKED) AS one);
  v_free := v_free || ARRAY(
    SELECT one.id
    FROM (SELECT DISTINCT given.id FROM unnest(v_ids) AS given (id) ORDER BY given.id) AS held, LATERAL (
      SELECT j.id FROM ended_jobs j WHERE j.id = held.id FOR NO KEY UPDATE SKIP LOCKED) AS one);
  -- Those that have been deleted
  v_free := v_free || ARRAY(
    SELECT given.id
    FROM unnest(v_ids) AS given (id) LEFT JOIN LATERAL (
      SELECT s.id FROM job_states s WHERE s.id = given.id OFFSET 0) AS one ON true
    WHERE one.id IS NULL);
  SELECT
    coalesce(array_agg(d.place) FILTER (WHERE NOT d.keeps_key), '{}'),
    coalesce(array_agg(d.place) FILTER (WHERE d.keeps_key), '{}')
  INTO v_past, v_kept
  FROM (
    SELECT
      one.place,
      coalesce(
        (SELECT keeps_unique_key(j.unique_scope, j.unique_until, j.started_at IS NOT NULL, j.status, now())
          FROM jobs j
          WHERE j.id = k.id),
        false) AS keeps_key
    FROM unnest(v_keys, v_ids) AS k (key, id), LATERAL (
      SELECT u.ctid AS place
      FROM unique_keys u
      WHERE u.unique_key = k.key AND (u.job_id = k.id) IS TRUE AND (u.unique_until <= now()) IS TRUE
      FOR UPDATE SKIP LOCKED) AS one
    WHERE k.id = ANY (v_free)) AS d;
  DELETE FROM unique_keys u WHERE u.ctid = ANY (v_past);
  UPDATE unique_keys u SET unique_until = NULL WHERE u.ctid = ANY (v_kept);
  past := cardinality(v_keys);
  decided := cardinality(v_past) + cardinality(v_kept);
END
$$;

-- Gives waiting jobs the payloads of new ones with the same unique keys, and their times if requested. A job whose
-- time changes has to be published again; its higher lease makes sure that a confirmation of the old pointer does not
-- count. Jobs that no longer wait, or no longer have the key, are left alone. It waits for jobs that others have
-- locked. Returns the pointers of the jobs that were changed.
CREATE OR REPLACE FUNCTION replace_jobs(
  p_ids uuid[], p_keys text[], p_versions integer[], p_priorities smallint[], p_have_own_priority boolean[],
  p_payloads text[], p_payload_bytes integer[], p_limit_keys text[], p_order_keys text[], p_trace_contexts text[],
  p_headers text[], p_replace_times boolean[], p_delays_millis bigint[], p_run_ats timestamptz[],
  p_start_within_millis bigint[], p_start_befores timestamptz[], p_backlog_keys text[], p_costs bigint[])
RETURNS TABLE (
  id uuid, type text, routing_key text, priority smallint, lease bigint, is_external boolean, is_published boolean)
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  -- One element for each of p_ids, null for a job that is left alone
  v_places tid[];
  -- The times of those whose lines decide about them
  v_times timestamptz[];
  v_are_in_lines boolean;
BEGIN
  SELECT array_agg(f.place ORDER BY f.number), bool_or(f.is_in_line)
  INTO v_places, v_are_in_lines
  FROM (
    SELECT n.number, one.place, n.order_key IS NOT NULL OR one.order_key IS NOT NULL AS is_in_line
    FROM (
      SELECT given.id, given.key, given.order_key, given.number
      FROM unnest(p_ids, p_keys, p_order_keys) WITH ORDINALITY AS given (id, key, order_key, number)
      ORDER BY given.id) AS n LEFT JOIN LATERAL (
      SELECT j.ctid AS place, j.order_key
      FROM live_jobs j
      WHERE j.id = n.id AND (j.unique_key = n.key) IS TRUE AND (j.status IN ('pending', 'queued')) IS TRUE
        AND keeps_unique_key(j.unique_scope, j.unique_until, j.started_at IS NOT NULL, j.status, now())
      FOR NO KEY UPDATE) AS one ON true) AS f;
  IF v_are_in_lines THEN
    v_times := ARRAY(
      SELECT CASE
        WHEN one.id IS NULL THEN NULL
        WHEN one.order_key IS DISTINCT FROM n.order_key
          -- A job with another key goes to the end of the other line
          THEN change_line(
            one.id, one.type, one.order_key, n.order_key, one.run_at, CASE WHEN n.replaces_time THEN n.due END)
        WHEN one.order_key IS NOT NULL AND n.replaces_time
          THEN time_in_line(one.id, one.type, one.order_key, n.due) END
      FROM (
        SELECT
          given.*,
          greatest(now(), coalesce(given.run_at, now() + given.delay_millis * interval '1 millisecond', now())) AS due
        FROM unnest(v_places, p_ids, p_keys, p_order_keys, p_replace_times, p_delays_millis, p_run_ats) WITH ORDINALITY
          AS given (place, id, key, order_key, replaces_time, delay_millis, run_at, number)) AS n
      LEFT JOIN LATERAL (
        SELECT j.id, j.type, j.order_key, j.run_at
        FROM live_jobs j
        WHERE j.ctid = n.place AND (SELECT u.job_id FROM unique_keys u WHERE u.unique_key = n.key) = n.id
        OFFSET 0) AS one ON true
      ORDER BY n.number);
  END IF;
  RETURN QUERY
    WITH changed AS (
      UPDATE live_jobs j SET
        -- A started job may have records of the version that it has
        version = CASE WHEN j.started_at IS NULL THEN n.version ELSE greatest(j.version, n.version) END,
        priority = CASE
          WHEN n.has_own_priority THEN n.priority
          ELSE coalesce((SELECT t.override_priority FROM job_types t WHERE t.type = j.type), n.priority) END,
        payload_bytes = n.payload_bytes,
        -- A job gets its limits when it is recorded: its pointer may be in flight
        limit_key = CASE WHEN j.limit_key IS NOT NULL THEN coalesce(n.limit_key, j.limit_key) END,
        order_key = n.order_key,
        run_at = coalesce(n.time_in_line, CASE WHEN n.replaces_time THEN n.due ELSE j.run_at END),
        status = CASE WHEN n.replaces_time OR n.time_in_line IS NOT NULL THEN 'pending' ELSE j.status END,
        lease = CASE WHEN n.replaces_time OR n.time_in_line IS NOT NULL THEN j.lease + 1 ELSE j.lease END,
        publish_at = coalesce(n.time_in_line, CASE WHEN n.replaces_time THEN n.due ELSE j.publish_at END),
        message_id = CASE WHEN NOT n.replaces_time AND n.time_in_line IS NULL THEN j.message_id END,
        parked_at = CASE WHEN NOT n.replaces_time AND n.time_in_line IS NULL THEN j.parked_at END,
        -- A started job may start again at any time
        start_within_millis = CASE
          WHEN n.replaces_time AND j.started_at IS NULL THEN n.start_within_millis
          ELSE j.start_within_millis END,
        start_before = CASE
          WHEN n.replaces_time AND j.started_at IS NULL THEN latest_start(n.due, n.start_within_millis, n.start_before)
          ELSE j.start_before END,
        backlog_key = n.backlog_key,
        cost = n.cost
      FROM (
        SELECT
          given.*,
          greatest(now(), coalesce(given.run_at, now() + given.delay_millis * interval '1 millisecond', now())) AS due
        FROM unnest(
          v_places, p_ids, p_keys, p_versions, p_priorities, p_have_own_priority, p_payloads, p_payload_bytes, p_limit_keys,
          p_order_keys, p_trace_contexts, p_headers, p_replace_times, p_delays_millis, p_run_ats, p_start_within_millis,
          p_start_befores, v_times, p_backlog_keys, p_costs)
          AS given (
            place, id, key, version, priority, has_own_priority, payload, payload_bytes, limit_key, order_key, trace_context,
            headers, replaces_time, delay_millis, run_at, start_within_millis, start_before, time_in_line, backlog_key,
            cost)
        -- A retried job may have lost the key though it waits
        WHERE given.place IS NOT NULL
          AND (SELECT u.job_id FROM unique_keys u WHERE u.unique_key = given.key) = given.id) AS n
      WHERE j.ctid = n.place
      RETURNING
        j.id, j.type, j.routing_key, n.version, j.priority, j.lease, j.is_external, j.limit_key, j.order_key, j.run_at,
        n.payload, n.trace_context, n.headers::jsonb AS headers, j.backlog_key, j.cost
    ), copied AS (
      -- Every transaction that changes these rows has locked the one in live_jobs
      UPDATE job_data d SET
        version = c.version,
        priority = c.priority,
        payload = c.payload::json,
        limit_key = c.limit_key,
        order_key = c.order_key,
        backlog_key = c.backlog_key,
        cost = c.cost,
        trace_context = c.trace_context,
        headers = c.headers
      FROM changed c, LATERAL (
        SELECT x.ctid AS place FROM job_data x WHERE x.type = c.type AND x.id = c.id OFFSET 0) AS one
      WHERE d.ctid = one.place
    ), removed AS (
      DELETE FROM job_headers h WHERE h.ctid = ANY (ARRAY(
        SELECT one.place
        FROM changed c, LATERAL (
          SELECT x.headers FROM job_data x WHERE x.type = c.type AND x.id = c.id OFFSET 0) AS was,
          jsonb_each_text(was.headers) AS header (name, value), LATERAL (
          SELECT x.ctid AS place
          FROM job_headers x
          WHERE x.name = header.name AND x.value = header.value AND x.id = c.id
          OFFSET 0) AS one
        -- A header that stays is left as it is: a row cannot be deleted and inserted again in one statement
        WHERE c.headers ->> header.name IS DISTINCT FROM header.value))
    ), added AS (
      INSERT INTO job_headers (name, value, id, type)
      SELECT header.name, header.value, c.id, c.type
      FROM changed c, jsonb_each_text(c.headers) AS header (name, value)
      ON CONFLICT DO NOTHING
    )
    SELECT
      c.id, c.type, c.routing_key, c.priority, c.lease, c.is_external, c.limit_key IS NULL AND c.run_at < never()
    FROM changed c;
END
$$;

-- By default, everybody may execute new functions
REVOKE ALL ON FUNCTION
  start_attempts(text, waiting_job[], timestamptz),
  jobs_of_worker(text),
  forget_claims(text[]),
  end_attempts(
    uuid[], bigint[], text[], text[], text[], text[], integer[], text[], text[], text[], text[], text[], bigint[], integer[],
    timestamptz, boolean),
  end_waiting_jobs(uuid[], text, boolean, text[], text[], text[], timestamptz),
  has_expired_jobs(timestamptz),
  backlog_of(text, text, integer),
  drop_oldest(integer),
  expired_jobs(timestamptz, uuid, integer),
  expire_jobs(uuid[], uuid[]),
  restore_jobs(uuid[], timestamptz[], boolean, timestamptz, boolean),
  delete_jobs(uuid[]),
  rescue_jobs(text[], timestamptz[], boolean[], integer, uuid[], integer),
  park(waiting_job[]),
  mark_queued(uuid[], bigint[], uuid[], text),
  jobs_with_keys(text[]),
  clear_unique_keys(text[], uuid[]),
  clear_past_keys(integer),
  replace_jobs(
    uuid[], text[], integer[], smallint[], boolean[], text[], integer[], text[], text[], text[], text[], boolean[], bigint[],
    timestamptz[], bigint[], timestamptz[], text[], bigint[])
FROM PUBLIC;
