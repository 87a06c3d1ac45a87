-- Claims of jobs without limits, by pointers and from the table, for Java workers; choose_in_turn and lock_pointed
-- serve workers in other languages, too. These are functions because PostgreSQL then parses and plans each of their
-- statements once for a connection: sent as text, a claim of one job took four times as long to parse and to plan as
-- to execute. Settings make the planner read the indexes in their order, so that its plans hold for any backlog. All
-- act with the rights of the caller. Each claim locks jobs, chooses the ones to start with choose_in_turn, and starts
-- them with start_attempts. Functions that only other functions call have the settings of their callers: making and
-- undoing settings takes as long as claiming a job. The index live_jobs_in_turn contains running jobs, too, so that a
-- claim need not change it; every walk through it skips these. It skips jobs that must have started by now, too
-- (start_before), until maintenance has ended them.

-- ---------------------------------------------------------------- What every claim does

-- Returns those of the waiting jobs, which are locked, that start now, in their order: the first ones that the worker
-- knows, as many as fit, but at least one.
CREATE OR REPLACE FUNCTION choose_in_turn(p_waiting waiting_job[], p_max_jobs integer, p_max_bytes bigint)
RETURNS waiting_job[]
LANGUAGE plpgsql
AS $$
BEGIN
  RETURN ARRAY(
    SELECT numbered.job
    FROM (
      SELECT w AS job, row_number() OVER in_turn AS number, sum(w.bytes) OVER in_turn AS bytes_so_far
      FROM unnest(p_waiting) AS w
      WHERE w.is_known
      WINDOW in_turn AS (
        ORDER BY urgency(w.run_at, w.priority), w.priority DESC, w.run_at, w.id
        ROWS UNBOUNDED PRECEDING)
      -- As in the window, so that they are sorted once
      ORDER BY urgency(w.run_at, w.priority), w.priority DESC, w.run_at, w.id
      LIMIT p_max_jobs) AS numbered
    WHERE numbered.number = 1 OR numbered.bytes_so_far <= p_max_bytes);
END
$$;

-- Returns the waiting jobs that were not chosen: those that are left because they do not fit, or those that the
-- worker does not know
CREATE OR REPLACE FUNCTION not_chosen(p_waiting waiting_job[], p_chosen waiting_job[], p_is_known boolean)
RETURNS waiting_job[]
LANGUAGE plpgsql
AS $$
DECLARE
  v_chosen uuid[] := ARRAY(SELECT c.id FROM unnest(p_chosen) AS c);
BEGIN
  RETURN ARRAY(SELECT w FROM unnest(p_waiting) AS w WHERE w.is_known = p_is_known AND w.id <> ALL (v_chosen));
END
$$;

-- Parks the jobs that the worker does not know, and returns a row for each job that was not chosen
CREATE OR REPLACE FUNCTION return_unchosen(p_waiting waiting_job[], p_chosen waiting_job[])
RETURNS SETOF claimed_job
LANGUAGE plpgsql
AS $$
DECLARE
  v_unknown waiting_job[] := not_chosen(p_waiting, p_chosen, false);
  v_job waiting_job;
  v_row claimed_job;
BEGIN
  FOREACH v_job IN ARRAY not_chosen(p_waiting, p_chosen, true) || v_unknown LOOP
    v_row.id := v_job.id;
    v_row.is_known := v_job.is_known;
    RETURN NEXT v_row;
  END LOOP;
  IF cardinality(v_unknown) > 0 THEN
    PERFORM park(v_unknown);
  END IF;
END
$$;

-- ---------------------------------------------------------------- By pointers

-- Locks waiting jobs that pointers name, in the order of their ids. Claims and confirmations always hold some rows
-- for a few milliseconds, so locked ones are tried again for a moment. A job whose row is held for longer, such as by
-- an application in a transaction that stays open, is skipped and noted: its pointer was consumed, and the leader has
-- it published again once the row is free. If some are already noted, the moment is shorter. For a worker in another
-- language, only external jobs of its types are considered; newer and barred ones count as unknown.
CREATE OR REPLACE FUNCTION lock_pointed(
  p_ids uuid[], p_types text[], p_versions integer[], p_is_external boolean, p_now timestamptz)
