-- Rules that stand once: the functions of the other files, and Java, call them.

-- ---------------------------------------------------------------- Times

-- When jobs are due that wait for others. Infinity would say it better, but Python's datetime cannot read that, nor can
-- Java's parsers.
CREATE OR REPLACE FUNCTION never()
RETURNS timestamptz
LANGUAGE sql IMMUTABLE
AS $$
  SELECT timestamptz '9999-12-31 00:00:00+00'
$$;

-- The order in which waiting jobs start: the earliest first. Each level of priority counts as ten minutes, so that a job that
-- has waited for that much longer comes before a more urgent one, and none waits without end.
CREATE OR REPLACE FUNCTION urgency(p_run_at timestamptz, p_priority integer)
RETURNS timestamptz
-- Stable, as subtracting an interval is: so that PostgreSQL puts the expression in place of the call
LANGUAGE sql STABLE
AS $$
  SELECT p_run_at - p_priority * interval '10 minutes'
$$;

-- How many jobs may start now: a job every (60 s / rate), and up to two seconds' worth of them, at least two, at once
-- after a pause. In any 60 seconds that is the rate and this burst at most. (Generic cell rate algorithm; ITU-T I.371,
-- annex A. next_start_at is the theoretical arrival time.)
CREATE OR REPLACE FUNCTION startable(p_next_start_at timestamptz, p_rate integer, p_now timestamptz)
RETURNS integer
LANGUAGE sql IMMUTABLE
AS $$
  SELECT floor(
    greatest(2, p_rate / 30)
    - greatest(0, extract(epoch FROM greatest(p_next_start_at, p_now - interval '1 day') - p_now)) * p_rate / 60.0)::integer
$$;

-- When the next job may start after these
CREATE OR REPLACE FUNCTION next_start(p_next_start_at timestamptz, p_rate integer, p_now timestamptz, p_started bigint)
RETURNS timestamptz
LANGUAGE sql IMMUTABLE
AS $$
  SELECT greatest(p_next_start_at, p_now) + p_started * interval '60 seconds' / p_rate
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

-- Whether an attempt at a job has ended that counts, or none will come
CREATE OR REPLACE FUNCTION is_attempted(p_status text, p_attempts integer)
RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$
  SELECT p_status IN ('completed', 'failed', 'cancelled') OR p_attempts > CASE WHEN p_status = 'running' THEN 1 ELSE 0 END
$$;

-- Whether a job keeps its unique key once its status is this. The key is kept until its scope and its period are over. A job that
-- was started and waits again is over the scope until_started.
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

-- All names of the types of which no job without a key may be claimed: they are paused; or limited, and were so only lately,
-- so that their jobs have not got their keys yet
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

-- New functions may be called by everybody until this is revoked
REVOKE ALL ON FUNCTION
  never(),
  urgency(timestamptz, integer),
  startable(timestamptz, integer, timestamptz),
  next_start(timestamptz, integer, timestamptz, bigint),
  new_job_id(),
  is_attempted(text, integer),
  keeps_unique_key(text, timestamptz, boolean, text, timestamptz),
  barred_types()
FROM PUBLIC;
