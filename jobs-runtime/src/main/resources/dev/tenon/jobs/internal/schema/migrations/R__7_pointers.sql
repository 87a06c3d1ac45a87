-- Pointers: those that have to be published, the number of messages that a queue should have, and pointers to publish
-- again. No index distinguishes pending jobs from queued ones, because it would change with each confirmation and
-- each claim. So the leader walks through live_jobs_in_turn, kind after kind (the jobs of a type and a priority) in
-- the order of their due times, and reads a part of a large backlog with each statement: a job that comes late in a
-- walk has a late turn, too. Running jobs lie in between and are skipped. The leader remembers the position of each
-- walk. All act with the rights of the caller.

-- Returns due jobs of a kind, in turn, after a place: including running ones, or only waiting ones. Parked jobs for
-- other languages are a separate kind, with '' as its type; their place is the time when they were parked.
CREATE OR REPLACE FUNCTION jobs_in_turn(
  p_type text, p_priority smallint, p_after timestamptz, p_after_id uuid, p_max_rows integer, p_only_waiting boolean)
RETURNS TABLE (
  place timestamptz, id uuid, type text, routing_key text, priority smallint, status text, lease bigint,
  publish_at timestamptz, message_id uuid, is_external boolean, error_reason text)
-- So that PostgreSQL inlines the query
LANGUAGE sql STABLE
AS $$
  (SELECT
      j.run_at, j.id, j.type, j.routing_key, j.priority, j.status, j.lease, j.publish_at, j.message_id, j.is_external,
      j.error_reason
    FROM live_jobs j
    WHERE j.parked_at IS NULL AND j.limit_key IS NULL AND j.type = p_type AND j.priority = p_priority
      AND (j.run_at, j.id) > (coalesce(p_after, '-infinity'), coalesce(p_after_id, '00000000-0000-0000-0000-000000000000'))
      AND j.run_at <= now() AND (NOT p_only_waiting OR j.status <> 'running')
    ORDER BY j.run_at, j.id
    LIMIT p_max_rows)
  UNION ALL
  (SELECT
      j.parked_at, j.id, j.type, j.routing_key, j.priority, j.status, j.lease, j.publish_at, j.message_id, j.is_external,
      j.error_reason
    FROM live_jobs j
    WHERE j.parked_at IS NOT NULL AND j.is_external AND j.limit_key IS NULL AND p_type = ''
      AND (j.parked_at, j.id)
        > (coalesce(p_after, '-infinity'), coalesce(p_after_id, '00000000-0000-0000-0000-000000000000'))
    ORDER BY j.parked_at, j.id
    LIMIT p_max_rows)
$$;

-- Returns the kinds that have jobs, and the place of the first due and waiting one in turn; null if there is none.
-- Some running jobs at the head of a kind are skipped. While a transaction stays open, PostgreSQL keeps the entries
-- of all jobs that have ended since it began, and a walk from kind to kind passes them all. So the caller may name
-- kinds instead, with the time where the read of each starts, and one time for all others of the declared types.
CREATE OR REPLACE FUNCTION due_kinds(
  p_types text[], p_priorities smallint[], p_from timestamptz[], p_from_others timestamptz)
