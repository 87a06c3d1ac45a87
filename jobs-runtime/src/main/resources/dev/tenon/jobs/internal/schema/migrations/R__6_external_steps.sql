-- Steps, waits, cursors and signals for workers in other languages. Like the functions in R__6_external_workers.sql,
-- each names the worker, and counts only while the worker holds the lease. They use the functions of R__6_steps.sql.

-- Whether a string can name a step, a wait or a signal. The length first: an expression on a string of 300 MB takes
-- 12 s.
CREATE OR REPLACE FUNCTION is_name(p_name text)
RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$
  SELECT CASE
    WHEN p_name IS NULL OR octet_length(p_name) > 800 THEN false
    ELSE char_length(p_name) BETWEEN 1 AND 200 AND p_name !~ '[[:cntrl:]]' END
$$;

-- Bytes as letters, digits, hyphens and underscores
CREATE OR REPLACE FUNCTION url_text(p_bytes bytea)
RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
  SELECT rtrim(translate(encode(p_bytes, 'base64'), '+/', '-_'), '=')
$$;

-- Checks that the worker holds the lease, and that the strings fit; returns the job, or null if the lease is lost.
CREATE OR REPLACE FUNCTION external_job(p_worker text, p_job_id uuid, p_lease bigint, p_name text, p_key text)
RETURNS live_jobs
LANGUAGE plpgsql
AS $$
DECLARE
  v_job live_jobs;
BEGIN
  IF NOT is_name(p_name) OR p_name LIKE 'token:%' THEN
    RAISE EXCEPTION 'name must have 1 to 200 characters, none of them a control character, and not begin with "token:".'
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF p_key IS NULL OR octet_length(p_key) > 800 OR char_length(p_key) > 200 THEN
    RAISE EXCEPTION 'step_key must have up to 200 characters.' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  SELECT j.* INTO v_job FROM live_jobs j WHERE j.id = p_job_id AND holds_lease(j, p_worker, p_lease);
  RETURN v_job;
END
$$;

-- The number of this record of a job, or of the next one if there is none yet; refuses more than 10,000
CREATE OR REPLACE FUNCTION number_of_step(p_job_id uuid, p_name text, p_key text)
RETURNS integer
LANGUAGE plpgsql STABLE
AS $$
DECLARE
  c_max_steps CONSTANT integer := 10000;
  v_number integer := coalesce(
    (SELECT t.number FROM job_steps t WHERE t.job_id = p_job_id AND t.name = p_name AND t.step_key = p_key),
    (SELECT coalesce(max(t.number), 0) + 1 FROM job_steps t WHERE t.job_id = p_job_id));
BEGIN
  IF v_number > c_max_steps THEN
    RAISE EXCEPTION 'The job has % steps, waits and tokens, which is the limit. Do more in each step, or keep a cursor for long loops.', c_max_steps
      USING ERRCODE = 'program_limit_exceeded';
  END IF;
  RETURN v_number;
END
$$;

-- Refuses a value that is larger than a result of the job may be. p_what names it, at the beginning of a sentence.
CREATE OR REPLACE FUNCTION check_kept_value(p_job live_jobs, p_value json, p_what text, p_advice text)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
  v_max_bytes bigint := (policy_of(p_job.type, p_job.id) ->> 'maxResultBytes')::bigint;
BEGIN
  IF octet_length(convert_to(p_value::text, 'UTF8')) > v_max_bytes THEN
    RAISE EXCEPTION '% has % bytes; it may have %. %',
      p_what, octet_length(convert_to(p_value::text, 'UTF8')), v_max_bytes, p_advice
      USING ERRCODE = 'program_limit_exceeded';
  END IF;
END
$$;

-- Refuses the result of a step if those of all steps of the job, as they are stored, would be larger than an attempt
-- should read. What the step has by now is replaced.
CREATE OR REPLACE FUNCTION check_all_results(p_job_id uuid, p_name text, p_key text, p_result json)
RETURNS void
LANGUAGE plpgsql STABLE
AS $$
DECLARE
  c_max_bytes CONSTANT bigint := 33554432;
  -- Compressed values count as such: then only their rows are read
  v_bytes bigint := pg_column_size(p_result) + coalesce(
    (SELECT sum(pg_column_size(t.result)) FROM job_steps t
     WHERE t.job_id = p_job_id AND (t.name <> p_name OR t.step_key <> p_key)), 0);