RETURNS waiting_job[]
LANGUAGE plpgsql
AS $$
DECLARE
  v_barred text[] := barred_types();
  v_ids uuid[] := ARRAY(SELECT DISTINCT p.id FROM unnest(p_ids) AS p (id) ORDER BY p.id);
  v_waiting waiting_job[] := '{}';
  v_found waiting_job[];
  v_found_ids uuid[];
  v_until timestamptz;
BEGIN
  LOOP
    v_found := ARRAY(
      SELECT ROW(one.id, one.place, one.priority, one.run_at, one.bytes, one.is_known)::waiting_job
      FROM unnest(v_ids) AS pointed (id), LATERAL (
        SELECT
          j.id, j.ctid AS place, j.priority, j.run_at, j.payload_bytes AS bytes,
          j.version <= coalesce(p_versions[array_position(p_types, j.type)], 0) AND j.type <> ALL (v_barred) AS is_known
        FROM live_jobs j
        -- Written so that it matches no index except that of the ids
        WHERE j.id = pointed.id AND (j.status IN ('pending', 'queued')) IS TRUE AND (j.limit_key IS NULL) IS TRUE
          AND (j.run_at <= p_now) IS TRUE AND (j.start_before > p_now) IS NOT FALSE
          AND (NOT p_is_external OR j.is_external AND j.type = ANY (p_types)) IS TRUE
        FOR NO KEY UPDATE SKIP LOCKED) AS one);
    v_waiting := v_waiting || v_found;
    EXIT WHEN cardinality(v_found) = cardinality(v_ids);
    -- Those that are still left: somebody has locked them
    v_found_ids := ARRAY(SELECT f.id FROM unnest(v_found) AS f);
    v_ids := ARRAY(
      SELECT one.id
      FROM unnest(v_ids) AS pointed (id), LATERAL (
        SELECT j.id
        FROM live_jobs j
        WHERE j.id = pointed.id AND (j.status IN ('pending', 'queued')) IS TRUE AND (j.limit_key IS NULL) IS TRUE
          AND (j.run_at <= p_now) IS TRUE AND (j.start_before > p_now) IS NOT FALSE
          AND (NOT p_is_external OR j.is_external AND j.type = ANY (p_types)) IS TRUE
        -- Otherwise it would become a join
        OFFSET 0) AS one
      WHERE one.id <> ALL (v_found_ids));
    EXIT WHEN cardinality(v_ids) = 0;
    v_until := coalesce(
      v_until,
      clock_timestamp()
        + CASE WHEN EXISTS (SELECT FROM skipped_jobs) THEN interval '20 milliseconds' ELSE interval '100 milliseconds' END);
    IF clock_timestamp() >= v_until THEN
      INSERT INTO skipped_jobs (job_id) SELECT held.id FROM unnest(v_ids) AS held (id);
      EXIT;
    END IF;
    PERFORM pg_sleep(0.005);
  END LOOP;
  RETURN v_waiting;
END
$$;

-- Claims jobs by their pointers, and parks those that the worker does not know
CREATE OR REPLACE FUNCTION claim_pointed(
  p_worker text, p_ids uuid[], p_types text[], p_versions integer[], p_max_jobs integer, p_max_bytes bigint)
RETURNS SETOF claimed_job
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_waiting waiting_job[];
  v_chosen waiting_job[];
BEGIN
  v_waiting := lock_pointed(p_ids, p_types, p_versions, false, now());
  v_chosen := choose_in_turn(v_waiting, p_max_jobs, p_max_bytes);
  RETURN QUERY SELECT s.* FROM start_attempts(p_worker, v_chosen, now()) AS s;
  IF cardinality(v_chosen) < cardinality(v_waiting) THEN
    RETURN QUERY SELECT o.* FROM return_unchosen(v_waiting, v_chosen) AS o;
  END IF;
