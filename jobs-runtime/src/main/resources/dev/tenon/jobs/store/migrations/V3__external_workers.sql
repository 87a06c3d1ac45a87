-- What workers in other languages call. Each function enforces lease and status, for callers that may
-- execute it and nothing else. They take and give only jobs of external types.

-- How jobs of an external type are run, written down by the submitter: workers in other languages do not
-- know it. {"timeoutMillis": …, "retryDelaysMillis": […], "retryJitter": …}; null for all other types.
ALTER TABLE jobs ADD COLUMN external_policy json;

-- Ends the attempts of a job under its lease, and keeps a row of it. The status is pending for a job that
-- waits for its next attempt, which starts after so many milliseconds. Gives the status that the job has
-- now, null if the lease is lost. Not called from outside.
CREATE FUNCTION finish_external(
  p_job_id uuid, p_lease bigint, p_outcome text, p_status text, p_result json, p_error_class text,
  p_error_message text, p_stack text, p_delay_millis bigint)
RETURNS text
LANGUAGE sql
AS $$
  WITH finished AS (
    UPDATE jobs SET
      status = CASE
        WHEN p_status = 'pending' AND cancel_requested_at IS NOT NULL THEN 'cancelled'
        ELSE p_status END,
      result = p_result,
      result_version = CASE WHEN p_status = 'completed' THEN version END,
      error_class = p_error_class,
      error_message = p_error_message,
      attempts = attempts - CASE WHEN p_outcome IN ('released', 'snoozed') THEN 1 ELSE 0 END,
      run_at = CASE
        WHEN p_status = 'pending' THEN now() + greatest(p_delay_millis, 0) * interval '1 millisecond'
        ELSE run_at END,
      publish_at = CASE
        WHEN p_status = 'pending' THEN now() + greatest(p_delay_millis, 0) * interval '1 millisecond'
        ELSE publish_at END,
      finished_at = CASE
        WHEN p_status <> 'pending' OR cancel_requested_at IS NOT NULL THEN now() END,
      delete_at = CASE
        WHEN p_status <> 'pending' OR cancel_requested_at IS NOT NULL
          THEN now() + retention_seconds * interval '1 second' END,
      progress = CASE WHEN p_status = 'completed' THEN 100 ELSE progress END,
      progress_message = CASE WHEN p_status = 'completed' THEN NULL ELSE progress_message END
    WHERE id = p_job_id AND lease = p_lease AND status = 'running' AND external_policy IS NOT NULL
    RETURNING id, status, lease, worker_id, started_at,
      attempts + CASE WHEN p_outcome IN ('released', 'snoozed') THEN 1 ELSE 0 END AS attempt
  ), recorded AS (
    INSERT INTO job_attempts (
      job_id, lease, attempt, worker_id, started_at, finished_at, outcome, error_class, error_message, stack)
    SELECT id, lease, attempt, worker_id, started_at, now(), p_outcome, p_error_class, p_error_message, p_stack
    FROM finished
  )
  SELECT status FROM finished
$$;

-- Ends an attempt that failed: the job waits for its next attempt, or has failed if there is none.
CREATE FUNCTION retry_external(
  p_job_id uuid, p_lease bigint, p_outcome text, p_error_class text, p_error_message text, p_stack text,
  p_permanent boolean, p_retry_after_millis bigint)
RETURNS text
LANGUAGE sql
AS $$
  SELECT finish_external(
    p_job_id, p_lease, p_outcome,
    CASE WHEN p_permanent OR j.attempts >= j.max_attempts THEN 'failed' ELSE 'pending' END,
    NULL, p_error_class, p_error_message, p_stack,
    coalesce(
      p_retry_after_millis,
      -- the wait after the first, second … failure; the last one repeats; none if there are no waits
      (coalesce(
          (j.external_policy -> 'retryDelaysMillis'
            ->> least(j.attempts, json_array_length(j.external_policy -> 'retryDelaysMillis')) - 1)::bigint,
          0)
        * (1 + (j.external_policy ->> 'retryJitter')::double precision * random()))::bigint))
  FROM jobs j
  WHERE j.id = p_job_id
$$;

