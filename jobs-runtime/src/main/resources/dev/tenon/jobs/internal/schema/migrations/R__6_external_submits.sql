-- The functions that submitters in other languages call: they submit jobs, read, await and cancel them, each in the
-- transaction of the caller. A role may do so with the types that it was granted, the owner of the schema with all.
-- submit and submit_all check what they can without knowing the Java types: what the applications have recorded about a
-- type (job_types.submission). The payload itself is checked by the worker before it runs.

-- ---------------------------------------------------------------- Internal

-- Whether the caller may submit jobs of a type, and read and cancel them.
CREATE OR REPLACE FUNCTION may_submit(p_type text)
RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
  RETURN EXISTS (
      SELECT FROM submitter_grants g JOIN pg_roles r ON r.rolname = g.role
      WHERE g.type = p_type AND pg_has_role(calling_role(), r.oid, 'USAGE'))
    OR has_function_privilege(calling_role(), 'delete_jobs(uuid[])', 'EXECUTE');
END
$$;

-- What a message may quote of a value that somebody has passed: one line, of up to p_max_bytes
CREATE OR REPLACE FUNCTION quoted_part(p_text text, p_max_bytes integer)
RETURNS text
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
  RETURN regexp_replace(cut_text(p_text, p_max_bytes), '[[:cntrl:]]', '?', 'g');
END
$$;

-- Refuses a string that is blank, too long, or has control characters. The length first: an expression on a string of
-- 300 MB takes 12 s.
CREATE OR REPLACE FUNCTION check_line(p_text text, p_name text, p_max_bytes integer)
RETURNS void
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
  IF octet_length(p_text) > p_max_bytes THEN
    RAISE EXCEPTION '% has % bytes; it may have up to %.', p_name, octet_length(p_text), p_max_bytes
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF coalesce(p_text, '') !~ '\S' THEN
    RAISE EXCEPTION '% is blank. Name who or what it is.', p_name USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF p_text ~ '[[:cntrl:]]' THEN
    RAISE EXCEPTION '% has a control character. Remove it.', p_name USING ERRCODE = 'invalid_parameter_value';
  END IF;
END
$$;

-- Refuses headers that Java would refuse, too.
CREATE OR REPLACE FUNCTION check_headers(p_headers jsonb)
RETURNS void
LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
  c_max_headers CONSTANT integer := 32;
  c_max_bytes CONSTANT integer := 8192;
  v_header record;
  v_count integer := 0;
  v_bytes integer := 0;
BEGIN
  IF jsonb_typeof(p_headers) <> 'object' THEN
    RAISE EXCEPTION 'headers is a JSON %; it must be an object of strings, such as {"tenant": "acme"}.', jsonb_typeof(p_headers)
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  FOR v_header IN SELECT h.key, h.value, h.value #>> '{}' AS text FROM jsonb_each(p_headers) AS h LOOP
    IF (CASE WHEN length(v_header.key) > 64 THEN true ELSE v_header.key !~ '^[a-z][a-z0-9]*([.-][a-z0-9]+)*$' END) THEN
      RAISE EXCEPTION 'A header has the name ''%''. It must have up to 64 lower-case letters and digits, in parts that are separated by dots or hyphens, and begin with a letter.',
        quoted_part(v_header.key, 64)
        USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF v_header.key ~ '^tenon([.-]|$)' THEN
      RAISE EXCEPTION 'The header ''%'' begins with ''tenon'', which is reserved. Choose another name.', v_header.key
        USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF jsonb_typeof(v_header.value) <> 'string' OR octet_length(v_header.text) > 1000 THEN
      RAISE EXCEPTION 'The value of the header ''%'' must be a string of up to 1000 bytes.', v_header.key
        USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF v_header.text ~ '[[:cntrl:]]' THEN
      RAISE EXCEPTION 'The value of the header ''%'' has a control character. Headers are shown in one line: remove it.', v_header.key
        USING ERRCODE = 'invalid_parameter_value';
    END IF;
    v_count := v_count + 1;
    v_bytes := v_bytes + octet_length(v_header.key) + octet_length(v_header.text);
  END LOOP;
  IF v_count > c_max_headers OR v_bytes > c_max_bytes THEN
    RAISE EXCEPTION 'There are % headers with % bytes together; a job may have % with % bytes. Put what belongs to the work itself into the payload.',
      v_count, v_bytes, c_max_headers, c_max_bytes
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
END
$$;

-- The value of a component of the payload as Java writes it into keys; null if it has none. p_key says where it is in
-- the JSON and which form it has; without a form, only Java can make the key. p_purpose is such as 'are unique by'.
CREATE OR REPLACE FUNCTION key_value(p_type text, p_payload json, p_key jsonb, p_purpose text)
RETURNS text
LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
  v_form text := p_key ->> 'form';
  v_property text := p_key ->> 'property';
  v_value json;
  v_text text;
BEGIN
  IF v_form IS NULL THEN
    RAISE EXCEPTION 'Jobs of type ''%'' % the component ''%'', whose values only Java can write in the form that all submitters share. Submit these jobs in Java.',
      p_type, p_purpose, p_key ->> 'component'
      USING ERRCODE = 'feature_not_supported';
  END IF;
  v_value := p_payload -> v_property;
  IF v_value IS NULL OR json_typeof(v_value) = 'null' THEN
    RETURN NULL;
  END IF;
  v_text := v_value #>> '{}';
  -- In brackets, because IF reads to the first THEN outside of any.
  IF NOT (CASE v_form
    WHEN 'string' THEN json_typeof(v_value) = 'string'
    WHEN 'boolean' THEN json_typeof(v_value) = 'boolean'
    WHEN 'whole_number' THEN json_typeof(v_value) = 'number' AND v_text ~ '^(0|-?[1-9][0-9]*)$'
    WHEN 'uuid' THEN json_typeof(v_value) = 'string'
      AND v_text ~* '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'
    ELSE false
  END) THEN
    RAISE EXCEPTION 'The property ''%'' of the payload must be a %, because jobs of type ''%'' % it.',
      v_property,
      CASE v_form
        WHEN 'whole_number' THEN 'whole number without fraction and exponent'
        WHEN 'uuid' THEN 'UUID of 36 characters'
        ELSE v_form END,
      p_type, p_purpose
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  RETURN CASE v_form WHEN 'uuid' THEN lower(v_text) ELSE v_text END;
END
$$;

