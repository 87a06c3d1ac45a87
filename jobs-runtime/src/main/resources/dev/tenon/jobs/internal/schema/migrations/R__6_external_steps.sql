-- Steps, waits, cursors and signals for workers in other languages. Like the functions in R__6_external_workers.sql,
-- each names the worker, and counts only while the worker holds the lease. They use the functions of R__6_steps.sql.

-- Checks that the worker holds the lease, and that the strings fit; returns the job, or null if the lease is lost.
CREATE OR REPLACE FUNCTION external_job(p_worker text, p_job_id uuid, p_lease bigint, p_name text, p_key text)
RETURNS live_jobs
LANGUAGE plpgsql
AS $$
DECLARE
  v_job live_jobs;
BEGIN
  IF p_name IS NULL OR octet_length(p_name) > 800 OR char_length(p_name) NOT BETWEEN 1 AND 200
    OR p_name LIKE 'token:%'
  THEN
    RAISE EXCEPTION 'name must have 1 to 200 characters, and not begin with "token:".'
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF p_key IS NULL OR octet_length(p_key) > 800 OR char_length(p_key) > 200 THEN
    RAISE EXCEPTION 'step_key must have up to 200 characters.' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  SELECT j.* INTO v_job FROM live_jobs j WHERE j.id = p_job_id AND holds_lease(j, p_worker, p_lease);
  RETURN v_job;
END
$$;

-- The number of the next record of a job; refuses more than 10,000
CREATE OR REPLACE FUNCTION next_number(p_job_id uuid)
RETURNS integer
LANGUAGE plpgsql STABLE
AS $$
DECLARE
  c_max_steps CONSTANT integer := 10000;
  v_number integer := (SELECT coalesce(max(t.number), 0) + 1 FROM job_steps t WHERE t.job_id = p_job_id);
BEGIN
  IF v_number > c_max_steps THEN
    RAISE EXCEPTION 'The job has % steps, which is the maximum. Do several rounds of the loop in one step.', c_max_steps
      USING ERRCODE = 'program_limit_exceeded';
  END IF;
  RETURN v_number;
END
$$;

-- Refuses a value that is larger than a result of the job may be.
CREATE OR REPLACE FUNCTION check_kept_value(p_job live_jobs, p_value json, p_name text)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
  v_max_bytes bigint := (policy_of(p_job.type, p_job.id) ->> 'maxResultBytes')::bigint;
BEGIN
  IF octet_length(convert_to(p_value::text, 'UTF8')) > v_max_bytes THEN
    RAISE EXCEPTION '% has % bytes; it may have %. Store it elsewhere and keep a reference to it.',
      p_name, octet_length(convert_to(p_value::text, 'UTF8')), v_max_bytes
      USING ERRCODE = 'program_limit_exceeded';
  END IF;
END
$$;

