-- Limits, rates, turns between keys, pauses, overrides and unique jobs.

-- Whoever waits for the lock of a table holds up everybody who comes later: rather give up, and try again
SET LOCAL lock_timeout = '2s';

-- What holds for all jobs of a type
CREATE TABLE job_types (
  type                         text        PRIMARY KEY,
  -- Earlier names of the type: what holds for it holds for jobs of these names too
  aliases                      text[]      NOT NULL DEFAULT '{}',
  -- As the application that was started last declares it; 0 is no limit
  max_concurrent               integer     NOT NULL DEFAULT 0,
  rate_limit_per_minute        integer     NOT NULL DEFAULT 0,
  max_concurrent_per_key       integer     NOT NULL DEFAULT 0,
  rate_limit_per_minute_per_key integer    NOT NULL DEFAULT 0,
  -- The component of the payload whose values are the keys; null if there is none
  limit_by                     text,
  priority                     smallint    NOT NULL DEFAULT 1
    CONSTRAINT job_types_priority_check CHECK (priority BETWEEN 0 AND 3),
  max_attempts                 integer     NOT NULL DEFAULT 1
    CONSTRAINT job_types_max_attempts_check CHECK (max_attempts >= 1),
  -- What an operator has set in place of that; null where the declaration holds
  override_max_concurrent      integer,
  override_rate_limit_per_minute integer,
  override_max_concurrent_per_key integer,
  override_rate_limit_per_minute_per_key integer,
  override_priority            smallint
    CONSTRAINT job_types_override_priority_check CHECK (override_priority BETWEEN 0 AND 3),
  override_max_attempts        integer
    CONSTRAINT job_types_override_max_attempts_check CHECK (override_max_attempts >= 1),
  overridden_at                timestamptz,
  overridden_by                text,
  override_reason              text,
  -- Since when no job of the type is started, who has decided that, and why
  paused_at                    timestamptz,
  paused_by                    text,
  pause_reason                 text,
  -- Whether anything limits the type, as declared or as operators have set it, or its keys take turns: its jobs have
  -- a limit_key then
  is_limited                   boolean     NOT NULL GENERATED ALWAYS AS (
    coalesce(override_max_concurrent, max_concurrent) > 0
    OR coalesce(override_rate_limit_per_minute, rate_limit_per_minute) > 0
    OR coalesce(override_max_concurrent_per_key, max_concurrent_per_key) > 0
    OR coalesce(override_rate_limit_per_minute_per_key, rate_limit_per_minute_per_key) > 0
    OR limit_by IS NOT NULL) STORED,
  -- When the next job may start if none comes early: the theoretical arrival time of the generic cell rate algorithm
  next_start_at                timestamptz NOT NULL DEFAULT '-infinity',
  -- The key that was served last: the one after it is next
  last_key                     text        NOT NULL DEFAULT ''
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

-- Types that were renamed
CREATE INDEX job_types_renamed ON job_types (type) WHERE aliases <> '{}';
-- Of which types no worker may take a job that has no limit_key
CREATE INDEX job_types_barred ON job_types (type) WHERE paused_at IS NOT NULL OR is_limited;

-- The same time for each key that has a rate
CREATE TABLE job_limit_keys (
  type          text        NOT NULL,
  limit_key     text        NOT NULL,
  next_start_at timestamptz NOT NULL,
  PRIMARY KEY (type, limit_key)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

CREATE INDEX job_limit_keys_by_time ON job_limit_keys (next_start_at);

ALTER TABLE jobs
  -- By what the job is limited: a value of the payload, or '' if its type only has limits in all. Null for
  -- jobs without limits. Jobs with a key are not published: workers take them from the table.
  ADD COLUMN limit_key text,
  -- What no other job may have at the same time; null if nothing or no longer
  ADD COLUMN unique_key text,
  -- Until when the key is kept: until_started, until_ended, unless_failed or until_deleted …
  ADD COLUMN unique_scope text
    CONSTRAINT jobs_unique_scope_check
    CHECK (unique_scope IN ('until_started', 'until_ended', 'unless_failed', 'until_deleted')),
  -- … and until then in any case
  ADD COLUMN unique_until timestamptz,
  -- How long the job is kept if it fails or is cancelled; null if that makes no difference
  ADD COLUMN failed_retention_seconds bigint;

DROP INDEX jobs_claimable;
CREATE INDEX jobs_claimable ON jobs (type, priority, run_at, id)
  WHERE status IN ('pending', 'queued') AND set_back_at IS NULL AND limit_key IS NULL;
DROP INDEX jobs_publishable;
CREATE INDEX jobs_publishable ON jobs (publish_at) WHERE status = 'pending' AND limit_key IS NULL;
DROP INDEX jobs_external_claimable;
CREATE INDEX jobs_external_claimable ON jobs (type, priority, run_at, id)
  WHERE status IN ('pending', 'queued') AND external_policy IS NOT NULL AND limit_key IS NULL;

-- What waits under limits: from each key to the next, and for each key the most urgent first
CREATE INDEX jobs_limited ON jobs (type, limit_key, priority, run_at, id)
  WHERE status IN ('pending', 'queued') AND limit_key IS NOT NULL;
-- What runs under limits, to be counted
CREATE INDEX jobs_limited_running ON jobs (type, limit_key) WHERE status = 'running' AND limit_key IS NOT NULL;

CREATE UNIQUE INDEX jobs_unique ON jobs (unique_key) WHERE unique_key IS NOT NULL;
-- Whose time is over
CREATE INDEX jobs_unique_until ON jobs (unique_until) WHERE unique_key IS NOT NULL AND unique_until IS NOT NULL;

-- The unique key that a job has once its status is this: the same as before, or null if its scope and its period
-- are over. A job that was started and waits again is over the scope until_started. The statements of Java workers
-- say the same; a contract test holds both.
CREATE FUNCTION unique_key_after(p_job jobs, p_status text, p_now timestamptz)
RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
  SELECT CASE
    WHEN p_job.unique_key IS NULL OR p_job.unique_until > p_now THEN p_job.unique_key
    WHEN CASE
      WHEN p_status IN ('pending', 'queued')
        THEN p_job.unique_scope = 'until_started' AND p_job.started_at IS NOT NULL
      WHEN p_status = 'running' THEN p_job.unique_scope = 'until_started'
      WHEN p_status = 'completed' THEN p_job.unique_scope IN ('until_started', 'until_ended')
      ELSE p_job.unique_scope <> 'until_deleted' END
      THEN NULL
    ELSE p_job.unique_key END
$$;

-- ---------------------------------------------------------------- Claims under limits

-- How many jobs may start now: a job every (60 s / rate), and up to two seconds' worth of them, at least two, at once
-- after a pause. In any 60 seconds that is the rate and this burst at most. (Generic cell rate algorithm; ITU-T I.371,
-- annex A. next_start_at is the theoretical arrival time.)
CREATE FUNCTION startable(p_next_start_at timestamptz, p_rate integer, p_now timestamptz)
RETURNS integer
LANGUAGE sql IMMUTABLE
AS $$
  SELECT floor(
    greatest(2, p_rate / 30)
    - greatest(0, extract(epoch FROM greatest(p_next_start_at, p_now - interval '1 day') - p_now)) * p_rate / 60.0)::integer
$$;

-- When the next job may start after these
CREATE FUNCTION next_start(p_next_start_at timestamptz, p_rate integer, p_now timestamptz, p_started bigint)
RETURNS timestamptz
LANGUAGE sql IMMUTABLE
AS $$
  SELECT greatest(p_next_start_at, p_now) + p_started * interval '60 seconds' / p_rate
$$;

-- Keys of waiting jobs of a type, in their order, those after a key first. Jumps from each key in the index to the
-- next, so that it costs as much as there are keys, and not jobs.
CREATE FUNCTION waiting_keys(p_type text, p_after text, p_max_keys integer)
RETURNS TABLE (limit_key text, turn bigint)
LANGUAGE sql STABLE
AS $$
  WITH RECURSIVE later (limit_key, n) AS (
    (SELECT j.limit_key, 1
      FROM jobs j
      WHERE j.status IN ('pending', 'queued') AND j.limit_key IS NOT NULL AND j.type = p_type AND j.limit_key > p_after
      ORDER BY j.limit_key
      LIMIT 1)
    UNION ALL
    SELECT (
        SELECT j.limit_key
        FROM jobs j
        WHERE j.status IN ('pending', 'queued') AND j.limit_key IS NOT NULL AND j.type = p_type
          AND j.limit_key > later.limit_key
        ORDER BY j.limit_key
        LIMIT 1), n + 1
    FROM later
    WHERE later.limit_key IS NOT NULL AND n < p_max_keys
  ), earlier (limit_key, n) AS (
    (SELECT j.limit_key, (SELECT count(k.limit_key)::integer FROM later k) + 1
      FROM jobs j
      WHERE j.status IN ('pending', 'queued') AND j.limit_key IS NOT NULL AND j.type = p_type AND j.limit_key <= p_after
        AND (SELECT count(k.limit_key) FROM later k) < p_max_keys
      ORDER BY j.limit_key
      LIMIT 1)
    UNION ALL
    SELECT (
        SELECT j.limit_key
        FROM jobs j
        WHERE j.status IN ('pending', 'queued') AND j.limit_key IS NOT NULL AND j.type = p_type
          AND j.limit_key > earlier.limit_key AND j.limit_key <= p_after
        ORDER BY j.limit_key
        LIMIT 1), n + 1
    FROM earlier
    WHERE earlier.limit_key IS NOT NULL AND n < p_max_keys
  )
  SELECT k.limit_key, row_number() OVER (ORDER BY k.n)
  FROM (SELECT * FROM later UNION ALL SELECT * FROM earlier) AS k
  WHERE k.limit_key IS NOT NULL
$$;

-- Keys of those jobs of a type that have been due the longest, up to a number of jobs and of keys, those after a key first;
-- and whether that is all that is due. Costs as much as there are due jobs up to that number, however many keys have jobs that
-- are due later.
CREATE FUNCTION due_keys(
  p_type text, p_after text, p_now timestamptz, p_max_jobs integer, p_max_keys integer, OUT keys text[], OUT is_all boolean)
LANGUAGE plpgsql STABLE
AS $$
DECLARE
  v_found text[] := ARRAY(
    SELECT j.limit_key
    FROM jobs j
    WHERE j.status IN ('pending', 'queued') AND j.limit_key IS NOT NULL AND j.type = p_type AND j.run_at <= p_now
    ORDER BY j.run_at
    LIMIT p_max_jobs);
BEGIN
  keys := ARRAY(
    SELECT k.limit_key
    FROM (SELECT DISTINCT f.limit_key FROM unnest(v_found) AS f (limit_key)) AS k
    ORDER BY k.limit_key <= p_after, k.limit_key
    LIMIT p_max_keys);
  is_all := cardinality(v_found) < p_max_jobs;
END
$$;

-- Claims up to so many jobs of a type that has limits: as many as they allow, the keys in turn, and of each key the most
-- urgent first. What runs is counted here, in the table itself, so there is no count that could be wrong; and since all
-- claims of the type wait for the lock of its row, no other claim counts at the same time. p_name is the type, or the
-- earlier name of a type under which its jobs were submitted.
CREATE FUNCTION claim_limited(
  p_worker text, p_name text, p_version integer, p_max_jobs integer, p_max_bytes bigint, p_external boolean)
RETURNS SETOF jobs
-- The planner is told to read the indexes in their order, since without statistics it would sort the whole backlog
LANGUAGE plpgsql SET search_path = "${flyway:defaultSchema}", pg_temp
  SET enable_bitmapscan = off SET enable_seqscan = off SET enable_sort = off SET enable_hashjoin = off
  SET enable_mergejoin = off SET jit = off
  -- With all that, one plan does for all values, and to make another one each time costs more than to run it
  SET plan_cache_mode = force_generic_plan
  -- Somebody who keeps the row of a type locked must not hold up what a worker does with other types
  SET lock_timeout = '2s'
AS $$
#variable_conflict use_column
DECLARE
  v_type job_types;
  v_names text[];
  v_now timestamptz;
  v_latest timestamptz;
  v_free integer := p_max_jobs;
  v_max_concurrent integer;
  v_rate integer;
  v_key_max_concurrent integer;
  v_key_rate integer;
  v_max_keys integer;
  v_keys text[];
  v_turn integer;
  v_key_jobs integer;
  v_is_all boolean;
  v_missed record;
  v_picked uuid[];
  v_picked_keys text[];
  v_locked uuid[];
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    -- What runs would be counted as of the begin of the transaction, before the lock was waited for
    RAISE EXCEPTION 'The transaction is %; jobs of types with limits are only claimed in transactions that are read committed. Begin it with ISOLATION LEVEL READ COMMITTED.',
      current_setting('transaction_isolation')
      USING ERRCODE = 'invalid_transaction_state';
  END IF;
  LOOP
    SELECT t.* INTO v_type
    FROM job_types t
    WHERE t.type = coalesce(
      (SELECT a.type FROM job_types a WHERE a.aliases <> '{}' AND p_name = ANY (a.aliases) ORDER BY a.type LIMIT 1), p_name)
    FOR NO KEY UPDATE;
    EXIT WHEN FOUND;
    INSERT INTO job_types (type) VALUES (p_name) ON CONFLICT DO NOTHING;
  END LOOP;
  -- The name itself may be paused, too: that of a type that was renamed, or has got its old name back
  IF v_type.paused_at IS NOT NULL
    OR (SELECT t.paused_at FROM job_types t WHERE t.type = p_name) IS NOT NULL THEN
    RETURN;
  END IF;
  v_names := v_type.type || v_type.aliases;
  v_max_concurrent := coalesce(v_type.override_max_concurrent, v_type.max_concurrent);
  v_rate := coalesce(v_type.override_rate_limit_per_minute, v_type.rate_limit_per_minute);
  v_key_max_concurrent := coalesce(v_type.override_max_concurrent_per_key, v_type.max_concurrent_per_key);
  v_key_rate := coalesce(v_type.override_rate_limit_per_minute_per_key, v_type.rate_limit_per_minute_per_key);
  -- Not now(), which stands still in a transaction: the lock was waited for
  v_now := clock_timestamp();
  IF v_max_concurrent > 0 THEN
    v_free := least(v_free, v_max_concurrent - (
      SELECT count(*)
      FROM unnest(v_names) AS n, LATERAL (
        SELECT FROM jobs j WHERE j.status = 'running' AND j.limit_key IS NOT NULL AND j.type = n) AS running));
  END IF;
  IF v_rate > 0 THEN
    -- Further ahead than after a full burst it can only be by a rate that was lower, or a clock that has jumped
    v_latest := v_now + greatest(2, v_rate / 30) * interval '60 seconds' / v_rate;
    IF v_type.next_start_at > v_latest THEN
      UPDATE job_types t SET next_start_at = v_latest WHERE t.type = v_type.type;
      v_type.next_start_at := v_latest;
    END IF;
    v_free := least(v_free, startable(v_type.next_start_at, v_rate, v_now));
  END IF;
  IF v_free <= 0 THEN
    RETURN;
  END IF;
  -- Where there is room for many, a key gets a few at its turn
  v_turn := least(4, 1 + v_free / 16);
  -- If all of the next keys are at their limits, or have nothing that is due, then those that have something are looked at,
  -- and if there is too much of that, many of the next ones
  FOREACH v_max_keys IN ARRAY ARRAY[20 + v_free / v_turn, 0, 1000] LOOP
    IF v_max_keys = 0 THEN
      SELECT d.keys, d.is_all INTO v_keys, v_is_all FROM due_keys(p_name, v_type.last_key, v_now, 10000, 1000) AS d;
    ELSE
      v_is_all := false;
      v_keys := ARRAY(
        SELECT k.limit_key FROM waiting_keys(p_name, v_type.last_key, least(1000, v_max_keys)) AS k ORDER BY k.turn);
    END IF;
    IF cardinality(v_keys) = 0 THEN
      RETURN;
    END IF;
    v_key_jobs := CASE
      WHEN cardinality(v_keys) * v_turn < v_free THEN 1 + 2 * v_free / cardinality(v_keys)
      ELSE v_turn END;
    WITH allowed AS MATERIALIZED (
      SELECT k.limit_key, k.turn,
        least(
          v_key_jobs,
          CASE WHEN v_key_max_concurrent > 0 THEN v_key_max_concurrent - (
            SELECT count(*)
            FROM unnest(v_names) AS n, LATERAL (
              SELECT FROM jobs j
              WHERE j.status = 'running' AND j.limit_key = k.limit_key AND j.type = n) AS running) END,
          CASE WHEN v_key_rate > 0 THEN startable(
            coalesce((
              SELECT l.next_start_at FROM job_limit_keys l WHERE l.type = v_type.type AND l.limit_key = k.limit_key),
              '-infinity'),
            v_key_rate, v_now) END) AS jobs
      FROM unnest(v_keys) WITH ORDINALITY AS k (limit_key, turn)
    ), candidates AS (
      SELECT c.id, c.bytes, a.limit_key, a.turn, row_number() OVER (PARTITION BY a.turn ORDER BY c.urgency, c.id) AS round
      FROM allowed a, LATERAL (
        SELECT of_priority.id, of_priority.bytes, of_priority.run_at - p * interval '10 minutes' AS urgency
        FROM (VALUES (0), (1), (2), (3)) AS levels (p), LATERAL (
          SELECT j.id, j.run_at, coalesce(j.payload_bytes, octet_length(j.payload::text)) AS bytes
          FROM jobs j
          WHERE j.status IN ('pending', 'queued') AND j.limit_key IS NOT NULL
            AND j.type = p_name AND j.limit_key = a.limit_key AND j.priority = p AND j.run_at <= v_now
            AND j.version <= p_version AND (j.external_policy IS NOT NULL) = p_external
          ORDER BY j.run_at, j.id
          LIMIT a.jobs) AS of_priority
        ORDER BY urgency, of_priority.id
        LIMIT a.jobs) AS c
      WHERE a.jobs > 0
    ), fitting AS (
      SELECT c.id, c.limit_key, c.turn,
        row_number() OVER fair AS position, sum(c.bytes) OVER fair AS bytes_so_far
      FROM candidates c
      WINDOW fair AS (ORDER BY CASE WHEN v_key_jobs = v_turn THEN c.turn ELSE c.round END, c.round, c.turn)
    )
    SELECT array_agg(f.id ORDER BY f.position DESC), array_agg(f.limit_key ORDER BY f.position DESC)
    INTO v_picked, v_picked_keys
    FROM fitting f
    WHERE f.position <= v_free AND (f.position = 1 OR f.bytes_so_far <= p_max_bytes);
    EXIT WHEN v_picked IS NOT NULL OR cardinality(v_keys) < v_max_keys OR v_is_all;
  END LOOP;
  -- Whoever holds the row of a job, to cancel it, say, must not hold up all others. Somebody may have changed the job
  -- since it was looked at: put it off, or given it another key. (IS TRUE, so that no index but that of the ids fits.)
  v_locked := ARRAY(
    SELECT one.id
    FROM unnest(v_picked, v_picked_keys) AS p (id, limit_key), LATERAL (
      SELECT j.id FROM jobs j
      WHERE j.id = p.id AND j.status = ANY (ARRAY['pending', 'queued']) AND j.limit_key IS NOT NULL
        AND (j.limit_key = p.limit_key) IS TRUE AND (j.run_at <= v_now) IS TRUE AND (j.version <= p_version) IS TRUE
      FOR NO KEY UPDATE SKIP LOCKED) AS one);
  -- Nor all others of its key: as many of those come in their place, past any number of locked ones
  IF cardinality(v_locked) < cardinality(v_picked) THEN
    FOR v_missed IN
      SELECT p.limit_key, count(*)::integer AS jobs
      FROM unnest(v_picked, v_picked_keys) AS p (id, limit_key)
      WHERE p.id <> ALL (v_locked)
      GROUP BY p.limit_key
    LOOP
      v_locked := v_locked || ARRAY(
        SELECT of_priority.id
        FROM (VALUES (0), (1), (2), (3)) AS levels (p), LATERAL (
          SELECT j.id, j.run_at
          FROM jobs j
          WHERE j.status IN ('pending', 'queued') AND j.limit_key IS NOT NULL
            AND j.type = p_name AND j.limit_key = v_missed.limit_key AND j.priority = levels.p AND j.run_at <= v_now
            AND j.version <= p_version AND (j.external_policy IS NOT NULL) = p_external AND j.id <> ALL (v_picked)
            -- Together they are no larger than what was picked may be
            AND coalesce(j.payload_bytes, 0) <= p_max_bytes / cardinality(v_picked)
          ORDER BY j.run_at, j.id
          LIMIT v_missed.jobs
          FOR NO KEY UPDATE SKIP LOCKED) AS of_priority
        ORDER BY of_priority.run_at - levels.p * interval '10 minutes', of_priority.id
        LIMIT v_missed.jobs);
    END LOOP;
  END IF;
  IF cardinality(v_locked) = 0 THEN
    -- Next time other keys are looked at: those after the locked ones, or after all of which none has a job that can start
    UPDATE job_types t SET last_key = coalesce(v_picked_keys[1], v_keys[cardinality(v_keys)])
    WHERE t.type = v_type.type AND t.last_key <> coalesce(v_picked_keys[1], v_keys[cardinality(v_keys)]);
    RETURN;
  END IF;
  -- What was counted as ended has ended before that: by the table, too, no more overlap than may
  v_now := clock_timestamp();
  RETURN QUERY
    UPDATE jobs j SET
      status = 'running',
      lease = j.lease + 1,
      attempts = j.attempts + 1,
      worker_id = p_worker,
      started_at = v_now,
      finished_at = NULL,
      set_back_at = NULL,
      progress = 0,
      progress_message = NULL,
      unique_key = unique_key_after(j, 'running', v_now)
    WHERE j.id = ANY (v_locked)
    RETURNING j.*;
  UPDATE job_types t SET
    last_key = v_picked_keys[1],
    next_start_at = CASE
      WHEN v_rate > 0 THEN next_start(t.next_start_at, v_rate, v_now, cardinality(v_locked))
      ELSE t.next_start_at END
  WHERE t.type = v_type.type AND (v_rate > 0 OR t.last_key <> v_picked_keys[1]);
  IF v_key_rate > 0 THEN
    INSERT INTO job_limit_keys AS l (type, limit_key, next_start_at)
    SELECT v_type.type, j.limit_key, next_start('-infinity', v_key_rate, v_now, count(*))
    FROM jobs j
    WHERE j.id = ANY (v_locked)
    GROUP BY j.limit_key
    ON CONFLICT (type, limit_key) DO UPDATE SET
      next_start_at = greatest(l.next_start_at, v_now) + (excluded.next_start_at - v_now);
  END IF;
  UPDATE workers w SET heartbeat_at = v_now
  WHERE w.id = p_worker AND w.heartbeat_at < v_now - interval '2 seconds';
END
$$;

-- Jobs without limits that are due and wait, those first that have been due the longest, where each level of priority
-- counts as ten minutes. They are locked; jobs that are locked already are passed over, any number of them. The planner is
-- told to read the index in its order, since without statistics it would sort the whole backlog.
CREATE OR REPLACE FUNCTION pick_due(p_types text[], p_versions integer[], p_max_jobs integer, p_now timestamptz)
RETURNS uuid[]
LANGUAGE plpgsql SET enable_bitmapscan = off SET enable_seqscan = off SET enable_sort = off SET jit = off
AS $$
DECLARE
  -- More than are wanted: others may be claiming the first of them
  v_candidates uuid[] := ARRAY(
    SELECT due.id
    FROM unnest(p_types, p_versions) AS known (type, version), (VALUES (0), (1), (2), (3)) AS levels (p), LATERAL (
      SELECT j.id, j.run_at
      FROM jobs j
      WHERE j.external_policy IS NOT NULL
        AND j.status IN ('pending', 'queued')
        AND j.limit_key IS NULL
        AND j.type = known.type
        AND j.priority = levels.p
        AND j.run_at <= p_now
        AND j.version <= known.version
      ORDER BY j.run_at, j.id
      LIMIT 100 + 4 * p_max_jobs) AS due
    ORDER BY due.run_at - levels.p * interval '10 minutes', levels.p DESC, due.run_at, due.id
    LIMIT 100 + 4 * p_max_jobs);
  v_picked uuid[];
  v_kind record;
BEGIN
  v_picked := ARRAY(
    SELECT one.id
    FROM unnest(v_candidates) AS c (id), LATERAL (
      SELECT j.id
      FROM jobs j
      WHERE j.id = c.id AND j.status = ANY (ARRAY['pending', 'queued']) AND j.limit_key IS NULL AND j.run_at <= p_now
      FOR NO KEY UPDATE SKIP LOCKED) AS one
    LIMIT p_max_jobs);
  -- Others have locked nearly all candidates, and there may be more jobs behind them: an application may keep them locked.
  -- The kinds are asked in turn, those first whose jobs have been due the longest, and each for half of what is wanted.
  IF 4 * cardinality(v_picked) < p_max_jobs AND cardinality(v_candidates) = 100 + 4 * p_max_jobs THEN
    FOR v_kind IN
      SELECT known.type, known.version, levels.p AS priority, head.run_at
      FROM unnest(p_types, p_versions) AS known (type, version), (VALUES (0), (1), (2), (3)) AS levels (p), LATERAL (
        SELECT j.run_at
        FROM jobs j
        WHERE j.external_policy IS NOT NULL AND j.status IN ('pending', 'queued') AND j.limit_key IS NULL
          AND j.type = known.type AND j.priority = levels.p AND j.run_at <= p_now AND j.version <= known.version
        ORDER BY j.run_at, j.id
        LIMIT 1) AS head
      ORDER BY head.run_at - levels.p * interval '10 minutes'
    LOOP
      v_picked := v_picked || ARRAY(
        SELECT j.id
        FROM jobs j
        WHERE j.external_policy IS NOT NULL AND j.status IN ('pending', 'queued') AND j.limit_key IS NULL
          AND j.type = v_kind.type AND j.priority = v_kind.priority AND j.run_at <= p_now AND j.version <= v_kind.version
          AND j.run_at >= v_kind.run_at AND j.id <> ALL (v_picked)
        ORDER BY j.run_at, j.id
        LIMIT least(greatest(1, p_max_jobs / 2), p_max_jobs - cardinality(v_picked))
        FOR NO KEY UPDATE SKIP LOCKED);
      EXIT WHEN cardinality(v_picked) >= p_max_jobs;
    END LOOP;
  END IF;
  RETURN v_picked;
END
$$;

-- As in V5, and claims jobs with limits too, unless job_ids are given: no pointers are published to those. Jobs of
-- types that are paused are not claimed.
CREATE OR REPLACE FUNCTION claim(
  worker text, types text[], versions integer[], max_jobs integer, job_ids uuid[] DEFAULT NULL)
RETURNS TABLE (
  job_id uuid, type text, version integer, lease bigint, attempt integer, max_attempts integer,
  timeout_millis bigint, payload json, item_id text, submitted_by text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
-- A plan that was made while the table was empty, and kept, would read all of it later
SET plan_cache_mode = force_custom_plan
AS $$
#variable_conflict use_column
DECLARE
  v_role text := calling_role();
  v_now timestamptz := clock_timestamp();
  v_refused text;
  v_job record;
  v_picked uuid[] := '{}';
  v_newer uuid[] := '{}';
  v_held uuid[];
  v_until timestamptz;
  v_fitting uuid[];
  -- Types that no job is started of, and types with limits of which jobs wait
  v_paused text[] := ARRAY(SELECT unnest(t.type || t.aliases) FROM job_types t WHERE t.paused_at IS NOT NULL);
  -- Jobs of types that have become limited are left alone until they have a limit_key
  v_barred text[] := ARRAY(
    SELECT unnest(t.type || t.aliases) FROM job_types t WHERE t.paused_at IS NOT NULL OR t.is_limited);
  v_limited text[] := '{}';
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
    RAISE EXCEPTION 'There are % job_ids, and max_jobs is %. Claim at most max_jobs pointers at once.',
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
  -- Until the claim is committed the worker cannot be deregistered; its heartbeat does not wait for this
  PERFORM FROM workers w WHERE w.id = claim.worker AND w.role = v_role FOR KEY SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'Worker ''%'' is not known for role ''%''; call heartbeat(''%'') before the first claim.',
      claim.worker, v_role, claim.worker
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF claim.job_ids IS NULL THEN
    v_limited := ARRAY(
      SELECT t
      FROM unnest(claim.types) AS t
      WHERE t <> ALL (v_paused) AND EXISTS (
        SELECT FROM jobs j
        WHERE j.status IN ('pending', 'queued') AND j.limit_key IS NOT NULL AND j.type = t)
      ORDER BY random()
      LIMIT 20 + claim.max_jobs);
    v_picked := pick_due(
      ARRAY(SELECT k.type FROM unnest(claim.types, claim.versions) WITH ORDINALITY AS k (type, version, n)
        WHERE k.type <> ALL (v_barred) ORDER BY k.n),
      ARRAY(SELECT k.version FROM unnest(claim.types, claim.versions) WITH ORDINALITY AS k (type, version, n)
        WHERE k.type <> ALL (v_barred) ORDER BY k.n),
      claim.max_jobs, v_now);
  ELSE
    -- As claims of Java workers: what is locked is tried again for a moment, then passed over and noted, so that its
    -- pointer is published again
    v_held := claim.job_ids;
    LOOP
      FOR v_job IN
        SELECT j.id, j.version <= claim.versions[array_position(claim.types, j.type)] AND j.type <> ALL (v_barred) AS known
        FROM jobs j
        WHERE j.id = ANY (v_held)
          AND j.external_policy IS NOT NULL
          AND j.limit_key IS NULL
          -- Worded so that no partial index fits: with one of those, the planner might read the whole backlog
          AND (j.status IS NOT DISTINCT FROM 'pending' OR j.status IS NOT DISTINCT FROM 'queued')
          AND j.run_at <= v_now
          AND j.type = ANY (claim.types)
        ORDER BY j.id
        FOR NO KEY UPDATE SKIP LOCKED
      LOOP
        IF v_job.known THEN
          v_picked := v_picked || v_job.id;
        ELSE
          v_newer := v_newer || v_job.id;
        END IF;
      END LOOP;
      v_held := ARRAY(
        SELECT j.id
        FROM jobs j
        WHERE j.id = ANY (v_held) AND j.id <> ALL (v_picked) AND j.id <> ALL (v_newer)
          AND j.external_policy IS NOT NULL
          AND j.limit_key IS NULL
          AND (j.status IS NOT DISTINCT FROM 'pending' OR j.status IS NOT DISTINCT FROM 'queued')
          AND j.run_at <= v_now
          AND j.type = ANY (claim.types));
      EXIT WHEN cardinality(v_held) = 0;
      v_until := coalesce(
        v_until,
        clock_timestamp()
          + CASE WHEN EXISTS (SELECT FROM passed_over) THEN interval '20 milliseconds' ELSE interval '100 milliseconds' END);
      IF clock_timestamp() >= v_until THEN
        INSERT INTO passed_over (job_id) SELECT held.id FROM unnest(v_held) AS held (id);
        EXIT;
      END IF;
      PERFORM pg_sleep(0.005);
    END LOOP;
    PERFORM set_back(v_newer);
  END IF;
  -- Neither the jobs with limits nor those without have to wait for the others: each get half, and what is left
  v_left := claim.max_jobs - least(
    cardinality(v_picked), CASE WHEN claim.max_jobs = 1 THEN round(random()) ELSE claim.max_jobs / 2 END);
  IF v_left > 0 AND cardinality(v_limited) > 0 THEN
    -- The locks of several types are taken in one order, whatever the names under which their jobs were submitted
    PERFORM FROM job_types t
    WHERE t.type = ANY (v_limited) OR (t.aliases <> '{}' AND t.aliases && v_limited)
    ORDER BY t.type
    FOR NO KEY UPDATE;
    FOR v_job IN
      SELECT l.type, claim.versions[array_position(claim.types, l.type)] AS version, cardinality(v_limited) - l.n + 1 AS types_left
      FROM unnest(v_limited) WITH ORDINALITY AS l (type, n)
      ORDER BY l.n
    LOOP
      RETURN QUERY
        SELECT c.id, c.type, c.version, c.lease, c.attempts, c.max_attempts,
          (c.external_policy ->> 'timeoutMillis')::bigint, c.payload, c.item_id, c.submitted_by
        FROM claim_limited(
          claim.worker, v_job.type, v_job.version, greatest(1, v_left / v_job.types_left)::integer,
          16777216 / cardinality(v_limited), true) AS c;
      GET DIAGNOSTICS v_count = ROW_COUNT;
      v_left := v_left - v_count;
      v_limited_claimed := v_limited_claimed + v_count;
      EXIT WHEN v_left = 0;
    END LOOP;
    v_picked := v_picked[1:claim.max_jobs - v_limited_claimed];
  END IF;
  v_fitting := fitting(v_picked);
  IF claim.job_ids IS NOT NULL THEN
    -- The worker acknowledges the pointers of the others, too, so they are published again. One that was published a moment
    -- ago, and is confirmed late, must not count: the lease goes up.
    UPDATE jobs j SET status = 'pending', lease = j.lease + 1, publish_at = v_now
    WHERE j.id = ANY (v_picked) AND j.id <> ALL (v_fitting);
  END IF;
  -- It may have waited
  v_now := clock_timestamp();
  UPDATE workers w SET heartbeat_at = v_now WHERE w.id = claim.worker;
  RETURN QUERY
    WITH claimed AS (
      UPDATE jobs j SET
        status = 'running',
        lease = j.lease + 1,
        attempts = j.attempts + 1,
        worker_id = claim.worker,
        started_at = v_now,
        finished_at = NULL,
        set_back_at = NULL,
        progress = 0,
        progress_message = NULL,
        unique_key = unique_key_after(j, 'running', v_now)
      WHERE j.id = ANY (v_fitting)
      RETURNING j.*
    )
    SELECT c.id, c.type, c.version, c.lease, c.attempts, c.max_attempts,
      (c.external_policy ->> 'timeoutMillis')::bigint, c.payload, c.item_id, c.submitted_by
    FROM claimed c
    ORDER BY c.priority DESC, c.run_at, c.id;
END
$$;

-- New functions may be called by everybody until this is revoked
REVOKE ALL ON FUNCTION
  unique_key_after(jobs, text, timestamptz),
  startable(timestamptz, integer, timestamptz),
  next_start(timestamptz, integer, timestamptz, bigint),
  waiting_keys(text, text, integer),
  due_keys(text, text, timestamptz, integer, integer),
  claim_limited(text, text, integer, integer, bigint, boolean)
FROM PUBLIC;