RETURNS TABLE (type text, priority smallint, place timestamptz)
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET enable_sort = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
    -- https://wiki.postgresql.org/wiki/Loose_indexscan
    WITH RECURSIVE present (type, priority) AS (
      (SELECT j.type, j.priority
        FROM live_jobs j
        WHERE p_types IS NULL AND j.parked_at IS NULL AND j.limit_key IS NULL
        ORDER BY j.type, j.priority
        LIMIT 1)
      UNION ALL
      SELECT following.type, following.priority
      FROM present, LATERAL (
        SELECT j.type, j.priority
        FROM live_jobs j
        WHERE j.parked_at IS NULL AND j.limit_key IS NULL AND (j.type, j.priority) > (present.type, present.priority)
        ORDER BY j.type, j.priority
        LIMIT 1) AS following
    ), kinds AS (
      SELECT present.type, present.priority, NULL::timestamptz AS read_from FROM present
      UNION ALL
      SELECT named.type, named.priority, coalesce(max(named.read_from), p_from_others)
      FROM (
        SELECT given.type, given.priority, given.read_from
        FROM unnest(p_types, p_priorities, p_from) AS given (type, priority, read_from)
        UNION ALL
        SELECT names.name, levels.priority, NULL
        FROM job_types t, unnest(array_prepend(t.type, t.aliases)) AS names (name),
          (VALUES (0::smallint), (1::smallint), (2::smallint), (3::smallint)) AS levels (priority)
        WHERE p_types IS NOT NULL) AS named
      GROUP BY named.type, named.priority
    )
    (SELECT '', 0::smallint, j.parked_at
      FROM live_jobs j
      WHERE j.parked_at IS NOT NULL AND j.is_external AND j.limit_key IS NULL
      ORDER BY j.parked_at, j.id
      LIMIT 1)
    UNION ALL
    SELECT kinds.type, kinds.priority, first.run_at
    FROM kinds LEFT JOIN LATERAL (
      SELECT head.run_at
      FROM (
        SELECT j.run_at, j.status, row_number() OVER (ORDER BY j.run_at, j.id) AS number
        FROM live_jobs j
        WHERE j.parked_at IS NULL AND j.limit_key IS NULL AND j.type = kinds.type AND j.priority = kinds.priority
          AND j.run_at >= coalesce(kinds.read_from, '-infinity') AND j.run_at <= now()
        ORDER BY j.run_at, j.id
        LIMIT 100) AS head
      WHERE head.status <> 'running' OR head.number = 100
      LIMIT 1) AS first ON true;
END
$$;

-- Walks through kinds, each from a place on, and returns the pointers of jobs in one status: pending ones that should
-- have been published that long ago, or queued ones that had been published by then. Kinds are walked in the order
-- given, until the maximum of rows was read or of pointers was found. Each has the same share of the rows, but at
-- least a few hundred; later kinds get the rows that it does not need. Only pointers with p_routing_keys are
-- returned, unless that is null, and none of p_except. Those of pending jobs whose rows somebody has locked are left
-- out: nobody could claim these or record that they were published, so they would be published again and again. For
-- each kind that was walked there is a row with its number: the place where its walk continues, without an id at the
-- end of the due jobs, and the number of pointers found, including locked ones. The other rows are pointers.
CREATE OR REPLACE FUNCTION walk_in_turn(
  p_types text[], p_priorities smallint[], p_after timestamptz[], p_after_ids uuid[], p_status text, p_age_millis bigint,
  p_routing_keys text[], p_except text[], p_max_rows integer, p_max_jobs integer)
RETURNS TABLE (
  number integer, pointers integer, id uuid, place timestamptz, type text, routing_key text, priority smallint, lease bigint,
  is_external boolean, is_rescued boolean, message_id uuid)
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET enable_sort = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  v_until timestamptz := now() - p_age_millis * interval '1 millisecond';
  v_kinds integer := coalesce(cardinality(p_types), 0);
  v_rows_left integer := p_max_rows;
  v_share integer;
  v_rows integer;
  v_row record;
  v_found_before integer;
  v_found uuid[] := '{}';
