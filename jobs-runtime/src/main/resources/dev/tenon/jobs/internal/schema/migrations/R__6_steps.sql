-- What a job keeps between its attempts: the records of its steps and waits, the signals that were sent to it, and its
-- cursor. All act with the rights of the caller.
--
-- A record is written only while the job is running under the lease of the attempt. Its row is locked for that
-- (FOR SHARE), so the attempt cannot end in between. Rescues pass by a locked row, and everything else waits: so the
-- lock must be short. An attempt that ends because its job waits decides itself when the job is due (resume_time),
-- after it has locked the row. Whoever sends a signal locks the row after the signal was stored, or while it is
-- (wake_signalled). So one of the two sees what the other has done.

-- ---------------------------------------------------------------- Records

-- Locks the running ones of these jobs, in the order of their ids, until the end of the transaction. The code of
-- these versions is about to write what older code cannot read: so a job whose version is lower gets it, and is no
-- longer claimed by workers of older code. Returns the positions of the jobs that run under these leases.
CREATE OR REPLACE FUNCTION lock_running(p_ids uuid[], p_leases bigint[], p_workers text[], p_versions integer[])
RETURNS integer[]
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_numbers integer[];
  v_places tid[];
  v_versions integer[];
BEGIN
  -- Most jobs have the version of the code that runs them. Two transactions that share a row could not both change it.
  IF EXISTS (
    SELECT
    FROM unnest(p_ids, p_versions) AS given (id, version), LATERAL (
      SELECT FROM live_jobs j WHERE j.id = given.id AND (j.version < given.version) IS TRUE OFFSET 0) AS one)
  THEN
    SELECT
      array_agg(f.number), array_agg(f.place) FILTER (WHERE f.is_lower), array_agg(f.version) FILTER (WHERE f.is_lower)
    INTO v_numbers, v_places, v_versions
    FROM (
      SELECT given.number::integer, given.version, one.place, one.is_lower
      FROM (
        SELECT p.id, p.lease, p.worker, p.version, p.number
        FROM unnest(p_ids, p_leases, p_workers, p_versions) WITH ORDINALITY AS p (id, lease, worker, version, number)
        ORDER BY p.id) AS given, LATERAL (
        SELECT j.ctid AS place, j.version < given.version AS is_lower
        FROM live_jobs j
        WHERE j.id = given.id AND (j.lease = given.lease) IS TRUE AND (j.worker_id = given.worker) IS TRUE
          AND (j.status = 'running') IS TRUE
        FOR NO KEY UPDATE) AS one) AS f;
    UPDATE live_jobs j SET version = greatest(j.version, u.version)
    FROM unnest(v_places, v_versions) AS u (place, version)
    WHERE j.ctid = u.place;
  ELSE
    SELECT array_agg(f.number)
    INTO v_numbers
    FROM (
      SELECT given.number::integer
      FROM (
        SELECT p.id, p.lease, p.worker, p.number
        FROM unnest(p_ids, p_leases, p_workers) WITH ORDINALITY AS p (id, lease, worker, number)
        ORDER BY p.id) AS given, LATERAL (
        SELECT
        FROM live_jobs j
        WHERE j.id = given.id AND (j.lease = given.lease) IS TRUE AND (j.worker_id = given.worker) IS TRUE
          AND (j.status = 'running') IS TRUE
        FOR SHARE) AS one) AS f;
  END IF;
  RETURN coalesce(v_numbers, '{}');
END
$$;

-- Writes records of steps and tokens, each only under its lease. A step that has a record already gets the new values,
-- except its number; a token stays as it is, and so does a step that a person has decided while an attempt was about to
-- ask. p_ages_millis is the time since each began. Returns the positions of
-- those that were recorded; the others have lost their leases.
CREATE OR REPLACE FUNCTION record_steps(
  p_job_ids uuid[], p_leases bigint[], p_workers text[], p_names text[], p_keys text[], p_kinds text[], p_states text[],
  p_versions integer[], p_numbers integer[], p_attempts integer[], p_ages_millis bigint[], p_results text[],
  p_messages text[])
RETURNS SETOF integer
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_now timestamptz := clock_timestamp();
  v_held integer[] := lock_running(p_job_ids, p_leases, p_workers, p_versions);
