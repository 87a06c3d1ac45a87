-- How Java workers record the ends of attempts, and publishers that pointers were confirmed. The rights and the order of locks
-- are those of claims.

-- Records the ends of attempts, each only under its lease, and one row for each attempt. Returns the jobs whose end was
-- recorded; what is missing had lost its lease. Of the arrays from p_outcomes on, one with a single value stands for that
-- value of all attempts. What would be attempted again ends as cancelled if that was asked for while it ran.
CREATE OR REPLACE FUNCTION finish_attempts(
  p_ids uuid[], p_leases bigint[], p_workers text[], p_outcomes text[], p_statuses text[], p_results text[],
  p_result_versions integer[], p_error_reasons text[], p_error_classes text[], p_error_messages text[], p_stacks text[],
  p_fingerprints text[], p_delays_millis bigint[], p_max_crashes integer[])
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
  -- Workflows are settled in the same transaction. A worker that is frozen in between, or cut off, must not keep their
  -- rows locked for as long as that lasts.
  PERFORM set_config('idle_in_transaction_session_timeout', '5000', true);
  -- Nor may it wait for other transactions for longer than its client waits for an answer: after the client had given up,
  -- the statement would go on, and keep all of these jobs locked.
  IF current_setting('lock_timeout')::interval NOT BETWEEN interval '1 millisecond' AND interval '2 seconds' THEN
    PERFORM set_config('lock_timeout', '2000', true);
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
          WHEN h.status = 'pending' THEN now() + h.delay_millis * interval '1 millisecond'
          ELSE j.run_at END,
        publish_at = CASE
          WHEN h.status = 'pending' THEN now() + h.delay_millis * interval '1 millisecond'
          ELSE j.publish_at END,
        finished_at = CASE WHEN h.becomes <> 'pending' THEN now() END,
        delete_at = CASE
          WHEN h.becomes = 'completed'
            THEN greatest(now() + j.retention_seconds * interval '1 second', j.unique_until)
          WHEN h.becomes <> 'pending'
            THEN greatest(
              now() + coalesce(j.failed_retention_seconds, j.retention_seconds) * interval '1 second', j.unique_until)
          END,
        progress = CASE WHEN h.becomes = 'completed' THEN 100 ELSE j.progress END,
        progress_message = CASE WHEN h.becomes <> 'completed' THEN j.progress_message END,
        unique_key = unique_key_after(j, h.becomes, now())
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
      f.id, f.lease, f.attempt, f.worker_id, f.started_at, now(), f.outcome, f.error_reason, f.error_class, f.error_message,
      f.stack, f.fingerprint
    FROM finished f
    RETURNING a.job_id;
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
  finish_attempts(
    uuid[], bigint[], text[], text[], text[], text[], integer[], text[], text[], text[], text[], text[], bigint[], integer[]),
  mark_queued(uuid[], bigint[], uuid[], text)
FROM PUBLIC;
