-- The life cycle of a job. start_attempts is the only statement that starts an attempt, and end_attempts the only one that ends
-- one: whoever claims jobs, by pointers, from the table, under limits, for another language or as the next steps of a workflow,
-- calls the first, and whoever records an outcome or takes jobs from lost workers calls the second. All act with the rights of
-- the caller. Which change of status follows which stands in StatusChange, to which the tests hold every statement.
--
-- Rows are locked in this order, so that no two transactions wait for each other:
--   1. the row of a worker, where its registration matters: claim and deregister for other languages, heartbeat
--   2. the rows of types that have limits, by their names
--   3. running jobs that end, by their ids
--   4. workflows, the outer ones first
--   5. jobs that wait or have ended: those of workflows under the lock of their workflow, by their ids; a claim waits for none
--   6. the row of the worker that has claimed, for its heartbeat
-- 1 and 6 are no contradiction. What is locked first is shared (FOR KEY SHARE), and no heartbeat waits for it; whoever locks
-- more than that, to strike off the worker, waits until its claims are committed.

-- ---------------------------------------------------------------- Start

-- Starts attempts at jobs that wait, which the caller has chosen and locked, in the order of the ids. Whether they may be
-- started is the caller's to know. The next step of a workflow, which is not due by the table yet, becomes due with this.
CREATE OR REPLACE FUNCTION start_attempts(p_worker text, p_ids uuid[], p_now timestamptz)
RETURNS SETOF claimed_job
LANGUAGE plpgsql
-- Some of its callers want hash joins
SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
BEGIN
  -- A worker that was silent for a while may claim before its next heartbeat: its new jobs must not be taken for those of a
  -- lost worker. Only now that the jobs are locked: while it waited for them, it could not have its heartbeat.
  UPDATE workers w SET heartbeat_at = p_now
  WHERE w.id = p_worker AND w.heartbeat_at < p_now - interval '2 seconds';
  RETURN QUERY
    WITH started AS (
      UPDATE jobs j SET
        status = 'running',
        lease = j.lease + 1,
        attempts = j.attempts + 1,
        worker_id = p_worker,
        run_at = least(j.run_at, p_now),
        publish_at = least(j.publish_at, p_now),
        started_at = p_now,
        finished_at = NULL,
        set_back_at = NULL,
        progress = 0,
        progress_message = NULL,
        unique_key = unique_key_after(j, 'running', p_now)
      FROM unnest(p_ids) WITH ORDINALITY AS p (id, number)
      -- In words that fit no index but that of the ids.
      WHERE j.id = p.id AND (j.status = 'pending' OR j.status = 'queued') IS TRUE
      RETURNING
        p.number, j.id, j.lease, j.type, j.version, j.attempts, j.max_attempts, j.crashes, j.payload,
        j.item_id, j.submitted_by, j.workflow_id, j.trace_context,
        (extract(epoch FROM j.started_at - j.run_at) * 1000)::bigint AS waited_millis, j.external_policy
    )
    SELECT
      s.id, true, s.lease, s.type, s.version, s.attempts, s.max_attempts, s.crashes, s.payload, s.item_id, s.submitted_by,
      s.workflow_id, s.trace_context, s.waited_millis, s.external_policy, NULL::timestamptz[]
    FROM started s
    ORDER BY s.number;
END
$$;

-- ---------------------------------------------------------------- End

