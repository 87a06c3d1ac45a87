-- Claims of jobs under limits, for Java workers and others, and the keys of limits. The indexes live_jobs_limited and
-- live_jobs_limited_due contain running jobs, too: every walk through them passes these, but limits keep them few.

-- ---------------------------------------------------------------- What waits

-- Returns the types that have waiting jobs with limits, and the milliseconds until the first of each is due and the
-- rates of the type have room for one: rounded up, and not positive if that is past. The index leads from each type to
-- the next, so that the cost grows with the number of types and not of jobs.
CREATE OR REPLACE FUNCTION waiting_limited_types()
RETURNS TABLE (type text, until_millis bigint)
LANGUAGE plpgsql STABLE
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET enable_hashjoin = off
SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
    WITH RECURSIVE limited (type) AS (
      (SELECT j.type FROM live_jobs j WHERE j.limit_key IS NOT NULL ORDER BY j.type LIMIT 1)
      UNION ALL
      SELECT (
        SELECT j.type FROM live_jobs j WHERE j.limit_key IS NOT NULL AND j.type > limited.type ORDER BY j.type LIMIT 1)
      FROM limited
      WHERE limited.type IS NOT NULL
    )
    SELECT limited.type, ceil(extract(epoch FROM greatest(first.run_at, (
      SELECT max(o.opens_at)
      FROM job_types t, rate_openings(t.type, false, '', coalesce(t.override_rates, t.rates), 1) AS o
      WHERE coalesce(t.override_rates, t.rates) <> '' AND t.type = coalesce(
        (SELECT a.type FROM job_types a WHERE a.aliases <> '{}' AND limited.type = ANY (a.aliases) ORDER BY a.type LIMIT 1),
        limited.type))) - now()) * 1000)::bigint
    FROM limited, LATERAL (
      SELECT j.run_at
      FROM live_jobs j
      WHERE j.status IN ('pending', 'queued') AND j.limit_key IS NOT NULL AND j.type = limited.type
      ORDER BY j.run_at
      LIMIT 1) AS first;
END
$$;

