-- Rules in a single place: the functions of the other files, and Java, call them.

-- ---------------------------------------------------------------- Times

-- The due time of jobs that wait for others. Infinity would be clearer, but neither Python's datetime nor Java's
-- parsers can read it.
CREATE OR REPLACE FUNCTION never()
RETURNS timestamptz
LANGUAGE sql IMMUTABLE
AS $$
  SELECT timestamptz '9999-12-31 00:00:00+00'
$$;

-- The order of waiting jobs: the earliest start first. Each level of priority counts as ten minutes, so that a job
-- that has waited that much longer comes before a more urgent one, and none waits forever.
CREATE OR REPLACE FUNCTION urgency(p_run_at timestamptz, p_priority integer)
RETURNS timestamptz
-- Stable, like the subtraction of an interval, so that PostgreSQL inlines the expression
LANGUAGE sql STABLE
AS $$
  SELECT p_run_at - p_priority * interval '10 minutes'
$$;

-- The time that the first attempt of a job must start before: the one that was given, or a time after its due time.
-- There is none while the job waits for others.
CREATE OR REPLACE FUNCTION latest_start(p_run_at timestamptz, p_within_millis bigint, p_given timestamptz)
RETURNS timestamptz
LANGUAGE sql STABLE
AS $$
  SELECT CASE
    WHEN p_within_millis IS NULL THEN p_given
    WHEN p_run_at < "${flyway:defaultSchema}".never() THEN p_run_at + p_within_millis * interval '1 millisecond' END
$$;

-- ---------------------------------------------------------------- Rates
-- In no window of its length do more jobs start than the amount of a rate, by the times of limited_starts; if it counts
-- costs, they do not cost more together. Claims of a type run one after another, so nobody else counts or records at
-- the same time. These functions rely on the settings of their callers, which make the planner read the indexes in
-- their order.

-- The rates of '10/1 200000:tokens/60', which are 10 jobs in a second and costs of 200,000 in a minute; none of ''
CREATE OR REPLACE FUNCTION rates(p_rates text)
RETURNS TABLE (amount bigint, of_costs boolean, seconds integer)
LANGUAGE sql IMMUTABLE
AS $$
  SELECT
    split_part(split_part(r.rate, '/', 1), ':', 1)::bigint, strpos(r.rate, ':') > 0, split_part(r.rate, '/', 2)::integer
  FROM unnest(string_to_array(nullif(p_rates, ''), ' ')) AS r (rate)
$$;

-- The starts that count at a time. What lies further in the future than a window is there only because the clock has
-- jumped.
CREATE OR REPLACE FUNCTION counted_starts(
  p_type text, p_of_key boolean, p_key text, p_of_costs boolean, p_seconds integer, p_now timestamptz)
RETURNS TABLE (last_at timestamptz, units bigint)
LANGUAGE sql STABLE
AS $$
  SELECT s.last_at, s.units
  FROM limited_starts s
  WHERE s.type = p_type AND s.of_key = p_of_key AND s.limit_key = p_key AND s.of_costs = p_of_costs
    AND s.seconds = p_seconds
    AND s.expires_at > p_now AND s.expires_at <= p_now + p_seconds * interval '2 seconds'
    AND s.last_at > p_now - p_seconds * interval '1 second'
$$;

-- The number of jobs that may start now, for each of these keys, and what they may cost together: as much as all rates
-- have room for; null if no rate counts that. A job that costs more than the smallest amount needs just that.
CREATE OR REPLACE FUNCTION rate_rooms(
  p_type text, p_of_key boolean, p_keys text[], p_rates text, p_now timestamptz,
  OUT jobs bigint[], OUT costs bigint[], OUT max_cost bigint)
LANGUAGE plpgsql STABLE
AS $$
BEGIN
  SELECT
    array_agg(room.jobs ORDER BY room.position), array_agg(room.costs ORDER BY room.position),
    (SELECT min(r.amount) FROM rates(p_rates) AS r WHERE r.of_costs)
  INTO jobs, costs, max_cost
  FROM (
    SELECT k.position,
      min(left_over.units) FILTER (WHERE NOT left_over.of_costs) AS jobs,
      min(left_over.units) FILTER (WHERE left_over.of_costs) AS costs
    FROM unnest(p_keys) WITH ORDINALITY AS k (limit_key, position), LATERAL (
      SELECT r.of_costs, r.amount - coalesce((
        SELECT sum(s.units)
        FROM counted_starts(p_type, p_of_key, k.limit_key, r.of_costs, r.seconds, p_now) AS s), 0)::bigint AS units
      FROM rates(p_rates) AS r) AS left_over
    GROUP BY k.position) AS room;
END
$$;