END
$$;

-- Has the pointers of jobs whose rows are free now published again, and deletes the notes about them. Reads up to a
-- number of notes after one of them, and returns the last one, or nothing if there are no more, and the number of
-- these jobs. The lease goes up, so that a late confirmation of a consumed pointer does not count.
CREATE OR REPLACE FUNCTION return_skipped_jobs(p_after bigint, p_max integer, OUT last_id bigint, OUT returned integer)
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_ids bigint[];
  v_job_ids uuid[];
  v_free uuid[];
  v_places tid[];
  v_gone uuid[];
BEGIN
  SELECT coalesce(array_agg(n.id ORDER BY n.id), '{}'), coalesce(array_agg(DISTINCT n.job_id), '{}')
  INTO v_ids, v_job_ids
  FROM (SELECT p.id, p.job_id FROM skipped_jobs p WHERE p.id > p_after ORDER BY p.id LIMIT p_max) AS n;
  SELECT coalesce(array_agg(one.id), '{}'), coalesce(array_agg(one.place), '{}')
  INTO v_free, v_places
  FROM unnest(v_job_ids) AS noted (id), LATERAL (
    SELECT j.id, j.ctid AS place FROM live_jobs j WHERE j.id = noted.id FOR NO KEY UPDATE SKIP LOCKED) AS one;
  UPDATE live_jobs j SET status = 'pending', lease = j.lease + 1, publish_at = now()
  FROM unnest(v_places) AS free (place)
  WHERE j.ctid = free.place AND j.status IN ('pending', 'queued') AND j.limit_key IS NULL AND j.run_at <= now()
    -- Parked jobs are found in the table, or published at their time
    AND (j.status = 'queued' OR j.parked_at IS NULL);
  v_gone := ARRAY(
    SELECT noted.id
    FROM unnest(v_job_ids) AS noted (id) LEFT JOIN LATERAL (
      SELECT j.id FROM live_jobs j WHERE j.id = noted.id OFFSET 0) AS one ON true
    WHERE one.id IS NULL);
  DELETE FROM skipped_jobs p
  USING unnest(v_ids) AS read (id)
  WHERE p.id = read.id AND p.job_id = ANY (v_free || v_gone);
  last_id := CASE WHEN cardinality(v_ids) = p_max THEN v_ids[p_max] END;
  returned := cardinality(v_free);
END
$$;

-- ---------------------------------------------------------------- From the table

-- Returns the types that have waiting or running jobs without limits. The index leads from each to the next, so that
-- the cost grows with the number of types and not of jobs: https://wiki.postgresql.org/wiki/Loose_indexscan
CREATE OR REPLACE FUNCTION waiting_types()
RETURNS text[]
LANGUAGE plpgsql STABLE
AS $$
BEGIN
  RETURN ARRAY(
    WITH RECURSIVE waiting (type) AS (
      (SELECT j.type
        FROM live_jobs j
        WHERE j.parked_at IS NULL AND j.limit_key IS NULL
        ORDER BY j.type
        LIMIT 1)
      UNION ALL
      SELECT (
        SELECT j.type
        FROM live_jobs j
        WHERE j.parked_at IS NULL AND j.limit_key IS NULL AND j.type > waiting.type
        ORDER BY j.type
        LIMIT 1)
      FROM waiting
      WHERE waiting.type IS NOT NULL
    )
    SELECT waiting.type FROM waiting WHERE waiting.type IS NOT NULL);
END
$$;

