-- Statistics over time, and failures of the same kind.

-- Rolls up the attempts that have ended since the last call, and returns whether there is more to do. It reads every
-- attempt once, by the time of its end. The last attempt of a job has everything that is counted in the same row; for
-- the others, the job is looked up by its id: a plan that reads all jobs instead would cost more the more of them are
-- kept. An attempt whose transaction commits later than three seconds after its end is not counted: these are
-- statistics, not accounts.
CREATE OR REPLACE FUNCTION roll_up_statistics()
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
DECLARE
  v_from timestamptz;
  v_first timestamptz;
  v_to timestamptz;
  v_last timestamptz := clock_timestamp() - interval '3 seconds';
  v_full timestamptz;
BEGIN
  SELECT s.rolled_up_until INTO v_from FROM job_statistics_state s FOR UPDATE;
  IF v_from IS NULL OR v_from >= v_last THEN
    RETURN false;
  END IF;
  -- Skips times without any attempt in one step
  SELECT a.finished_at INTO v_first
  FROM job_attempts a
  WHERE a.finished_at >= v_from
  ORDER BY a.finished_at
  LIMIT 1;
  v_to := least(v_last, coalesce(v_first, v_last) + interval '30 seconds');
  -- A statement of the leader may take 5 s. Attempts that end with one statement have the same time, and stay
  -- together.
  SELECT a.finished_at + interval '1 microsecond' INTO v_full
  FROM job_attempts a
  WHERE a.finished_at >= v_first
  ORDER BY a.finished_at
  OFFSET 20000
  LIMIT 1;
  v_to := least(v_to, coalesce(v_full, v_to));
  IF v_first < v_to THEN
    WITH attempts AS (
      SELECT e.id AS job_id, e.type, e.run_at, e.outcome, e.started_at, e.finished_at, e.error_reason, e.error_class,
        e.error_message, e.fingerprint
      FROM ended_jobs e
      WHERE e.finished_at >= v_first AND e.finished_at < v_to AND e.outcome IS NOT NULL
      UNION ALL
      SELECT a.job_id, j.type, j.run_at, a.outcome, a.started_at, a.finished_at, a.error_reason, a.error_class,
        a.error_message, a.fingerprint
      FROM earlier_attempts a, LATERAL (SELECT s.type, s.run_at FROM job_states s WHERE s.id = a.job_id OFFSET 0) AS j
      WHERE a.finished_at >= v_first AND a.finished_at < v_to
    ), ended AS MATERIALIZED (
      SELECT a.job_id, a.type, a.outcome, a.finished_at, a.error_reason, a.error_class, a.error_message, a.fingerprint,
        -- date_part and date_bin take a fraction of the time of extract, which computes decimals, and of date_trunc
        greatest(0, (date_part('epoch', a.finished_at - a.started_at) * 1000)::bigint) AS run_millis,
        CASE WHEN a.run_at < a.started_at
          THEN (date_part('epoch', a.started_at - a.run_at) * 1000)::bigint
          ELSE 0 END AS wait_millis
      FROM attempts a
    ), by_time AS (
      INSERT INTO job_statistics AS s (
        step_seconds, at, type, outcome, attempts, run_millis, max_run_millis, wait_millis, max_wait_millis)
      SELECT step, to_timestamp(floor(extract(epoch FROM m.at) / step) * step), m.type, m.outcome,
        sum(m.attempts), sum(m.run_millis), max(m.max_run_millis), sum(m.wait_millis), max(m.max_wait_millis)
      FROM (
        SELECT date_bin('1 minute', e.finished_at, 'epoch') AS at, e.type, e.outcome, count(*) AS attempts,
          sum(e.run_millis) AS run_millis, max(e.run_millis) AS max_run_millis,
          sum(e.wait_millis) AS wait_millis, max(e.wait_millis) AS max_wait_millis
        FROM ended e
        GROUP BY 1, 2, 3) AS m,
        unnest(ARRAY[60, 600, 3600]) AS step
      GROUP BY 1, 2, 3, 4
      ON CONFLICT (step_seconds, at, type, outcome) DO UPDATE SET
        attempts = s.attempts + excluded.attempts,
        run_millis = s.run_millis + excluded.run_millis,
        max_run_millis = greatest(s.max_run_millis, excluded.max_run_millis),
        wait_millis = s.wait_millis + excluded.wait_millis,
        max_wait_millis = greatest(s.max_wait_millis, excluded.max_wait_millis)
    )
    INSERT INTO job_failures AS f (
      at, type, fingerprint, error_reason, failures, error_class, error_message, last_at, last_job_id)
    SELECT to_timestamp(floor(extract(epoch FROM e.finished_at) / 3600) * 3600), e.type, coalesce(e.fingerprint, ''),
      e.error_reason, count(*),
      (array_agg(e.error_class ORDER BY e.finished_at DESC))[1],
      left((array_agg(e.error_message ORDER BY e.finished_at DESC))[1], 500),
      max(e.finished_at),
      (array_agg(e.job_id ORDER BY e.finished_at DESC))[1]
    FROM ended e
    WHERE e.outcome IN ('failed', 'timed_out', 'lost')
    GROUP BY 1, 2, 3, 4
    -- Handlers that fail in a new way each time must not fill the table
    ORDER BY count(*) DESC
    LIMIT 1000
    ON CONFLICT (at, type, fingerprint, error_reason) DO UPDATE SET
      failures = f.failures + excluded.failures,
      error_class = excluded.error_class,
      error_message = excluded.error_message,
      last_at = excluded.last_at,
      last_job_id = excluded.last_job_id;
  END IF;
  UPDATE job_statistics_state SET rolled_up_until = v_to;
  DELETE FROM job_statistics
  WHERE ctid = ANY (ARRAY(
    SELECT old.ctid
    FROM (VALUES (60, interval '3 hours'), (600, interval '3 days'), (3600, interval '35 days')) AS kept (step, age),
      LATERAL (
        SELECT s.ctid FROM job_statistics s
        WHERE s.step_seconds = kept.step AND s.at < v_last - kept.age
        ORDER BY s.step_seconds, s.at
        LIMIT 5000) AS old));
  DELETE FROM job_failures
  WHERE ctid = ANY (ARRAY(
    SELECT f.ctid FROM job_failures f WHERE f.at < v_last - interval '35 days' ORDER BY f.at LIMIT 5000));
  RETURN v_to < v_last;
END
$$;

-- By default, everybody may execute new functions
REVOKE ALL ON FUNCTION
  roll_up_statistics()
FROM PUBLIC;