BEGIN
  INSERT INTO job_steps AS t (
    job_id, name, step_key, kind, state, version, lease, number, attempts, started_at, ended_at, result, message)
  SELECT
    p_job_ids[h.number], p_names[h.number], p_keys[h.number], p_kinds[h.number], p_states[h.number],
    p_versions[h.number], p_leases[h.number], p_numbers[h.number], p_attempts[h.number],
    v_now - p_ages_millis[h.number] * interval '1 millisecond',
    CASE WHEN p_states[h.number] IN ('failed', 'done') THEN v_now END, p_results[h.number]::json, p_messages[h.number]
  FROM unnest(v_held) AS h (number)
  ON CONFLICT (job_id, name, step_key) DO UPDATE SET
    kind = EXCLUDED.kind,
    state = EXCLUDED.state,
    version = EXCLUDED.version,
    lease = EXCLUDED.lease,
    attempts = EXCLUDED.attempts,
    started_at = EXCLUDED.started_at,
    ended_at = EXCLUDED.ended_at,
    until = NULL,
    signals = NULL,
    signal_id = NULL,
    result = EXCLUDED.result,
    message = EXCLUDED.message
  WHERE t.kind <> 'token' AND NOT (EXCLUDED.state = 'in_doubt' AND t.state IN ('done', 'not_done'));
  RETURN QUERY SELECT h.number FROM unnest(v_held) AS h (number);
END
$$;

-- Everything that a job has recorded, in the order it began: its steps, waits and tokens, and a row of the
-- kind 'cursor' for its cursor. The signal that ended a wait is the result of its row.
CREATE OR REPLACE FUNCTION steps_of_job(p_job_id uuid)
RETURNS TABLE (
  name text, step_key text, kind text, state text, version integer, lease bigint, number integer, attempts integer,
  started_at timestamptz, ended_at timestamptz, until timestamptz, signals text[], signal_id text, signal_name text,
  signal_version integer, result json, message text)
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
    SELECT
      t.name, t.step_key, t.kind, t.state, t.version, t.lease, t.number, t.attempts, t.started_at, t.ended_at, t.until,
      t.signals, t.signal_id, g.name, g.version, coalesce(g.payload, t.result), t.message
    FROM job_steps t LEFT JOIN LATERAL (
      SELECT x.name, x.version, x.payload FROM job_signals x WHERE x.job_id = t.job_id AND x.id = t.signal_id OFFSET 0) AS g
      ON true
    WHERE t.job_id = p_job_id
    ORDER BY t.number;
  RETURN QUERY
    SELECT
      '', '', 'cursor', 'done', c.version, c.lease, 0, 0, c.saved_at, c.saved_at, NULL::timestamptz, NULL::text[],
      NULL::text, NULL::text, NULL::integer, c.value, NULL::text
    FROM job_cursors c
    WHERE c.job_id = p_job_id;
END
$$;

-- The newest version of the job type whose code has recorded something of a job; null if none has
CREATE OR REPLACE FUNCTION version_of_records(p_job_id uuid)
RETURNS integer
LANGUAGE plpgsql STABLE
AS $$
BEGIN
  RETURN greatest(
    (SELECT max(t.version) FROM job_steps t WHERE t.job_id = p_job_id),
    (SELECT c.version FROM job_cursors c WHERE c.job_id = p_job_id));
END
$$;

-- Saves cursors, each only under its lease; the last one of a job wins. Returns the positions of those that were
-- saved. It must not get two of one job.
CREATE OR REPLACE FUNCTION save_cursors(
  p_job_ids uuid[], p_leases bigint[], p_workers text[], p_versions integer[], p_values text[])
RETURNS SETOF integer
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_held integer[] := lock_running(p_job_ids, p_leases, p_workers, p_versions);
BEGIN
  INSERT INTO job_cursors (job_id, version, lease, value, saved_at)
  SELECT
    p_job_ids[h.number], p_versions[h.number], p_leases[h.number], p_values[h.number]::json, clock_timestamp()
  FROM unnest(v_held) AS h (number)
  ON CONFLICT (job_id) DO UPDATE SET
    version = EXCLUDED.version, lease = EXCLUDED.lease, value = EXCLUDED.value, saved_at = EXCLUDED.saved_at;
  RETURN QUERY SELECT h.number FROM unnest(v_held) AS h (number);
END
$$;

-- ---------------------------------------------------------------- Waits