-- Records how many jobs of each of these keys have started, and what they cost together
CREATE OR REPLACE FUNCTION record_starts(
  p_type text, p_of_key boolean, p_keys text[], p_jobs bigint[], p_costs bigint[], p_rates text, p_now timestamptz)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
  INSERT INTO limited_starts AS s (type, of_key, limit_key, of_costs, seconds, expires_at, last_at, units)
  SELECT p_type, p_of_key, k.limit_key, r.of_costs, r.seconds,
    date_bin(r.seconds * interval '20 milliseconds', p_now, timestamptz 'epoch')
      + r.seconds * interval '1020 milliseconds',
    p_now, CASE WHEN r.of_costs THEN k.costs ELSE k.jobs END
  FROM unnest(p_keys, p_jobs, p_costs) AS k (limit_key, jobs, costs), rates(p_rates) AS r
  WHERE NOT r.of_costs OR k.costs > 0
  ON CONFLICT (type, of_key, limit_key, of_costs, seconds, expires_at) DO UPDATE SET
    last_at = greatest(s.last_at, excluded.last_at),
    units = s.units + excluded.units;
END
$$;

-- The times when rates have room for a job with a cost; null for a rate that has it already. A job that costs more than
-- an amount needs all of it, and one that costs nothing needs room for 1, like all others.
CREATE OR REPLACE FUNCTION rate_openings(p_type text, p_of_key boolean, p_key text, p_rates text, p_cost bigint)
RETURNS TABLE (amount bigint, of_costs boolean, seconds integer, opens_at timestamptz)
LANGUAGE plpgsql STABLE
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  v_now timestamptz := clock_timestamp();
BEGIN
  RETURN QUERY
    SELECT r.amount, r.of_costs, r.seconds, (
      SELECT c.last_at + r.seconds * interval '1 second'
      FROM (
        SELECT s.last_at, sum(s.units) OVER (ORDER BY s.last_at DESC) AS since
        FROM counted_starts(p_type, p_of_key, p_key, r.of_costs, r.seconds, v_now) AS s) AS c
      WHERE c.since > r.amount - CASE WHEN r.of_costs THEN least(greatest(p_cost, 1), r.amount) ELSE 1 END
      ORDER BY c.last_at DESC
      LIMIT 1)
    FROM rates(p_rates) AS r;
END
$$;

-- ---------------------------------------------------------------- Jobs

-- An id that sorts by time (RFC 9562, version 7)
CREATE OR REPLACE FUNCTION new_job_id()
RETURNS uuid
LANGUAGE sql VOLATILE
AS $$
  SELECT encode(
    set_bit(set_bit(
      overlay(uuid_send(gen_random_uuid())
        PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6),
      52, 1), 53, 1), 'hex')::uuid
$$;

-- Whether an attempt of a job that counts has ended, or none will come
CREATE OR REPLACE FUNCTION is_attempted(p_status text, p_attempts integer)
RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$
  SELECT p_status IN ('completed', 'failed', 'cancelled') OR p_attempts > CASE WHEN p_status = 'running' THEN 1 ELSE 0 END
$$;

-- Whether a job in this status keeps its unique key. The key is kept until its scope and its period have ended. For a
-- job that was started and waits again, the scope until_started has ended.
CREATE OR REPLACE FUNCTION keeps_unique_key(
  p_scope text, p_until timestamptz, p_was_started boolean, p_status text, p_now timestamptz)
RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$
  SELECT coalesce(p_until > p_now, false) OR CASE
    WHEN p_status IN ('pending', 'queued') THEN p_scope <> 'until_started' OR NOT p_was_started
    WHEN p_status = 'running' THEN p_scope <> 'until_started'
    WHEN p_status = 'completed' THEN p_scope NOT IN ('until_started', 'until_ended')
    ELSE p_scope = 'until_deleted' END
$$;

-- All names of the types whose jobs must not be claimed without a key: they are paused, or got limits only recently,
-- so that their jobs do not have their keys yet
CREATE OR REPLACE FUNCTION barred_types()
RETURNS text[]
LANGUAGE plpgsql STABLE
AS $$
BEGIN
  RETURN ARRAY(
    SELECT names.name
    FROM job_types t, unnest(array_prepend(t.type, t.aliases)) AS names (name)
    WHERE (t.paused_at IS NOT NULL OR t.is_limited) AND names.name IS NOT NULL);
END
$$;

-- By default, everybody may execute new functions
REVOKE ALL ON FUNCTION
  never(),
  latest_start(timestamptz, bigint, timestamptz),
  urgency(timestamptz, integer),
  rates(text),
  counted_starts(text, boolean, text, boolean, integer, timestamptz),
  rate_rooms(text, boolean, text[], text, timestamptz),
  record_starts(text, boolean, text[], bigint[], bigint[], text, timestamptz),
  rate_openings(text, boolean, text, text, bigint),
  new_job_id(),
  is_attempted(text, integer),
  keeps_unique_key(text, timestamptz, boolean, text, timestamptz),
  barred_types()
FROM PUBLIC;
