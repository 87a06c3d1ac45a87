-- New jobs. Only insert_jobs and insert_uniform_jobs record a job for the first time: submits in Java, those of other
-- languages, runs of schedules and tasks of workflows all call one of them.

-- Records new jobs that differ only in their payloads, and have no unique keys, lines and headers. Most submits are like
-- that, and the statement of insert_jobs would take half as long again for them. SqlSubmitsTest compares what both
-- record. The parameters and the result are those of insert_jobs. Its names are qualified because settings of a function
-- would cost time at each call.
CREATE OR REPLACE FUNCTION insert_uniform_jobs(
  p_publish_millis bigint, p_ids uuid[], p_payloads text[], p_payload_bytes integer[], p_type text, p_version integer,
  p_routing_key text, p_priority smallint, p_has_own_priority boolean, p_max_attempts integer, p_item_id text,
  p_submitted_by text, p_retention_seconds bigint, p_failed_retention_seconds bigint, p_delay_millis bigint,
  p_run_at timestamptz, p_external_policy text, p_limit_key text, p_backlog_key text, p_cost bigint, p_workflow_id uuid,
  p_waits boolean, p_trace_context text, p_start_within_millis bigint, p_start_before timestamptz)
RETURNS TABLE (id uuid, priority smallint, limit_key text)
LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
  v_set record;
  v_priority smallint;
  v_max_attempts integer;
  v_due timestamptz;
  v_publish_at timestamptz;
  v_limit_key text;
  v_start_before timestamptz;
BEGIN
  SELECT x.override_priority, x.override_max_attempts, x.is_limited
  INTO v_set
  FROM "${flyway:defaultSchema}".job_types x
  WHERE x.type = p_type;
  v_priority := CASE WHEN p_has_own_priority THEN p_priority ELSE coalesce(v_set.override_priority, p_priority) END;
  v_max_attempts := coalesce(v_set.override_max_attempts, p_max_attempts);
  v_due := CASE
    WHEN p_waits THEN "${flyway:defaultSchema}".never()
    ELSE greatest(now(), coalesce(p_run_at, now() + p_delay_millis * interval '1 millisecond', now())) END;
  v_publish_at := CASE
    WHEN p_waits OR p_delay_millis IS NOT NULL OR p_run_at IS NOT NULL THEN v_due
    ELSE now() + p_publish_millis * interval '1 millisecond' END;
  -- For a type that no application has recorded, the declaration counts
  v_limit_key := CASE
    WHEN v_set.is_limited IS NULL THEN p_limit_key
    WHEN v_set.is_limited THEN coalesce(p_limit_key, '') END;
  v_start_before := "${flyway:defaultSchema}".latest_start(v_due, p_start_within_millis, p_start_before);
  INSERT INTO "${flyway:defaultSchema}".job_data (
    id, type, version, routing_key, priority, max_attempts, item_id, submitted_by, workflow_id, limit_key, cost,
    backlog_key, start_within_millis, start_before, retention_seconds, failed_retention_seconds, trace_context,
    external_policy, payload)
  SELECT
    n.id, p_type, p_version, p_routing_key, v_priority, v_max_attempts, p_item_id, p_submitted_by, p_workflow_id,
    v_limit_key, p_cost, p_backlog_key, p_start_within_millis, v_start_before, p_retention_seconds,
    p_failed_retention_seconds, p_trace_context, p_external_policy::json, n.payload::json
  FROM unnest(p_ids, p_payloads) AS n (id, payload);
  INSERT INTO "${flyway:defaultSchema}".live_jobs (
    id, type, priority, run_at, publish_at, version, max_attempts, retention_seconds, failed_retention_seconds, routing_key,
    workflow_id, limit_key, cost, is_external, payload_bytes, start_within_millis, start_before, backlog_key)
  SELECT
    n.id, p_type, v_priority, v_due, v_publish_at, p_version, v_max_attempts, p_retention_seconds,
    p_failed_retention_seconds, p_routing_key, p_workflow_id, v_limit_key, p_cost, p_external_policy IS NOT NULL,
    n.payload_bytes, p_start_within_millis, v_start_before, p_backlog_key
  FROM unnest(p_ids, p_payload_bytes) AS n (id, payload_bytes);
  IF v_priority <> p_priority OR (v_limit_key IS NULL) <> (p_limit_key IS NULL) THEN
    RETURN QUERY SELECT n.id, v_priority, v_limit_key FROM unnest(p_ids) AS n (id);
  END IF;
END
$$;