-- Waits for the first of these signals, or sleeps if there are none: takes the oldest one that was sent with the key
-- of the wait and that no wait has taken; or notes that the job waits. The time limit counts from the first attempt
-- that gets here. Returns how the wait stands; no row if the lease is lost. The states are those of records: a sleep
-- ends as done.
CREATE OR REPLACE FUNCTION await_signal(
  p_job_id uuid, p_lease bigint, p_worker text, p_name text, p_key text, p_version integer, p_number integer,
  p_signals text[], p_timeout_millis bigint)
RETURNS TABLE (
  state text, until timestamptz, signal_id text, signal_name text, signal_version integer, payload json)
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  v_now timestamptz := clock_timestamp();
  v_is_sleep boolean := coalesce(cardinality(p_signals), 0) = 0;
  v_step job_steps;
  v_signal job_signals;
BEGIN
  -- Alone: an earlier call of this attempt, whose answer was lost, may still be running
  PERFORM FROM live_jobs j WHERE j.id = p_job_id FOR NO KEY UPDATE;
  IF cardinality(lock_running(ARRAY[p_job_id], ARRAY[p_lease], ARRAY[p_worker], ARRAY[p_version])) = 0 THEN
    RETURN;
  END IF;
  SELECT t.* INTO v_step FROM job_steps t WHERE t.job_id = p_job_id AND t.name = p_name AND t.step_key = p_key;
  IF v_step.state IN ('done', 'timed_out') THEN
    SELECT g.* INTO v_signal FROM job_signals g WHERE g.job_id = p_job_id AND g.id = v_step.signal_id;
  ELSE
    IF v_step.job_id IS NULL THEN
      v_step.started_at := v_now;
      v_step.number := p_number;
      v_step.until := v_now + p_timeout_millis * interval '1 millisecond';
    END IF;
    IF NOT v_is_sleep THEN
      SELECT g.*
      INTO v_signal
      FROM job_signals g
      WHERE g.job_id = p_job_id AND g.delivered_at IS NULL AND (g.name = ANY (p_signals)) IS TRUE
        AND (g.step_key = p_key) IS TRUE AND (g.error IS NULL) IS TRUE
      ORDER BY g.number
      LIMIT 1
      FOR NO KEY UPDATE;
    END IF;
    v_step.state := CASE
      WHEN v_signal.id IS NOT NULL THEN 'done'
      WHEN v_step.until <= v_now THEN CASE WHEN v_is_sleep THEN 'done' ELSE 'timed_out' END
      ELSE 'waiting' END;
    UPDATE job_signals g SET delivered_at = v_now, is_new = false WHERE g.job_id = p_job_id AND g.id = v_signal.id;
    INSERT INTO job_steps AS t (
      job_id, name, step_key, kind, state, version, lease, number, started_at, ended_at, until, signals, signal_id)
    VALUES (
      p_job_id, p_name, p_key, CASE WHEN v_is_sleep THEN 'sleep' ELSE 'wait' END, v_step.state, p_version, p_lease,
      v_step.number, v_step.started_at, CASE WHEN v_step.state <> 'waiting' THEN v_now END, v_step.until,
      CASE WHEN NOT v_is_sleep THEN p_signals END, v_signal.id)
    ON CONFLICT (job_id, name, step_key) DO UPDATE SET
      kind = EXCLUDED.kind,
      state = EXCLUDED.state,
      version = EXCLUDED.version,
      lease = EXCLUDED.lease,
      ended_at = EXCLUDED.ended_at,
      until = EXCLUDED.until,
      signals = EXCLUDED.signals,
      signal_id = EXCLUDED.signal_id;
  END IF;
  RETURN QUERY
    SELECT v_step.state, v_step.until, v_signal.id, v_signal.name, v_signal.version, v_signal.payload;
END
$$;

-- Takes back that a wait has got a signal, because it cannot be read or is not valid: the wait continues, and nobody
-- gets the signal. Returns whether the attempt has its lease.
CREATE OR REPLACE FUNCTION refuse_signal(
  p_job_id uuid, p_lease bigint, p_worker text, p_name text, p_key text, p_version integer, p_signal_id text,
  p_error text)
RETURNS boolean
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
  IF cardinality(lock_running(ARRAY[p_job_id], ARRAY[p_lease], ARRAY[p_worker], ARRAY[p_version])) = 0 THEN
    RETURN false;
  END IF;
  UPDATE job_signals g SET delivered_at = NULL, error = p_error WHERE g.job_id = p_job_id AND g.id = p_signal_id;
  UPDATE job_steps t SET state = 'waiting', lease = p_lease, ended_at = NULL, signal_id = NULL
  WHERE t.job_id = p_job_id AND t.name = p_name AND t.step_key = p_key AND (t.signal_id = p_signal_id) IS TRUE;
  RETURN true;
