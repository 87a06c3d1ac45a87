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

-- The number of jobs that may start now: one every (60 s / rate), and after a pause a burst of up to two seconds'
-- worth of them, but at least two. In any 60 seconds, no more start than the rate plus this burst. (Generic cell rate
-- algorithm; ITU-T I.371, annex A. next_start_at is the theoretical arrival time.)
CREATE OR REPLACE FUNCTION startable(p_next_start_at timestamptz, p_rate integer, p_now timestamptz)
RETURNS integer
LANGUAGE sql IMMUTABLE
AS $$
  SELECT floor(
    greatest(2, p_rate / 30)
    - greatest(0, extract(epoch FROM greatest(p_next_start_at, p_now - interval '1 day') - p_now)) * p_rate / 60.0)::integer
$$;

-- The time when the next job may start after these
CREATE OR REPLACE FUNCTION next_start(p_next_start_at timestamptz, p_rate integer, p_now timestamptz, p_started bigint)
RETURNS timestamptz
LANGUAGE sql IMMUTABLE
AS $$
  SELECT greatest(p_next_start_at, p_now) + p_started * interval '60 seconds' / p_rate
$$;

-- The time that the first attempt of a job must start before: the one that was given, or a time after its due time.
-- There is none while the job waits for others.
CREATE OR REPLACE FUNCTION latest_start(p_run_at timestamptz, p_within_millis bigint, p_given timestamptz)
RETURNS timestamptz
LANGUAGE sql STABLE
AS $$
  SELECT CASE
    WHEN p_within_millis IS NULL THEN p_given
    WHEN p_run_at < never() THEN p_run_at + p_within_millis * interval '1 millisecond' END
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
  startable(timestamptz, integer, timestamptz),
  next_start(timestamptz, integer, timestamptz, bigint),
  new_job_id(),
  is_attempted(text, integer),
  keeps_unique_key(text, timestamptz, boolean, text, timestamptz),
  barred_types()
FROM PUBLIC;
