-- The functions that workers in other languages call. Each enforces lease and status for callers that may execute it
-- and nothing else. A worker belongs to the role that registered it, a role claims the types that it was granted, and
-- every call names the worker. The functions accept and return only jobs of external types. Workers call the SECURITY
-- DEFINER functions; all others are for the owner, or internal.

-- ---------------------------------------------------------------- Internal

-- The calling role: the one that SET ROLE named, otherwise the one that logged in. PostgreSQL checks the caller's
-- rights with the same role. Inside a SECURITY DEFINER function, current_user is the owner.
CREATE OR REPLACE FUNCTION calling_role()
RETURNS text
LANGUAGE sql STABLE
AS $$
  SELECT CASE current_setting('role') WHEN 'none' THEN session_user::text ELSE current_setting('role') END
$$;

-- Refuses an id that a worker may not have.
CREATE OR REPLACE FUNCTION check_worker_id(p_worker text)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
  -- The length first: an expression on a string of 300 MB takes 12 s
  IF (CASE
    WHEN p_worker IS NULL OR octet_length(p_worker) > 128 THEN true
    ELSE p_worker !~ '^[A-Za-z0-9][A-Za-z0-9._:@/-]{0,127}$'
  END) THEN
    RAISE EXCEPTION 'The worker id is not valid. It must have 1 to 128 characters of A-Z, a-z, 0-9, ".", "_", ":", "@", "/" and "-", and begin with a letter or a digit.'
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
END
$$;

-- Refuses another worker of a role that already has the maximum number: the leader and each process read all workers
-- every second or so. Silent workers without a job are deregistered first. Transactions that register workers at the
-- same time do not see each other's.
CREATE OR REPLACE FUNCTION check_worker_count(p_role text)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
  c_max_workers CONSTANT integer := 1000;
BEGIN
  IF (SELECT count(*) FROM workers w WHERE w.role = p_role) < c_max_workers THEN
    RETURN;
  END IF;
  DELETE FROM workers d
  WHERE d.id IN (
    SELECT w.id
    FROM workers w
    WHERE w.role = p_role AND w.heartbeat_at < clock_timestamp() - interval '1 minute'
      AND NOT EXISTS (SELECT FROM jobs_of_worker(w.id) OFFSET 0)
    FOR UPDATE SKIP LOCKED);
  IF (SELECT count(*) FROM workers w WHERE w.role = p_role) >= c_max_workers THEN
    RAISE EXCEPTION 'Role ''%'' has % live workers, which is the maximum. Call deregister for each worker that stops, or let other roles run some of them.', p_role, c_max_workers
      USING ERRCODE = 'configuration_limit_exceeded';
  END IF;
END
$$;

-- Cuts a string that has too many bytes of UTF-8 between two characters, as Java workers do.
CREATE OR REPLACE FUNCTION cut_text(p_text text, p_max_bytes integer)
RETURNS text
LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
  v_bytes bytea;
  v_end integer := p_max_bytes;
BEGIN
  IF p_text IS NULL OR octet_length(p_text) <= p_max_bytes THEN
    RETURN p_text;
  END IF;
  -- A character has at least one byte
  v_bytes := convert_to(left(p_text, p_max_bytes + 1), 'UTF8');
  -- 10xxxxxx continues a character
  WHILE get_byte(v_bytes, v_end) & 192 = 128 LOOP
    v_end := v_end - 1;
  END LOOP;
  RETURN convert_from(substring(v_bytes FROM 1 FOR v_end), 'UTF8')
    -- An ellipsis; the file is ASCII, so that no terminal changes it on its way to psql
    || U&'\2026 (cut, ' || to_char(octet_length(p_text), 'FM999,999,999,999') || ' bytes)';
END
$$;

-- Returns a delay in milliseconds; refuses one that is negative or longer than a year.
CREATE OR REPLACE FUNCTION delay_millis(p_delay interval, p_name text)
RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
  -- Intervals are compared with years of 360 days
  v_millis numeric := extract(epoch FROM p_delay) * 1000;
BEGIN
  IF v_millis NOT BETWEEN 0 AND 366 * 86400000::bigint THEN
    RAISE EXCEPTION '% must be from 0 to 366 days.', p_name USING ERRCODE = 'invalid_parameter_value';
  END IF;
  RETURN v_millis;
END
$$;

-- Whether the caller's worker holds the lease of the job.
CREATE OR REPLACE FUNCTION holds_lease(p_job live_jobs, p_worker text, p_lease bigint)
RETURNS boolean
LANGUAGE sql STABLE
AS $$
  SELECT p_job.status = 'running' AND p_job.lease = p_lease AND p_job.worker_id = p_worker
    AND p_job.is_external
    AND EXISTS (SELECT FROM workers w WHERE w.id = p_worker AND w.role = calling_role())
$$;

-- The rules for running a job of an external type
CREATE OR REPLACE FUNCTION policy_of(p_type text, p_id uuid)
RETURNS json
LANGUAGE sql STABLE
AS $$
  SELECT d.external_policy FROM job_data d WHERE d.type = p_type AND d.id = p_id
$$;