-- Records new jobs, in the order given. From p_types on, an array with a single value applies it to all of them. Whatever
-- is only kept with a job can be added as the last parameter, with a default for callers that do not have it. A job
-- whose unique key another one has is not recorded; the call waits for transactions that have recorded such a job and
-- have not ended. With p_schedule, it records runs of this schedule, whose row is locked, except those that exist: they
-- may have ended by now. The submitter has p_publish_millis to publish the pointers of jobs that are due immediately,
-- before the relay does. Returns the recorded jobs that have a unique key or are runs of a schedule, and those that
-- were recorded with another priority or another kind of limit_key than given, because of what operators have set for
-- their types.
CREATE OR REPLACE FUNCTION insert_jobs(
  p_schedule text, p_publish_millis bigint, p_ids uuid[], p_payloads text[], p_payload_bytes integer[], p_types text[],
  p_versions integer[], p_routing_keys text[], p_priorities smallint[], p_have_own_priority boolean[],
  p_max_attempts integer[], p_item_ids text[], p_submitted_by text[], p_retention_seconds bigint[],
  p_failed_retention_seconds bigint[], p_delays_millis bigint[], p_run_ats timestamptz[], p_external_policies text[],
  p_limit_keys text[], p_order_keys text[], p_backlog_keys text[], p_costs bigint[], p_workflow_ids uuid[],
  p_wait boolean[], p_trace_contexts text[], p_headers text[], p_start_within_millis bigint[],
  p_start_befores timestamptz[], p_unique_keys text[], p_unique_scopes text[], p_unique_millis bigint[])
RETURNS TABLE (id uuid, priority smallint, limit_key text)
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  v_item_id text;
  v_failed_retention bigint;
  v_delay_millis bigint;
  v_run_at timestamptz;
  v_external_policy text;
  v_limit_key text;
  v_order_key text;
  v_backlog_key text;
  v_cost bigint;
  v_workflow_id uuid;
  v_trace_context text;
  v_headers text;
  v_within_millis bigint;
  v_start_before timestamptz;
  v_unique_key text;
  v_unique_scope text;
  v_unique_millis bigint;
  v_existing uuid[] := '{}';