-- Ends attempts, each only under its lease, and keeps a row of each. Returns the jobs whose end was recorded; what is missing
-- had lost its lease. Of the arrays from p_outcomes on, one with a single value stands for that value of all attempts. The
-- status is pending for a job that is attempted again, after the delay; without a delay it keeps its place before all later
-- jobs. What would be attempted again ends as cancelled if that was asked for while it ran, and as failed with its last crash:
-- an attempt with a value in p_max_crashes counts as a crash. Attempts that were lost, released or snoozed do not count.
-- p_is_of_client says that the transaction is that of a client, who may keep it open, and wait, for as long as it wants.
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
BEGIN
  PERFORM choose_plans();
  IF NOT p_is_of_client THEN
    -- Workflows are settled in the same transaction. A worker that is frozen in between, or cut off, must not keep their
    -- rows locked for as long as that lasts.
    PERFORM set_config('idle_in_transaction_session_timeout', '5000', true);
    -- Nor may it wait for other transactions for longer than its client waits for an answer: after the client had given up,
    -- the statement would continue, and keep all of these jobs locked.
    IF current_setting('lock_timeout')::interval NOT BETWEEN interval '1 millisecond' AND interval '2 seconds' THEN
      PERFORM set_config('lock_timeout', '2000', true);
    END IF;
  END IF;
  RETURN QUERY
    WITH held AS (
      SELECT ended.*, one.becomes, one.crashes_now, one.is_counted
      FROM (
        SELECT
          e.id, e.lease, e.worker,
          coalesce(e.outcome, v_outcome) AS outcome,
          coalesce(e.status, v_status) AS status,
          coalesce(e.result, v_result) AS result,
          coalesce(e.result_version, v_result_version) AS result_version,
          coalesce(e.error_reason, v_error_reason) AS error_reason,
          coalesce(e.error_class, v_error_class) AS error_class,
          coalesce(e.error_message, v_error_message) AS error_message,
          coalesce(e.stack, v_stack) AS stack,
          coalesce(e.fingerprint, v_fingerprint) AS fingerprint,
          coalesce(e.delay_millis, v_delay_millis) AS delay_millis,
          coalesce(e.max_crashes, v_max_crashes) AS max_crashes
        FROM unnest(
          p_ids, p_leases, p_workers, p_outcomes, p_statuses, p_results, p_result_versions, p_error_reasons,
          p_error_classes, p_error_messages, p_stacks, p_fingerprints, p_delays_millis, p_max_crashes)
          AS e (
            id, lease, worker, outcome, status, result, result_version, error_reason, error_class, error_message, stack,
            fingerprint, delay_millis, max_crashes)
        ORDER BY e.id) AS ended, LATERAL (
        SELECT
          CASE
            WHEN ended.status = 'pending' AND j.cancel_requested_at IS NOT NULL THEN 'cancelled'
            WHEN j.crashes + 1 >= ended.max_crashes THEN 'failed'
            ELSE ended.status END AS becomes,
          CASE WHEN ended.max_crashes IS NULL THEN j.crashes ELSE j.crashes + 1 END AS crashes_now,
          ended.outcome NOT IN ('released', 'snoozed', 'lost') AS is_counted
        FROM jobs j
        -- In words that fit no index but that of the ids
        WHERE j.id = ended.id AND (j.lease = ended.lease) IS TRUE AND (j.worker_id = ended.worker) IS TRUE
          AND (j.status = 'running') IS TRUE
        FOR NO KEY UPDATE) AS one
    ), finished AS (
      UPDATE jobs j SET
        status = h.becomes,
        result = h.result::json,
        result_version = h.result_version,
        error_reason = h.error_reason,
        error_class = h.error_class,
        error_message = h.error_message,
        attempts = CASE WHEN h.is_counted THEN j.attempts ELSE j.attempts - 1 END,
        crashes = h.crashes_now,
        run_at = CASE
          WHEN h.status = 'pending' THEN coalesce(p_now + h.delay_millis * interval '1 millisecond', j.run_at)
          ELSE j.run_at END,
        publish_at = CASE
          WHEN h.status = 'pending' THEN coalesce(p_now + h.delay_millis * interval '1 millisecond', j.run_at)
          ELSE j.publish_at END,
        finished_at = CASE WHEN h.becomes <> 'pending' THEN p_now END,
        delete_at = CASE
          WHEN h.becomes = 'completed'
            THEN greatest(p_now + j.retention_seconds * interval '1 second', j.unique_until)
          WHEN h.becomes <> 'pending'
            THEN greatest(
              p_now + coalesce(j.failed_retention_seconds, j.retention_seconds) * interval '1 second', j.unique_until)
          END,
        progress = CASE WHEN h.becomes = 'completed' THEN 100 ELSE j.progress END,
        progress_message = CASE WHEN h.becomes <> 'completed' THEN j.progress_message END,
        unique_key = unique_key_after(j, h.becomes, p_now)
      FROM held h
      WHERE j.id = h.id
      RETURNING
        j.id, j.lease, CASE WHEN h.is_counted THEN j.attempts ELSE j.attempts + 1 END AS attempt, j.worker_id, j.started_at,
        h.outcome, h.error_reason, h.error_class, h.error_message, h.stack, h.fingerprint
    )
    INSERT INTO job_attempts AS a (
      job_id, lease, attempt, worker_id, started_at, finished_at, outcome, error_reason, error_class, error_message, stack,
      fingerprint)
    SELECT
      f.id, f.lease, f.attempt, f.worker_id, f.started_at, p_now, f.outcome, f.error_reason, f.error_class, f.error_message,
      f.stack, f.fingerprint
    FROM finished f
    RETURNING a.job_id;
END
$$;