BEGIN
  IF v_bytes > c_max_bytes THEN
    RAISE EXCEPTION 'The results of the steps of the job have % bytes; they may have %. Store the data elsewhere and return references to it, or keep a cursor for long loops.',
      v_bytes, c_max_bytes
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
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
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
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
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
  PERFORM check_kept_value(
    v_job, record_step.result, 'The result of step ''' || record_step.name || '''',
    'Store the data elsewhere and return a reference to it.');
  IF record_step.result IS NOT NULL THEN
    PERFORM check_all_results(record_step.job_id, record_step.name, record_step.step_key, record_step.result);
  END IF;
  PERFORM FROM record_steps(
    ARRAY[record_step.job_id], ARRAY[record_step.lease], ARRAY[record_step.worker], ARRAY[record_step.name],
    ARRAY[record_step.step_key], '{step}', ARRAY[record_step.state], ARRAY[coalesce(record_step.version, v_job.version)],
    ARRAY[number_of_step(record_step.job_id, record_step.name, record_step.step_key)], ARRAY[coalesce(record_step.attempts, 0)], '{0}',
    ARRAY[record_step.result::text], ARRAY[cut_text(record_step.message, 4000)]);
  RETURN FOUND;
END
$$;

-- Waits for the first of these signals, or sleeps for the timeout if there are none, as await_signal does. If the state
-- is waiting, call suspend. A wait without a timeout has no maximum. No row if the lease is lost.
CREATE OR REPLACE FUNCTION wait_for_signal(
  worker text, job_id uuid, lease bigint, name text, signals text[], step_key text DEFAULT '',
  timeout interval DEFAULT NULL, version integer DEFAULT NULL)
RETURNS TABLE (
  state text, until timestamptz, signal_id text, signal_name text, signal_version integer, payload json)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  v_job live_jobs :=
    external_job(
      wait_for_signal.worker, wait_for_signal.job_id, wait_for_signal.lease, wait_for_signal.name,
      wait_for_signal.step_key);
  v_millis bigint := delay_millis(wait_for_signal.timeout, 'timeout');
BEGIN
  IF cardinality(wait_for_signal.signals) > 100 OR wait_for_signal.version < 1
    OR EXISTS (SELECT FROM unnest(wait_for_signal.signals) AS s (name) WHERE NOT is_name(s.name))
  THEN
    RAISE EXCEPTION 'signals must have up to 100 names, each of 1 to 200 characters and none of them a control character; version must be at least 1.'
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF coalesce(cardinality(wait_for_signal.signals), 0) = 0 AND v_millis IS NULL THEN
    RAISE EXCEPTION 'signals and timeout are missing, so the job would wait forever. Give the signals that it waits for, or a timeout.'
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF v_job.id IS NULL THEN
    RETURN;
  END IF;
  RETURN QUERY
    SELECT a.*
    FROM await_signal(
      wait_for_signal.job_id, wait_for_signal.lease, wait_for_signal.worker, wait_for_signal.name,
      wait_for_signal.step_key, coalesce(wait_for_signal.version, v_job.version),
      number_of_step(wait_for_signal.job_id, wait_for_signal.name, wait_for_signal.step_key), wait_for_signal.signals,
      v_millis) AS a;
END
$$;

-- Ends an attempt whose job waits for what its records say; the attempt does not count. False if the lease is lost.
CREATE OR REPLACE FUNCTION suspend(worker text, job_id uuid, lease bigint)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
  RETURN finish_external(suspend.worker, suspend.job_id, suspend.lease, 'suspended', 'pending') IS NOT NULL;
END
$$;

-- Takes back that a wait has got a signal, because the worker cannot read it or it is not valid: it is kept with the
-- error, nobody gets it, and the wait continues. False if the lease is lost.
CREATE OR REPLACE FUNCTION reject_signal(
  worker text, job_id uuid, lease bigint, name text, signal_id text, error text, step_key text DEFAULT '',
  version integer DEFAULT NULL)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_job live_jobs :=
    external_job(
      reject_signal.worker, reject_signal.job_id, reject_signal.lease, reject_signal.name, reject_signal.step_key);
BEGIN
  IF reject_signal.version < 1 THEN
    RAISE EXCEPTION 'version must be at least 1.' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  RETURN v_job.id IS NOT NULL
    AND refuse_signal(
      reject_signal.job_id, reject_signal.lease, reject_signal.worker, reject_signal.name, reject_signal.step_key,
      coalesce(reject_signal.version, v_job.version), reject_signal.signal_id,
      coalesce(cut_text(reject_signal.error, 4000), ''));
END
$$;

-- A token that allows one signal to be sent to this job once, by whoever has it; Java takes it. All attempts get the
-- same. Null if the lease is lost: the handler must stop.
CREATE OR REPLACE FUNCTION signal_token(
  worker text, job_id uuid, lease bigint, signal text, step_key text DEFAULT '', version integer DEFAULT NULL)
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_job live_jobs :=
    external_job(
      signal_token.worker, signal_token.job_id, signal_token.lease, signal_token.signal, signal_token.step_key);
  v_name text := 'token:' || signal_token.signal;
BEGIN
  IF signal_token.version < 1 THEN
    RAISE EXCEPTION 'version must be at least 1.' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF v_job.id IS NULL THEN
    RETURN NULL;
  END IF;
  -- A token that is there stays as it is. gen_random_uuid takes its 122 random bits from where keys come from.
  PERFORM FROM record_steps(
    ARRAY[signal_token.job_id], ARRAY[signal_token.lease], ARRAY[signal_token.worker], ARRAY[v_name],
    ARRAY[signal_token.step_key], '{token}', '{open}', ARRAY[coalesce(signal_token.version, v_job.version)],
    ARRAY[number_of_step(signal_token.job_id, v_name, signal_token.step_key)], '{0}', '{0}',
    ARRAY[to_json(url_text(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())))::text], ARRAY[NULL]::text[]);
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  RETURN (
    SELECT url_text(uuid_send(t.job_id)) || (t.result #>> '{}')
    FROM job_steps t
    WHERE t.job_id = signal_token.job_id AND t.name = v_name AND t.step_key = signal_token.step_key);
END
$$;

-- Ends an attempt that failed without counting it, because a step that has its own attempts has failed, or because the
-- records of the job could not be read. The job is due after the delay. False if the lease is lost.
CREATE OR REPLACE FUNCTION retry_later(
  worker text, job_id uuid, lease bigint, delay interval, error_class text, error_message text,
  stack text DEFAULT NULL)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
  RETURN finish_external(
    retry_later.worker, retry_later.job_id, retry_later.lease, 'released', 'pending',
    coalesce(delay_millis(retry_later.delay, 'delay'), 0), NULL, NULL, 'exception',
    cut_text(retry_later.error_class, 255), cut_text(retry_later.error_message, 4000),
    cut_text(retry_later.stack, 20000)) IS NOT NULL;
END
$$;

-- Saves the cursor of a job in place of the last one. False if the lease is lost: the handler must stop.
CREATE OR REPLACE FUNCTION save_cursor(
  worker text, job_id uuid, lease bigint, value json, version integer DEFAULT NULL)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
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
  PERFORM check_kept_value(v_job, save_cursor.value, 'The cursor', 'Keep only what says how far the handler got.');
  PERFORM FROM save_cursors(
    ARRAY[save_cursor.job_id], ARRAY[save_cursor.lease], ARRAY[save_cursor.worker],
    ARRAY[coalesce(save_cursor.version, v_job.version)], ARRAY[save_cursor.value::text]);
  RETURN FOUND;
END
$$;

-- Sends a signal to a job: the role must have been granted the type of the job, as a worker or a submitter, or own the
-- schema. A signal with the
-- id of an earlier one to the job is not stored again: then false. A job that waits for it starts once the transaction
-- is committed and maintenance has looked, about half a second later.
CREATE OR REPLACE FUNCTION send_signal(
  job_id uuid, name text, payload json, sent_by text, id text DEFAULT NULL, step_key text DEFAULT '',
  version integer DEFAULT 1)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_variable
DECLARE
  v_type text;
  v_refusal text;
  v_is_new boolean;
BEGIN
  IF payload IS NULL OR NOT is_name(name) OR coalesce(version, 0) < 1
    OR octet_length(id) > 800 OR char_length(id) > 200
    OR step_key IS NULL OR octet_length(step_key) > 800 OR char_length(step_key) > 200
    OR (CASE
      WHEN coalesce(octet_length(sent_by), 0) NOT BETWEEN 1 AND 1000 THEN true
      ELSE sent_by || coalesce(id, '') ~ '[[:cntrl:]]' END)
  THEN
    RAISE EXCEPTION 'payload must be JSON; sent_by must have 1 to 1,000 bytes, name 1 to 200 characters, id and step_key up to 200; name, sent_by and id must have no control characters; version must be at least 1.'
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF octet_length(convert_to(payload::text, 'UTF8')) > 1048576 THEN
    RAISE EXCEPTION 'The signal has % bytes; it may have 1048576. Store the data elsewhere and send a reference to it.',
      octet_length(convert_to(payload::text, 'UTF8'))
      USING ERRCODE = 'program_limit_exceeded';
  END IF;
  SELECT s.type INTO v_type FROM job_states s WHERE s.id = send_signal.job_id;
  -- Whoever may not know of the job learns nothing
  IF NOT EXISTS (
      SELECT FROM worker_grants g JOIN pg_roles r ON r.rolname = g.role
      WHERE g.type = v_type AND pg_has_role(calling_role(), r.oid, 'USAGE'))
    AND NOT may_submit(v_type)
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
      -- Not of a class that callers take for an outage
      USING ERRCODE = 'raise_exception';
  END IF;
  RETURN v_is_new;
END
$$;

-- By default, everybody may execute new functions
REVOKE ALL ON FUNCTION
  is_name(text),
  url_text(bytea),
  external_job(text, uuid, bigint, text, text),
  number_of_step(uuid, text, text),
  check_kept_value(live_jobs, json, text, text),
  check_all_results(uuid, text, text, json),
  step_records(text, uuid, bigint),
  record_step(text, uuid, bigint, text, text, text, json, integer, text, integer),
  wait_for_signal(text, uuid, bigint, text, text[], text, interval, integer),
  suspend(text, uuid, bigint),
  reject_signal(text, uuid, bigint, text, text, text, text, integer),
  signal_token(text, uuid, bigint, text, text, integer),
  retry_later(text, uuid, bigint, interval, text, text, text),
  save_cursor(text, uuid, bigint, json, integer),
  send_signal(uuid, text, json, text, text, text, integer)
FROM PUBLIC;