BEGIN
  IF cardinality(p_ids) = 1 AND p_schedule IS NULL AND p_unique_keys[1] IS NULL AND p_order_keys[1] IS NULL
    AND p_headers[1] IS NULL
  THEN
    RETURN QUERY
      SELECT u.*
      FROM insert_uniform_jobs(
        p_publish_millis, p_ids, p_payloads, p_payload_bytes, p_types[1], p_versions[1], p_routing_keys[1],
        p_priorities[1], p_have_own_priority[1], p_max_attempts[1], p_item_ids[1], p_submitted_by[1],
        p_retention_seconds[1], p_failed_retention_seconds[1], p_delays_millis[1], p_run_ats[1], p_external_policies[1],
        p_limit_keys[1], p_backlog_keys[1], p_costs[1], p_workflow_ids[1], p_wait[1], p_trace_contexts[1],
        p_start_within_millis[1], p_start_befores[1]) AS u;
    RETURN;
  END IF;
  v_item_id := CASE cardinality(p_item_ids) WHEN 1 THEN p_item_ids[1] END;
  v_failed_retention := CASE cardinality(p_failed_retention_seconds) WHEN 1 THEN p_failed_retention_seconds[1] END;
  v_delay_millis := CASE cardinality(p_delays_millis) WHEN 1 THEN p_delays_millis[1] END;
  v_run_at := CASE cardinality(p_run_ats) WHEN 1 THEN p_run_ats[1] END;
  v_external_policy := CASE cardinality(p_external_policies) WHEN 1 THEN p_external_policies[1] END;
  v_limit_key := CASE cardinality(p_limit_keys) WHEN 1 THEN p_limit_keys[1] END;
  v_order_key := CASE cardinality(p_order_keys) WHEN 1 THEN p_order_keys[1] END;
  v_backlog_key := CASE cardinality(p_backlog_keys) WHEN 1 THEN p_backlog_keys[1] END;
  v_cost := CASE cardinality(p_costs) WHEN 1 THEN p_costs[1] END;
  v_workflow_id := CASE cardinality(p_workflow_ids) WHEN 1 THEN p_workflow_ids[1] END;
  v_trace_context := CASE cardinality(p_trace_contexts) WHEN 1 THEN p_trace_contexts[1] END;
  v_headers := CASE cardinality(p_headers) WHEN 1 THEN p_headers[1] END;
  v_within_millis := CASE cardinality(p_start_within_millis) WHEN 1 THEN p_start_within_millis[1] END;
  v_start_before := CASE cardinality(p_start_befores) WHEN 1 THEN p_start_befores[1] END;
  v_unique_key := CASE cardinality(p_unique_keys) WHEN 1 THEN p_unique_keys[1] END;
  v_unique_scope := CASE cardinality(p_unique_scopes) WHEN 1 THEN p_unique_scopes[1] END;
  v_unique_millis := CASE cardinality(p_unique_millis) WHEN 1 THEN p_unique_millis[1] END;
  IF p_schedule IS NOT NULL THEN
    v_existing := ARRAY(SELECT e.id FROM jobs_among(p_ids) AS e);
  END IF;
  RETURN QUERY
    WITH made AS MATERIALIZED (
      SELECT
        n.number, n.id, g.type, g.version, g.routing_key, n.payload::json AS payload, n.payload_bytes,
        g.priority AS given_priority,
        CASE WHEN g.has_own_priority THEN g.priority ELSE coalesce(t.override_priority, g.priority) END AS priority,
        coalesce(t.override_max_attempts, g.max_attempts) AS max_attempts,
        g.item_id, g.submitted_by, g.retention_seconds, g.failed_retention_seconds,
        g.due AS run_at,
        CASE
          WHEN g.waits OR g.delay_millis IS NOT NULL OR g.run_at IS NOT NULL THEN g.due
          ELSE now() + p_publish_millis * interval '1 millisecond' END AS publish_at,
        g.external_policy::json AS external_policy,
        g.limit_key AS given_limit_key,
        -- For a type that no application has recorded, the declaration counts
        CASE WHEN t.is_limited IS NULL THEN g.limit_key WHEN t.is_limited THEN coalesce(g.limit_key, '') END AS limit_key,
        g.order_key, g.backlog_key, g.cost, g.workflow_id, g.trace_context, g.headers::jsonb AS headers,
        g.start_within_millis, latest_start(g.due, g.start_within_millis, g.start_before) AS start_before,
        g.unique_key, g.unique_scope, now() + g.unique_millis * interval '1 millisecond' AS unique_until
      FROM unnest(
        p_ids, p_payloads, p_payload_bytes, p_types, p_versions, p_routing_keys, p_priorities, p_have_own_priority,
        p_max_attempts, p_item_ids, p_submitted_by, p_retention_seconds, p_failed_retention_seconds, p_delays_millis,
        p_run_ats, p_external_policies, p_limit_keys, p_order_keys, p_backlog_keys, p_costs, p_workflow_ids,
        p_wait, p_trace_contexts, p_headers, p_start_within_millis, p_start_befores, p_unique_keys, p_unique_scopes,
        p_unique_millis) WITH ORDINALITY
        AS n (
          id, payload, payload_bytes, type, version, routing_key, priority, has_own_priority, max_attempts, item_id,
          submitted_by, retention_seconds, failed_retention_seconds, delay_millis, run_at, external_policy, limit_key,
          order_key, backlog_key, cost, workflow_id, waits, trace_context, headers, start_within_millis, start_before,
          unique_key, unique_scope, unique_millis, number)
      CROSS JOIN LATERAL (
        SELECT
          s.*,
          CASE
            WHEN s.waits THEN never()
            ELSE greatest(now(), coalesce(s.run_at, now() + s.delay_millis * interval '1 millisecond', now())) END AS due
        FROM (
          SELECT
            coalesce(n.type, p_types[1]) AS type,
            coalesce(n.version, p_versions[1]) AS version,
            coalesce(n.routing_key, p_routing_keys[1]) AS routing_key,
            coalesce(n.priority, p_priorities[1]) AS priority,
            coalesce(n.has_own_priority, p_have_own_priority[1]) AS has_own_priority,
            coalesce(n.max_attempts, p_max_attempts[1]) AS max_attempts,
            coalesce(n.item_id, v_item_id) AS item_id,
            coalesce(n.submitted_by, p_submitted_by[1]) AS submitted_by,
            coalesce(n.retention_seconds, p_retention_seconds[1]) AS retention_seconds,
            coalesce(n.failed_retention_seconds, v_failed_retention) AS failed_retention_seconds,
            coalesce(n.delay_millis, v_delay_millis) AS delay_millis,
            coalesce(n.run_at, v_run_at) AS run_at,
            coalesce(n.external_policy, v_external_policy) AS external_policy,
            coalesce(n.limit_key, v_limit_key) AS limit_key,
            coalesce(n.order_key, v_order_key) AS order_key,
            coalesce(n.backlog_key, v_backlog_key) AS backlog_key,
            coalesce(n.cost, v_cost) AS cost,
            coalesce(n.workflow_id, v_workflow_id) AS workflow_id,
            coalesce(n.waits, p_wait[1]) AS waits,
            coalesce(n.trace_context, v_trace_context) AS trace_context,
            coalesce(n.headers, v_headers) AS headers,
            coalesce(n.start_within_millis, v_within_millis) AS start_within_millis,
            coalesce(n.start_before, v_start_before) AS start_before,
            coalesce(n.unique_key, v_unique_key) AS unique_key,
            coalesce(n.unique_scope, v_unique_scope) AS unique_scope,
            coalesce(n.unique_millis, v_unique_millis) AS unique_millis) AS s) AS g
      LEFT JOIN LATERAL (
        SELECT x.override_priority, x.override_max_attempts, x.is_limited
        FROM job_types x
        WHERE x.type = g.type
        OFFSET 0) AS t ON true
      WHERE n.id <> ALL (v_existing)
    ), keys AS (
      INSERT INTO unique_keys (unique_key, job_id, unique_until)
      SELECT m.unique_key, m.id, m.unique_until
      FROM made m
      WHERE m.unique_key IS NOT NULL
      ORDER BY m.number
      ON CONFLICT (unique_key) DO NOTHING
      RETURNING job_id
    ), recorded AS NOT MATERIALIZED (
      SELECT m.* FROM made m WHERE m.unique_key IS NULL OR m.id IN (SELECT k.job_id FROM keys k)
    ), data AS (
      INSERT INTO job_data (
        id, type, version, routing_key, priority, max_attempts, item_id, submitted_by, schedule, workflow_id, limit_key,
        cost, order_key, unique_key, unique_scope, unique_until, backlog_key, start_within_millis, start_before,
        retention_seconds, failed_retention_seconds, headers, trace_context, external_policy, payload)
      SELECT
        r.id, r.type, r.version, r.routing_key, r.priority, r.max_attempts, r.item_id, r.submitted_by, p_schedule,
        r.workflow_id, r.limit_key, r.cost, r.order_key, r.unique_key, r.unique_scope, r.unique_until, r.backlog_key,
        r.start_within_millis, r.start_before, r.retention_seconds, r.failed_retention_seconds, r.headers, r.trace_context,
        r.external_policy, r.payload
      FROM recorded r
    ), searched AS (
      INSERT INTO job_headers (name, value, id, type)
      SELECT header.name, header.value, r.id, r.type
      FROM recorded r, LATERAL jsonb_each_text(r.headers) AS header (name, value)
    ), live AS (
      INSERT INTO live_jobs (
        id, type, priority, run_at, publish_at, version, max_attempts, retention_seconds, failed_retention_seconds,
        routing_key, workflow_id, schedule, limit_key, cost, order_key, unique_key, unique_scope, unique_until, is_external,
        payload_bytes, start_within_millis, start_before, backlog_key)
      SELECT
        r.id, r.type, r.priority,
        CASE WHEN r.order_key IS NULL THEN r.run_at ELSE enter_line(r.id, r.type, r.order_key, r.run_at) END,
        CASE WHEN r.order_key IS NULL THEN r.publish_at ELSE never() END,
        r.version, r.max_attempts, r.retention_seconds, r.failed_retention_seconds, r.routing_key, r.workflow_id,
        p_schedule, r.limit_key, r.cost, r.order_key, r.unique_key, r.unique_scope, r.unique_until,
        r.external_policy IS NOT NULL, r.payload_bytes, r.start_within_millis, r.start_before, r.backlog_key
      FROM recorded r
    )
    SELECT r.id, r.priority, r.limit_key
    FROM recorded r
    WHERE p_schedule IS NOT NULL OR r.unique_key IS NOT NULL OR r.priority <> r.given_priority
      OR (r.limit_key IS NULL) <> (r.given_limit_key IS NULL);
END
$$;

-- By default, everybody may execute new functions
REVOKE ALL ON FUNCTION
  insert_uniform_jobs(
    bigint, uuid[], text[], integer[], text, integer, text, smallint, boolean, integer, text, text, bigint, bigint,
    bigint, timestamptz, text, text, text, bigint, uuid, boolean, text, bigint, timestamptz),
  insert_jobs(
    text, bigint, uuid[], text[], integer[], text[], integer[], text[], smallint[], boolean[], integer[], text[], text[],
    bigint[], bigint[], bigint[], timestamptz[], text[], text[], text[], text[], bigint[], uuid[], boolean[], text[],
    text[], bigint[], timestamptz[], text[], text[], bigint[])
FROM PUBLIC;