BEGIN
  FOR i IN 1 .. v_kinds LOOP
    EXIT WHEN v_rows_left <= 0 OR cardinality(v_found) >= p_max_jobs;
    v_share := greatest(200, v_rows_left / (v_kinds - i + 1));
    v_rows := 0;
    v_found_before := cardinality(v_found);
    FOR v_row IN
      SELECT
        j.id, j.place,
        j.status = p_status AND j.publish_at <= v_until AND (p_routing_keys IS NULL OR j.routing_key = ANY (p_routing_keys))
          AND j.routing_key <> ALL (p_except) AS is_wanted
      FROM jobs_in_turn(p_types[i], p_priorities[i], p_after[i], p_after_ids[i], v_share, false) AS j
    LOOP
      v_rows := v_rows + 1;
      IF v_row.is_wanted THEN
        v_found := v_found || v_row.id;
        EXIT WHEN cardinality(v_found) >= p_max_jobs;
      END IF;
    END LOOP;
    v_rows_left := v_rows_left - greatest(v_rows, 1);
    number := i;
    pointers := cardinality(v_found) - v_found_before;
    IF v_rows = v_share OR cardinality(v_found) >= p_max_jobs THEN
      id := v_row.id;
      place := v_row.place;
    ELSE
      id := NULL;
      place := NULL;
    END IF;
    RETURN NEXT;
  END LOOP;
  IF p_status = 'pending' THEN
    RETURN QUERY
      SELECT
        NULL::integer, NULL::integer, one.id, NULL::timestamptz, one.type, one.routing_key, one.priority, one.lease,
        one.is_external, one.is_rescued, one.id
      FROM unnest(v_found) AS wanted (id), LATERAL (
        SELECT
          j.id, j.type, j.routing_key, j.priority, j.lease, j.is_external,
          coalesce(j.error_reason = 'worker_lost', false) AS is_rescued
        FROM live_jobs j
        WHERE j.id = wanted.id AND (j.status = 'pending') IS TRUE AND (j.publish_at <= v_until) IS TRUE
          AND (j.limit_key IS NULL) IS TRUE
        FOR NO KEY UPDATE SKIP LOCKED) AS one;
  ELSE
    RETURN QUERY
      SELECT
        NULL::integer, NULL::integer, one.id, NULL::timestamptz, one.type, one.routing_key, one.priority, one.lease,
        one.is_external, one.is_rescued, one.message_id
      FROM unnest(v_found) AS wanted (id), LATERAL (
        SELECT
          j.id, j.type, j.routing_key, j.priority, j.lease, j.is_external,
          coalesce(j.error_reason = 'worker_lost', false) AS is_rescued, coalesce(j.message_id, j.id) AS message_id
        FROM live_jobs j
        WHERE j.id = wanted.id
        OFFSET 0) AS one;
  END IF;
END
$$;

-- Records that the pointers of pending jobs must not be tried again for a while, except those of jobs that were
-- claimed meanwhile or whose rows somebody has locked
CREATE OR REPLACE FUNCTION postpone_pointers(p_ids uuid[], p_leases bigint[], p_delay_millis bigint)
RETURNS void
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_places tid[];
BEGIN
  v_places := ARRAY(
    SELECT one.place
    FROM (SELECT given.* FROM unnest(p_ids, p_leases) AS given (id, lease) ORDER BY given.id) AS p, LATERAL (
      SELECT j.ctid AS place
      FROM live_jobs j
      WHERE j.id = p.id AND (j.lease = p.lease) IS TRUE AND (j.status = 'pending') IS TRUE
        AND (j.run_at < never()) IS TRUE AND (j.limit_key IS NULL) IS TRUE
      FOR NO KEY UPDATE SKIP LOCKED) AS one);
  UPDATE live_jobs j SET publish_at = now() + p_delay_millis * interval '1 millisecond' WHERE j.ctid = ANY (v_places);
END
$$;

-- Returns the routing key of the first job of each kind in turn
CREATE OR REPLACE FUNCTION first_routing_keys()
RETURNS TABLE (routing_key text)
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET enable_sort = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
    SELECT DISTINCT first.routing_key
    FROM due_kinds(NULL, NULL, NULL, NULL) AS kinds, LATERAL (
      SELECT j.routing_key FROM jobs_in_turn(kinds.type, kinds.priority, NULL, NULL, 1, false) AS j) AS first;
END
$$;