-- Everything that the job has kept, in the order it began: steps, waits, and a row of the kind cursor for its
-- cursor. No rows if there is nothing, or if the lease is lost.
CREATE OR REPLACE FUNCTION step_records(worker text, job_id uuid, lease bigint)
RETURNS TABLE (
  name text, step_key text, kind text, state text, version integer, attempts integer, until timestamptz, signal_id text,
  signal_name text, signal_version integer, result json, message text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
AS $$
#variable_conflict use_column
BEGIN
  PERFORM FROM live_jobs j
  WHERE j.id = step_records.job_id AND holds_lease(j, step_records.worker, step_records.lease);
  IF NOT FOUND THEN
    RETURN;
  END IF;
  RETURN QUERY
    SELECT
      t.name, t.step_key, t.kind, t.state, t.version, t.attempts, t.until, t.signal_id, t.signal_name, t.signal_version,
      t.result, t.message
    FROM steps_of_job(step_records.job_id) AS t
    WHERE t.kind <> 'token';
END
$$;

-- Records a step: state is begun, failed, in_doubt, not_done or done. version is the version of the type in the
-- worker's code; without it, the version of the job. False if the lease is lost: the handler must stop.
CREATE OR REPLACE FUNCTION record_step(
  worker text, job_id uuid, lease bigint, name text, state text, step_key text DEFAULT '', result json DEFAULT NULL,
  attempts integer DEFAULT 0, message text DEFAULT NULL, version integer DEFAULT NULL)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
AS $$
DECLARE
  v_job live_jobs :=
    external_job(record_step.worker, record_step.job_id, record_step.lease, record_step.name, record_step.step_key);
BEGIN
  IF record_step.state IS NULL OR record_step.state NOT IN ('begun', 'failed', 'in_doubt', 'not_done', 'done') THEN
    RAISE EXCEPTION 'state must be begun, failed, in_doubt, not_done or done.' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF record_step.version < 1 OR record_step.attempts < 0 THEN
    RAISE EXCEPTION 'version must be at least 1, and attempts at least 0.' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF v_job.id IS NULL THEN
    RETURN false;
  END IF;
  PERFORM check_kept_value(v_job, record_step.result, 'result');
  PERFORM FROM record_steps(
    ARRAY[record_step.job_id], ARRAY[record_step.lease], ARRAY[record_step.worker], ARRAY[record_step.name],
    ARRAY[record_step.step_key], '{step}', ARRAY[record_step.state], ARRAY[coalesce(record_step.version, v_job.version)],
    ARRAY[next_number(record_step.job_id)], ARRAY[coalesce(record_step.attempts, 0)], '{0}',
    ARRAY[record_step.result::text], ARRAY[cut_text(record_step.message, 4000)]);
  RETURN FOUND;
END
$$;

-- Waits for the first of these signals, or sleeps if there are none, as await_signal does. If the state is waiting,
-- call suspend. Without a timeout, there is no maximum. No row if the lease is lost.
CREATE OR REPLACE FUNCTION wait_for_signal(
  worker text, job_id uuid, lease bigint, name text, signals text[], step_key text DEFAULT '',
  timeout interval DEFAULT NULL, version integer DEFAULT NULL)
RETURNS TABLE (
  state text, until timestamptz, signal_id text, signal_name text, signal_version integer, payload json)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
AS $$
#variable_conflict use_column
DECLARE
  v_job live_jobs :=
    external_job(
      wait_for_signal.worker, wait_for_signal.job_id, wait_for_signal.lease, wait_for_signal.name,
      wait_for_signal.step_key);
  v_millis bigint := delay_millis(wait_for_signal.timeout, 'timeout');
BEGIN
  IF cardinality(wait_for_signal.signals) > 100 OR array_position(wait_for_signal.signals, NULL) IS NOT NULL
    OR wait_for_signal.version < 1
  THEN
    RAISE EXCEPTION 'signals must have up to 100 names, and version must be at least 1.'
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF v_job.id IS NULL THEN
    RETURN;
  END IF;
  RETURN QUERY
    SELECT a.*
    FROM await_signal(
      wait_for_signal.job_id, wait_for_signal.lease, wait_for_signal.worker, wait_for_signal.name,
      wait_for_signal.step_key, coalesce(wait_for_signal.version, v_job.version), next_number(wait_for_signal.job_id),
      wait_for_signal.signals, v_millis) AS a;
END
$$;

-- Ends an attempt whose job waits for what its records say; the attempt does not count. False if the lease is lost.
CREATE OR REPLACE FUNCTION suspend(worker text, job_id uuid, lease bigint)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
AS $$
BEGIN
  RETURN finish_external(suspend.worker, suspend.job_id, suspend.lease, 'suspended', 'pending') IS NOT NULL;
END
$$;

-- Saves the cursor of a job in place of the last one. False if the lease is lost: the handler must stop.
CREATE OR REPLACE FUNCTION save_cursor(
  worker text, job_id uuid, lease bigint, value json, version integer DEFAULT NULL)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
AS $$
DECLARE
  v_job live_jobs;
BEGIN
  IF save_cursor.value IS NULL OR save_cursor.version < 1 THEN
    RAISE EXCEPTION 'value must be JSON, and version must be at least 1.' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  SELECT j.* INTO v_job
  FROM live_jobs j
  WHERE j.id = save_cursor.job_id AND holds_lease(j, save_cursor.worker, save_cursor.lease);
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  PERFORM check_kept_value(v_job, save_cursor.value, 'value');
  PERFORM FROM save_cursors(
    ARRAY[save_cursor.job_id], ARRAY[save_cursor.lease], ARRAY[save_cursor.worker],
    ARRAY[coalesce(save_cursor.version, v_job.version)], ARRAY[save_cursor.value::text]);
  RETURN FOUND;
END
$$;

-- Sends a signal to a job: the role must have been granted the type of the job, or own the schema. A signal with the
-- id of an earlier one to the job is not stored again: then false. A job that waits for it starts once the transaction
-- is committed and maintenance has looked, about half a second later.
CREATE OR REPLACE FUNCTION send_signal(
  job_id uuid, name text, payload json, sent_by text, id text DEFAULT NULL, step_key text DEFAULT '',
  version integer DEFAULT 1)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
AS $$
#variable_conflict use_variable
DECLARE
  v_type text;
  v_refusal text;
  v_is_new boolean;
BEGIN
  IF payload IS NULL OR coalesce(octet_length(sent_by), 0) NOT BETWEEN 1 AND 1000
    OR coalesce(octet_length(name), 0) NOT BETWEEN 1 AND 1000 OR coalesce(version, 0) < 1
    OR octet_length(id) > 800 OR char_length(id) > 200
    OR step_key IS NULL OR octet_length(step_key) > 800 OR char_length(step_key) > 200
  THEN
    RAISE EXCEPTION 'payload must be JSON; name and sent_by must have 1 to 1,000 bytes, id and step_key up to 200 characters; version must be at least 1.'
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF octet_length(convert_to(payload::text, 'UTF8')) > 1048576 THEN
    RAISE EXCEPTION 'The signal has % bytes; it may have 1048576. Store the data elsewhere and send a reference to it.',
      octet_length(convert_to(payload::text, 'UTF8'))
      USING ERRCODE = 'program_limit_exceeded';
  END IF;
  SELECT s.type INTO v_type FROM job_states s WHERE s.id = send_signal.job_id;
  -- Whoever may not know of the job learns nothing
  IF NOT EXISTS (SELECT FROM worker_grants g WHERE g.role = calling_role() AND g.type = v_type)
    AND NOT has_function_privilege(calling_role(), 'sweep_signals(integer)', 'EXECUTE')
  THEN
    v_type := NULL;
  END IF;
  IF v_type IS NULL THEN
    RAISE EXCEPTION 'There is no job % of a type that role ''%'' was granted.', job_id, calling_role()
      USING ERRCODE = 'no_data_found';
  END IF;
  SELECT t.refusal, t.is_new
  INTO v_refusal, v_is_new
  FROM send_signals(
    ARRAY[send_signal.job_id], coalesce(send_signal.id, gen_random_uuid()::text), send_signal.name, send_signal.step_key,
    send_signal.version, send_signal.payload::text, send_signal.sent_by, false, 1000, false) AS t;
  IF v_refusal IS NOT NULL THEN
    RAISE EXCEPTION 'The signal ''%'' cannot be sent to job % of type ''%'': %.', name, job_id, v_type, CASE v_refusal
      WHEN 'job_ended' THEN 'the job has ended'
      WHEN 'not_awaited' THEN 'its handler does not wait for it'
      WHEN 'too_many' THEN 'its handler has not taken 1000 others'
      ELSE v_refusal END
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  RETURN v_is_new;
END
$$;

-- By default, everybody may execute new functions
REVOKE ALL ON FUNCTION
  external_job(text, uuid, bigint, text, text),
  next_number(uuid),
  check_kept_value(live_jobs, json, text),
  step_records(text, uuid, bigint),
  record_step(text, uuid, bigint, text, text, text, json, integer, text, integer),
  wait_for_signal(text, uuid, bigint, text, text[], text, interval, integer),
  suspend(text, uuid, bigint),
  save_cursor(text, uuid, bigint, json, integer),
  send_signal(uuid, text, json, text, text, text, integer)
FROM PUBLIC;
