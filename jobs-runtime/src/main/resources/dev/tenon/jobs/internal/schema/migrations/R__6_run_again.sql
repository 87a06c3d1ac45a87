-- A workflow that has ended runs again from one of its tasks: that task starts again, and everything that depends on
-- it, with the results of what came before. The caller has locked the workflow with all that is nested in it, and all
-- of them have ended.

-- Finds the task, and everything in these workflows that depends on it: directly, because it waits for such a task, or
-- because it waits for a workflow that has such a task. A workflow that is found because of its tasks is not whole:
-- its other tasks stay as they are. Follow-ups are not found: events start them. Neither are the jobs of a task whose
-- payloads are made from results: they are made again.
CREATE OR REPLACE FUNCTION tasks_from(p_workflows uuid[], p_task uuid)
RETURNS TABLE (id uuid, is_job boolean, is_whole boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
    WITH RECURSIVE found (id, is_whole) AS (
      SELECT p_task, true
      UNION
      SELECT n.id, n.is_whole
      FROM found f, LATERAL (
        SELECT e.successor AS id, true AS is_whole
        FROM workflow_edges e
        WHERE e.predecessor = f.id
          AND (SELECT NOT s.is_follow_up FROM workflow_tasks s WHERE s.id = e.successor)
          -- Other workflows may wait for this one
          AND (SELECT s.workflow_id FROM workflow_tasks s WHERE s.id = e.successor) IN (
            SELECT p.id FROM unnest(p_workflows) AS p (id))
        UNION ALL
        SELECT
          coalesce(
            (SELECT j.workflow_id FROM job_states j WHERE j.id = f.id),
            (SELECT w.parent_id FROM workflows w WHERE w.id = f.id)),
          false
        UNION ALL
        SELECT d.id, true
        FROM job_data d
        WHERE f.is_whole AND d.workflow_id = f.id
          AND (SELECT s.is_follow_up FROM workflow_tasks s WHERE s.id = d.id) IS NOT TRUE
          AND (SELECT s.is_for_each FROM workflow_tasks s WHERE s.id = f.id) IS NOT TRUE
        UNION ALL
        SELECT w.id, true FROM workflows w WHERE f.is_whole AND w.parent_id = f.id) AS n
      WHERE n.id IS NOT NULL)
    SELECT f.id, coalesce((SELECT true FROM job_states j WHERE j.id = f.id), false), bool_or(f.is_whole)
    FROM found f
    GROUP BY f.id;
END
$$;

-- Runs a workflow again from a task, and returns the jobs that were reset, with their pointers: those that start have
-- to be published, or wait until their payload is made. A task with many jobs that are made from results is returned
-- without a type. What follows from it is settled here.
CREATE OR REPLACE FUNCTION run_again_from(p_workflows uuid[], p_task uuid)
RETURNS TABLE (
  id uuid, type text, routing_key text, priority smallint, lease bigint, is_external boolean, is_published boolean,
  starts boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  v_now constant timestamptz := clock_timestamp();
  v_again uuid[];
  v_jobs uuid[];
  v_flows uuid[];
  v_counting uuid[];
  v_each uuid[];
  v_made uuid[];
  v_tasks uuid[];
  v_skipped uuid[];
  v_others uuid[];
  v_changes workflow_changes[];
BEGIN
  -- A workflow either waits as a task does, or only counts its members
  SELECT
    coalesce(array_agg(f.id ORDER BY f.id) FILTER (WHERE f.is_job), '{}'),
    coalesce(array_agg(f.id ORDER BY f.id) FILTER (WHERE NOT f.is_job AND one.waits), '{}'),
    coalesce(array_agg(f.id ORDER BY f.id) FILTER (WHERE NOT f.is_job AND NOT one.waits), '{}')
  INTO v_jobs, v_flows, v_counting
  FROM tasks_from(p_workflows, p_task) AS f, LATERAL (
    SELECT f.is_whole AND (SELECT s.id FROM workflow_tasks s WHERE s.id = f.id) IS NOT NULL AS waits OFFSET 0) AS one;
  -- What runs again: a workflow without tasks does not, so nothing has to wait for its end
  WITH RECURSIVE again (id) AS (
    SELECT p.id FROM unnest(v_flows) AS p (id)
    UNION
    SELECT p.id FROM unnest(v_jobs) AS p (id)
    UNION
    SELECT coalesce(
      (SELECT j.workflow_id FROM job_states j WHERE j.id = a.id),
      (SELECT w.parent_id FROM workflows w WHERE w.id = a.id))
    FROM again a
    WHERE a.id IS NOT NULL)
  SELECT array_agg(a.id) INTO v_again FROM again a WHERE a.id IS NOT NULL;
  -- Jobs whose payloads were made from results are made again, as many as the new results require
  v_each := ARRAY(SELECT s.id FROM workflow_tasks s WHERE s.id = ANY (v_flows) AND s.is_for_each);
  v_made := ARRAY(SELECT d.id FROM unnest(v_each) AS p (id), LATERAL (
    SELECT d.id FROM job_data d WHERE d.workflow_id = p.id OFFSET 0) AS d);
  DELETE FROM workflow_edges e WHERE e.successor = ANY (v_made);
  DELETE FROM workflow_tasks s WHERE s.id = ANY (v_made);
  PERFORM delete_jobs(v_made);
  UPDATE job_data d SET payload = s.draft, version = s.version
  FROM (
    SELECT s.id, s.type, s.draft, s.version
    FROM workflow_tasks s
    WHERE s.id = ANY (v_jobs) AND s.input IS NOT NULL AND s.draft IS NOT NULL
    OFFSET 0) AS s
  WHERE d.type = s.type AND d.id = s.id;
  -- Each handler begins at its beginning
  DELETE FROM job_steps t WHERE t.job_id = ANY (v_jobs);
  DELETE FROM job_cursors c WHERE c.job_id = ANY (v_jobs);
  UPDATE job_signals g SET delivered_at = NULL WHERE g.job_id = ANY (v_jobs) AND g.delivered_at IS NOT NULL;
  v_skipped := ARRAY(
    SELECT p.id
    FROM unnest(v_jobs) AS p (id)
    WHERE (SELECT s.is_stopped FROM workflow_tasks s WHERE s.id = p.id)
      AND (SELECT j.status FROM ended_jobs j WHERE j.id = p.id) = 'cancelled'
    ORDER BY p.id);
  v_others := ARRAY(SELECT p.id FROM unnest(v_jobs) AS p (id) WHERE p.id <> ALL (v_skipped) ORDER BY p.id);
  -- A task waits for what runs again. What came before has ended as it has, which may have changed since.
  v_tasks := ARRAY(SELECT s.id FROM workflow_tasks s WHERE s.id = ANY (v_jobs || v_flows));
  WITH edges AS (
    SELECT one.*
    FROM unnest(v_tasks) AS p (id), LATERAL (
      SELECT
        e.ctid AS place,
        CASE
          WHEN e.predecessor IN (SELECT a.id FROM unnest(v_again) AS a (id)) THEN 'waiting'
          -- It was deleted since: nobody knows more than what was settled then
          WHEN NOT EXISTS (SELECT FROM workflows w WHERE w.id = e.predecessor)
            AND NOT EXISTS (SELECT FROM job_states j WHERE j.id = e.predecessor) THEN e.state
          ELSE edge_state(
            e.condition,
            coalesce(
              (SELECT w.outcome FROM workflows w WHERE w.id = e.predecessor),
              (SELECT
                CASE
                  WHEN j.status = 'cancelled' AND (SELECT s.is_stopped FROM workflow_tasks s WHERE s.id = j.id)
                    THEN 'skipped'
                  WHEN j.status IN ('completed', 'failed', 'cancelled') THEN j.status END
                FROM job_states j
                WHERE j.id = e.predecessor)),
            false, false) END AS state
      FROM workflow_edges e
      WHERE e.successor = p.id
      OFFSET 0) AS one)
  UPDATE workflow_edges e SET state = n.state FROM edges n WHERE e.ctid = n.place AND e.state <> n.state;
  WITH counted AS (
    SELECT p.id, one.waits_for, one.broken
    FROM unnest(v_tasks) AS p (id), LATERAL (
      SELECT
        count(*) FILTER (WHERE e.state = 'waiting') AS waits_for, count(*) FILTER (WHERE e.state = 'broken') AS broken
      FROM workflow_edges e
      WHERE e.successor = p.id
      OFFSET 0) AS one)
  UPDATE workflow_tasks s SET
    waits_for = n.waits_for,
    broken = n.broken,
    is_released = n.waits_for + n.broken = 0,
    is_stopped = false,
    error = NULL,
    prepare_at = CASE WHEN n.waits_for + n.broken = 0 AND s.input IS NOT NULL THEN v_now END
  FROM counted n
  WHERE s.id = n.id;
  -- Workflows that end with their own task, not with their members
  WITH reset AS (
    SELECT w.id, w.parent_id, w.outcome, s.is_for_each, s.is_released
    FROM unnest(v_flows) AS p (id)
    JOIN workflow_tasks s ON s.id = p.id
    JOIN workflows w ON w.id = p.id),
  flows AS (
    UPDATE workflows w SET
      is_open = r.is_for_each OR NOT r.is_released,
      outcome = NULL, is_attempted = false, settled_at = NULL, members = 0, unsettled = 0, unattempted = 0, completed = 0,
      failed = 0, cancelled = 0, skipped = 0, new_failures = 0
    FROM reset r
    WHERE w.id = r.id)
  SELECT array_agg(c.change)
  INTO v_changes
  FROM (
    SELECT
      ROW(NULL, r.parent_id, r.id, true, r.outcome, NULL, -1, false,
        r.outcome <> 'skipped' AND (r.is_for_each OR NOT r.is_released), NULL, NULL)::workflow_changes AS change
    FROM reset r
    WHERE r.parent_id IS NOT NULL
    UNION ALL
    SELECT ROW(NULL, r.id, r.id, false, NULL, NULL, 0, false, false, NULL, NULL)::workflow_changes
    FROM reset r) AS c;
  IF v_changes IS NOT NULL THEN
    PERFORM note_workflow_changes(v_changes);
  END IF;
  RETURN QUERY
    SELECT r.*, task.starts
    FROM (
      SELECT r.* FROM restore_jobs(v_skipped, due_again(v_skipped, v_now), true) AS r
      UNION ALL
      SELECT r.* FROM restore_jobs(v_others, due_again(v_others, v_now), p_is_again => true) AS r) AS r, LATERAL (
      SELECT coalesce((SELECT s.is_released FROM workflow_tasks s WHERE s.id = r.id), true) AS starts) AS task;
  RETURN QUERY
    SELECT
      s.id, NULL::text, NULL::text, NULL::smallint, NULL::bigint, NULL::boolean, NULL::boolean, s.is_released
    FROM workflow_tasks s
    WHERE s.id = ANY (v_flows);
  v_tasks := ARRAY(SELECT s.id FROM workflow_tasks s WHERE s.id = ANY (v_tasks) AND s.broken > 0);
  IF cardinality(v_tasks) > 0 THEN
    PERFORM stop_tasks(v_tasks);
  END IF;
  -- If everything that was reset in a workflow was stopped again, the workflow has ended as before. That is no change,
  -- so it is noted here, for what waits for it. Not before everything else is settled: then its state is the last one.
  -- An event of a workflow can occur again only if the workflow runs again after that.
  WHILE EXISTS (SELECT FROM workflow_changes c WHERE c.transaction = txid_current()) LOOP
    PERFORM settle_workflows(p_renews => false);
  END LOOP;
  SELECT array_agg(ROW(NULL, one.id, one.id, false, NULL, NULL, 0, false, false, NULL, NULL)::workflow_changes)
  INTO v_changes
  FROM unnest(v_counting) AS p (id), LATERAL (
    SELECT w.id FROM workflows w WHERE w.id = p.id AND w.outcome IS NOT NULL OFFSET 0) AS one;
  IF v_changes IS NOT NULL THEN
    PERFORM note_workflow_changes(v_changes);
  END IF;
  LOOP
    PERFORM settle_workflows();
    EXIT WHEN NOT EXISTS (SELECT FROM workflow_changes c WHERE c.transaction = txid_current());
  END LOOP;
END
$$;

-- The times when jobs are due that run again: now, unless they wait for other tasks, for their payloads, or for a pause
-- to end
CREATE OR REPLACE FUNCTION due_again(p_jobs uuid[], p_now timestamptz)
RETURNS timestamptz[]
LANGUAGE sql SET search_path = "${flyway:defaultSchema}", pg_temp
AS $$
  SELECT array_agg(
    CASE
      WHEN (SELECT s.is_released AND s.input IS NULL FROM workflow_tasks s WHERE s.id = p.id) IS FALSE THEN never()
      WHEN (
        SELECT w.paused_at IS NOT NULL
        FROM workflows w
        WHERE w.id = (SELECT j.workflow_id FROM job_states j WHERE j.id = p.id)) THEN never()
      ELSE p_now END
    ORDER BY p.number)
  FROM unnest(p_jobs) WITH ORDINALITY AS p (id, number)
$$;

-- By default, everybody may execute new functions
REVOKE ALL ON FUNCTION
  tasks_from(uuid[], uuid),
  run_again_from(uuid[], uuid),
  due_again(uuid[], timestamptz)
FROM PUBLIC;