-- Ends the attempt of a job, if the caller's worker holds the lease. The status is pending for a job that waits for its next
-- attempt, which starts after the delay. Returns the new status of the job, or null if the lease is lost.
CREATE OR REPLACE FUNCTION finish_external(
  p_worker text, p_job_id uuid, p_lease bigint, p_outcome text, p_status text, p_delay_millis bigint DEFAULT 0,
  p_result json DEFAULT NULL, p_result_version integer DEFAULT NULL, p_error_reason text DEFAULT NULL,
  p_error_class text DEFAULT NULL, p_error_message text DEFAULT NULL, p_stack text DEFAULT NULL)
RETURNS text
LANGUAGE plpgsql
AS $$
BEGIN
  PERFORM FROM live_jobs j WHERE j.id = p_job_id AND holds_lease(j, p_worker, p_lease);
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  -- note_workflow_changes and enter_line rely on these settings, and the caller may have set them: then nothing would
  -- settle the workflow, or number jobs of lines
  PERFORM set_config('tenon.unsettled', '', true);
  PERFORM set_config('tenon.lined', '', true);
  PERFORM FROM end_attempts(
    ARRAY[p_job_id], ARRAY[p_lease], ARRAY[p_worker], ARRAY[p_outcome], ARRAY[p_status], ARRAY[p_result::text],
    ARRAY[p_result_version], ARRAY[p_error_reason], ARRAY[p_error_class], ARRAY[p_error_message], ARRAY[p_stack],
    p_delays_millis => ARRAY[p_delay_millis],
    -- Not now(), which does not advance in a transaction that the caller keeps open
    p_now => clock_timestamp(), p_is_of_client => true);
  -- Null if the attempt has ended since the lease was checked
  RETURN CASE WHEN FOUND THEN (SELECT s.status FROM job_states s WHERE s.id = p_job_id) END;
END
$$;

-- Ends an attempt that failed: the job waits for its next attempt, or fails if there is none.
CREATE OR REPLACE FUNCTION retry_external(
  p_worker text, p_job_id uuid, p_lease bigint, p_outcome text, p_error_reason text, p_error_class text,
  p_error_message text, p_stack text, p_permanent boolean, p_retry_after_millis bigint)
RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
  v_job live_jobs;
  v_policy json;
  v_delays json;
  v_delay bigint;
BEGIN
  SELECT j.* INTO v_job FROM live_jobs j WHERE j.id = p_job_id AND holds_lease(j, p_worker, p_lease);
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  v_policy := policy_of(v_job.type, v_job.id);
  -- the wait after the first, second and each later failure; the last one repeats; none if there are no waits
  v_delays := v_policy -> 'retryDelaysMillis';
  v_delay := v_delays ->> least(v_job.attempts, json_array_length(v_delays)) - 1;
  RETURN finish_external(
    p_worker, p_job_id, p_lease, p_outcome,
    CASE WHEN p_permanent OR v_job.attempts >= v_job.max_attempts THEN 'failed' ELSE 'pending' END,
    coalesce(
      p_retry_after_millis,
      (v_delay * (1 + (v_policy ->> 'retryJitter')::double precision * random()))::bigint,
      0),
    NULL, NULL, p_error_reason, p_error_class, p_error_message, p_stack);
END
$$;

-- Locks and returns due jobs without limits, those that have been due the longest first, where each level of priority
-- counts as ten minutes. Any number of jobs that are already locked are skipped. Settings make the planner read the
-- index in its order; without statistics, it would sort the whole backlog.
CREATE OR REPLACE FUNCTION pick_due(
  p_types text[], p_versions integer[], p_barred text[], p_max_jobs integer, p_now timestamptz)
RETURNS waiting_job[]
LANGUAGE plpgsql SET enable_bitmapscan = off SET enable_seqscan = off SET enable_sort = off SET jit = off
AS $$
DECLARE
  -- More than are wanted: others may be claiming the first of them
  v_candidates uuid[] := ARRAY(
    SELECT due.id
    FROM unnest(p_types, p_versions) AS known (type, version), (VALUES (0), (1), (2), (3)) AS levels (p), LATERAL (
      SELECT j.id, j.run_at
      FROM live_jobs j
      WHERE j.is_external
        AND j.status IN ('pending', 'queued')
        AND j.limit_key IS NULL
        AND j.type = known.type
        AND j.priority = levels.p
        AND j.run_at <= p_now
        AND j.version <= known.version
        AND (j.start_before > p_now) IS NOT FALSE
      ORDER BY j.run_at, j.id
      LIMIT 100 + 4 * p_max_jobs) AS due
    WHERE known.type <> ALL (p_barred)
    ORDER BY urgency(due.run_at, levels.p), levels.p DESC, due.run_at, due.id
    LIMIT 100 + 4 * p_max_jobs);
  v_picked waiting_job[];
  v_picked_ids uuid[];
  v_kind record;