-- Locks up to p_max_jobs parked jobs of the known types and versions. For each type, the index leads to the known
-- versions, past any number of other jobs.
CREATE OR REPLACE FUNCTION lock_parked(p_types text[], p_versions integer[], p_barred text[], p_max_jobs integer)
RETURNS waiting_job[]
LANGUAGE plpgsql
AS $$
BEGIN
  RETURN ARRAY(
    SELECT ROW(of_type.id, of_type.place, of_type.priority, of_type.run_at, of_type.bytes, true)::waiting_job
    FROM unnest(p_types, p_versions) AS known (type, version), LATERAL (
      SELECT j.id, j.ctid AS place, j.priority, j.run_at, j.payload_bytes AS bytes
      FROM live_jobs j
      -- Written so that it matches no other index
      WHERE j.parked_at IS NOT NULL AND j.type = known.type AND j.version <= known.version
        AND (j.status = 'pending') IS TRUE AND (j.limit_key IS NULL) IS TRUE AND (j.run_at <= now()) IS TRUE
        AND (j.start_before > now()) IS NOT FALSE
      ORDER BY j.version
      LIMIT p_max_jobs
      FOR NO KEY UPDATE SKIP LOCKED) AS of_type
    WHERE known.type <> ALL (p_barred)
    LIMIT p_max_jobs);
END
$$;

-- Locks up to twice as many due jobs as are wanted, past any number of jobs that others have locked, except those
-- that are already locked here. The kinds come in the order of their longest-due jobs, and each gives up to half of
-- what is wanted, so that no kind keeps out the others.
CREATE OR REPLACE FUNCTION lock_past(
  p_waiting_types text[], p_types text[], p_versions integer[], p_barred text[], p_read_from timestamptz[],
  p_except waiting_job[], p_wanted integer)
RETURNS waiting_job[]
LANGUAGE plpgsql
AS $$
DECLARE
  v_except uuid[] := ARRAY(SELECT e.id FROM unnest(p_except) AS e);
  v_locked waiting_job[] := '{}';
  v_kind record;
BEGIN
  FOR v_kind IN
    SELECT known.type, known.version, levels.priority, head.run_at
    FROM unnest(p_waiting_types) AS waiting (type)
    JOIN unnest(p_types, p_versions) AS known (type, version) ON known.type = waiting.type
    CROSS JOIN (VALUES (0), (1), (2), (3)) AS levels (priority), LATERAL (
      SELECT j.run_at
      FROM live_jobs j
      WHERE j.status IN ('pending', 'queued') AND j.parked_at IS NULL AND j.limit_key IS NULL
        AND j.type = known.type AND j.priority = levels.priority AND j.run_at <= now() AND j.version <= known.version
        AND j.run_at >= coalesce(p_read_from[levels.priority + 1], '-infinity')
        AND (j.start_before > now()) IS NOT FALSE
      ORDER BY j.run_at, j.id
      LIMIT 1) AS head
    WHERE known.type <> ALL (p_barred)
    ORDER BY urgency(head.run_at, levels.priority)
  LOOP
    v_locked := v_locked || ARRAY(
      SELECT ROW(j.id, j.ctid, j.priority, j.run_at, j.payload_bytes, true)::waiting_job
      FROM live_jobs j
      WHERE j.status IN ('pending', 'queued') AND j.parked_at IS NULL AND j.limit_key IS NULL
        AND j.type = v_kind.type AND j.priority = v_kind.priority AND j.run_at <= now() AND j.version <= v_kind.version
        AND j.run_at >= v_kind.run_at AND j.id <> ALL (v_except) AND (j.start_before > now()) IS NOT FALSE
      ORDER BY j.run_at, j.id
      LIMIT greatest(1, p_wanted / 2)
      FOR NO KEY UPDATE SKIP LOCKED);
    EXIT WHEN cardinality(v_locked) >= 2 * p_wanted - p_wanted / 2;
  END LOOP;
  RETURN v_locked;
END
$$;

-- Returns the times where the next claim should start to read its index, once this one has read it: one for each
-- priority, or a single one. Usually there is none, and the index is read from its beginning. But while a transaction
-- stays open, PostgreSQL keeps the entries of all jobs that were claimed since it began, and every claim passes them.
-- So if that took long, the next claim starts a little before the oldest job that this one has found: jobs of a
-- transaction that commits late have older times than jobs that were already there. Even later ones are found by a
-- claim that reads from the beginning.
CREATE OR REPLACE FUNCTION read_next_from(p_read_from timestamptz[], p_oldest timestamptz[], p_started timestamptz)
RETURNS SETOF claimed_job
LANGUAGE plpgsql
AS $$
DECLARE
  v_row claimed_job;