END
$$;

-- Whether a job waits for a signal that was sent and not delivered; with a lease, only what the attempt with the
-- lease has come to counts
CREATE OR REPLACE FUNCTION has_awaited_signal(p_job_id uuid, p_lease bigint)
RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
  RETURN EXISTS (
    SELECT
    FROM job_steps t
    WHERE t.job_id = p_job_id AND t.state IN ('waiting', 'in_doubt') AND (t.state = 'waiting') IS TRUE
      AND (t.lease = coalesce(p_lease, t.lease)) IS TRUE
      AND EXISTS (
        SELECT
        FROM job_signals g
        WHERE g.job_id = p_job_id AND g.delivered_at IS NULL AND (g.name = ANY (t.signals)) IS TRUE
          AND (g.step_key = t.step_key) IS TRUE AND (g.error IS NULL) IS TRUE));
END
$$;

-- When a job is due whose attempt with this lease ends because it waits: now, if what it waits for is there already;
-- otherwise at the first time that it waits for, or never. A wait or a question that the attempt has not come to does
-- not count.
CREATE OR REPLACE FUNCTION resume_time(p_job_id uuid, p_lease bigint, p_now timestamptz)
RETURNS timestamptz
LANGUAGE plpgsql STABLE
AS $$
DECLARE
  v_until timestamptz;
BEGIN
  SELECT min(coalesce(t.until, never()))
  INTO v_until
  FROM job_steps t
  WHERE t.job_id = p_job_id AND t.state IN ('waiting', 'in_doubt') AND (t.lease = p_lease) IS TRUE;
  RETURN CASE
    -- A person has decided meanwhile
    WHEN v_until IS NULL OR has_awaited_signal(p_job_id, p_lease) THEN p_now
    ELSE greatest(v_until, p_now) END;
END
$$;

-- ---------------------------------------------------------------- Signals

-- The jobs of an item that have not ended and may wait for the signal, and those that got one with this id before
CREATE OR REPLACE FUNCTION signal_targets(p_item_id text, p_signal text, p_id text)
RETURNS SETOF uuid
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
  RETURN QUERY
    SELECT d.id
    FROM job_data d LEFT JOIN LATERAL (SELECT j.type FROM live_jobs j WHERE j.id = d.id OFFSET 0) AS live ON true
    WHERE d.item_id = p_item_id
      AND (live.type IS NOT NULL AND may_await(live.type, p_signal)
        OR EXISTS (SELECT FROM job_signals g WHERE g.job_id = d.id AND g.id = p_id))
    ORDER BY d.id;
END
$$;

-- Whether jobs of a type may wait for the signal: its handlers declare it, or are not known
CREATE OR REPLACE FUNCTION may_await(p_type text, p_signal text)
RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
  RETURN coalesce(
    (SELECT p_signal = ANY (t.signals) FROM job_types t WHERE t.type = p_type AND t.signals IS NOT NULL),
    (SELECT bool_or(p_signal = ANY (t.signals))
      FROM job_types t
      WHERE t.aliases <> '{}' AND p_type = ANY (t.aliases) AND t.signals IS NOT NULL),
    true);
END
$$;

-- Records what the handlers of these types await, each a list with spaces, and what is sensitive in what they keep. The
-- code of the newest version decides; workers of one version add to each other, because some may be of an older build.
CREATE OR REPLACE FUNCTION declare_steps(p_types text[], p_versions integer[], p_signals text[], p_sensitive text[])
RETURNS void
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
AS $$
DECLARE
  v_declared record;