BEGIN
  v_picked := ARRAY(
    SELECT ROW(one.id, one.place, one.priority, one.run_at, one.bytes, true)::waiting_job
    FROM unnest(v_candidates) AS c (id), LATERAL (
      SELECT j.id, j.ctid AS place, j.priority, j.run_at, j.payload_bytes AS bytes
      FROM live_jobs j
      WHERE j.id = c.id AND (j.status IN ('pending', 'queued')) IS TRUE AND (j.limit_key IS NULL) IS TRUE
        AND (j.run_at <= p_now) IS TRUE AND (j.start_before > p_now) IS NOT FALSE
      FOR NO KEY UPDATE SKIP LOCKED) AS one
    LIMIT p_max_jobs);
  -- Others have locked nearly all candidates, and there may be more jobs behind them: an application may keep them locked.
  -- The kinds come in turn, those whose jobs have been due the longest first, and each gives up to half of what is
  -- wanted.
  IF 4 * cardinality(v_picked) < p_max_jobs AND cardinality(v_candidates) = 100 + 4 * p_max_jobs THEN
    v_picked_ids := ARRAY(SELECT p.id FROM unnest(v_picked) AS p);
    FOR v_kind IN
      SELECT known.type, known.version, levels.p AS priority, head.run_at
      FROM unnest(p_types, p_versions) AS known (type, version), (VALUES (0), (1), (2), (3)) AS levels (p), LATERAL (
        SELECT j.run_at
        FROM live_jobs j
        WHERE j.is_external AND j.status IN ('pending', 'queued') AND j.limit_key IS NULL
          AND j.type = known.type AND j.priority = levels.p AND j.run_at <= p_now AND j.version <= known.version
          AND (j.start_before > p_now) IS NOT FALSE
        ORDER BY j.run_at, j.id
        LIMIT 1) AS head
      WHERE known.type <> ALL (p_barred)
      ORDER BY urgency(head.run_at, levels.p)
    LOOP
      v_picked := v_picked || ARRAY(
        SELECT ROW(j.id, j.ctid, j.priority, j.run_at, j.payload_bytes, true)::waiting_job
        FROM live_jobs j
        WHERE j.is_external AND j.status IN ('pending', 'queued') AND j.limit_key IS NULL
          AND j.type = v_kind.type AND j.priority = v_kind.priority AND j.run_at <= p_now AND j.version <= v_kind.version
          AND j.run_at >= v_kind.run_at AND j.id <> ALL (v_picked_ids) AND (j.start_before > p_now) IS NOT FALSE
        ORDER BY j.run_at, j.id
        LIMIT least(greatest(1, p_max_jobs / 2), p_max_jobs - cardinality(v_picked))
        FOR NO KEY UPDATE SKIP LOCKED);
      EXIT WHEN cardinality(v_picked) >= p_max_jobs;
    END LOOP;
  END IF;
  RETURN v_picked;
END
$$;

-- ---------------------------------------------------------------- What workers call

-- Records that a worker is alive, and registers it the first time. Call it every few seconds: a worker that is silent
-- for 15 seconds counts as lost, and its jobs are given to others. An attempt that has exceeded its timeout is ended
-- here. Returns the jobs that the worker runs according to the table: a handler whose job and lease are not among
-- them must stop, and so must one whose job has cancel_requested. A job that is listed twice in a row though the
-- worker does not run it must be released.
CREATE OR REPLACE FUNCTION heartbeat(
  worker text, host text DEFAULT '', process_id bigint DEFAULT 0, concurrency integer DEFAULT 1)
