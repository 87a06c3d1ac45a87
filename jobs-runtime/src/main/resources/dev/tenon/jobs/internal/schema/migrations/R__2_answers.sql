-- How processes learn that jobs have ended, without asking again and again. A process that awaits jobs notes them in
-- awaited_jobs. Whoever changes such a job notifies the processes that listen, in the same transaction: the end of a
-- job that nobody awaits costs one look-up by key in a small table.
--
-- A notification is a hint to look. It is missing if the change had looked before the note was committed, if the
-- channel of the server is half full, or if nobody listened. So a process also looks several times without one.
--
-- A commit with a notification takes a lock of the whole server for the time of the commit, so only changes of awaited
-- jobs have one.

-- Notifies the processes that await these jobs: those that await their end, if they may have ended, and those that
-- follow what happens to them. It has no settings, because its callers have them.
CREATE OR REPLACE FUNCTION tell_awaiting(p_ids uuid[], p_may_have_ended boolean)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
  v_ids uuid[];
BEGIN
  v_ids := ARRAY(
    SELECT given.id
    FROM unnest(p_ids) AS given (id), LATERAL (
      SELECT FROM awaited_jobs a WHERE a.job_id = given.id AND (a.wants_events OR p_may_have_ended) IS TRUE LIMIT 1) AS one);
  IF cardinality(v_ids) = 0 OR pg_notification_queue_usage() > 0.5 THEN
    RETURN;
  END IF;
  -- A message has less than 8,000 bytes
  PERFORM pg_notify('tenon_jobs', current_schema() || E'\nchanged ' || part.ids)
  FROM (
    SELECT string_agg(told.id::text, ' ') AS ids
    FROM unnest(v_ids) WITH ORDINALITY AS told (id, number)
    GROUP BY told.number / 150) AS part;
END
$$;

-- Notes that a process awaits these jobs for a while: their ends, or everything that happens to them. A job may be noted
-- again for a longer time. Also deletes notes of processes that no longer exist.
CREATE OR REPLACE FUNCTION await_jobs(p_by uuid, p_ids uuid[], p_want_events boolean[], p_millis bigint)
RETURNS void
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
  INSERT INTO awaited_jobs AS a (job_id, awaited_by, wants_events, until)
  SELECT given.id, p_by, given.wants_events, now() + p_millis * interval '1 millisecond'
  FROM unnest(p_ids, p_want_events) AS given (id, wants_events)
  ORDER BY given.id
  ON CONFLICT (job_id, awaited_by) DO UPDATE SET wants_events = excluded.wants_events, until = excluded.until;
  -- Last, because it waits for nobody: another process may be noting again what is deleted here
  DELETE FROM awaited_jobs a WHERE a.ctid = ANY (ARRAY(
    SELECT x.ctid FROM awaited_jobs x WHERE x.until < now() ORDER BY x.until LIMIT 1000 FOR UPDATE SKIP LOCKED));
END
$$;

-- Deletes what a process has noted about these jobs
CREATE OR REPLACE FUNCTION forget_awaited(p_by uuid, p_ids uuid[])
RETURNS void
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
  DELETE FROM awaited_jobs a WHERE a.ctid = ANY (ARRAY(
    SELECT one.place
    FROM (SELECT given.id FROM unnest(p_ids) AS given (id) ORDER BY given.id) AS gone, LATERAL (
      SELECT x.ctid AS place
      FROM awaited_jobs x
      WHERE x.job_id = gone.id AND x.awaited_by = p_by
      FOR UPDATE) AS one));
END
$$;

-- Returns those of these jobs that have ended, and those that do not exist: their status is null
CREATE OR REPLACE FUNCTION ended_among(p_ids uuid[])
RETURNS TABLE (id uuid, status text)
LANGUAGE plpgsql STABLE
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
    SELECT given.id, one.status
    FROM unnest(p_ids) AS given (id) LEFT JOIN LATERAL (
      SELECT s.status FROM job_states s WHERE s.id = given.id OFFSET 0) AS one ON true
    WHERE one.status IS NULL OR one.status NOT IN ('pending', 'queued', 'running');
END
$$;

-- Returns how these jobs stand: their status is null if they do not exist, and last_line is 0 if nothing was logged
CREATE OR REPLACE FUNCTION followed_jobs(p_ids uuid[])
RETURNS TABLE (id uuid, status text, attempts integer, progress integer, progress_message text, last_line bigint)
LANGUAGE plpgsql STABLE
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
    SELECT
      given.id, one.status, one.attempts, one.progress, one.progress_message,
      coalesce(
        -- By both columns, or PostgreSQL may read the whole log of all jobs from its end
        (SELECT l.id FROM job_logs l WHERE l.job_id = given.id ORDER BY l.job_id DESC, l.id DESC LIMIT 1), 0)
    FROM unnest(p_ids) AS given (id) LEFT JOIN LATERAL (
      SELECT s.status, s.attempts, s.progress::integer AS progress, s.progress_message
      FROM job_states s
      WHERE s.id = given.id
      OFFSET 0) AS one ON true;
END
$$;

-- By default, everybody may execute new functions
REVOKE ALL ON FUNCTION
  tell_awaiting(uuid[], boolean),
  await_jobs(uuid, uuid[], boolean[], bigint),
  forget_awaited(uuid, uuid[]),
  ended_among(uuid[]),
  followed_jobs(uuid[])
FROM PUBLIC;