-- Returns the pointers of jobs that have been queued for that long, except those of the highest priority: the first
-- ones in turn of each kind, among its first p_max_rows waiting jobs, in the order of their publishing. Running jobs
-- at the head of a kind are skipped, however many there are: no more can run than the workers have slots.
CREATE OR REPLACE FUNCTION queued_for(p_age_millis bigint, p_max_rows integer, p_max_jobs integer)
RETURNS TABLE (
  id uuid, type text, routing_key text, priority smallint, lease bigint, is_external boolean, is_rescued boolean)
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET enable_sort = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  v_until timestamptz := now() - p_age_millis * interval '1 millisecond';
BEGIN
  RETURN QUERY
    SELECT
      one.id, one.type, one.routing_key, one.priority, one.lease, one.is_external,
      coalesce(one.error_reason = 'worker_lost', false)
    FROM due_kinds(NULL, NULL, NULL, NULL) AS kinds, LATERAL (
      SELECT j.*
      FROM jobs_in_turn(kinds.type, kinds.priority, NULL, NULL, p_max_rows, true) AS j
      WHERE j.status = 'queued' AND j.publish_at <= v_until
      LIMIT p_max_jobs) AS one
    WHERE kinds.place <= v_until AND kinds.priority < 3
    ORDER BY one.publish_at, one.id;
END
$$;

-- Counts the messages that should be in queues, according to the queued jobs: those that were published by p_until,
-- and those that were published later. It walks through all kinds, from a place on, until the maximum of rows was
-- read. Returns the messages of each kind and routing key, and in the last row, without a routing key, the place
-- where the walk continues; its type is null if that was all. Parked jobs are a kind, too, as for walk_in_turn. The
-- jobs of a message have the same kind and were submitted at about the same time, so they lie close together: if a
-- statement ends between them, the next one knows by p_messages which messages have been counted.
CREATE OR REPLACE FUNCTION count_queued(
  p_type text, p_priority smallint, p_after timestamptz, p_after_id uuid, p_messages uuid[], p_until timestamptz,
  p_max_rows integer)
RETURNS TABLE (
  type text, priority smallint, routing_key text, messages bigint, later bigint, place timestamptz, id uuid,
  counted uuid[])
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  v_max_counted CONSTANT integer := 1000;
  v_type text := p_type;
  v_priority smallint := p_priority;
  v_place timestamptz := p_after;
  v_id uuid := p_after_id;
  v_counted uuid[] := coalesce(p_messages, '{}');
  v_rows_left integer := p_max_rows;
  v_rows integer;
  v_routing_keys text[];
  v_messages bigint[];
  v_later bigint[];
BEGIN
  WHILE v_rows_left > 0 LOOP
    IF v_id IS NULL THEN
      IF v_type IS NULL THEN
        v_type := '';
        v_priority := 0;
      ELSE
        SELECT j.type, j.priority
        INTO v_type, v_priority
        FROM live_jobs j
        WHERE j.parked_at IS NULL AND j.limit_key IS NULL AND (j.type, j.priority) > (v_type, v_priority)
        ORDER BY j.type, j.priority
        LIMIT 1;
        EXIT WHEN v_type IS NULL;
      END IF;
      v_place := '-infinity';
      v_id := '00000000-0000-0000-0000-000000000000';
      v_counted := '{}';
    END IF;
    WITH part AS MATERIALIZED (
      SELECT
        j.place, j.id, j.status = 'queued' AS is_queued, j.routing_key, j.publish_at, j.message_id,
        row_number() OVER () AS number
      FROM jobs_in_turn(v_type, v_priority, v_place, v_id, v_rows_left, false) AS j
    ), size AS (
      SELECT count(*) AS rows FROM part
    ), sums AS (
      SELECT
        m.routing_key, count(*) FILTER (WHERE m.is_early) AS messages, count(*) FILTER (WHERE NOT m.is_early) AS later
      FROM (
        SELECT min(x.routing_key) AS routing_key, bool_or(x.is_early) AS is_early
        FROM (
          SELECT coalesce(p.message_id, p.id) AS message, p.routing_key, p.publish_at <= p_until AS is_early, false AS is_counted
          FROM part p
          WHERE p.is_queued
          UNION ALL
          SELECT c.message, NULL, NULL, true FROM unnest(v_counted) AS c (message)) AS x
        GROUP BY x.message
        HAVING NOT bool_or(x.is_counted)) AS m
      GROUP BY m.routing_key
    )
    SELECT
      size.rows,
      ARRAY(SELECT s.routing_key FROM sums s ORDER BY s.routing_key),
      ARRAY(SELECT s.messages FROM sums s ORDER BY s.routing_key),
      ARRAY(SELECT s.later FROM sums s ORDER BY s.routing_key),
      (ARRAY(
        SELECT DISTINCT p.message_id
        FROM part p
        WHERE p.number > size.rows - v_max_counted AND p.is_queued AND p.message_id IS NOT NULL)
        || v_counted)[1:v_max_counted],
      (SELECT p.place FROM part p WHERE p.number = size.rows),
      (SELECT p.id FROM part p WHERE p.number = size.rows)
    INTO v_rows, v_routing_keys, v_messages, v_later, v_counted, v_place, v_id
    FROM size;
    RETURN QUERY
      SELECT v_type, v_priority, s.routing_key, s.messages, s.later, NULL::timestamptz, NULL::uuid, NULL::uuid[]
      FROM unnest(v_routing_keys, v_messages, v_later) AS s (routing_key, messages, later);
    EXIT WHEN v_rows = v_rows_left;
    -- The walk has reached the end of this kind. Finding the next one has a cost.
    v_id := NULL;
    v_rows_left := v_rows_left - greatest(v_rows, 20);
  END LOOP;
  RETURN QUERY SELECT v_type, v_priority, NULL::text, NULL::bigint, NULL::bigint, v_place, v_id, v_counted;