RETURNS TABLE (job_id uuid, lease bigint, cancel_requested boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_role text := calling_role();
  v_now timestamptz := clock_timestamp();
  v_lock_timeout text := current_setting('lock_timeout');
  v_job record;
BEGIN
  PERFORM check_worker_id(heartbeat.worker);
  IF (CASE
    WHEN octet_length(heartbeat.host) > 4 * 255 OR length(heartbeat.host) > 255 THEN true
    ELSE heartbeat.host ~ '[[:cntrl:]]'
  END) THEN
    RAISE EXCEPTION 'host must have at most 255 characters and no control characters.'
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  PERFORM FROM workers w WHERE w.id = heartbeat.worker;
  IF NOT FOUND THEN
    PERFORM check_worker_count(v_role);
  END IF;
  INSERT INTO workers AS w (id, host, process_id, concurrency, started_at, heartbeat_at, role)
  VALUES (
    heartbeat.worker, coalesce(heartbeat.host, ''), coalesce(heartbeat.process_id, 0),
    -- Autoscalers divide by it
    least(greatest(coalesce(heartbeat.concurrency, 1), 1), 10000), v_now, v_now, v_role)
  ON CONFLICT (id) DO UPDATE SET heartbeat_at = v_now WHERE w.role = v_role;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'Worker id ''%'' is taken: a Java worker or another role has registered it, and the caller is role ''%''. Choose an id that no other worker has.', heartbeat.worker, v_role
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  -- It waits for the lock of neither a job nor a workflow: an attempt that would need it is ended at a later heartbeat
  FOR v_job IN
    SELECT late.id, late.lease, late.timeout_millis
    FROM (
      SELECT run.id, run.lease, policy_of(run.type, run.id) ->> 'timeoutMillis' AS timeout_millis
      FROM running_jobs(heartbeat.worker, NULL) AS run
      WHERE run.is_external
        AND run.started_at + (policy_of(run.type, run.id) ->> 'timeoutMillis')::bigint * interval '1 millisecond' < v_now
      ORDER BY run.id) AS late, LATERAL (
      SELECT FROM live_jobs j WHERE j.id = late.id AND (j.lease = late.lease) IS TRUE FOR UPDATE SKIP LOCKED) AS one
  LOOP
    EXIT WHEN clock_timestamp() > v_now + interval '1 second';
    BEGIN
      PERFORM set_config('lock_timeout', '50', true);
      PERFORM retry_external(
        heartbeat.worker, v_job.id, v_job.lease, 'timed_out', 'timed_out', NULL,
        'The attempt took longer than its timeout of ' || v_job.timeout_millis || ' ms.', NULL, false, NULL);
      -- Not at the commit, where the heartbeat would wait for whoever has locked the workflow
      WHILE EXISTS (SELECT FROM workflow_changes c WHERE c.transaction = txid_current()) LOOP
        PERFORM settle_workflows();
      END LOOP;
      PERFORM set_config('lock_timeout', v_lock_timeout, true);
    EXCEPTION WHEN lock_not_available THEN
      CONTINUE;
    END;
  END LOOP;
  PERFORM forget_claims(ARRAY[heartbeat.worker]);
  RETURN QUERY
    SELECT run.id, run.lease, run.cancel_requested_at IS NOT NULL
    FROM running_jobs(heartbeat.worker, NULL) AS run
    WHERE run.is_external
    ORDER BY run.id;
END
$$;

-- Claims up to max_jobs due jobs of these types, the most urgent first. versions has, for each type, the newest
-- version that the worker knows; newer jobs are not claimed, nor are jobs of paused types. With job_ids, only those
-- are claimed, as pointers name them; no pointers are published for jobs with limits, so these are claimed only
-- without job_ids. A job that is not returned has ended, runs elsewhere, is newer or is not due, or its pointer will
-- come again: the payloads of one claim have 16 MiB at most, except that one job is always claimed. The worker must
-- have called heartbeat before.
CREATE OR REPLACE FUNCTION claim(
  worker text, types text[], versions integer[], max_jobs integer, job_ids uuid[] DEFAULT NULL)
RETURNS TABLE (
  job_id uuid, type text, version integer, lease bigint, attempt integer, max_attempts integer,
  timeout_millis bigint, payload json, item_id text, submitted_by text, headers jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  v_role text := calling_role();
  v_lock_timeout text := current_setting('lock_timeout');
  v_now timestamptz;
  v_refused text;
  v_job record;
  v_waiting waiting_job[];
  v_chosen waiting_job[];
  v_left_over waiting_job[];
  -- The names of types with limits that have waiting jobs, the row that claim_limited locks for each of them, the rows
  -- that this claim has locked, and the names that it need not wait for
  v_limited text[] := '{}';
  v_rows text[];
  v_locked text[];
  v_free text[];
  v_left integer;
  v_limited_claimed integer := 0;
  v_count integer;
BEGIN
  PERFORM check_worker_id(claim.worker);
  IF claim.max_jobs IS NULL OR claim.max_jobs NOT BETWEEN 1 AND 1000 THEN
    RAISE EXCEPTION 'max_jobs is %; it must be from 1 to 1000.', coalesce(claim.max_jobs::text, 'null')
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF coalesce(cardinality(claim.types), 0) NOT BETWEEN 1 AND 1000
    OR cardinality(claim.types) IS DISTINCT FROM cardinality(claim.versions)
    OR array_position(claim.types, NULL) IS NOT NULL OR array_position(claim.versions, NULL) IS NOT NULL
  THEN
    RAISE EXCEPTION 'types has % elements and versions %; there must be 1 to 1000 types, and for each the newest version that the worker knows.',
      coalesce(cardinality(claim.types), 0), coalesce(cardinality(claim.versions), 0)
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF cardinality(claim.job_ids) > claim.max_jobs THEN
    RAISE EXCEPTION 'There are % job_ids, and max_jobs is %. Claim at most max_jobs pointers at a time.',
      cardinality(claim.job_ids), claim.max_jobs
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  SELECT t INTO v_refused
  FROM unnest(claim.types) AS t
  WHERE NOT EXISTS (
    SELECT FROM worker_grants g JOIN pg_roles r ON r.rolname = g.role
    WHERE g.type = t AND pg_has_role(v_role, r.oid, 'USAGE'))
  LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'Role ''%'' may not claim jobs of type ''%''. The owner of the schema can allow it with grant_worker.',
      v_role, cut_text(v_refused, 255)
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  -- Until the claim is committed, the worker cannot be deregistered; its heartbeat does not wait for this
  PERFORM FROM workers w WHERE w.id = claim.worker AND w.role = v_role FOR KEY SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'Worker ''%'' is not known for role ''%''; call heartbeat(''%'') before the first claim.',
      claim.worker, v_role, claim.worker
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  -- What is due by now starts now: from here on it waits for nobody, unless it has found no job
  v_now := clock_timestamp();
  PERFORM FROM workers w WHERE w.id = claim.worker AND w.quieted_at IS NOT NULL;
  IF FOUND THEN
    IF claim.job_ids IS NOT NULL THEN
      -- The worker acknowledges the pointers that it has, so they are published again
      v_waiting := lock_pointed(claim.job_ids, claim.types, claim.versions, true, v_now);
      PERFORM park(v_waiting);
    END IF;
    RETURN;
  END IF;
  IF claim.job_ids IS NULL THEN
    v_limited := ARRAY(
      SELECT known.type
      FROM unnest(claim.types) AS known (type), LATERAL (
        SELECT
        FROM live_jobs j
        WHERE j.status IN ('pending', 'queued') AND j.limit_key IS NOT NULL AND j.type = known.type
        ORDER BY j.limit_key
        LIMIT 1) AS waiting
      WHERE known.type <> ALL (ARRAY(SELECT unnest(p.type || p.aliases) FROM job_types p WHERE p.paused_at IS NOT NULL))
      ORDER BY random()
      LIMIT 20 + claim.max_jobs);
    v_waiting := pick_due(claim.types, claim.versions, barred_types(), claim.max_jobs, v_now);
  ELSE
    v_waiting := lock_pointed(claim.job_ids, claim.types, claim.versions, true, v_now);
  END IF;
  -- Neither jobs with limits nor those without must wait for the others: each get half, and what the others leave
  v_left := claim.max_jobs - least(
    cardinality(v_waiting), CASE WHEN claim.max_jobs = 1 THEN round(random()) ELSE claim.max_jobs / 2 END);
  IF v_left > 0 AND cardinality(v_limited) > 0 THEN
    v_rows := ARRAY(
      SELECT coalesce(
        (SELECT a.type FROM job_types a WHERE a.aliases <> '{}' AND l.type = ANY (a.aliases) ORDER BY a.type LIMIT 1), l.type)
      FROM unnest(v_limited) WITH ORDINALITY AS l (type, n)
      ORDER BY l.n);
    LOOP
      -- The row of a type may be locked for long. It must hold up neither other types nor the jobs that were just locked.
      v_locked := ARRAY(
        SELECT t.type
        FROM job_types t
        WHERE t.type = ANY (v_rows)
        ORDER BY t.type
        FOR NO KEY UPDATE SKIP LOCKED);
      v_free := ARRAY(
        SELECT l.type
        FROM unnest(v_limited, v_rows) WITH ORDINALITY AS l (type, row_type, n)
        WHERE l.row_type = ANY (v_locked) OR NOT EXISTS (SELECT FROM job_types t WHERE t.type = l.row_type)
        ORDER BY l.n);
      EXIT WHEN cardinality(v_free) > 0 OR cardinality(v_waiting) > 0;
      -- It holds nothing that others wait for, so it may wait for one of them. By then, others may be free, too.
      BEGIN
        PERFORM set_config('lock_timeout', '2s', true);
        PERFORM FROM job_types t WHERE t.type = v_rows[1] FOR NO KEY UPDATE;
        PERFORM set_config('lock_timeout', v_lock_timeout, true);
      EXCEPTION WHEN lock_not_available THEN
        RETURN;
      END;
    END LOOP;
    FOR v_job IN
      SELECT l.type, claim.versions[array_position(claim.types, l.type)] AS version, cardinality(v_free) - l.n + 1 AS types_left
      FROM unnest(v_free) WITH ORDINALITY AS l (type, n)
      ORDER BY l.n
    LOOP
      RETURN QUERY
        SELECT c.id, c.type, c.version, c.lease, c.attempts, c.max_attempts,
          (c.external_policy ->> 'timeoutMillis')::bigint, c.payload, c.item_id, c.submitted_by, c.headers
        FROM claim_limited(
          claim.worker, v_job.type, v_job.version, greatest(1, v_left / v_job.types_left)::integer,
          16777216 / cardinality(v_free), true) AS c;
      GET DIAGNOSTICS v_count = ROW_COUNT;
      v_left := v_left - v_count;
      v_limited_claimed := v_limited_claimed + v_count;
      EXIT WHEN v_left = 0;
    END LOOP;
  END IF;
  -- This much fits into a worker's memory
  v_chosen := choose_in_turn(v_waiting, claim.max_jobs - v_limited_claimed, 16777216);
  IF claim.job_ids IS NOT NULL THEN
    PERFORM park(not_chosen(v_waiting, v_chosen, false));
    -- The worker acknowledges these pointers, too, so they are published again. One that was published a moment ago, and is
    -- confirmed late, must not count: the lease goes up.
    v_left_over := not_chosen(v_waiting, v_chosen, true);
    UPDATE live_jobs j SET status = 'pending', lease = j.lease + 1, publish_at = v_now
    FROM unnest(v_left_over) AS p
    WHERE j.ctid = p.place;
  END IF;
  RETURN QUERY
    SELECT s.id, s.type, s.version, s.lease, s.attempts, s.max_attempts,
      (s.external_policy ->> 'timeoutMillis')::bigint, s.payload, s.item_id, s.submitted_by, s.headers
    FROM start_attempts(claim.worker, v_chosen, v_now) AS s;
END
$$;

-- Reports the progress of a running job, in percent. False if the lease is lost: the handler must stop.
CREATE OR REPLACE FUNCTION progress(worker text, job_id uuid, lease bigint, percent integer, message text DEFAULT NULL)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
  UPDATE live_jobs j SET
    progress = least(greatest(progress.percent, 0), 100),
    progress_message = cut_text(progress.message, 1000)
  WHERE j.id = progress.job_id AND holds_lease(j, progress.worker, progress.lease);
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  PERFORM tell_awaiting(ARRAY[progress.job_id], false);
  RETURN true;
END
$$;

-- Adds a line to the log of a running job; level is debug, info, warn or error. An attempt may write a
-- limited number of lines; the last one says that the log is full. False if the lease is lost: the handler
-- must stop.
CREATE OR REPLACE FUNCTION log(
  worker text, job_id uuid, lease bigint, level text, message text, data json DEFAULT NULL)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_job record;
  v_bytes integer := octet_length(log.data::text);
  v_lines integer;
BEGIN
  IF log.level IS NULL OR log.level NOT IN ('debug', 'info', 'warn', 'error') THEN
    RAISE EXCEPTION 'level must be debug, info, warn or error.' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  SELECT j.id, j.attempts, j.started_at,
    (policy_of(j.type, j.id) ->> 'maxLogDataBytes')::integer AS max_bytes,
    (policy_of(j.type, j.id) ->> 'maxLogLines')::integer AS max_lines
  INTO v_job
  FROM live_jobs j
  WHERE j.id = log.job_id AND holds_lease(j, log.worker, log.lease);
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  IF v_bytes > v_job.max_bytes THEN
    RAISE EXCEPTION 'data has % bytes; the data of a log line may have %.', v_bytes, v_job.max_bytes
      USING ERRCODE = 'program_limit_exceeded';
  END IF;
  SELECT count(*) INTO v_lines
  FROM (
    SELECT FROM job_logs l
    WHERE l.job_id = v_job.id AND l.attempt = v_job.attempts AND l.logged_at >= v_job.started_at
      AND l.number IS NULL
    LIMIT v_job.max_lines) AS written;
  IF v_lines < v_job.max_lines - 1 THEN
    INSERT INTO job_logs (job_id, attempt, level, message, data, logged_at)
    VALUES (
      v_job.id, v_job.attempts, log.level, coalesce(cut_text(log.message, 10000), ''), log.data,
      clock_timestamp());
  ELSIF v_lines = v_job.max_lines - 1 THEN
    INSERT INTO job_logs (job_id, attempt, level, message, logged_at)
    VALUES (
      v_job.id, v_job.attempts, 'warn',
      'The log of this attempt is full: an attempt may write ' || v_job.max_lines
        || ' lines. This line replaces all that follow.',
      clock_timestamp());
  END IF;
  PERFORM tell_awaiting(ARRAY[v_job.id], false);
  RETURN true;
END
$$;

-- Emits a value of a running job, which meets the type's schema for such values: whoever follows the job sees it, and it
-- is kept with the log. number counts the values of the lease from 1: a value whose number is recorded is left out, so
-- that a call without an answer can be repeated. version is the version of the type whose value this is; without it, the
-- version of the job. A value over a limit is refused, and the attempt continues: call fail. False if the lease is lost:
-- the handler must stop.
CREATE OR REPLACE FUNCTION emit(
  worker text, job_id uuid, lease bigint, number integer, value json, version integer DEFAULT NULL)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_job record;
  v_bytes integer := octet_length(convert_to(emit.value::text, 'UTF8'));
BEGIN
  IF emit.number IS NULL OR emit.number < 1 THEN
    RAISE EXCEPTION 'number is %; values are counted from 1.', coalesce(emit.number::text, 'null')
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF emit.value IS NULL THEN
    RAISE EXCEPTION 'value must not be null.' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF emit.version < 1 THEN
    RAISE EXCEPTION 'version is %; the first version is 1.', emit.version USING ERRCODE = 'invalid_parameter_value';
  END IF;
  SELECT j.id, j.attempts, j.lease, j.version,
    (policy_of(j.type, j.id) ->> 'maxEmittedBytes')::integer AS max_bytes,
    (policy_of(j.type, j.id) ->> 'maxEmittedValues')::integer AS max_values
  INTO v_job
  FROM live_jobs j
  WHERE j.id = emit.job_id AND holds_lease(j, emit.worker, emit.lease);
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  IF v_bytes > v_job.max_bytes THEN
    RAISE EXCEPTION 'value has % bytes; an emitted value may have %.', v_bytes, v_job.max_bytes
      USING ERRCODE = 'program_limit_exceeded';
  END IF;
  IF emit.number > v_job.max_values THEN
    RAISE EXCEPTION 'number is %; an attempt may emit % values.', emit.number, v_job.max_values
      USING ERRCODE = 'program_limit_exceeded';
  END IF;
  INSERT INTO job_logs (job_id, attempt, level, message, data, logged_at, lease, number, version)
  VALUES (
    v_job.id, v_job.attempts, 'info', '', emit.value, clock_timestamp(), v_job.lease, emit.number,
    coalesce(emit.version, v_job.version))
  ON CONFLICT DO NOTHING;
  PERFORM tell_awaiting(ARRAY[v_job.id], false);
  RETURN true;
END
$$;

-- Ends the job well, with a result that meets the type's schema. version is the version of the type whose
-- result this is; without it, the version of the job. A result over the limit is refused, and the attempt continues:
-- call fail. False if the lease is lost: the job runs elsewhere or has ended, and the result is dropped.
CREATE OR REPLACE FUNCTION complete(
  worker text, job_id uuid, lease bigint, result json DEFAULT NULL, version integer DEFAULT NULL)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_job live_jobs;
  v_max_bytes bigint;
BEGIN
  IF complete.version < 1 THEN
    RAISE EXCEPTION 'version is %; the first version is 1.', complete.version
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  SELECT j.* INTO v_job
  FROM live_jobs j
  WHERE j.id = complete.job_id AND holds_lease(j, complete.worker, complete.lease);
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  v_max_bytes := (policy_of(v_job.type, v_job.id) ->> 'maxResultBytes')::bigint;
  IF octet_length(convert_to(complete.result::text, 'UTF8')) > v_max_bytes THEN
    RAISE EXCEPTION 'The result has % bytes; the result of this job may have %. Store it elsewhere and return a reference to it, or call fail with permanent => true.',
      octet_length(convert_to(complete.result::text, 'UTF8')), v_max_bytes
      USING ERRCODE = 'program_limit_exceeded';
  END IF;
  RETURN finish_external(
    complete.worker, complete.job_id, complete.lease, 'completed', 'completed', 0,
    -- the JSON value null means that there is no result
    CASE WHEN json_typeof(complete.result) <> 'null' THEN complete.result END,
    coalesce(complete.version, v_job.version)) IS NOT NULL;
END
$$;

-- Ends an attempt that failed. The job waits for its next attempt as its type says, or for retry_after; it fails if
-- this was the last one, or if permanent says that no other can succeed. Returns the status of the job: pending,
-- failed, or cancelled if somebody has asked for that; null if the lease is lost.
CREATE OR REPLACE FUNCTION fail(
  worker text, job_id uuid, lease bigint, error_class text, error_message text, stack text DEFAULT NULL,
  permanent boolean DEFAULT false, retry_after interval DEFAULT NULL)
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
  RETURN retry_external(
    fail.worker, fail.job_id, fail.lease, 'failed', 'exception', cut_text(fail.error_class, 255),
    cut_text(fail.error_message, 4000), cut_text(fail.stack, 20000), coalesce(fail.permanent, false),
    delay_millis(fail.retry_after, 'retry_after'));
END
$$;

-- Postpones the job; the attempt does not count. False if the lease is lost.
CREATE OR REPLACE FUNCTION snooze(worker text, job_id uuid, lease bigint, delay interval)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
  RETURN finish_external(
    snooze.worker, snooze.job_id, snooze.lease, 'snoozed', 'pending',
    coalesce(delay_millis(snooze.delay, 'delay'), 0)) IS NOT NULL;
END
$$;

-- Gives a job back immediately; the attempt does not count. False if the lease is lost.
CREATE OR REPLACE FUNCTION release(worker text, job_id uuid, lease bigint)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
  RETURN finish_external(release.worker, release.job_id, release.lease, 'released', 'pending') IS NOT NULL;
END
$$;

-- Ends an attempt because the job was to be cancelled. False if the lease is lost, or if nobody has asked
-- for it.
CREATE OR REPLACE FUNCTION cancelled(worker text, job_id uuid, lease bigint)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
  PERFORM FROM live_jobs j WHERE j.id = cancelled.job_id AND j.cancel_requested_at IS NOT NULL;
  RETURN FOUND
    AND finish_external(
      cancelled.worker, cancelled.job_id, cancelled.lease, 'cancelled', 'cancelled') IS NOT NULL;
END
$$;

-- Releases all jobs that the worker runs, immediately and without counting the attempts, and deregisters it. A worker
-- calls this when it stops. Returns the number of jobs.
CREATE OR REPLACE FUNCTION deregister(worker text)
RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_role text := calling_role();
  v_owner text;
  v_job record;
  v_released integer := 0;
BEGIN
  SELECT coalesce(w.role, '') INTO v_owner FROM workers w WHERE w.id = deregister.worker;
  IF NOT FOUND THEN
    RETURN 0;
  END IF;
  IF v_owner <> v_role THEN
    RAISE EXCEPTION 'Role ''%'' did not register worker ''%'', and cannot deregister it.', v_role, deregister.worker
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  -- Waits for claims of the worker
  PERFORM FROM workers w WHERE w.id = deregister.worker AND w.role = v_role FOR UPDATE;
  FOR v_job IN
    SELECT run.id, run.lease
    FROM running_jobs(deregister.worker, NULL) AS run
    WHERE run.is_external
    ORDER BY run.id
  LOOP
    IF finish_external(deregister.worker, v_job.id, v_job.lease, 'released', 'pending') IS NOT NULL THEN
      v_released := v_released + 1;
    END IF;
  END LOOP;
  DELETE FROM workers w WHERE w.id = deregister.worker AND w.role = v_role;
  PERFORM forget_claims(ARRAY[deregister.worker]);
  RETURN v_released;
END
$$;

-- ---------------------------------------------------------------- What the owner calls

-- The functions that workers call.
CREATE OR REPLACE FUNCTION worker_functions()
RETURNS SETOF regprocedure
LANGUAGE sql STABLE SET search_path = "${flyway:defaultSchema}", pg_temp
AS $$
  SELECT unnest(ARRAY[
    'heartbeat(text, text, bigint, integer)',
    'claim(text, text[], integer[], integer, uuid[])',
    'progress(text, uuid, bigint, integer, text)',
    'log(text, uuid, bigint, text, text, json)',
    'emit(text, uuid, bigint, integer, json, integer)',
    'complete(text, uuid, bigint, json, integer)',
    'fail(text, uuid, bigint, text, text, text, boolean, interval)',
    'snooze(text, uuid, bigint, interval)',
    'release(text, uuid, bigint)',
    'cancelled(text, uuid, bigint)',
    'deregister(text)',
    'step_records(text, uuid, bigint)',
    'record_step(text, uuid, bigint, text, text, text, json, integer, text, integer)',
    'wait_for_signal(text, uuid, bigint, text, text[], text, interval, integer)',
    'suspend(text, uuid, bigint)',
    'reject_signal(text, uuid, bigint, text, text, text, text, integer)',
    'signal_token(text, uuid, bigint, text, text, integer)',
    'retry_later(text, uuid, bigint, interval, text, text, text)',
    'save_cursor(text, uuid, bigint, json, integer)',
    'send_signal(uuid, text, json, text, text, text, integer)'
  ]::regprocedure[])
$$;

-- Refuses a grant for a role that does not exist, or without types.
CREATE OR REPLACE FUNCTION check_grant(p_role text, p_types text[])
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles r WHERE r.rolname = p_role) THEN
    RAISE EXCEPTION 'There is no role ''%''. Create it first, with CREATE ROLE.', p_role
      USING ERRCODE = 'undefined_object';
  END IF;
  IF coalesce(cardinality(p_types), 0) = 0 OR EXISTS (SELECT FROM unnest(p_types) t WHERE coalesce(t, '') = '') THEN
    RAISE EXCEPTION 'types must name at least one job type, such as ARRAY[''label.print''].'
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
END
$$;

-- Gives a role the rights that follow from its grants: the use of the schema, and the functions for workers, for
-- submitters, or for both. Takes all others of these away.
CREATE OR REPLACE FUNCTION settle_rights(p_role text)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
  v_works boolean := EXISTS (SELECT FROM worker_grants g WHERE g.role = p_role);
  v_submits boolean := EXISTS (SELECT FROM submitter_grants g WHERE g.role = p_role);
  v_function record;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles r WHERE r.rolname = p_role) THEN
    RETURN;
  END IF;
  FOR v_function IN
    SELECT f.name, bool_or(f.is_needed) AS is_needed
    FROM (
      SELECT w.name, v_works FROM worker_functions() AS w (name)
      UNION ALL
      SELECT s.name, v_submits FROM submitter_functions() AS s (name)) AS f (name, is_needed)
    GROUP BY f.name
  LOOP
    IF v_function.is_needed THEN
      EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', v_function.name, p_role);
    ELSE
      EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM %I', v_function.name, p_role);
    END IF;
  END LOOP;
  IF v_works OR v_submits THEN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), p_role);
  ELSE
    EXECUTE format('REVOKE USAGE ON SCHEMA %I FROM %I', current_schema(), p_role);
  END IF;