-- The same for a key that is stored as it is; '' if the component has no value, or p_key is ''. Null without a p_key.
CREATE OR REPLACE FUNCTION line_key(p_type text, p_payload json, p_key jsonb, p_purpose text)
RETURNS text
LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
  c_max_bytes CONSTANT integer := 1000;
  v_key text;
BEGIN
  IF p_key IS NULL THEN
    RETURN NULL;
  END IF;
  IF jsonb_typeof(p_key) <> 'object' THEN
    RETURN '';
  END IF;
  v_key := coalesce(key_value(p_type, p_payload, p_key, p_purpose), '');
  IF octet_length(v_key) > c_max_bytes THEN
    RAISE EXCEPTION 'The property ''%'' of the payload has % bytes; it may have up to %, because jobs of type ''%'' % it. Use an id, and keep long strings in other properties.',
      p_key ->> 'property', octet_length(v_key), c_max_bytes, p_type, p_purpose
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  RETURN v_key;
END
$$;

-- What a job counts for rates of costs; 0 if the component has no value. Null without a p_key.
CREATE OR REPLACE FUNCTION cost_of(p_type text, p_payload json, p_key jsonb)
RETURNS bigint
LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
  v_cost numeric;
BEGIN
  IF p_key IS NULL THEN
    RETURN NULL;
  END IF;
  v_cost := coalesce(key_value(p_type, p_payload, p_key, 'cost what is in'), '0')::numeric;
  IF v_cost < 0 THEN
    RAISE EXCEPTION 'The property ''%'' of the payload is %; it must be at least 0, because it is the cost of a job of type ''%''.',
      p_key ->> 'property', left(v_cost::text, 100), p_type
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF v_cost > (p_key ->> 'max')::bigint THEN
    RAISE EXCEPTION 'The property ''%'' of the payload is %; it must be at most what the rate % of type ''%'' lets start at a time.',
      p_key ->> 'property', left(v_cost::text, 100), p_key ->> 'rate', p_type
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  RETURN v_cost;
END
$$;

-- The number of UTF-16 units of a string, which is what Java counts
CREATE OR REPLACE FUNCTION utf16_length(p_text text)
RETURNS integer
LANGUAGE sql IMMUTABLE
AS $$
  SELECT char_length(p_text)
    + CASE
      WHEN octet_length(p_text) = char_length(p_text) THEN 0
      ELSE char_length(regexp_replace(p_text, '[^\U00010000-\U0010ffff]', '', 'g')) END
$$;

-- The unique key of a job, as UniqueKeyText of the Java runtime writes it: the type and the values, each after its length.
CREATE OR REPLACE FUNCTION unique_key_text(p_type text, p_values text[], p_is_hashed boolean)
RETURNS text
LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
  v_key text := (
    SELECT utf16_length(p_type) || ':' || p_type
      || string_agg('|' || coalesce(utf16_length(v.value) || ':' || v.value, '-'), '' ORDER BY v.number)
    FROM unnest(p_values) WITH ORDINALITY AS v (value, number));
BEGIN
  IF NOT p_is_hashed AND octet_length(v_key) <= 200 AND v_key !~ '[^ -~]' THEN
    RETURN v_key;
  END IF;
  RETURN 'sha256:' || encode(sha256(convert_to(v_key, 'UTF8')), 'hex');
END
$$;

-- Notifies the processes of new jobs once the transaction is committed: workers that take jobs from the table, and the
-- leader, which publishes the pointers to these ids. Both also look without it.
CREATE OR REPLACE FUNCTION tell_submitted(p_ids uuid[])
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
  IF pg_notification_queue_usage() > 0.5 THEN
    RETURN;
  END IF;
  IF coalesce(cardinality(p_ids), 0) = 0 THEN
    PERFORM pg_notify('tenon_jobs', current_schema() || E'\nsubmitted');
    RETURN;
  END IF;
  -- A message has less than 8,000 bytes
  PERFORM pg_notify('tenon_jobs', current_schema() || E'\nsubmitted ' || part.ids)
  FROM (
    SELECT string_agg(told.id::text, ' ') AS ids
    FROM unnest(p_ids) WITH ORDINALITY AS told (id, number)
    GROUP BY told.number / 150) AS part;
END
$$;

-- What applications have recorded about a type, if the caller may submit its jobs, and in this version.
CREATE OR REPLACE FUNCTION submittable_type(p_type text, p_version integer)
RETURNS job_types
LANGUAGE plpgsql STABLE
AS $$
DECLARE
  v_type job_types;
  v_present text;
  v_rules jsonb;
