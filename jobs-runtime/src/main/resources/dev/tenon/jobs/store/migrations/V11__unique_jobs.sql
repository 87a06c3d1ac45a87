-- Workers in other languages: unique keys, and retention by outcome.

-- As before, except that the job may lose its unique key, that what has failed or was cancelled may be kept for
-- another time, and that a job is kept for as long as its unique key is
CREATE OR REPLACE FUNCTION finish_external(
  p_worker text, p_job_id uuid, p_lease bigint, p_outcome text, p_status text, p_delay_millis bigint DEFAULT 0,
  p_result json DEFAULT NULL, p_result_version integer DEFAULT NULL, p_error_reason text DEFAULT NULL,
  p_error_class text DEFAULT NULL, p_error_message text DEFAULT NULL, p_stack text DEFAULT NULL)
RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
  -- not now(), which stands still in a transaction that the caller keeps open
  v_now timestamptz := clock_timestamp();
  v_uncounted integer := CASE WHEN p_outcome IN ('released', 'snoozed') THEN 1 ELSE 0 END;
  v_job jobs;
BEGIN
  -- The trigger on jobs goes by this setting, and the caller may have set it: then nothing would settle the workflow
  PERFORM set_config('tenon.unsettled', '', true);
  UPDATE jobs j SET
    status = CASE
      WHEN p_status = 'pending' AND j.cancel_requested_at IS NOT NULL THEN 'cancelled'
      ELSE p_status END,
    result = p_result,
    result_version = p_result_version,
    error_reason = p_error_reason,
    error_class = p_error_class,
    error_message = p_error_message,
    attempts = j.attempts - v_uncounted,
    run_at = CASE
      WHEN p_status = 'pending' THEN v_now + p_delay_millis * interval '1 millisecond'
      ELSE j.run_at END,
    publish_at = CASE
      WHEN p_status = 'pending' THEN v_now + p_delay_millis * interval '1 millisecond'
      ELSE j.publish_at END,
    finished_at = CASE WHEN p_status <> 'pending' OR j.cancel_requested_at IS NOT NULL THEN v_now END,
    delete_at = CASE
      WHEN p_status = 'completed'
        THEN greatest(v_now + j.retention_seconds * interval '1 second', j.unique_until)
      WHEN p_status <> 'pending' OR j.cancel_requested_at IS NOT NULL
        THEN greatest(
          v_now + coalesce(j.failed_retention_seconds, j.retention_seconds) * interval '1 second',
          j.unique_until) END,
    unique_key = unique_key_after(
      j,
      CASE
        WHEN p_status = 'pending' AND j.cancel_requested_at IS NOT NULL THEN 'cancelled'
        ELSE p_status END,
      v_now),
    progress = CASE WHEN p_status = 'completed' THEN 100 ELSE j.progress END,
    progress_message = CASE WHEN p_status = 'completed' THEN NULL ELSE j.progress_message END
  WHERE j.id = p_job_id AND holds_lease(j, p_worker, p_lease)
  RETURNING j.* INTO v_job;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  INSERT INTO job_attempts (
    job_id, lease, attempt, worker_id, started_at, finished_at, outcome, error_reason, error_class,
    error_message, stack)
  VALUES (
    v_job.id, v_job.lease, v_job.attempts + v_uncounted, v_job.worker_id, v_job.started_at, v_now, p_outcome,
    p_error_reason, p_error_class, p_error_message, p_stack);
  RETURN v_job.status;
END
$$;