END
$$;

-- ---------------------------------------------------------------- Looks of workers and submitters

-- Returns what the table has for an idle worker that knows these types up to these versions: the due time of the
-- first job that it may claim without a pointer, null if there is none; the oldest job that was found; whether there
-- are parked jobs that it knows; and, as in waiting_limited_types(), the types with limits that have due jobs, and
-- the time until the next one is due. With p_overdue_millis, which is null where nobody publishes pointers, only jobs
-- whose pointers should have been published that long ago count: it looks for these among the first jobs in turn of
-- each type and priority, as claim_overdue does. It also returns the kinds that have more due jobs behind these, so
-- that the caller can continue with walk_in_turn. Jobs that were due before p_read_from are not considered, unless it
-- is null.
CREATE OR REPLACE FUNCTION look_for_jobs(
  p_types text[], p_versions integer[], p_overdue_millis bigint, p_read_from timestamptz)
RETURNS TABLE (
  looked_at timestamptz, first_due timestamptz, oldest timestamptz, has_parked boolean, limited_types text[],
  until_limited bigint, types_behind text[], priorities_behind smallint[])
LANGUAGE plpgsql STABLE
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET enable_hashjoin = off
SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  v_barred text[] := barred_types();
  v_types text[] := p_types;
  v_max_head integer;