BEGIN
  IF p_type IS NULL OR NOT may_submit(p_type) THEN
    RAISE EXCEPTION 'Role ''%'' may not submit jobs of type ''%''. The owner of the schema can allow it with grant_submitter.',
      calling_role(), coalesce(quoted_part(p_type, 255), 'null')
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT t.type INTO v_present FROM job_types t WHERE t.aliases <> '{}' AND p_type = ANY (t.aliases) ORDER BY t.type LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION '''%'' is an earlier name of job type ''%''. Submit its jobs by that name.', p_type, v_present
      USING ERRCODE = 'undefined_object';
  END IF;
  SELECT t.* INTO v_type FROM job_types t WHERE t.type = p_type;
  v_rules := v_type.submission;
  IF v_rules IS NULL THEN
    RAISE EXCEPTION 'No application has recorded a job type ''%''. Check the name, and start an application that declares it.',
      quoted_part(p_type, 255)
      USING ERRCODE = 'undefined_object';
  END IF;
  IF v_rules ? 'refusal' THEN
    RAISE EXCEPTION 'Jobs of type ''%'' can be submitted only in Java: %', p_type, v_rules ->> 'refusal'
      USING ERRCODE = 'feature_not_supported';
  END IF;
  IF p_version IS NULL AND v_rules -> 'version' <> '1' THEN
    RAISE EXCEPTION 'Job type ''%'' has version %. Pass the version whose shape the payload has.', p_type, v_rules ->> 'version'
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF NOT v_rules -> 'versions' @> to_jsonb(coalesce(p_version, 1)) THEN
    RAISE EXCEPTION 'version is %; the applications read payloads of job type ''%'' in these versions: %.',
      coalesce(p_version, 1), p_type, (
        SELECT string_agg(v.version, ', ' ORDER BY v.number)
        FROM jsonb_array_elements_text(v_rules -> 'versions') WITH ORDINALITY AS v (version, number))
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF v_rules -> 'version' <> to_jsonb(coalesce(p_version, 1))
    AND (v_rules ? 'unique' OR 'object' IN (
      jsonb_typeof(v_rules -> 'limitBy'), jsonb_typeof(v_rules -> 'orderBy'), jsonb_typeof(v_rules -> 'backlogBy'),
      jsonb_typeof(v_rules -> 'costBy')))
  THEN
    RAISE EXCEPTION 'version is %, but the keys of jobs of type ''%'' are made from payloads of version %. Submit that version.',
      coalesce(p_version, 1), p_type, v_rules ->> 'version'
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  RETURN v_type;
END
$$;

-- The number of a priority; null if none is given.
CREATE OR REPLACE FUNCTION priority_level(p_priority text)
RETURNS smallint
LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
  v_level integer := array_position(ARRAY['low', 'normal', 'high', 'critical'], p_priority) - 1;
BEGIN
  IF p_priority IS NOT NULL AND v_level IS NULL THEN
    RAISE EXCEPTION 'priority is ''%''; it must be low, normal, high or critical.', quoted_part(p_priority, 100)
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  RETURN v_level;
END
$$;

-- An interval in milliseconds; refuses one that is too short, or longer than 100 years.
CREATE OR REPLACE FUNCTION submit_millis(p_interval interval, p_name text, p_min_millis bigint)
RETURNS bigint
LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
  c_max_millis CONSTANT bigint := 36500 * 86400000::bigint;
  v_millis numeric := extract(epoch FROM p_interval) * 1000;
BEGIN
  IF v_millis NOT BETWEEN p_min_millis AND c_max_millis THEN
    RAISE EXCEPTION '% is %; it must be from % milliseconds to 36,500 days.', p_name, p_interval, p_min_millis
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  RETURN v_millis;
END
$$;

-- A time as the tables take it; refuses one after the year 9999.
CREATE OR REPLACE FUNCTION submit_time(p_time timestamptz, p_name text)
RETURNS timestamptz
LANGUAGE plpgsql STABLE
AS $$
BEGIN
  IF p_time >= never() THEN
    RAISE EXCEPTION '% is %; it must be before %.', p_name, p_time, never() USING ERRCODE = 'invalid_parameter_value';
  END IF;
  RETURN CASE WHEN p_time < timestamptz 'epoch' THEN timestamptz 'epoch' ELSE p_time END;
END
$$;

-- The jobs with the times that were given, or that their type declares.
CREATE OR REPLACE FUNCTION with_times(
  p_jobs submitted_jobs, p_delay interval, p_run_at timestamptz, p_start_within interval, p_start_before timestamptz)
RETURNS submitted_jobs
LANGUAGE plpgsql STABLE
AS $$
DECLARE
  v_jobs submitted_jobs := p_jobs;
BEGIN
  IF p_delay IS NOT NULL AND p_run_at IS NOT NULL THEN
    RAISE EXCEPTION 'Both delay and run_at are given. Give the one that says when the job is due.'
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF p_start_within IS NOT NULL AND p_start_before IS NOT NULL THEN
    RAISE EXCEPTION 'Both start_within and start_before are given. Give the one that says how late the job may start.'
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF p_start_before <= p_run_at THEN
    RAISE EXCEPTION 'The job must start before %, but it is due only at %, so that it could never start. Use a later start_before, or start_within, which counts from the due time.',
      p_start_before, p_run_at
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  v_jobs.delay_millis := submit_millis(p_delay, 'delay', 0);
  v_jobs.run_at := submit_time(p_run_at, 'run_at');
  v_jobs.start_before := submit_time(p_start_before, 'start_before');
  v_jobs.within_millis := CASE
    WHEN p_start_before IS NULL
      THEN coalesce(submit_millis(p_start_within, 'start_within', 1), (p_jobs.rules ->> 'startWithinMillis')::bigint) END;
  RETURN v_jobs;
END
$$;

-- Locks the workflow of a job, which may be null, and those that it is a task of, from the outermost inwards: their ids
-- were made in that order.
CREATE OR REPLACE FUNCTION lock_workflows(p_workflow uuid)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
  v_ids uuid[] := ARRAY(
    WITH RECURSIVE above AS (
      SELECT w.id, w.parent_id FROM workflows w WHERE w.id = p_workflow
      UNION ALL
      SELECT w.id, w.parent_id FROM above a JOIN workflows w ON w.id = a.parent_id
    )
    SELECT a.id FROM above a);
BEGIN
  PERFORM FROM workflows w WHERE w.id = ANY (v_ids) ORDER BY w.id FOR NO KEY UPDATE;
END
$$;

-- Refuses what is not a traceparent, and maybe a tracestate after a space.
CREATE OR REPLACE FUNCTION check_trace_context(p_context text)
RETURNS void
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
  IF (CASE
    WHEN octet_length(p_context) > 1000 THEN true
    ELSE p_context !~ '^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}( [ -~]+)?$' END)
  THEN
    RAISE EXCEPTION 'trace_context must be a traceparent as defined by the W3C''s Trace Context, and after a space the tracestate if there is one; together up to 1000 bytes.'
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
END
$$;

-- Refuses payloads that are not objects, are too large, or have parts that look as if they were encrypted.
CREATE OR REPLACE FUNCTION check_payloads(p_type text, p_payloads json[], p_max_bytes integer)
RETURNS void
LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
  c_max_payloads CONSTANT integer := 1000;
  c_max_all_bytes CONSTANT bigint := 16777216;
  v_payload json;
  v_number integer := 0;
  v_bytes integer;
  v_all_bytes bigint := 0;
BEGIN
  IF coalesce(cardinality(p_payloads), 0) NOT BETWEEN 1 AND c_max_payloads THEN
    RAISE EXCEPTION 'There are % payloads; a call may have 1 to %. Submit more with several calls in one transaction.',
      coalesce(cardinality(p_payloads), 0), c_max_payloads
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  FOREACH v_payload IN ARRAY p_payloads LOOP
    v_number := v_number + 1;
    IF v_payload IS NULL OR json_typeof(v_payload) <> 'object' THEN
      RAISE EXCEPTION 'Payload % of type ''%'' is %; it must be a JSON object.', v_number, p_type,
        CASE WHEN v_payload IS NULL THEN 'null' ELSE 'a JSON ' || json_typeof(v_payload) END
        USING ERRCODE = 'invalid_parameter_value';
    END IF;
    v_bytes := octet_length(convert_to(v_payload::text, 'UTF8'));
    IF v_bytes > p_max_bytes THEN
      RAISE EXCEPTION 'Payload % of type ''%'' has % bytes; it may have %. Store the data elsewhere and submit a reference to it.',
        v_number, p_type, v_bytes, p_max_bytes
        USING ERRCODE = 'program_limit_exceeded';
    END IF;
    IF position('"tenon-encrypted:1:' IN v_payload::text) > 0 THEN
      RAISE EXCEPTION 'Payload % of type ''%'' has a string that begins with "tenon-encrypted:1:", as encrypted values do. Change it.',
        v_number, p_type
        USING ERRCODE = 'invalid_parameter_value';
    END IF;
    v_all_bytes := v_all_bytes + v_bytes;
  END LOOP;
  IF v_all_bytes > c_max_all_bytes AND v_number > 1 THEN
    RAISE EXCEPTION 'The payloads have % bytes together; those of one call may have %. Submit them with several calls in one transaction.',
      v_all_bytes, c_max_all_bytes
      USING ERRCODE = 'program_limit_exceeded';
  END IF;
END
$$;

-- The jobs with these payloads, and the keys that are made from them.
CREATE OR REPLACE FUNCTION with_payloads(p_jobs submitted_jobs, p_payloads json[])
RETURNS submitted_jobs
LANGUAGE plpgsql
AS $$
DECLARE
  v_jobs submitted_jobs := p_jobs;
  v_unique jsonb := p_jobs.rules -> 'unique';
BEGIN
  SELECT
    array_agg(m.payload ORDER BY m.number), array_agg(octet_length(convert_to(m.payload, 'UTF8')) ORDER BY m.number),
    array_agg(m.unique_key ORDER BY m.number), array_agg(m.limit_key ORDER BY m.number),
    array_agg(m.order_key ORDER BY m.number), array_agg(m.backlog_key ORDER BY m.number),
    array_agg(m.cost ORDER BY m.number)
  INTO v_jobs.payloads, v_jobs.bytes, v_jobs.unique_keys, v_jobs.limit_keys, v_jobs.order_keys, v_jobs.backlog_keys,
    v_jobs.costs
  FROM (
    SELECT
      n.number, n.payload::text AS payload,
      CASE WHEN v_unique IS NOT NULL THEN unique_key_text(
        p_jobs.type,
        ARRAY(
          SELECT key_value(p_jobs.type, n.payload, c.key, 'are unique by')
          FROM jsonb_array_elements(v_unique -> 'by') WITH ORDINALITY AS c (key, place)
          ORDER BY c.place),
        (v_unique ->> 'isHashed')::boolean) END AS unique_key,
      line_key(p_jobs.type, n.payload, p_jobs.rules -> 'limitBy', 'are limited by') AS limit_key,
      line_key(p_jobs.type, n.payload, p_jobs.rules -> 'orderBy', 'wait in lines by') AS order_key,
      line_key(p_jobs.type, n.payload, p_jobs.rules -> 'backlogBy', 'are counted by') AS backlog_key,
      cost_of(p_jobs.type, n.payload, p_jobs.rules -> 'costBy') AS cost
    FROM unnest(p_payloads) WITH ORDINALITY AS n (payload, number)) AS m;
  RETURN v_jobs;
END
$$;

-- One job for each unique key, in the order of the keys. It has the id of the first job with the key; where jobs are
-- replaced, it has everything else from the last one.
CREATE OR REPLACE FUNCTION one_for_each_key(p_jobs submitted_jobs)
RETURNS submitted_jobs
LANGUAGE plpgsql STABLE
AS $$
DECLARE
  v_jobs submitted_jobs := p_jobs;
  v_is_kept boolean := p_jobs.rules #>> '{unique,onDuplicate}' = 'keep';
BEGIN
  SELECT
    array_agg(k.id ORDER BY k.key), array_agg(k.payload ORDER BY k.key), array_agg(k.bytes ORDER BY k.key),
    array_agg(k.key::text ORDER BY k.key), array_agg(k.limit_key ORDER BY k.key), array_agg(k.order_key ORDER BY k.key),
    array_agg(k.backlog_key ORDER BY k.key), array_agg(k.cost ORDER BY k.key)
  INTO v_jobs.ids, v_jobs.payloads, v_jobs.bytes, v_jobs.unique_keys, v_jobs.limit_keys, v_jobs.order_keys,
    v_jobs.backlog_keys, v_jobs.costs
  FROM (
    SELECT DISTINCT ON (n.key)
      n.key COLLATE "C" AS key, n.payload, n.bytes, n.limit_key, n.order_key, n.backlog_key, n.cost,
      p_jobs.ids[(min(n.number) OVER (PARTITION BY n.key))::integer] AS id
    FROM unnest(
      p_jobs.unique_keys, p_jobs.payloads, p_jobs.bytes, p_jobs.limit_keys, p_jobs.order_keys, p_jobs.backlog_keys,
      p_jobs.costs)
      WITH ORDINALITY AS n (key, payload, bytes, limit_key, order_key, backlog_key, cost, number)
    ORDER BY n.key, CASE WHEN v_is_kept THEN n.number ELSE -n.number END) AS k;
  RETURN v_jobs;
END
$$;

-- Refuses jobs where as many wait as may. Those that other jobs stand for need no room. The count does not see what
-- other transactions have not committed.
CREATE OR REPLACE FUNCTION require_room(p_jobs submitted_jobs)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
  v_held text[] := '{}';
  v_wanted record;
  v_bound record;
BEGIN
  IF p_jobs.rules -> 'backlogBy' IS NULL THEN
    RETURN;
  END IF;
  IF p_jobs.rules ? 'unique' THEN
    v_held := ARRAY(SELECT h.unique_key FROM jobs_with_keys(p_jobs.unique_keys) AS h WHERE NOT h.is_expired);
  END IF;
  FOR v_wanted IN
    SELECT b.key, count(*) AS jobs
    FROM unnest(p_jobs.backlog_keys, p_jobs.unique_keys) AS b (key, unique_key)
    WHERE (b.unique_key = ANY (v_held)) IS NOT TRUE
    GROUP BY b.key
  LOOP
    SELECT b.max_waiting, b.waiting INTO v_bound FROM backlog_of(p_jobs.type, v_wanted.key, 0) AS b;
    IF v_bound.waiting + v_wanted.jobs > v_bound.max_waiting THEN
      RAISE EXCEPTION '% job(s) of type ''%'' were not submitted: % jobs% wait, and the bound is %. %',
        v_wanted.jobs, p_jobs.type, v_bound.waiting,
        CASE WHEN v_wanted.key = '' THEN '' ELSE ' of ''' || v_wanted.key || '''' END,
        v_bound.max_waiting,
        CASE
          WHEN v_wanted.jobs > v_bound.max_waiting THEN 'Submit fewer at a time.'
          ELSE 'Submit them again later, or find out why the workers are slower than the submitters.' END
        USING ERRCODE = 'configuration_limit_exceeded';
    END IF;
  END LOOP;
END
$$;

-- Records the jobs, or finds those that have their unique keys already and changes them if the type says so. Returns for
-- each job, in their order, the one that stands for it, whether that was recorded, and whether a pointer to it has to be
-- published now. If another job had a key and has lost it since, it returns nothing: everything has to be rolled back,
-- and tried again.
CREATE OR REPLACE FUNCTION record_submit(p_jobs submitted_jobs)
RETURNS TABLE (number bigint, id uuid, is_new boolean, is_to_publish boolean)
LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
  v_unique jsonb := p_jobs.rules -> 'unique';
  v_replaces_time boolean := coalesce(v_unique ->> 'onDuplicate' = 'replace_time', false);
  v_is_due boolean := p_jobs.delay_millis IS NULL AND p_jobs.run_at IS NULL;
  v_inserted uuid[];
  v_missing text[];
  -- The jobs that have the missing keys
  v_keys text[];
  v_ids uuid[];
  v_are_waiting boolean[];
  v_changed uuid[] := '{}';
  v_changed_published uuid[] := '{}';
BEGIN
  v_inserted := ARRAY(
    SELECT i.id
    FROM insert_jobs(
      NULL,
      -- Nobody but the relay publishes the pointers if the notification is lost
      0,
      p_jobs.ids, p_jobs.payloads, p_jobs.bytes, ARRAY[p_jobs.type], ARRAY[p_jobs.version],
      ARRAY[p_jobs.rules ->> 'routingKey'], ARRAY[p_jobs.priority], ARRAY[p_jobs.has_own_priority],
      ARRAY[p_jobs.max_attempts], ARRAY[p_jobs.item_id], ARRAY[p_jobs.submitted_by],
      ARRAY[(p_jobs.rules ->> 'retentionSeconds')::bigint], ARRAY[(p_jobs.rules ->> 'failedRetentionSeconds')::bigint],
      ARRAY[p_jobs.delay_millis], ARRAY[p_jobs.run_at], ARRAY[p_jobs.rules ->> 'externalPolicy'], p_jobs.limit_keys,
      p_jobs.order_keys, p_jobs.backlog_keys, p_jobs.costs, ARRAY[NULL::uuid], ARRAY[false], ARRAY[p_jobs.trace_context],
      ARRAY[p_jobs.headers::text], ARRAY[p_jobs.within_millis], ARRAY[p_jobs.start_before], p_jobs.unique_keys,
      ARRAY[v_unique ->> 'scope'], ARRAY[(v_unique ->> 'periodMillis')::bigint]) AS i);
  IF v_unique IS NULL THEN
    RETURN QUERY
      SELECT given.number, given.id, true, v_is_due AND given.order_key IS NULL AND NOT p_jobs.is_limited
      FROM unnest(p_jobs.ids, p_jobs.order_keys) WITH ORDINALITY AS given (id, order_key, number);
    RETURN;
  END IF;
  v_missing := ARRAY(
    SELECT given.key
    FROM unnest(p_jobs.ids, p_jobs.unique_keys) AS given (id, key)
    WHERE given.id <> ALL (v_inserted));
  IF cardinality(v_missing) > 0 THEN
    SELECT array_agg(h.unique_key), array_agg(h.id), array_agg(h.status IN ('pending', 'queued'))
    INTO v_keys, v_ids, v_are_waiting
    FROM jobs_with_keys(v_missing) AS h
    WHERE NOT h.is_expired;
    IF coalesce(cardinality(v_keys), 0) < cardinality(v_missing) THEN
      RETURN;
    END IF;
    IF v_unique ->> 'onDuplicate' <> 'keep' THEN
      SELECT coalesce(array_agg(r.id), '{}'), coalesce(array_agg(r.id) FILTER (WHERE r.is_published), '{}')
      INTO v_changed, v_changed_published
      FROM (
        SELECT
          array_agg(h.id ORDER BY h.id) AS ids, array_agg(h.key ORDER BY h.id) AS keys,
          array_agg(p_jobs.version) AS versions, array_agg(p_jobs.priority) AS priorities,
          array_agg(p_jobs.has_own_priority) AS have_own_priority,
          array_agg(given.payload ORDER BY h.id) AS payloads, array_agg(given.bytes ORDER BY h.id) AS bytes,
          array_agg(given.limit_key ORDER BY h.id) AS limit_keys, array_agg(given.order_key ORDER BY h.id) AS order_keys,
          array_agg(p_jobs.trace_context) AS trace_contexts, array_agg(p_jobs.headers::text) AS headers,
          array_agg(v_replaces_time) AS replace_times, array_agg(p_jobs.delay_millis) AS delays,
          array_agg(p_jobs.run_at) AS run_ats, array_agg(p_jobs.within_millis) AS within,
          array_agg(p_jobs.start_before) AS start_befores,
          array_agg(given.backlog_key ORDER BY h.id) AS backlog_keys,
          array_agg(given.cost ORDER BY h.id) AS costs
        FROM unnest(v_keys, v_ids, v_are_waiting) AS h (key, id, is_waiting)
        JOIN unnest(
          p_jobs.unique_keys, p_jobs.payloads, p_jobs.bytes, p_jobs.limit_keys, p_jobs.order_keys, p_jobs.backlog_keys,
          p_jobs.costs) AS given (key, payload, bytes, limit_key, order_key, backlog_key, cost) ON given.key = h.key
        WHERE h.is_waiting) AS n,
      LATERAL replace_jobs(
        n.ids, n.keys, n.versions, n.priorities, n.have_own_priority, n.payloads, n.bytes, n.limit_keys, n.order_keys,
        n.trace_contexts, n.headers, n.replace_times, n.delays, n.run_ats, n.within, n.start_befores, n.backlog_keys,
        n.costs) AS r
      WHERE n.ids IS NOT NULL;
      -- Those that no longer wait stay as they are if they have kept their keys
      IF EXISTS (
        SELECT
        FROM unnest(v_keys, v_ids, v_are_waiting) AS was (key, id, is_waiting)
        WHERE was.is_waiting AND was.id <> ALL (v_changed) AND NOT EXISTS (
          SELECT FROM jobs_with_keys(ARRAY[was.key]) AS h WHERE h.id = was.id AND NOT h.is_expired))
      THEN
        RETURN;
      END IF;
    END IF;
  END IF;
  RETURN QUERY
    SELECT
      given.number, coalesce(h.id, given.id), h.id IS NULL,
      v_is_due AND CASE
        WHEN h.id IS NULL THEN given.order_key IS NULL AND NOT p_jobs.is_limited
        ELSE v_replaces_time AND h.id = ANY (v_changed_published) END
    FROM unnest(p_jobs.ids, p_jobs.unique_keys, p_jobs.order_keys) WITH ORDINALITY AS given (id, key, order_key, number)
    LEFT JOIN unnest(v_keys, v_ids) AS h (key, id) ON h.key = given.key AND given.key = ANY (v_missing)
    ORDER BY given.number;
END
$$;

-- Records the jobs, all or none, and returns what stands for them, in their order (record_submit).
CREATE OR REPLACE FUNCTION record_whole_submit(p_jobs submitted_jobs)
RETURNS TABLE (number bigint, id uuid, is_new boolean, is_to_publish boolean)
LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
  c_max_tries CONSTANT integer := 20;
BEGIN
  IF NOT p_jobs.rules ? 'unique' THEN
    RETURN QUERY SELECT r.* FROM record_submit(p_jobs) AS r;
    RETURN;
  END IF;
  FOR v_try IN 1..c_max_tries LOOP
    -- A try that fails is rolled back: a second insert must not hold rows while it waits for keys
    BEGIN
      RETURN QUERY SELECT r.* FROM record_submit(p_jobs) AS r;
      IF FOUND THEN
        RETURN;
      END IF;
      RAISE EXCEPTION 'Another job had one of the unique keys, and has lost it.' USING ERRCODE = 'TN001';
    EXCEPTION WHEN SQLSTATE 'TN001' THEN
      NULL;
    END;
    PERFORM clear_unique_keys(e.keys, e.ids)
    FROM (
      SELECT
        array_agg(h.unique_key ORDER BY h.unique_key COLLATE "C") AS keys,
        array_agg(h.id ORDER BY h.unique_key COLLATE "C") AS ids
      FROM jobs_with_keys(p_jobs.unique_keys) AS h
      WHERE h.is_expired) AS e
    WHERE e.keys IS NOT NULL;
  END LOOP;
  RAISE EXCEPTION 'In each of % tries, another job had one of the unique keys and then lost it again. Submit the jobs again.',
    c_max_tries
    USING ERRCODE = 'serialization_failure';
END
$$;

-- ---------------------------------------------------------------- What submitters call

-- Submits jobs of a type, all or none, in the transaction of the caller. version is the version of the type whose shape
-- the payloads have; it may be left out while the type has version 1. Returns for each payload, in their order, the id of
-- its job and whether that is new: where the type has unique jobs, another one may stand for it. Unless notify is false,
-- the commit notifies the processes that start jobs; otherwise they find the jobs when they look.
CREATE OR REPLACE FUNCTION submit_all(
  type text, payloads json[], submitted_by text, version integer DEFAULT NULL, item_id text DEFAULT NULL,
  priority text DEFAULT NULL, delay interval DEFAULT NULL, run_at timestamptz DEFAULT NULL,
  start_within interval DEFAULT NULL, start_before timestamptz DEFAULT NULL, headers jsonb DEFAULT NULL,
  trace_context text DEFAULT NULL, notify boolean DEFAULT true)
RETURNS TABLE (number bigint, job_id uuid, is_new boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
AS $$
#variable_conflict use_column
DECLARE
  v_type job_types := submittable_type(submit_all.type, submit_all.version);
  v_jobs submitted_jobs;
  v_given submitted_jobs;
  -- What stands for the jobs of v_jobs
  v_ids uuid[];
  v_are_new boolean[];
  v_to_publish uuid[];
BEGIN
  -- enter_line relies on this setting, and the caller may have set it
  PERFORM set_config('tenon.lined', '', true);
  PERFORM check_line(submit_all.submitted_by, 'submitted_by', 1000);
  IF submit_all.item_id IS NOT NULL THEN
    PERFORM check_line(submit_all.item_id, 'item_id', 1000);
  END IF;
  IF submit_all.headers IS NOT NULL THEN
    PERFORM check_headers(submit_all.headers);
  END IF;
  PERFORM check_trace_context(submit_all.trace_context);
  PERFORM check_payloads(submit_all.type, submit_all.payloads, (v_type.submission ->> 'maxPayloadBytes')::integer);
  v_jobs.type := v_type.type;
  v_jobs.rules := v_type.submission;
  v_jobs.is_limited := v_type.is_limited;
  v_jobs.version := coalesce(submit_all.version, 1);
  v_jobs.priority := coalesce(priority_level(submit_all.priority), v_type.priority);
  v_jobs.has_own_priority := submit_all.priority IS NOT NULL;
  v_jobs.max_attempts := v_type.max_attempts;
  v_jobs.item_id := submit_all.item_id;
  v_jobs.submitted_by := submit_all.submitted_by;
  v_jobs.headers := nullif(submit_all.headers, '{}');
  v_jobs.trace_context := submit_all.trace_context;
  v_jobs := with_times(v_jobs, submit_all.delay, submit_all.run_at, submit_all.start_within, submit_all.start_before);
  -- Several are made in the same millisecond
  v_jobs.ids := ARRAY(SELECT new_job_id() AS id FROM generate_series(1, cardinality(submit_all.payloads)) ORDER BY id);
  v_given := with_payloads(v_jobs, submit_all.payloads);
  v_jobs := CASE WHEN v_given.rules ? 'unique' THEN one_for_each_key(v_given) ELSE v_given END;
  PERFORM require_room(v_jobs);
  SELECT
    array_agg(r.id ORDER BY r.number), array_agg(r.is_new ORDER BY r.number),
    array_agg(r.id ORDER BY r.number) FILTER (WHERE r.is_to_publish)
  INTO v_ids, v_are_new, v_to_publish
  FROM record_whole_submit(v_jobs) AS r;
  IF submit_all.notify THEN
    PERFORM tell_submitted(v_to_publish);
  END IF;
  IF NOT v_given.rules ? 'unique' THEN
    RETURN QUERY
      SELECT r.number, r.id, r.is_new FROM unnest(v_ids, v_are_new) WITH ORDINALITY AS r (id, is_new, number) ORDER BY 1;
    RETURN;
  END IF;
  RETURN QUERY
    SELECT given.number, r.id, r.is_new AND row_number() OVER (PARTITION BY given.key ORDER BY given.number) = 1
    FROM unnest(v_given.unique_keys) WITH ORDINALITY AS given (key, number)
    JOIN unnest(v_jobs.unique_keys, v_ids, v_are_new) AS r (key, id, is_new) ON r.key = given.key
    ORDER BY given.number;
END
$$;

-- Submits one job: as submit_all does.
CREATE OR REPLACE FUNCTION submit(
  type text, payload json, submitted_by text, version integer DEFAULT NULL, item_id text DEFAULT NULL,
  priority text DEFAULT NULL, delay interval DEFAULT NULL, run_at timestamptz DEFAULT NULL,
  start_within interval DEFAULT NULL, start_before timestamptz DEFAULT NULL, headers jsonb DEFAULT NULL,
  trace_context text DEFAULT NULL, notify boolean DEFAULT true)
RETURNS TABLE (job_id uuid, is_new boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
    SELECT s.job_id, s.is_new
    FROM submit_all(
      submit.type, ARRAY[submit.payload], submit.submitted_by, submit.version, submit.item_id, submit.priority, submit.delay,
      submit.run_at, submit.start_within, submit.start_before, submit.headers, submit.trace_context, submit.notify) AS s;
END
$$;

-- Returns those of these jobs that exist, and whose types the caller may submit. The payload is left out unless it is
-- asked for.
CREATE OR REPLACE FUNCTION read_jobs(job_ids uuid[], with_payload boolean DEFAULT false)
RETURNS TABLE (
  job_id uuid, type text, version integer, status text, priority text, item_id text, submitted_by text,
  submitted_at timestamptz, run_at timestamptz, started_at timestamptz, finished_at timestamptz, attempts integer,
  max_attempts integer, progress integer, progress_message text, cancel_requested boolean, payload json, result json,
  result_version integer, error_reason text, error_class text, error_message text, headers jsonb)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  c_max_jobs CONSTANT integer := 1000;
BEGIN
  IF cardinality(read_jobs.job_ids) > c_max_jobs THEN
    RAISE EXCEPTION 'There are % job_ids; a call may have up to %.', cardinality(read_jobs.job_ids), c_max_jobs
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  RETURN QUERY
    SELECT
      one.id, one.type, one.version, one.status, (ARRAY['low', 'normal', 'high', 'critical'])[one.priority + 1], one.item_id,
      one.submitted_by, one.submitted_at, one.run_at, one.started_at, one.finished_at, one.attempts, one.max_attempts,
      one.progress::integer, one.progress_message, one.cancel_requested_at IS NOT NULL,
      CASE WHEN read_jobs.with_payload THEN one.payload END, one.result, one.result_version, one.error_reason,
      one.error_class, one.error_message, one.headers
    FROM unnest(read_jobs.job_ids) WITH ORDINALITY AS given (id, number), LATERAL (
      SELECT j.* FROM jobs j WHERE j.id = given.id OFFSET 0) AS one
    WHERE may_submit(one.type)
    ORDER BY given.number;
END
$$;

-- Notes for 90 seconds that somebody awaits the ends of these jobs: whoever ends one notifies the channel tenon_jobs. The
-- message is the schema, a line feed, "changed" and the ids, with spaces between them. It may be lost, so read the jobs now
-- and then. watcher is an id of the process, made by it. Jobs that the caller may not read are left out. Returns the
-- number of the others.
CREATE OR REPLACE FUNCTION watch_jobs(watcher uuid, job_ids uuid[])
RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
AS $$
DECLARE
  c_millis CONSTANT bigint := 90000;
  v_ids uuid[];
BEGIN
  IF watch_jobs.watcher IS NULL THEN
    RAISE EXCEPTION 'watcher must be an id of the process, made by it.' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  v_ids := ARRAY(SELECT DISTINCT r.job_id FROM read_jobs(watch_jobs.job_ids) AS r);
  PERFORM await_jobs(watch_jobs.watcher, v_ids, ARRAY(SELECT false FROM unnest(v_ids)), c_millis);
  RETURN cardinality(v_ids);
END
$$;

-- Cancels a job: one that waits ends, and one that runs is asked to stop, which its handler decides about. Returns its
-- status after that: 'cancelled', 'running', or that of a job that had ended before. The change has an entry in the audit.
CREATE OR REPLACE FUNCTION cancel_job(job_id uuid, cancelled_by text, reason text DEFAULT NULL)
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
-- So that nobody who holds a job can hold up those who cancel it
SET lock_timeout = '2s'
AS $$
#variable_conflict use_variable
DECLARE
  c_max_tries CONSTANT integer := 20;
  v_job record;
  v_outcome text;
BEGIN
  PERFORM check_line(cancelled_by, 'cancelled_by', 200);
  IF reason IS NOT NULL THEN
    PERFORM check_line(reason, 'reason', 1000);
  END IF;
  SELECT s.type, s.workflow_id INTO v_job FROM job_states s WHERE s.id = cancel_job.job_id;
  -- Whoever may not know of the job learns nothing
  IF NOT FOUND OR NOT may_submit(v_job.type) THEN
    RAISE EXCEPTION 'There is no job % of a type that role ''%'' was granted.', job_id, calling_role()
      USING ERRCODE = 'no_data_found';
  END IF;
  -- note_workflow_changes and enter_line rely on these settings, and the caller may have set them
  PERFORM set_config('tenon.unsettled', '', true);
  PERFORM set_config('tenon.lined', '', true);
  -- Between the two statements, the job may start or go back to waiting
  FOR v_try IN 1..c_max_tries LOOP
    -- Without the lock of its workflow: those who end a running job lock the job first
    UPDATE live_jobs j SET cancel_requested_at = clock_timestamp()
    WHERE j.id = cancel_job.job_id AND (j.status = 'running') IS TRUE AND (j.cancel_requested_at IS NULL) IS TRUE;
    IF FOUND THEN
      v_outcome := 'asked to stop';
      -- Workers that take jobs from the table; the leader passes it on to RabbitMQ
      PERFORM pg_notify('tenon_jobs', current_schema() || E'\n' || job_id);
      EXIT;
    END IF;
    BEGIN
      PERFORM lock_workflows(v_job.workflow_id);
      PERFORM FROM end_waiting_jobs(ARRAY[job_id], 'cancelled', p_now => clock_timestamp());
      IF NOT FOUND THEN
        -- Gives the lock of the workflow back
        RAISE EXCEPTION 'The job does not wait.' USING ERRCODE = 'TN001';
      END IF;
      v_outcome := 'cancelled';
      EXIT;
    EXCEPTION WHEN SQLSTATE 'TN001' THEN
      NULL;
    END;
    IF NOT EXISTS (
      SELECT FROM live_jobs j
      WHERE j.id = cancel_job.job_id AND (j.status <> 'running' OR j.cancel_requested_at IS NULL))
    THEN
      -- It has ended, or was asked to stop before
      EXIT;
    END IF;
    IF v_try = c_max_tries THEN
      RAISE EXCEPTION 'Job % keeps starting and going back to waiting. Try again.', job_id
        USING ERRCODE = 'serialization_failure';
    END IF;
  END LOOP;
  IF v_outcome IS NOT NULL THEN
    INSERT INTO job_audit (done_by, action, target, reason, outcome)
    VALUES (cancelled_by, 'cancel job', job_id::text, cancel_job.reason, v_outcome);
  END IF;
  RETURN (SELECT s.status FROM job_states s WHERE s.id = cancel_job.job_id);
END
$$;

-- ---------------------------------------------------------------- What the owner calls

-- The functions that submitters call.
CREATE OR REPLACE FUNCTION submitter_functions()
RETURNS SETOF regprocedure
LANGUAGE sql STABLE SET search_path = "${flyway:defaultSchema}", pg_temp
AS $$
  SELECT unnest(ARRAY[
    'submit(text, json, text, integer, text, text, interval, timestamptz, interval, timestamptz, jsonb, text, boolean)',
    'submit_all(text, json[], text, integer, text, text, interval, timestamptz, interval, timestamptz, jsonb, text, boolean)',
    'read_jobs(uuid[], boolean)',
    'watch_jobs(uuid, uuid[])',
    'cancel_job(uuid, text, text)',
    'send_signal(uuid, text, json, text, text, text, integer)'
  ]::regprocedure[])
$$;

-- Lets a role submit jobs of these types, and read and cancel them, in addition to those that it may already submit.
CREATE OR REPLACE FUNCTION grant_submitter(role text, types text[])
RETURNS void
LANGUAGE plpgsql SET search_path = "${flyway:defaultSchema}", pg_temp
AS $$
BEGIN
  PERFORM check_grant(grant_submitter.role, grant_submitter.types);
  INSERT INTO submitter_grants (role, type)
  SELECT grant_submitter.role, t FROM unnest(grant_submitter.types) AS t
  ON CONFLICT DO NOTHING;
  PERFORM settle_rights(grant_submitter.role);
END
$$;

-- Revokes these types from a role, or all of them. A role without any type may no longer call anything.
CREATE OR REPLACE FUNCTION revoke_submitter(role text, types text[] DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql SET search_path = "${flyway:defaultSchema}", pg_temp
AS $$
BEGIN
  DELETE FROM submitter_grants g
  WHERE g.role = revoke_submitter.role AND (revoke_submitter.types IS NULL OR g.type = ANY (revoke_submitter.types));
  -- A role that had no such type keeps what it was granted in other ways
  IF FOUND THEN
    PERFORM settle_rights(revoke_submitter.role);
  END IF;
END
$$;

-- By default, everybody may execute new functions
REVOKE ALL ON FUNCTION
  may_submit(text),
  quoted_part(text, integer),
  check_line(text, text, integer),
  check_headers(jsonb),
  key_value(text, json, jsonb, text),
  line_key(text, json, jsonb, text),
  cost_of(text, json, jsonb),
  utf16_length(text),
  unique_key_text(text, text[], boolean),
  tell_submitted(uuid[]),
  submittable_type(text, integer),
  priority_level(text),
  submit_millis(interval, text, bigint),
  submit_time(timestamptz, text),
  with_times(submitted_jobs, interval, timestamptz, interval, timestamptz),
  lock_workflows(uuid),
  check_trace_context(text),
  check_payloads(text, json[], integer),
  with_payloads(submitted_jobs, json[]),
  one_for_each_key(submitted_jobs),
  require_room(submitted_jobs),
  record_submit(submitted_jobs),
  record_whole_submit(submitted_jobs),
  submit_all(text, json[], text, integer, text, text, interval, timestamptz, interval, timestamptz, jsonb, text, boolean),
  submit(text, json, text, integer, text, text, interval, timestamptz, interval, timestamptz, jsonb, text, boolean),
  read_jobs(uuid[], boolean),
  watch_jobs(uuid, uuid[]),
  cancel_job(uuid, text, text),
  submitter_functions(),
  grant_submitter(text, text[]),
  revoke_submitter(text, text[])
FROM PUBLIC;