-- Says that a worker lives. Call it every few seconds: a worker that was not heard of for 15 seconds is
-- taken for dead, and its jobs are given to others. An attempt that is over its timeout is ended here.
-- Gives the jobs that the worker runs by the table: a handler whose job and lease are not among them must
-- stop, as must one of whose job cancel_requested is true.
CREATE FUNCTION heartbeat(
  worker text, host text DEFAULT '', process_id bigint DEFAULT 0, concurrency integer DEFAULT 1)
RETURNS TABLE (job_id uuid, lease bigint, cancel_requested boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${flyway:defaultSchema}, pg_temp
AS $$
BEGIN
  INSERT INTO workers (id, host, process_id, concurrency)
  VALUES (heartbeat.worker, heartbeat.host, heartbeat.process_id, heartbeat.concurrency)
  ON CONFLICT (id) DO UPDATE SET heartbeat_at = now();
  PERFORM retry_external(
    j.id, j.lease, 'timed_out', 'dev.tenon.jobs.AttemptTimedOut',
    'The attempt took longer than its timeout of ' || (j.external_policy ->> 'timeoutMillis') || ' ms.', NULL, false, NULL)
  FROM jobs j
  WHERE j.worker_id = heartbeat.worker AND j.status = 'running' AND j.external_policy IS NOT NULL
    AND j.started_at + (j.external_policy ->> 'timeoutMillis')::bigint * interval '1 millisecond' < now();
  RETURN QUERY
    SELECT j.id, j.lease, j.cancel_requested_at IS NOT NULL
    FROM jobs j
    WHERE j.worker_id = heartbeat.worker AND j.status = 'running' AND j.external_policy IS NOT NULL;
END
$$;

-- Claims up to so many jobs of these types that are due and wait, the most urgent first; with job_ids only
-- of those, as pointers name them. What does not come back has ended, runs elsewhere or is not due. The
-- worker must have called heartbeat before.
CREATE FUNCTION claim(worker text, types text[], max_jobs integer, job_ids uuid[] DEFAULT NULL)
RETURNS TABLE (
  job_id uuid, type text, version integer, lease bigint, attempt integer, max_attempts integer,
  timeout_millis bigint, payload json, item_id text, submitted_by text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${flyway:defaultSchema}, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  UPDATE workers SET heartbeat_at = now() WHERE id = claim.worker;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'Worker ''%'' is not known; call heartbeat(''%'') before the first claim.', worker, worker
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  RETURN QUERY
    WITH picked AS (
      SELECT j.id
      FROM jobs j
      WHERE j.external_policy IS NOT NULL
        AND j.status IN ('pending', 'queued')
        AND j.run_at <= now()
        AND j.type = ANY (claim.types)
        AND (claim.job_ids IS NULL OR j.id = ANY (claim.job_ids))
      ORDER BY j.priority DESC, j.run_at, j.id
      LIMIT claim.max_jobs
      FOR UPDATE SKIP LOCKED
    ), claimed AS (
      UPDATE jobs j SET
        status = 'running',
        lease = j.lease + 1,
        attempts = j.attempts + 1,
        worker_id = claim.worker,
        started_at = now(),
        finished_at = NULL,
        progress = 0,
        progress_message = NULL
      FROM picked
      WHERE j.id = picked.id
      RETURNING j.*
    )
    SELECT c.id, c.type, c.version, c.lease, c.attempts, c.max_attempts,
      (c.external_policy ->> 'timeoutMillis')::bigint, c.payload, c.item_id, c.submitted_by
    FROM claimed c
    ORDER BY c.priority DESC, c.run_at, c.id;
END
$$;

-- Reports the progress of a running job, in percent. False if the lease is lost: the handler must stop.
CREATE FUNCTION progress(job_id uuid, lease bigint, percent integer, message text DEFAULT NULL)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${flyway:defaultSchema}, pg_temp
AS $$
BEGIN
  UPDATE jobs j SET progress = least(greatest(progress.percent, 0), 100), progress_message = progress.message
  WHERE j.id = progress.job_id AND j.lease = progress.lease AND j.status = 'running' AND j.external_policy IS NOT NULL;
  RETURN FOUND;
END
$$;

-- Adds a line to the log of a running job; level is debug, info, warn or error. False if the lease is lost.
CREATE FUNCTION log(job_id uuid, lease bigint, level text, message text, data json DEFAULT NULL)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${flyway:defaultSchema}, pg_temp
AS $$
BEGIN
  INSERT INTO job_logs (job_id, attempt, level, message, data, logged_at)
  SELECT j.id, j.attempts, log.level, log.message, log.data, clock_timestamp()
  FROM jobs j
  WHERE j.id = log.job_id AND j.lease = log.lease AND j.status = 'running' AND j.external_policy IS NOT NULL;
  RETURN FOUND;
END
$$;

-- Ends the job well, with a result that meets the type's schema. False if the lease is lost: the job runs
-- elsewhere or has ended, and the result is dropped.
CREATE FUNCTION complete(job_id uuid, lease bigint, result json DEFAULT NULL)
RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = ${flyway:defaultSchema}, pg_temp
AS $$
  SELECT finish_external(
    complete.job_id, complete.lease, 'completed', 'completed', complete.result, NULL, NULL, NULL, 0) IS NOT NULL
$$;

-- Ends an attempt that failed. The job waits for its next attempt as its type says, or retry_after; it has
-- failed if this was the last one, or if permanent says that no other can succeed. Gives the status of the
-- job: pending, failed, or cancelled if somebody has asked for that; null if the lease is lost.
CREATE FUNCTION fail(
  job_id uuid, lease bigint, error_class text, error_message text, stack text DEFAULT NULL,
  permanent boolean DEFAULT false, retry_after interval DEFAULT NULL)
RETURNS text
LANGUAGE sql SECURITY DEFINER SET search_path = ${flyway:defaultSchema}, pg_temp
AS $$
  SELECT retry_external(
    fail.job_id, fail.lease, 'failed', fail.error_class, left(fail.error_message, 4000), left(fail.stack, 20000),
    fail.permanent, (extract(epoch FROM fail.retry_after) * 1000)::bigint)
$$;

-- Puts the job off for so long; the attempt does not count. False if the lease is lost.
CREATE FUNCTION snooze(job_id uuid, lease bigint, delay interval)
RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = ${flyway:defaultSchema}, pg_temp
AS $$
  SELECT finish_external(
    snooze.job_id, snooze.lease, 'snoozed', 'pending', NULL, NULL, NULL, NULL,
    (extract(epoch FROM snooze.delay) * 1000)::bigint) IS NOT NULL
$$;

-- Ends an attempt because the job was to be cancelled. False if the lease is lost, or if nobody has asked
-- for it.
CREATE FUNCTION cancelled(job_id uuid, lease bigint)
RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = ${flyway:defaultSchema}, pg_temp
AS $$
  SELECT count(finish_external(j.id, j.lease, 'cancelled', 'cancelled', NULL, NULL, NULL, NULL, 0)) > 0
  FROM jobs j
  WHERE j.id = cancelled.job_id AND j.lease = cancelled.lease AND j.cancel_requested_at IS NOT NULL
$$;

-- Gives back all jobs that the worker runs, at once and without counting the attempts, and strikes it off:
-- what a worker calls when it stops. Gives the number of jobs.
CREATE FUNCTION deregister(worker text)
RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${flyway:defaultSchema}, pg_temp
AS $$
DECLARE
  released integer;
BEGIN
  SELECT count(finish_external(j.id, j.lease, 'released', 'pending', NULL, NULL, NULL, NULL, 0))
  INTO released
  FROM jobs j
  WHERE j.worker_id = deregister.worker AND j.status = 'running' AND j.external_policy IS NOT NULL;
  DELETE FROM workers w
  WHERE w.id = deregister.worker
    AND NOT EXISTS (SELECT FROM jobs j WHERE j.worker_id = w.id AND j.status = 'running');
  RETURN released;
END
$$;

-- Who may call them is for the owner to say
REVOKE ALL ON FUNCTION
  finish_external(uuid, bigint, text, text, json, text, text, text, bigint),
  retry_external(uuid, bigint, text, text, text, text, boolean, bigint),
  heartbeat(text, text, bigint, integer),
  claim(text, text[], integer, uuid[]),
  progress(uuid, bigint, integer, text),
  log(uuid, bigint, text, text, json),
  complete(uuid, bigint, json),
  fail(uuid, bigint, text, text, text, boolean, interval),
  snooze(uuid, bigint, interval),
  cancelled(uuid, bigint),
  deregister(text)
FROM PUBLIC;