BEGIN
  IF p_read_from IS NOT NULL OR clock_timestamp() - p_started > interval '5 milliseconds' THEN
    v_row.read_from := ARRAY(
      SELECT greatest(p_read_from[i], coalesce(p_oldest[i], now()) - interval '100 milliseconds')
      FROM generate_subscripts(p_oldest, 1) AS i
      ORDER BY i);
    RETURN NEXT v_row;
  END IF;
END
$$;

-- Claims jobs from the table, without pointers: due ones and parked ones. Jobs that another worker is claiming at the
-- same moment are skipped. Jobs that were due before the time of their priority in p_read_from, from the lowest
-- priority to the highest, are not considered, unless it is null.
CREATE OR REPLACE FUNCTION claim_due(
  p_worker text, p_types text[], p_versions integer[], p_read_from timestamptz[], p_max_jobs integer, p_max_bytes bigint)
RETURNS SETOF claimed_job
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_started timestamptz := clock_timestamp();
  v_barred text[];
  -- More than are wanted: others may be claiming the first of them
  v_candidates integer := greatest(100, 4 * p_max_jobs);
  v_types text[] := p_types;
  v_due uuid[];
  v_oldest timestamptz[];
  v_waiting waiting_job[];
  v_chosen waiting_job[];
BEGIN
  v_barred := barred_types();
  IF p_read_from IS NULL THEN
    v_types := waiting_types();
  END IF;
  SELECT
    array_agg(c.id ORDER BY urgency(c.run_at, c.priority), c.priority DESC, c.run_at, c.id),
    ARRAY[min(c.oldest_0), min(c.oldest_1), min(c.oldest_2), min(c.oldest_3)]
  INTO v_due, v_oldest
  FROM (
    SELECT
      of_kind.id, of_kind.run_at, levels.priority,
      -- Of all that were found, including those that are not among the candidates
      min(of_kind.run_at) FILTER (WHERE levels.priority = 0) OVER () AS oldest_0,
      min(of_kind.run_at) FILTER (WHERE levels.priority = 1) OVER () AS oldest_1,
      min(of_kind.run_at) FILTER (WHERE levels.priority = 2) OVER () AS oldest_2,
      min(of_kind.run_at) FILTER (WHERE levels.priority = 3) OVER () AS oldest_3
    FROM unnest(v_types) AS waiting (type)
    JOIN unnest(p_types, p_versions) AS known (type, version) ON known.type = waiting.type
    CROSS JOIN (VALUES (0), (1), (2), (3)) AS levels (priority), LATERAL (
      -- For each type and priority, the index leads to the due jobs, past any number of others
      SELECT j.id, j.run_at
      FROM live_jobs j
      WHERE j.status IN ('pending', 'queued') AND j.parked_at IS NULL AND j.limit_key IS NULL
        AND j.type = known.type AND j.priority = levels.priority AND j.run_at <= now() AND j.version <= known.version
        AND j.run_at >= coalesce(p_read_from[levels.priority + 1], '-infinity')
        AND (j.start_before > now()) IS NOT FALSE
      ORDER BY j.run_at, j.id
      LIMIT v_candidates) AS of_kind
    WHERE known.type <> ALL (v_barred)
    ORDER BY urgency(of_kind.run_at, levels.priority), levels.priority DESC, of_kind.run_at, of_kind.id
    LIMIT v_candidates) AS c;
  RETURN QUERY SELECT f.* FROM read_next_from(p_read_from, v_oldest, v_started) AS f;
  v_waiting := ARRAY(
    SELECT ROW(one.id, one.place, one.priority, one.run_at, one.bytes, true)::waiting_job
    FROM unnest(v_due) AS due (id), LATERAL (
      SELECT j.id, j.ctid AS place, j.priority, j.run_at, j.payload_bytes AS bytes
      FROM live_jobs j
      WHERE j.id = due.id AND (j.status IN ('pending', 'queued')) IS TRUE AND (j.parked_at IS NULL) IS TRUE
        AND (j.limit_key IS NULL) IS TRUE AND (j.run_at <= now()) IS TRUE AND (j.start_before > now()) IS NOT FALSE
      FOR NO KEY UPDATE SKIP LOCKED) AS one
    LIMIT p_max_jobs);
  -- Others have locked nearly all candidates, and there may be more jobs behind them: an application may keep them locked
  IF 4 * cardinality(v_waiting) < p_max_jobs AND cardinality(v_due) = v_candidates THEN
    v_waiting := v_waiting || lock_past(
      v_types, p_types, p_versions, v_barred, p_read_from, v_waiting, p_max_jobs - cardinality(v_waiting));
  END IF;
  v_waiting := v_waiting || lock_parked(p_types, p_versions, v_barred, p_max_jobs);
  v_chosen := choose_in_turn(v_waiting, p_max_jobs, p_max_bytes);
  RETURN QUERY SELECT s.* FROM start_attempts(p_worker, v_chosen, now()) AS s;
  IF cardinality(v_chosen) < cardinality(v_waiting) THEN
    RETURN QUERY SELECT o.* FROM return_unchosen(v_waiting, v_chosen) AS o;
  END IF;