-- Takes running jobs from workers that are lost: they wait again in their old places, and the attempt does not count. Whoever
-- has beaten since p_heartbeats is left alone; that is null for workers that are not registered. Where the silence may be the
-- job's fault it counts as a crash, and with p_max_crashes of them a job fails. With p_workflows, jobs of other workflows are left
-- alone. What somebody has locked is taken another time.
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
  PERFORM choose_plans();
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
      FROM unnest(p_workers, p_heartbeats, p_are_crashes) AS s (worker_id, heartbeat_at, is_crash), LATERAL (
        SELECT j.id
        FROM jobs j
        WHERE j.worker_id = s.worker_id AND j.status = 'running'
          AND (p_workflows IS NULL OR j.workflow_id IS NULL OR j.workflow_id = ANY (p_workflows))
        OFFSET 0) AS run
      WHERE NOT EXISTS (
        SELECT FROM workers w WHERE w.id = s.worker_id AND w.heartbeat_at IS DISTINCT FROM s.heartbeat_at)
      ORDER BY run.id) AS found, LATERAL (
      SELECT j.id, j.lease, j.crashes
      FROM jobs j
      -- In words that fit no index but that of the ids
      WHERE j.id = found.id AND (j.worker_id = found.worker_id) IS TRUE AND (j.status = 'running') IS TRUE
      FOR NO KEY UPDATE SKIP LOCKED) AS one
    LIMIT p_max_jobs) AS lost;
  v_ended := ARRAY(
    SELECT e.id
    FROM end_attempts(
      v_ids, v_leases, v_workers, '{lost}', '{pending}', p_error_reasons => '{worker_lost}', p_error_messages => v_messages,
      p_max_crashes => v_max_crashes) AS e (id));
  RETURN QUERY
    SELECT
      one.id, one.type, one.routing_key, one.lease, one.external_policy IS NOT NULL, one.worker_id, one.status,
      one.limit_key IS NULL
    FROM unnest(v_ended) AS ended (id), LATERAL (SELECT j.* FROM jobs j WHERE j.id = ended.id OFFSET 0) AS one;
END
$$;

-- ---------------------------------------------------------------- Pointers

-- Sets back waiting jobs, locked by the caller, whose pointers came to workers that do not know them. Java workers find them in
-- the table, so nobody publishes their pointers again; those for other languages are published again after a while, four times
-- as late each time. The pointer has done its work: if its confirmation comes late, it must not count, so the lease goes up.
CREATE OR REPLACE FUNCTION set_back(p_ids uuid[])
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
  UPDATE jobs j SET
    status = 'pending',
    lease = j.lease + 1,
    set_back_at = coalesce(j.set_back_at, now()),
    publish_at = CASE
      WHEN j.external_policy IS NULL THEN never()
      ELSE now()
        + least(greatest(3 * (now() - coalesce(j.set_back_at, now())), interval '5 seconds'), interval '1 hour') END
  FROM unnest(p_ids) AS p (id)
  WHERE j.id = p.id AND (j.status IN ('pending', 'queued')) IS TRUE;
END
$$;

-- Notes that the broker has confirmed the pointers of jobs whose status is this: pending, or queued if they were published
-- once more. A job that was claimed meanwhile has another lease and is left alone, even if it is pending once more: the
-- pointer has done its work, and the next attempt needs another. A job whose row is locked is left alone, too: it is published
-- once more, and a pointer too many does no harm.
CREATE OR REPLACE FUNCTION mark_queued(p_ids uuid[], p_leases bigint[], p_message_ids uuid[], p_status text)
RETURNS void
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
  PERFORM choose_plans();
  WITH unclaimed AS (
    SELECT one.id, p.message_id
    FROM (
      SELECT given.id, given.lease, given.message_id
      FROM unnest(p_ids, p_leases, p_message_ids) AS given (id, lease, message_id)
      ORDER BY given.id) AS p, LATERAL (
      SELECT j.id
      FROM jobs j
      WHERE j.id = p.id AND (j.lease = p.lease) IS TRUE AND (j.status = p_status) IS TRUE
        -- Its workflow may have been paused before it was published, or its type may have become limited
        AND (j.run_at < never()) IS TRUE AND (j.limit_key IS NULL) IS TRUE
      FOR NO KEY UPDATE SKIP LOCKED) AS one)
  UPDATE jobs j SET status = 'queued', publish_at = now(), message_id = u.message_id
  FROM unclaimed u
  WHERE j.id = u.id;
END
$$;

-- New functions may be called by everybody until this is revoked
REVOKE ALL ON FUNCTION
  start_attempts(text, uuid[], timestamptz),
  end_attempts(
    uuid[], bigint[], text[], text[], text[], text[], integer[], text[], text[], text[], text[], text[], bigint[], integer[],
    timestamptz, boolean),
  rescue_jobs(text[], timestamptz[], boolean[], integer, uuid[], integer),
  set_back(uuid[]),
  mark_queued(uuid[], bigint[], uuid[], text)
FROM PUBLIC;