END
$$;

-- Lets a role run workers for jobs of these types, in addition to those that it may already run: it may call the
-- functions of this schema for workers, and claim jobs of these types.
CREATE OR REPLACE FUNCTION grant_worker(role text, types text[])
RETURNS void
LANGUAGE plpgsql SET search_path = "${flyway:defaultSchema}", pg_temp
AS $$
BEGIN
  PERFORM check_grant(grant_worker.role, grant_worker.types);
  INSERT INTO worker_grants (role, type)
  SELECT grant_worker.role, t FROM unnest(grant_worker.types) AS t
  ON CONFLICT DO NOTHING;
  PERFORM settle_rights(grant_worker.role);
END
$$;

-- Revokes these types from a role, or all of them. A role without any type may no longer call anything for workers, so
-- that its workers stop; their jobs are given to others.
CREATE OR REPLACE FUNCTION revoke_worker(role text, types text[] DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql SET search_path = "${flyway:defaultSchema}", pg_temp
AS $$
BEGIN
  DELETE FROM worker_grants g
  WHERE g.role = revoke_worker.role AND (revoke_worker.types IS NULL OR g.type = ANY (revoke_worker.types));
  -- A role that had no such type keeps what it was granted in other ways
  IF FOUND THEN
    PERFORM settle_rights(revoke_worker.role);
  END IF;
END
$$;

-- Roles that were granted types before there were some of these functions may call them, too
DO $$
DECLARE
  v_role text;
BEGIN
  FOR v_role IN SELECT g.role FROM worker_grants g UNION SELECT g.role FROM submitter_grants g LOOP
    PERFORM settle_rights(v_role);
  END LOOP;
END
$$;

-- By default, everybody may execute new functions
REVOKE ALL ON FUNCTION
  calling_role(),
  check_worker_id(text),
  check_worker_count(text),
  cut_text(text, integer),
  delay_millis(interval, text),
  holds_lease(live_jobs, text, bigint),
  policy_of(text, uuid),
  finish_external(text, uuid, bigint, text, text, bigint, json, integer, text, text, text, text),
  retry_external(text, uuid, bigint, text, text, text, text, text, boolean, bigint),
  pick_due(text[], integer[], text[], integer, timestamptz),
  heartbeat(text, text, bigint, integer),
  claim(text, text[], integer[], integer, uuid[]),
  progress(text, uuid, bigint, integer, text),
  log(text, uuid, bigint, text, text, json),
  emit(text, uuid, bigint, integer, json, integer),
  complete(text, uuid, bigint, json, integer),
  fail(text, uuid, bigint, text, text, text, boolean, interval),
  snooze(text, uuid, bigint, interval),
  release(text, uuid, bigint),
  cancelled(text, uuid, bigint),
  deregister(text),
  worker_functions(),
  check_grant(text, text[]),
  settle_rights(text),
  grant_worker(text, text[]),
  revoke_worker(text, text[])
FROM PUBLIC;