END
$$;

-- Claims jobs that no pointer brings: those whose pointers should have been published that long ago and were not,
-- because there is no leader or the broker accepts no messages; and parked ones. No index identifies these, so the
-- claim looks at the head of each line: at the first waiting jobs of each type and priority. Overdue jobs behind the
-- heads are found by a walk of the caller over several statements, and passed in p_found. Jobs that were due before
-- the time of their priority in p_read_from are not considered, unless it is null.
CREATE OR REPLACE FUNCTION claim_overdue(
  p_worker text, p_types text[], p_versions integer[], p_overdue_millis bigint, p_read_from timestamptz[], p_found uuid[],
  p_max_jobs integer, p_max_bytes bigint)
RETURNS SETOF claimed_job
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_started timestamptz := clock_timestamp();
  v_barred text[];
  v_types text[] := p_types;
  v_max_head integer;
  v_overdue uuid[];
  v_oldest timestamptz[];
  v_waiting waiting_job[];
  v_chosen waiting_job[];
BEGIN
  v_barred := barred_types();
  IF p_read_from IS NULL THEN
    v_types := waiting_types();
  END IF;
  -- Fewer of each if there are many types, so that a claim never takes long
  v_max_head := least(1000, greatest(100, 20000 / greatest(1, cardinality(v_types))));
  SELECT
    array_agg(head.id ORDER BY head.publish_at)
      FILTER (
        WHERE head.status = 'pending' AND head.publish_at <= now() - p_overdue_millis * interval '1 millisecond'
          AND head.version <= known.version),
    ARRAY[
      min(head.run_at) FILTER (WHERE levels.priority = 0), min(head.run_at) FILTER (WHERE levels.priority = 1),
      min(head.run_at) FILTER (WHERE levels.priority = 2), min(head.run_at) FILTER (WHERE levels.priority = 3)]
  INTO v_overdue, v_oldest
  FROM unnest(v_types) AS waiting (type)
  JOIN unnest(p_types, p_versions) AS known (type, version) ON known.type = waiting.type
  CROSS JOIN (VALUES (0), (1), (2), (3)) AS levels (priority), LATERAL (
    SELECT j.id, j.run_at, j.status, j.publish_at, j.version
    FROM live_jobs j
    WHERE j.status IN ('pending', 'queued') AND j.parked_at IS NULL AND j.limit_key IS NULL
      AND j.type = known.type AND j.priority = levels.priority AND j.run_at <= now()
      AND j.run_at >= coalesce(p_read_from[levels.priority + 1], '-infinity')
      AND (j.start_before > now()) IS NOT FALSE
    ORDER BY j.run_at, j.id
    LIMIT v_max_head) AS head
  WHERE known.type <> ALL (v_barred);
  RETURN QUERY SELECT f.* FROM read_next_from(p_read_from, v_oldest, v_started) AS f;
  IF cardinality(p_found) > 0 THEN
    -- The line may have moved, so that some of these are at its head by now
    v_overdue := ARRAY(
      SELECT each.id
      FROM unnest(v_overdue || p_found) WITH ORDINALITY AS each (id, number)
      GROUP BY each.id
      ORDER BY min(each.number));
  END IF;
  v_waiting := ARRAY(
    SELECT ROW(one.id, one.place, one.priority, one.run_at, one.bytes, true)::waiting_job
    FROM unnest(v_overdue) AS overdue (id), LATERAL (
      SELECT j.id, j.ctid AS place, j.priority, j.run_at, j.payload_bytes AS bytes
      FROM live_jobs j
      WHERE j.id = overdue.id AND (j.status = 'pending') IS TRUE AND (j.parked_at IS NULL) IS TRUE
        AND (j.limit_key IS NULL) IS TRUE AND (j.run_at <= now()) IS TRUE AND (j.start_before > now()) IS NOT FALSE
        AND (j.publish_at <= now() - p_overdue_millis * interval '1 millisecond') IS TRUE
        AND (j.version <= p_versions[array_position(p_types, j.type)]) IS TRUE AND (j.type <> ALL (v_barred)) IS TRUE
      FOR NO KEY UPDATE SKIP LOCKED) AS one
    LIMIT p_max_jobs);
  v_waiting := v_waiting || lock_parked(p_types, p_versions, v_barred, p_max_jobs);
  v_chosen := choose_in_turn(v_waiting, p_max_jobs, p_max_bytes);
  RETURN QUERY SELECT s.* FROM start_attempts(p_worker, v_chosen, now()) AS s;
  IF cardinality(v_chosen) < cardinality(v_waiting) THEN
    RETURN QUERY SELECT o.* FROM return_unchosen(v_waiting, v_chosen) AS o;
  END IF;