BEGIN
  -- Processes that start at the same time lock the rows in the same order
  FOR v_declared IN
    SELECT d.type, d.version, string_to_array(nullif(d.signals, ''), ' ') AS signals, d.sensitive::jsonb AS sensitive
    FROM unnest(p_types, p_versions, p_signals, p_sensitive) AS d (type, version, signals, sensitive)
    ORDER BY d.type
  LOOP
    UPDATE job_types t SET
      signals = n.signals,
      signals_version = greatest(t.signals_version, v_declared.version),
      sensitive_steps = t.sensitive_steps || v_declared.sensitive
    FROM (
      SELECT
        CASE
          WHEN o.signals_version > v_declared.version THEN o.signals
          ELSE ARRAY(
            SELECT s.name FROM unnest(v_declared.signals) AS s (name)
            UNION
            SELECT s.name FROM unnest(o.signals) AS s (name) WHERE o.signals_version = v_declared.version
            ORDER BY 1) END AS signals
      FROM job_types o
      WHERE o.type = v_declared.type
      FOR UPDATE) AS n
    WHERE t.type = v_declared.type
      AND (t.signals, t.signals_version, t.sensitive_steps) IS DISTINCT FROM
        (n.signals, greatest(t.signals_version, v_declared.version), t.sensitive_steps || v_declared.sensitive);
  END LOOP;
END
$$;