BEGIN
  looked_at := now();
  -- From type to type, it would pass all entries of ended jobs
  IF p_read_from IS NULL THEN
    v_types := waiting_types();
  END IF;
  IF p_overdue_millis IS NULL THEN
    SELECT min(head.run_at), min(head.run_at)
    INTO first_due, oldest
    FROM unnest(p_types, p_versions) AS known (type, version)
    CROSS JOIN (VALUES (0), (1), (2), (3)) AS levels (priority), LATERAL (
      SELECT j.run_at
      FROM live_jobs j
      WHERE j.status IN ('pending', 'queued') AND j.parked_at IS NULL AND j.limit_key IS NULL
        AND j.type = known.type AND j.priority = levels.priority AND j.version <= known.version
        AND j.run_at >= coalesce(p_read_from, '-infinity')
      ORDER BY j.run_at, j.id
      LIMIT 1) AS head
    WHERE known.type = ANY (v_types) AND known.type <> ALL (v_barred);
  ELSE
    v_max_head := least(1000, greatest(100, 20000 / greatest(1, cardinality(v_types))));
    SELECT
      min(least(head.publish_at, later.run_at)) + p_overdue_millis * interval '1 millisecond', min(head.run_at),
      array_agg(known.type) FILTER (WHERE head.jobs = v_max_head),
      array_agg(levels.priority::smallint) FILTER (WHERE head.jobs = v_max_head)
    INTO first_due, oldest, types_behind, priorities_behind
    FROM unnest(p_types, p_versions) AS known (type, version)
    CROSS JOIN (VALUES (0), (1), (2), (3)) AS levels (priority), LATERAL (
      SELECT
        min(j.publish_at) FILTER (WHERE j.status = 'pending' AND j.version <= known.version) AS publish_at,
        min(j.run_at) AS run_at,
        count(*) AS jobs
      FROM (
        SELECT j.run_at, j.publish_at, j.status, j.version
        FROM live_jobs j
        WHERE j.status IN ('pending', 'queued') AND j.parked_at IS NULL AND j.limit_key IS NULL
          AND j.type = known.type AND j.priority = levels.priority AND j.run_at <= now()
          AND j.run_at >= coalesce(p_read_from, '-infinity')
        ORDER BY j.run_at, j.id
        LIMIT v_max_head) AS j) AS head
    -- Its pointer will be published then, or a moment later
    LEFT JOIN LATERAL (
      SELECT j.run_at
      FROM live_jobs j
      WHERE j.parked_at IS NULL AND j.limit_key IS NULL
        AND j.type = known.type AND j.priority = levels.priority AND j.run_at > now()
      ORDER BY j.run_at, j.id
      LIMIT 1) AS later ON true
    WHERE known.type = ANY (v_types) AND known.type <> ALL (v_barred);
  END IF;
  has_parked := EXISTS (
    SELECT
    FROM unnest(p_types, p_versions) AS known (type, version), LATERAL (
      SELECT j.version
      FROM live_jobs j
      WHERE j.parked_at IS NOT NULL AND j.type = known.type AND j.version <= known.version
        AND (j.status = 'pending') IS TRUE AND (j.limit_key IS NULL) IS TRUE AND (j.run_at <= now()) IS TRUE
      ORDER BY j.version
      LIMIT 1) AS one
    WHERE known.type <> ALL (v_barred));
  SELECT
    coalesce(array_agg(t.type) FILTER (WHERE t.until_millis <= 0), '{}'),
    min(t.until_millis) FILTER (WHERE t.until_millis > 0)
  INTO limited_types, until_limited
  FROM waiting_limited_types() AS t;
  RETURN NEXT;
END
$$;

-- Returns the pointers of those of the jobs that have this status, without those of jobs with limits
CREATE OR REPLACE FUNCTION pointers_among(p_ids uuid[], p_status text)
RETURNS TABLE (
  id uuid, type text, routing_key text, priority smallint, lease bigint, is_external boolean, is_rescued boolean)
LANGUAGE plpgsql STABLE
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
    SELECT one.*
    FROM unnest(p_ids) AS given (id), LATERAL (
      SELECT
        j.id, j.type, j.routing_key, j.priority, j.lease, j.is_external, coalesce(j.error_reason = 'worker_lost', false)
      FROM live_jobs j
      WHERE j.id = given.id AND (j.status = p_status) IS TRUE AND (j.limit_key IS NULL) IS TRUE
      OFFSET 0) AS one;
END
$$;

-- Returns those of the jobs that exist, whatever their status
CREATE OR REPLACE FUNCTION jobs_among(p_ids uuid[])
RETURNS TABLE (id uuid)
LANGUAGE plpgsql STABLE
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
    SELECT given.id
    FROM unnest(p_ids) AS given (id), LATERAL (SELECT FROM job_states s WHERE s.id = given.id OFFSET 0) AS one;
END
$$;

-- By default, everybody may execute new functions
REVOKE ALL ON FUNCTION
  jobs_in_turn(text, smallint, timestamptz, uuid, integer, boolean),
  due_kinds(text[], smallint[], timestamptz[], timestamptz),
  walk_in_turn(
    text[], smallint[], timestamptz[], uuid[], text, bigint, text[], text[], integer, integer),
  postpone_pointers(uuid[], bigint[], bigint),
  first_routing_keys(),
  queued_for(bigint, integer, integer),
  count_queued(text, smallint, timestamptz, uuid, uuid[], timestamptz, integer),
  look_for_jobs(text[], integer[], bigint, timestamptz),
  pointers_among(uuid[], text),
  jobs_among(uuid[])
FROM PUBLIC;