END
$$;

-- ---------------------------------------------------------------- What a worker runs

-- The jobs that a worker runs; with p_among, only those of these
CREATE OR REPLACE FUNCTION running_jobs(p_worker text, p_among uuid[])
RETURNS SETOF live_jobs
LANGUAGE plpgsql STABLE
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
  IF p_among IS NULL THEN
    RETURN QUERY
      SELECT one.*
      FROM jobs_of_worker(p_worker) AS run (id), LATERAL (SELECT j.* FROM live_jobs j WHERE j.id = run.id OFFSET 0) AS one;
  ELSE
    RETURN QUERY
      SELECT one.*
      FROM unnest(p_among) AS known (id), LATERAL (
        SELECT j.*
        FROM live_jobs j
        WHERE j.id = known.id AND (j.worker_id = p_worker) IS TRUE AND (j.status = 'running') IS TRUE
        OFFSET 0) AS one;
  END IF;
END
$$;

-- Records the progress of running jobs, each only under its lease. If somebody has locked the row of a job, its
-- report is dropped so that those of other jobs do not wait; the next report replaces it anyway.
CREATE OR REPLACE FUNCTION report_progress(
  p_ids uuid[], p_leases bigint[], p_workers text[], p_percents smallint[], p_messages text[])
RETURNS void
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_places tid[];
  v_percents smallint[];
  v_messages text[];