-- Returns keys of waiting jobs of a type, in their order, those after a key first. It jumps from each key in the
-- index to the next, so that the cost grows with the number of keys and not of jobs.
CREATE OR REPLACE FUNCTION waiting_keys(p_type text, p_after text, p_max_keys integer)
RETURNS TABLE (limit_key text, turn bigint)
LANGUAGE sql STABLE
AS $$
  WITH RECURSIVE later (limit_key, n) AS (
    (SELECT j.limit_key, 1
      FROM live_jobs j
      WHERE j.status IN ('pending', 'queued') AND j.limit_key IS NOT NULL AND j.type = p_type AND j.limit_key > p_after
      ORDER BY j.limit_key
      LIMIT 1)
    UNION ALL
    SELECT (
        SELECT j.limit_key
        FROM live_jobs j
        WHERE j.status IN ('pending', 'queued') AND j.limit_key IS NOT NULL AND j.type = p_type
          AND j.limit_key > later.limit_key
        ORDER BY j.limit_key
        LIMIT 1), n + 1
    FROM later
    WHERE later.limit_key IS NOT NULL AND n < p_max_keys
  ), earlier (limit_key, n) AS (
    (SELECT j.limit_key, (SELECT count(k.limit_key)::integer FROM later k) + 1
      FROM live_jobs j
      WHERE j.status IN ('pending', 'queued') AND j.limit_key IS NOT NULL AND j.type = p_type AND j.limit_key <= p_after
        AND (SELECT count(k.limit_key) FROM later k) < p_max_keys
      ORDER BY j.limit_key
      LIMIT 1)
    UNION ALL
    SELECT (
        SELECT j.limit_key
        FROM live_jobs j
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

-- Returns the keys of the jobs of a type that have been due the longest, up to a number of jobs and of keys, those
-- after a key first, and whether these are all that are due. The cost grows with the number of due jobs up to that
-- limit, however many keys have jobs that are due later.
CREATE OR REPLACE FUNCTION due_keys(
  p_type text, p_after text, p_now timestamptz, p_max_jobs integer, p_max_keys integer, OUT keys text[], OUT is_all boolean)
LANGUAGE plpgsql STABLE
AS $$
DECLARE
  v_found text[] := ARRAY(
    SELECT j.limit_key
    FROM live_jobs j
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

-- ---------------------------------------------------------------- Claims

-- Claims jobs of a type with limits, up to p_max_jobs: as many as the limits allow, the keys in turn, and of each key
-- the most urgent first. Running jobs are counted here, by the rows that each start writes and each end deletes in
-- its own transaction, so no counter can be wrong. Because all claims of the type wait for the lock of its row, no
-- other claim counts at the same time. p_name is the type, or an earlier name that its jobs were submitted with.
CREATE OR REPLACE FUNCTION claim_limited(
  p_worker text, p_name text, p_version integer, p_max_jobs integer, p_max_bytes bigint, p_external boolean)
RETURNS SETOF claimed_job
-- Makes the planner read the indexes in their order; without statistics, it would sort the whole backlog
LANGUAGE plpgsql SET search_path = "${flyway:defaultSchema}", pg_temp
  SET enable_bitmapscan = off SET enable_seqscan = off SET enable_sort = off SET enable_hashjoin = off
  SET enable_mergejoin = off SET jit = off
  -- With these settings one plan serves all values, and making a new one each time costs more than running it
  SET plan_cache_mode = force_generic_plan
  -- A locked row of a type must not hold up a worker's jobs of other types
  SET lock_timeout = '2s'
AS $$
#variable_conflict use_column
DECLARE
  v_type job_types;
  v_names text[];
  v_now timestamptz;
  v_free integer := p_max_jobs;
  v_max_concurrent integer;
  v_rates text;
  v_key_max_concurrent integer;
  v_key_rates text;
  v_max_keys integer;
  v_keys text[];
  -- What rates have room for, all together and for each of the keys: a number of jobs, and a sum of costs. Null where
  -- there are no such rates.
  v_room record;
  v_cost_room bigint;
  v_max_cost bigint;
  v_key_rooms bigint[];
  v_key_cost_rooms bigint[];
  v_key_max_cost bigint;
  v_turn integer;
  v_key_jobs integer;
  v_is_all boolean;
  v_missed record;
  v_picked uuid[];
  v_picked_keys text[];
  v_picked_costs bigint[];
  v_last_key text;
  v_turn_left integer;
  v_locked waiting_job[];
  v_locked_ids uuid[];
  v_started_keys text[];
  v_started_jobs bigint[];
  v_started_costs bigint[];
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    -- Running jobs would be counted as of the beginning of the transaction, before the wait for the lock
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
  v_rates := coalesce(v_type.override_rates, v_type.rates);
  v_key_max_concurrent := coalesce(v_type.override_max_concurrent_per_key, v_type.max_concurrent_per_key);
  v_key_rates := coalesce(v_type.override_rates_per_key, v_type.rates_per_key);
  -- Not now(), which does not advance in a transaction: there was a wait for the lock
  v_now := clock_timestamp();
  IF v_max_concurrent > 0 THEN
    v_free := least(v_free, v_max_concurrent - (
      SELECT count(*)
      FROM unnest(v_names) AS n, LATERAL (
        SELECT FROM limited_runs r WHERE r.type = n) AS running));
  END IF;
  IF v_rates <> '' THEN
    v_room := rate_rooms(v_type.type, false, ARRAY[''], v_rates, v_now);
    v_free := least(v_free, v_room.jobs[1]);
    v_cost_room := v_room.costs[1];
    v_max_cost := v_room.max_cost;
  END IF;
  IF v_free <= 0 OR v_cost_room <= 0 THEN
    RETURN;
  END IF;
  -- If there is room for many, a key gets a few at its turn
  v_turn := least(4, 1 + v_free / 16);
  -- If all of the next keys are at their limits, or have no due jobs, then look at the keys that have some, and if
  -- there are too many of those, at many of the next ones
  FOREACH v_max_keys IN ARRAY ARRAY[20 + v_free / v_turn, 0, 1000] LOOP
    IF v_max_keys = 0 THEN
      SELECT d.keys, d.is_all INTO v_keys, v_is_all FROM due_keys(p_name, v_type.last_key, v_now, 10000, 1000) AS d;
    ELSE
      v_is_all := false;
      v_keys := ARRAY(
        SELECT k.limit_key FROM waiting_keys(p_name, v_type.last_key, least(1000, v_max_keys)) AS k ORDER BY k.turn);
    END IF;
    IF v_type.turn_left > 0 THEN
      v_keys := v_type.last_key || array_remove(v_keys, v_type.last_key);
    END IF;
    IF cardinality(v_keys) = 0 THEN
      RETURN;
    END IF;
    v_key_jobs := CASE
      WHEN cardinality(v_keys) * v_turn < v_free THEN 1 + 2 * v_free / cardinality(v_keys)
      ELSE v_turn END;
    IF v_key_rates <> '' THEN
      v_room := rate_rooms(v_type.type, true, v_keys, v_key_rates, v_now);
      v_key_rooms := v_room.jobs;
      v_key_cost_rooms := v_room.costs;
      v_key_max_cost := v_room.max_cost;
    END IF;
    WITH weighed AS (
      SELECT k.limit_key, k.room, k.cost_room, k.turn, w.weight,
        -- How much of its turn a key has used already
        CASE
          WHEN k.limit_key = v_type.last_key AND v_type.turn_left > 0
            THEN greatest(0, w.weight * CASE WHEN v_key_jobs = v_turn THEN v_turn ELSE 1 END - v_type.turn_left)
          ELSE 0 END AS used
      FROM unnest(v_keys, v_key_rooms, v_key_cost_rooms) WITH ORDINALITY AS k (limit_key, room, cost_room, turn),
        LATERAL (SELECT coalesce((v_type.key_weights ->> k.limit_key)::integer, 1) AS weight OFFSET 0) AS w
    ), allowed AS MATERIALIZED (
      SELECT k.limit_key, k.turn, k.weight, k.used,
        least(
          v_key_jobs * k.weight - k.used,
          CASE WHEN v_key_max_concurrent > 0 THEN v_key_max_concurrent - (
            SELECT count(*)
            FROM unnest(v_names) AS n, LATERAL (
              SELECT FROM limited_runs r WHERE r.type = n AND r.limit_key = k.limit_key) AS running) END,
          k.room) AS jobs,
        k.cost_room
      FROM weighed k
    ), candidates AS (
      SELECT c.id, c.bytes, c.cost, a.limit_key, a.turn, a.weight, a.cost_room,
        row_number() OVER by_urgency + a.used AS round, sum(least(c.cost, v_key_max_cost)) OVER by_urgency AS key_costs_so_far
      FROM allowed a, LATERAL (
        SELECT of_priority.id, of_priority.bytes, of_priority.cost, urgency(of_priority.run_at, p) AS urgency
        FROM (VALUES (0), (1), (2), (3)) AS levels (p), LATERAL (
          SELECT j.id, j.run_at, j.payload_bytes AS bytes, coalesce(j.cost, 1) AS cost
          FROM live_jobs j
          WHERE j.status IN ('pending', 'queued') AND j.limit_key IS NOT NULL
            AND j.type = p_name AND j.limit_key = a.limit_key AND j.priority = p AND j.run_at <= v_now
            AND j.version <= p_version AND j.is_external = p_external
            AND (j.start_before > v_now) IS NOT FALSE
          ORDER BY j.run_at, j.id
          LIMIT a.jobs) AS of_priority
        ORDER BY urgency, of_priority.id
        LIMIT a.jobs) AS c
      WHERE a.jobs > 0 AND (a.cost_room > 0) IS NOT FALSE
      WINDOW by_urgency AS (PARTITION BY a.turn ORDER BY c.urgency, c.id)
    ), fitting AS (
      SELECT c.id, c.cost, c.limit_key, c.turn, c.weight, c.round,
        row_number() OVER fair AS position, sum(c.bytes) OVER fair AS bytes_so_far,
        sum(least(c.cost, v_max_cost)) OVER fair AS costs_so_far
      FROM candidates c
      -- The first job of a key without room for its cost ends the turn of the key, so that no later one overtakes it
      WHERE (c.key_costs_so_far <= c.cost_room) IS NOT FALSE
      WINDOW fair AS (
        ORDER BY CASE WHEN v_key_jobs = v_turn THEN 0 ELSE (c.round - 1) / c.weight END, c.turn, c.round)
    )
    SELECT
      array_agg(f.id ORDER BY f.position), array_agg(f.limit_key ORDER BY f.position), array_agg(f.cost ORDER BY f.position),
      -- What is left of the turn of the last key; nothing if it has no weight, so that the next one is due
      (array_agg(
        CASE
          WHEN f.weight = 1 THEN 0
          WHEN v_key_jobs = v_turn THEN f.weight * v_turn - 1 - (f.round - 1) % (f.weight * v_turn)
          ELSE f.weight - 1 - (f.round - 1) % f.weight END
        ORDER BY f.position DESC))[1]
    INTO v_picked, v_picked_keys, v_picked_costs, v_turn_left
    FROM fitting f
    WHERE f.position <= v_free
      AND (f.position = 1 OR (f.bytes_so_far <= p_max_bytes AND (f.costs_so_far <= v_cost_room) IS NOT FALSE));
    v_last_key := v_picked_keys[cardinality(v_picked_keys)];
    EXIT WHEN v_picked IS NOT NULL OR cardinality(v_keys) < v_max_keys OR v_is_all;
  END LOOP;
  IF v_picked IS NOT NULL AND least(v_picked_costs[1], v_max_cost) > v_cost_room THEN
    -- Its turn has come, and all others wait until there is room for its cost, or cheaper ones would take it forever
    RETURN;
  END IF;
  -- A transaction that holds the row of a job, such as to cancel it, must not hold up all others. Somebody may have
  -- changed the job since it was read: postponed it, or given it another key or cost. (IS TRUE, so that only the index
  -- of the ids matches.)
  v_locked := ARRAY(
    SELECT ROW(one.id, one.place, one.priority, one.run_at, one.bytes, true)::waiting_job
    FROM unnest(v_picked, v_picked_keys, v_picked_costs) AS p (id, limit_key, cost), LATERAL (
      SELECT j.id, j.ctid AS place, j.priority, j.run_at, j.payload_bytes AS bytes
      FROM live_jobs j
      WHERE j.id = p.id AND (j.status IN ('pending', 'queued')) IS TRUE AND (j.limit_key = p.limit_key) IS TRUE
        AND (j.run_at <= v_now) IS TRUE AND (j.version <= p_version) IS TRUE
        AND (j.start_before > v_now) IS NOT FALSE AND coalesce(j.cost, 1) = p.cost
      FOR NO KEY UPDATE SKIP LOCKED) AS one);
  -- Nor all others of its key: as many of those take their place, past any number of locked ones
  IF cardinality(v_locked) < cardinality(v_picked) THEN
    v_locked_ids := ARRAY(SELECT l.id FROM unnest(v_locked) AS l);
    FOR v_missed IN
      SELECT p.limit_key, count(*)::integer AS jobs, min(p.cost) AS cost
      FROM unnest(v_picked, v_picked_keys, v_picked_costs) AS p (id, limit_key, cost)
      WHERE p.id <> ALL (v_locked_ids)
      GROUP BY p.limit_key
    LOOP
      v_locked := v_locked || ARRAY(
        SELECT
          ROW(of_priority.id, of_priority.place, levels.p, of_priority.run_at, of_priority.bytes, true)::waiting_job
        FROM (VALUES (0), (1), (2), (3)) AS levels (p), LATERAL (
          SELECT j.id, j.ctid AS place, j.run_at, j.payload_bytes AS bytes
          FROM live_jobs j
          WHERE j.status IN ('pending', 'queued') AND j.limit_key IS NOT NULL
            AND j.type = p_name AND j.limit_key = v_missed.limit_key AND j.priority = levels.p AND j.run_at <= v_now
            AND j.version <= p_version AND j.is_external = p_external AND j.id <> ALL (v_picked)
            AND (j.start_before > v_now) IS NOT FALSE
            -- Together they are no larger than the picked ones may be, and cost no more than those that are missing
            AND j.payload_bytes <= p_max_bytes / cardinality(v_picked) AND coalesce(j.cost, 1) <= v_missed.cost
          ORDER BY j.run_at, j.id
          LIMIT v_missed.jobs
          FOR NO KEY UPDATE SKIP LOCKED) AS of_priority
        ORDER BY urgency(of_priority.run_at, levels.p), of_priority.id
        LIMIT v_missed.jobs);
    END LOOP;
  END IF;
  IF cardinality(v_locked) = 0 THEN
    -- Next time, look at other keys: those after the locked ones, or after all keys without a job that can start
    UPDATE job_types t SET last_key = coalesce(v_last_key, v_keys[cardinality(v_keys)]), turn_left = 0
    WHERE t.type = v_type.type
      AND (t.last_key <> coalesce(v_last_key, v_keys[cardinality(v_keys)]) OR t.turn_left <> 0);
    RETURN;
  END IF;
  -- Jobs that were counted as ended have ended before that, so no more overlap than allowed in the table either
  v_now := clock_timestamp();
  RETURN QUERY SELECT s.* FROM start_attempts(p_worker, v_locked, v_now) AS s;
  UPDATE job_types t SET last_key = v_last_key, turn_left = v_turn_left
  WHERE t.type = v_type.type AND (t.last_key <> v_last_key OR t.turn_left <> v_turn_left);
  IF v_rates <> '' OR v_key_rates <> '' THEN
    SELECT array_agg(started.limit_key), array_agg(started.jobs), array_agg(started.costs)
    INTO v_started_keys, v_started_jobs, v_started_costs
    FROM (
      SELECT one.limit_key, count(*) AS jobs, sum(coalesce(one.cost, 1))::bigint AS costs
      FROM unnest(v_locked) AS l, LATERAL (
        SELECT j.limit_key, j.cost FROM live_jobs j WHERE j.id = l.id OFFSET 0) AS one
      GROUP BY one.limit_key) AS started;
    PERFORM record_starts(v_type.type, true, v_started_keys, v_started_jobs, v_started_costs, v_key_rates, v_now);
    PERFORM record_starts(
      v_type.type, false, ARRAY[''], ARRAY[cardinality(v_locked)::bigint],
      ARRAY[(SELECT sum(c)::bigint FROM unnest(v_started_costs) AS c)], v_rates, v_now);
  END IF;
END
$$;

-- ---------------------------------------------------------------- Keys

-- Whether any type is limited, or any waiting or running job has a key
CREATE OR REPLACE FUNCTION has_limits()
RETURNS boolean
LANGUAGE plpgsql STABLE
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET jit = off
AS $$
BEGIN
  RETURN EXISTS (SELECT FROM job_types t WHERE t.is_limited)
    OR (SELECT j.type FROM live_jobs j WHERE j.limit_key IS NOT NULL ORDER BY j.type LIMIT 1) IS NOT NULL;
END
$$;

-- Changes the keys of waiting or running jobs, which the caller has locked, from their present ones to p_key. A
-- waiting job that gets its first key is no longer published, and the lease goes up, so that a pointer in flight does
-- not count. A job that loses its key is published again. A running job is counted under the new key.
CREATE OR REPLACE FUNCTION change_limit_keys(p_places tid[], p_old_keys text[], p_key text)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
  v_ids uuid[];
  v_types text[];
  v_running uuid[];
  v_running_types text[];
  v_old_keys text[];
BEGIN
  WITH changed AS (
    UPDATE live_jobs j SET
      status = CASE WHEN j.status = 'running' THEN j.status ELSE 'pending' END,
      limit_key = p_key,
      lease = CASE WHEN j.status = 'running' OR p_key IS NULL THEN j.lease ELSE j.lease + 1 END,
      parked_at = CASE WHEN p_key IS NULL THEN j.parked_at END,
      publish_at = CASE WHEN j.status = 'running' OR p_key IS NOT NULL THEN j.publish_at ELSE greatest(j.run_at, now()) END
    FROM unnest(p_places, p_old_keys) AS p (place, old_key)
    WHERE j.ctid = p.place
    RETURNING j.id, j.type, j.status, p.old_key
  )
  SELECT
    array_agg(c.id), array_agg(c.type), array_agg(c.id) FILTER (WHERE c.status = 'running'),
    array_agg(c.type) FILTER (WHERE c.status = 'running'), array_agg(c.old_key) FILTER (WHERE c.status = 'running')
  INTO v_ids, v_types, v_running, v_running_types, v_old_keys
  FROM changed c;
  -- Every transaction that changes these rows has locked the one in live_jobs
  UPDATE job_data d SET limit_key = p_key WHERE d.ctid = ANY (ARRAY(
    SELECT one.place FROM unnest(v_ids, v_types) AS c (id, type), LATERAL (
      SELECT x.ctid AS place FROM job_data x WHERE x.type = c.type AND x.id = c.id OFFSET 0) AS one));
  DELETE FROM limited_runs r WHERE r.ctid = ANY (ARRAY(
    SELECT one.place FROM unnest(v_running, v_running_types, v_old_keys) AS c (id, type, old_key), LATERAL (
      SELECT x.ctid AS place
      FROM limited_runs x
      WHERE x.type = c.type AND x.limit_key = c.old_key AND x.job_id = c.id
      OFFSET 0) AS one));
  IF p_key IS NOT NULL THEN
    INSERT INTO limited_runs (type, limit_key, job_id)
    SELECT c.type, p_key, c.id FROM unnest(v_running, v_running_types) AS c (id, type);
  END IF;
END
$$;

-- Gives the empty key to jobs of limited types that have none, and takes the keys from jobs of types without limits,
-- up to p_max_jobs of each kind. A job that somebody has locked is skipped, and found the next time; so no two
-- transactions can wait for each other. Returns the larger number of changed jobs of the two kinds.
CREATE OR REPLACE FUNCTION adjust_limit_keys(p_max_jobs integer)
RETURNS integer
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET enable_hashjoin = off
SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_limited text[] := ARRAY(
    SELECT names.name
    FROM job_types t, unnest(t.type || t.aliases) AS names (name)
    WHERE t.is_limited);
  -- Another type may have the name of one of these as an alias
  v_free text[] := ARRAY(
    SELECT names.name
    FROM job_types t, unnest(t.type || t.aliases) AS names (name)
    WHERE NOT t.is_limited AND names.name <> ALL (v_limited));
  v_keyless text[];
  v_places tid[];
  v_keys text[];
  v_most integer := 0;
BEGIN
  v_keyless := ARRAY(
    SELECT names.name
    FROM unnest(v_limited) AS names (name), LATERAL (
      SELECT
      FROM live_jobs j
      WHERE j.parked_at IS NULL AND j.limit_key IS NULL AND j.type = names.name
      ORDER BY j.priority, j.run_at, j.id
      LIMIT 1) AS without_key);
  IF cardinality(v_keyless) > 0 THEN
    -- First running jobs, which count. They may lie behind any number of waiting ones, but claims lead to them.
    v_places := ARRAY(
      SELECT one.place
      FROM (SELECT DISTINCT claimed.id FROM claims c, unnest(c.job_ids) AS claimed (id)) AS run, LATERAL (
        SELECT j.ctid AS place
        FROM live_jobs j
        WHERE j.id = run.id AND (j.status = 'running') IS TRUE AND (j.limit_key IS NULL) IS TRUE
          AND (j.type = ANY (v_keyless)) IS TRUE
        FOR NO KEY UPDATE SKIP LOCKED) AS one
      LIMIT p_max_jobs);
    PERFORM change_limit_keys(v_places, NULL, '');
    v_most := greatest(v_most, cardinality(v_places));
    v_places := ARRAY(
      SELECT one.place
      FROM unnest(v_keyless) AS names (name), LATERAL (
        SELECT j.ctid AS place
        FROM live_jobs j
        WHERE j.parked_at IS NULL AND j.limit_key IS NULL AND j.type = names.name AND j.status IN ('pending', 'queued')
        ORDER BY j.priority, j.run_at, j.id
        LIMIT p_max_jobs
        FOR NO KEY UPDATE SKIP LOCKED) AS one
      LIMIT p_max_jobs);
    PERFORM change_limit_keys(v_places, NULL, '');
    v_most := greatest(v_most, cardinality(v_places));
  END IF;
  v_places := ARRAY(
    SELECT one.place
    FROM unnest(v_limited) AS names (name), LATERAL (
      SELECT j.ctid AS place
      FROM live_jobs j
      -- Written so that it matches no other index
      WHERE j.parked_at IS NOT NULL AND j.type = names.name AND (j.status IN ('pending', 'queued')) IS TRUE
        AND (j.limit_key IS NULL) IS TRUE
      ORDER BY j.version
      LIMIT p_max_jobs
      FOR NO KEY UPDATE SKIP LOCKED) AS one
    LIMIT p_max_jobs);
  PERFORM change_limit_keys(v_places, NULL, '');
  v_most := greatest(v_most, cardinality(v_places));
  SELECT array_agg(found.place), array_agg(found.limit_key)
  INTO v_places, v_keys
  FROM (
    SELECT one.place, one.limit_key
    FROM unnest(v_free) AS names (name), LATERAL (
      SELECT j.ctid AS place, j.limit_key
      FROM live_jobs j
      WHERE j.limit_key IS NOT NULL AND j.type = names.name
      ORDER BY j.limit_key, j.priority, j.run_at, j.id
      LIMIT p_max_jobs
      FOR NO KEY UPDATE SKIP LOCKED) AS one
    LIMIT p_max_jobs) AS found;
  PERFORM change_limit_keys(v_places, v_keys, NULL);
  RETURN greatest(v_most, cardinality(v_places));
END
$$;

-- By default, everybody may execute new functions
REVOKE ALL ON FUNCTION
  waiting_limited_types(),
  waiting_keys(text, text, integer),
  due_keys(text, text, timestamptz, integer, integer),
  claim_limited(text, text, integer, integer, bigint, boolean),
  has_limits(),
  change_limit_keys(tid[], text[], text),
  adjust_limit_keys(integer)
FROM PUBLIC;