-- The token of this job for the signal with this secret: its key, and whether it can be used. No row if there is
-- none. Secrets are compared by their hashes, so that the time that it takes says nothing.
CREATE OR REPLACE FUNCTION find_token(p_job_id uuid, p_signal text, p_secret text)
RETURNS TABLE (step_key text, is_open boolean)
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
    SELECT t.step_key, t.state = 'open'
    FROM job_steps t
    WHERE t.job_id = p_job_id AND t.name = 'token:' || p_signal
      AND sha256(convert_to(t.result #>> '{}', 'UTF8')) = sha256(convert_to(p_secret, 'UTF8'));
END
$$;

-- Stores a signal for these jobs: for all of them or, if one refuses it, for none. With p_uses_token, the token of the signal with this key is used up. With p_wakes, jobs that wait for the signal
-- become due in the same transaction, unless somebody has locked them: only for transactions that are committed
-- immediately. Whoever has sent it wakes the others after the commit. A refusal is not an error, because a caller's
-- transaction may continue. Returns a row for each job.
CREATE OR REPLACE FUNCTION send_signals(
  p_job_ids uuid[], p_id text, p_name text, p_key text, p_version integer, p_payload text, p_sent_by text,
  p_uses_token boolean, p_max_undelivered integer, p_wakes boolean)
RETURNS TABLE (
  job_id uuid, job_type text, refusal text, is_new boolean, is_to_wake boolean, is_woken boolean, routing_key text,
  priority smallint, lease bigint, is_external boolean, is_published boolean)
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  v_types text[];
  v_refusals text[];
  v_new uuid[];
  v_held uuid[] := '{}';
  v_woken woken_job[];
BEGIN
  IF p_uses_token THEN
    UPDATE job_steps t SET state = 'done', ended_at = now()
    WHERE t.job_id = p_job_ids[1] AND t.name = 'token:' || p_name AND t.step_key = p_key AND (t.state = 'open') IS TRUE;
    IF NOT FOUND THEN
      RETURN QUERY SELECT
        p_job_ids[1], NULL::text, 'used_token', false, false, false, NULL::text, NULL::smallint, NULL::bigint, false, false;
      RETURN;
    END IF;
  END IF;
  SELECT array_agg(f.type ORDER BY f.number), array_agg(f.refusal ORDER BY f.number)
  INTO v_types, v_refusals
  FROM (
    SELECT
      given.number, s.type,
      CASE
        WHEN EXISTS (SELECT FROM job_signals g WHERE g.job_id = given.id AND g.id = p_id) THEN NULL
        WHEN s.status IS NULL THEN 'no_such_job'
        WHEN s.status IN ('completed', 'failed', 'cancelled') THEN 'job_ended'
        WHEN NOT may_await(s.type, p_name) THEN 'not_awaited'
        WHEN (
          SELECT count(*) >= p_max_undelivered
          FROM (
            SELECT FROM job_signals g WHERE g.job_id = given.id AND g.delivered_at IS NULL LIMIT p_max_undelivered) AS few)
        THEN 'too_many' END AS refusal
    FROM unnest(p_job_ids) WITH ORDINALITY AS given (id, number) LEFT JOIN LATERAL (
      SELECT x.type, x.status FROM job_states x WHERE x.id = given.id OFFSET 0) AS s ON true) AS f;
  IF array_remove(v_refusals, NULL) <> '{}' THEN
    IF p_uses_token THEN
      UPDATE job_steps t SET state = 'open', ended_at = NULL
      WHERE t.job_id = p_job_ids[1] AND t.name = 'token:' || p_name AND t.step_key = p_key;
    END IF;
  ELSE
    -- Before it locks any job, because it waits for others that send the same signal
    WITH stored AS (
      INSERT INTO job_signals (job_id, id, name, step_key, version, payload, sent_by, is_new)
      SELECT given.id, p_id, p_name, p_key, p_version, p_payload::json, p_sent_by, NOT p_wakes
      FROM unnest(p_job_ids) AS given (id)
      ORDER BY given.id
      ON CONFLICT (job_id, id) DO NOTHING
      RETURNING job_signals.job_id
    )
    SELECT array_agg(s.job_id) INTO v_new FROM stored s;
    IF p_wakes THEN
      v_held := ARRAY(
        SELECT one.id
        FROM (SELECT p.id FROM unnest(p_job_ids) AS p (id) ORDER BY p.id) AS given, LATERAL (
          SELECT j.id FROM live_jobs j WHERE j.id = given.id FOR NO KEY UPDATE SKIP LOCKED) AS one);
      UPDATE job_signals g SET is_new = true
      WHERE g.ctid = ANY (ARRAY(
        SELECT one.place
        FROM unnest(v_new) AS given (job_id), LATERAL (
          SELECT x.ctid AS place FROM job_signals x WHERE x.job_id = given.job_id AND x.id = p_id OFFSET 0) AS one
        WHERE given.job_id <> ALL (v_held)));
    END IF;
    IF v_held <> '{}' THEN
      v_woken := ARRAY(SELECT w FROM wake_held(v_held) AS w);
    END IF;
  END IF;
  RETURN QUERY
    SELECT
      given.id, given.type, given.refusal, coalesce(given.id = ANY (v_new), false),
      coalesce(given.id = ANY (v_new) AND given.id <> ALL (v_held), false), w.id IS NOT NULL, w.routing_key, w.priority,
      w.lease, coalesce(w.is_external, false), coalesce(w.is_published, false)
    FROM unnest(p_job_ids, v_types, v_refusals) AS given (id, type, refusal) LEFT JOIN unnest(v_woken) AS w
      ON w.id = given.id;
END
$$;

-- Makes those of these jobs due that wait for a signal that is there. The caller has locked their rows. Returns their
-- pointers, and whether they have to be published.
CREATE OR REPLACE FUNCTION wake_held(p_ids uuid[])
RETURNS SETOF woken_job
LANGUAGE plpgsql
AS $$
BEGIN
  RETURN QUERY
    -- As long as a submitter has, whoever wakes them has the time to publish them before the relay does
    UPDATE live_jobs j SET
      run_at = CASE WHEN j.order_key IS NULL THEN now() ELSE time_in_line(j.id, j.type, j.order_key, now()) END,
      publish_at = CASE
        WHEN j.order_key IS NULL THEN now() + interval '2 seconds'
        ELSE greatest(now() + interval '2 seconds', time_in_line(j.id, j.type, j.order_key, now())) END
    FROM (
      SELECT one.place
      FROM unnest(p_ids) AS given (id), LATERAL (
        SELECT x.ctid AS place
        FROM live_jobs x
        WHERE x.id = given.id AND (x.status = 'pending') IS TRUE AND (x.run_at > now()) IS TRUE
          -- It waits for its next try, not for the signal
          AND (x.error_reason IS NULL) IS TRUE
          AND (x.workflow_id IS NULL OR (SELECT w.paused_at IS NULL FROM workflows w WHERE w.id = x.workflow_id)) IS TRUE
          AND has_awaited_signal(x.id, NULL)
        OFFSET 0) AS one) AS due
    WHERE j.ctid = due.place
    RETURNING j.id, j.type, j.routing_key, j.priority, j.lease, j.is_external,
      j.limit_key IS NULL AND j.run_at < never();
END
$$;

-- Makes those of these jobs due that wait for a signal that was sent, once the senders have committed. It waits for
-- jobs that others have locked, for up to two seconds each, or passes by them. Returns their pointers, and whether
-- they have to be published.
CREATE OR REPLACE FUNCTION wake_signalled(p_job_ids uuid[], p_waits boolean)
RETURNS SETOF woken_job
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan SET lock_timeout = '2s'
AS $$
DECLARE
  v_held uuid[];
  v_jobs uuid[];
  v_ids text[];
BEGIN
  -- First this: a signal that becomes visible between the look at the jobs and the end stays new
  SELECT array_agg(one.job_id), array_agg(one.id)
  INTO v_jobs, v_ids
  FROM (SELECT DISTINCT p.id FROM unnest(p_job_ids) AS p (id)) AS given, LATERAL (
    SELECT g.job_id, g.id
    FROM job_signals g
    WHERE g.job_id = given.id AND g.delivered_at IS NULL AND g.is_new IS TRUE
    OFFSET 0) AS one;
  -- Whatever their status is: that of a job whose attempt is about to end is known once its row is locked
  IF p_waits THEN
    v_held := ARRAY(
      SELECT one.id
      FROM (SELECT DISTINCT p.id FROM unnest(p_job_ids) AS p (id) ORDER BY p.id) AS given, LATERAL (
        SELECT j.id FROM live_jobs j WHERE j.id = given.id FOR NO KEY UPDATE) AS one);
  ELSE
    v_held := ARRAY(
      SELECT one.id
      FROM (SELECT DISTINCT p.id FROM unnest(p_job_ids) AS p (id) ORDER BY p.id) AS given, LATERAL (
        SELECT j.id FROM live_jobs j WHERE j.id = given.id FOR NO KEY UPDATE SKIP LOCKED) AS one);
  END IF;
  RETURN QUERY SELECT * FROM wake_held(v_held);
  UPDATE job_signals g SET is_new = false
  WHERE g.ctid = ANY (ARRAY(
    SELECT one.place
    FROM unnest(v_jobs, v_ids) AS given (job_id, id), LATERAL (
      SELECT x.ctid AS place
      FROM job_signals x
      WHERE x.job_id = given.job_id AND x.id = given.id AND x.is_new IS TRUE
      FOR NO KEY UPDATE) AS one
    WHERE given.job_id = ANY (v_held)
      OR NOT EXISTS (SELECT FROM live_jobs j WHERE j.id = given.job_id)));
  -- The job may have ended and been deleted while the transaction that has sent it was open
  DELETE FROM job_signals g
  WHERE g.ctid = ANY (ARRAY(
    SELECT one.place
    FROM unnest(v_jobs, v_ids) AS given (job_id, id), LATERAL (
      SELECT x.ctid AS place
      FROM job_signals x
      WHERE x.job_id = given.job_id AND x.id = given.id
      OFFSET 0) AS one
    WHERE NOT EXISTS (SELECT FROM job_states s WHERE s.id = given.job_id)));
END
$$;

-- Wakes up to p_max jobs that were sent a signal by a transaction of a caller. It waits for nobody: a job that
-- somebody has locked has its turn with the next call. Returns what wake_signalled returns.
CREATE OR REPLACE FUNCTION sweep_signals(p_max integer)
RETURNS SETOF woken_job
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_ids uuid[] := ARRAY(SELECT g.job_id FROM job_signals g WHERE g.is_new ORDER BY g.number LIMIT p_max);
BEGIN
  IF v_ids <> '{}' THEN
    RETURN QUERY SELECT * FROM wake_signalled(v_ids, false);
  END IF;
END
$$;

-- ---------------------------------------------------------------- By hand

-- Records what a person has found out about a step that is in doubt: that it was done, with this result, or that it
-- was not. A job that waits for the answer becomes due. It waits for a job that others have locked. Returns a row:
-- the problem is no_such_job, job_ended, no_such_step or not_in_doubt, with the status of the job, or null. If the job
-- has become due, its pointer follows.
CREATE OR REPLACE FUNCTION decide_step(p_job_id uuid, p_name text, p_key text, p_is_done boolean, p_result text)
RETURNS TABLE (
  problem text, status text, type text, is_woken boolean, routing_key text, priority smallint, lease bigint,
  is_external boolean, is_published boolean)
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  v_job live_jobs;
  v_step job_steps;
  v_woken boolean := false;
BEGIN
  SELECT j.* INTO v_job FROM live_jobs j WHERE j.id = p_job_id FOR NO KEY UPDATE;
  IF v_job.id IS NULL THEN
    RETURN QUERY
      SELECT
        CASE WHEN e.id IS NULL THEN 'no_such_job' ELSE 'job_ended' END, e.status, e.type, false, NULL::text, NULL::smallint,
        NULL::bigint, false, false
      FROM (SELECT) AS once LEFT JOIN ended_jobs e ON e.id = p_job_id;
    RETURN;
  END IF;
  SELECT t.*
  INTO v_step
  FROM job_steps t
  WHERE t.job_id = p_job_id AND t.name = p_name AND t.step_key = p_key
  FOR NO KEY UPDATE;
  IF v_step.state IS NULL OR v_step.state NOT IN ('begun', 'in_doubt')
    OR v_step.state = 'begun' AND v_job.status = 'running' AND v_job.lease = v_step.lease
  THEN
    RETURN QUERY SELECT
      CASE WHEN v_step.state IS NULL THEN 'no_such_step' ELSE 'not_in_doubt' END, v_job.status, v_job.type, false,
      NULL::text, NULL::smallint, NULL::bigint, false, false;
    RETURN;
  END IF;
  UPDATE job_steps t SET
    state = CASE WHEN p_is_done THEN 'done' ELSE 'not_done' END,
    -- The result has the shape that the newest code of the job reads
    version = v_job.version,
    ended_at = CASE WHEN p_is_done THEN now() END,
    result = CASE WHEN p_is_done THEN p_result::json END,
    message = NULL
  WHERE t.job_id = p_job_id AND t.name = p_name AND t.step_key = p_key;
  UPDATE live_jobs j SET
    run_at = CASE WHEN j.order_key IS NULL THEN now() ELSE time_in_line(j.id, j.type, j.order_key, now()) END,
    publish_at = CASE
      WHEN j.order_key IS NULL THEN now() + interval '2 seconds'
      ELSE greatest(now() + interval '2 seconds', time_in_line(j.id, j.type, j.order_key, now())) END
  WHERE j.id = p_job_id AND v_step.state = 'in_doubt' AND (j.status = 'pending') IS TRUE AND (j.run_at > now()) IS TRUE
    AND (j.error_reason IS NULL) IS TRUE
    AND (j.workflow_id IS NULL OR (SELECT w.paused_at IS NULL FROM workflows w WHERE w.id = j.workflow_id)) IS TRUE
  RETURNING j.run_at INTO v_job.run_at;
  v_woken := FOUND;
  RETURN QUERY SELECT
    NULL::text, v_job.status, v_job.type, v_woken, v_job.routing_key, v_job.priority, v_job.lease, v_job.is_external,
    v_woken AND v_job.limit_key IS NULL AND v_job.run_at < never();
END
$$;

-- Forgets a step or a wait of an ended job, with everything that began after it. Signals that had ended such waits are
-- delivered again. The caller has locked the job. Returns false if there is no such record.
CREATE OR REPLACE FUNCTION forget_from_step(p_job_id uuid, p_name text, p_key text)
RETURNS boolean
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_number integer;
  v_signals text[];
BEGIN
  SELECT t.number INTO v_number FROM job_steps t WHERE t.job_id = p_job_id AND t.name = p_name AND t.step_key = p_key;
  IF v_number IS NULL THEN
    RETURN false;
  END IF;
  WITH forgotten AS (
    DELETE FROM job_steps t WHERE t.job_id = p_job_id AND (t.number >= v_number) IS TRUE RETURNING t.signal_id
  )
  SELECT array_agg(f.signal_id) FILTER (WHERE f.signal_id IS NOT NULL) INTO v_signals FROM forgotten f;
  UPDATE job_signals g SET delivered_at = NULL WHERE g.job_id = p_job_id AND g.id = ANY (v_signals);
  RETURN true;
END
$$;

-- By default, everybody may execute new functions
REVOKE ALL ON FUNCTION
  lock_running(uuid[], bigint[], text[], integer[]),
  record_steps(
    uuid[], bigint[], text[], text[], text[], text[], text[], integer[], integer[], integer[], bigint[], text[], text[]),
  steps_of_job(uuid),
  version_of_records(uuid),
  save_cursors(uuid[], bigint[], text[], integer[], text[]),
  await_signal(uuid, bigint, text, text, text, integer, integer, text[], bigint),
  refuse_signal(uuid, bigint, text, text, text, integer, text, text),
  has_awaited_signal(uuid, bigint),
  resume_time(uuid, bigint, timestamptz),
  signal_targets(text, text, text),
  may_await(text, text),
  declare_steps(text[], integer[], text[], text[]),
  find_token(uuid, text, text),
  send_signals(uuid[], text, text, text, integer, text, text, boolean, integer, boolean),
  wake_held(uuid[]),
  wake_signalled(uuid[], boolean),
  sweep_signals(integer),
  decide_step(uuid, text, text, boolean, text),
  forget_from_step(uuid, text, text)
FROM PUBLIC;