BEGIN
  SELECT array_agg(one.place), array_agg(r.percent), array_agg(r.message)
  INTO v_places, v_percents, v_messages
  FROM (
    SELECT given.*
    FROM unnest(p_ids, p_leases, p_workers, p_percents, p_messages) AS given (id, lease, worker, percent, message)
    ORDER BY given.id) AS r, LATERAL (
    SELECT j.ctid AS place
    FROM live_jobs j
    WHERE j.id = r.id AND (j.lease = r.lease) IS TRUE AND (j.worker_id = r.worker) IS TRUE
      AND (j.status = 'running') IS TRUE
    FOR NO KEY UPDATE SKIP LOCKED) AS one;
  UPDATE live_jobs j SET progress = r.percent, progress_message = r.message
  FROM unnest(v_places, v_percents, v_messages) AS r (place, percent, message)
  WHERE j.ctid = r.place;
  PERFORM tell_awaiting(p_ids, false);
END
$$;

-- Adds lines to the logs of running jobs, in the order given, each only under its lease. An entry with a number is a value
-- that the job has emitted; it is left out if there is one with this number. Both arrays are null if there are no values.
CREATE OR REPLACE FUNCTION write_logs(
  p_ids uuid[], p_leases bigint[], p_workers text[], p_attempts integer[], p_levels text[], p_messages text[],
  p_data text[], p_logged_at timestamptz[], p_numbers integer[], p_versions integer[])
RETURNS void
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
  IF p_numbers IS NULL THEN
    INSERT INTO job_logs (job_id, attempt, level, message, data, logged_at)
    SELECT l.id, l.attempt, l.level, l.message, l.data::json, l.logged_at
    FROM unnest(p_ids, p_leases, p_workers, p_attempts, p_levels, p_messages, p_data, p_logged_at) WITH ORDINALITY
      AS l (id, lease, worker, attempt, level, message, data, logged_at, number), LATERAL (
      SELECT
      FROM live_jobs j
      WHERE j.id = l.id AND (j.lease = l.lease) IS TRUE AND (j.worker_id = l.worker) IS TRUE
        AND (j.status = 'running') IS TRUE
      OFFSET 0) AS held
    ORDER BY l.number;
  ELSE
    INSERT INTO job_logs (job_id, attempt, level, message, data, logged_at, lease, number, version)
    SELECT
      l.id, l.attempt, l.level, l.message, l.data::json, l.logged_at,
      CASE WHEN l.number IS NOT NULL THEN l.lease END, l.number, l.version
    FROM unnest(
      p_ids, p_leases, p_workers, p_attempts, p_levels, p_messages, p_data, p_logged_at, p_numbers, p_versions)
      WITH ORDINALITY
      AS l (id, lease, worker, attempt, level, message, data, logged_at, number, version, place), LATERAL (
      SELECT
      FROM live_jobs j
      WHERE j.id = l.id AND (j.lease = l.lease) IS TRUE AND (j.worker_id = l.worker) IS TRUE
        AND (j.status = 'running') IS TRUE
      OFFSET 0) AS held
    ORDER BY l.place
    ON CONFLICT DO NOTHING;
  END IF;
  PERFORM tell_awaiting(ARRAY(SELECT DISTINCT l.id FROM unnest(p_ids) AS l (id)), false);
END
$$;

-- By default, everybody may execute new functions
REVOKE ALL ON FUNCTION
  choose_in_turn(waiting_job[], integer, bigint),
  not_chosen(waiting_job[], waiting_job[], boolean),
  return_unchosen(waiting_job[], waiting_job[]),
  lock_pointed(uuid[], text[], integer[], boolean, timestamptz),
  claim_pointed(text, uuid[], text[], integer[], integer, bigint),
  return_skipped_jobs(bigint, integer),
  waiting_types(),
  lock_parked(text[], integer[], text[], integer),
  lock_past(text[], text[], integer[], text[], timestamptz[], waiting_job[], integer),
  read_next_from(timestamptz[], timestamptz[], timestamptz),
  claim_due(text, text[], integer[], timestamptz[], integer, bigint),
  claim_overdue(text, text[], integer[], bigint, timestamptz[], uuid[], integer, bigint),
  running_jobs(text, uuid[]),
  report_progress(uuid[], bigint[], text[], smallint[], text[]),
  write_logs(uuid[], bigint[], text[], integer[], text[], text[], text[], timestamptz[], integer[], integer[])
FROM PUBLIC;
