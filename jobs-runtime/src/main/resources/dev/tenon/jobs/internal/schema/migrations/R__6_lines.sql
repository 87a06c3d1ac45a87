-- Lines: jobs of a type with the same order_key run one after another, in the order of their commits. The
-- claims know nothing of lines: only one job of a line is open, and all others are not due, like tasks of workflows
-- that wait for others. No trigger sees to that: every statement that gives a job a time asks time_in_line if the job
-- has an order_key, and for all others it only looks at that column of the row that it writes anyway. The databases of
-- the tests refuse a job that is due without being the open one.
--
-- The order of commits. A job is put into its line when its transaction commits, after everything else that happens
-- before a commit (number_lines). Until then nothing is locked, however long an application keeps its transaction
-- open. From then on, other commits with the same keys wait until this one is done: PostgreSQL makes a commit visible
-- before it releases the locks of the transaction. So the numbers of a line have the order of the commits, and whoever
-- holds the lock of a line sees every job that has a number.
--
-- Which job is open. Only advance_lines opens jobs, in a separate short transaction. It waits for nobody: a line whose
-- lock or whose next job somebody else holds stays noted in lines_to_advance, and is looked at again. So the locks of
-- lines are always the last ones that a transaction waits for.

-- ---------------------------------------------------------------- Locks

-- The number of the lock of a line. There are 256, so that a transaction with the jobs of very many lines does not fill
-- PostgreSQL's table of locks. Those of other schemas are different.
CREATE OR REPLACE FUNCTION line_lock(p_key text)
RETURNS bigint
LANGUAGE sql STABLE
AS $$
  SELECT ('job_lines'::regclass::oid::bigint << 32) | (hashtext(p_key) & 255)
$$;

-- ---------------------------------------------------------------- Into a line

-- Has a job enter its line when the transaction commits, and returns its time in live_jobs until it is open. For this
-- transaction, the setting tenon.lined holds the table of lines that has jobs without a number: only the first one
-- queues a call before the commit. A task of a workflow enters its line when it can start: if it entered earlier, it
-- could wait for itself.
CREATE OR REPLACE FUNCTION enter_line(p_id uuid, p_type text, p_key text, p_due_at timestamptz)
RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
AS $$
DECLARE
  v_table text;
  v_is_first boolean;
BEGIN
  IF p_due_at < never() THEN
    v_table := 'job_lines'::regclass::oid::text;
    v_is_first := current_setting('tenon.lined', true) IS DISTINCT FROM v_table;
    IF v_is_first THEN
      -- The job is not in live_jobs yet: whatever constraints the caller has made immediate, its line waits for the commit
      SET CONSTRAINTS new_in_lines_numbered DEFERRED;
      PERFORM set_config('tenon.lined', v_table, true);
    END IF;
    INSERT INTO new_in_lines (transaction, job_id, type, order_key, due_at, is_first)
    VALUES (txid_current(), p_id, p_type, p_key, p_due_at, v_is_first);
  END IF;
  RETURN never();
END
$$;

-- Notes the time of a waiting or running job with an order, and returns the one that it has in live_jobs: the same
-- if it is the open one, and never() otherwise. The caller has locked the job. Every statement that makes such a job due,
-- or no longer due, calls this. A second call with the same time changes nothing.
CREATE OR REPLACE FUNCTION time_in_line(p_id uuid, p_type text, p_key text, p_due_at timestamptz)
RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_line job_lines;
BEGIN
  SELECT l.* INTO v_line FROM job_lines l WHERE l.job_id = p_id;
  IF FOUND THEN
    IF v_line.due_at <> p_due_at THEN
      UPDATE job_lines l SET due_at = p_due_at WHERE l.job_id = p_id;
      IF v_line.lets_pass OR NOT v_line.is_open OR (
        SELECT l.number
        FROM job_lines l
        WHERE l.type = v_line.type AND l.order_key = v_line.order_key
        ORDER BY l.number
        LIMIT 1) < v_line.number THEN
        -- Another job of the line may come first now
        INSERT INTO lines_to_advance (type, order_key) VALUES (v_line.type, v_line.order_key);
      END IF;
    END IF;
    RETURN CASE WHEN v_line.is_open THEN p_due_at ELSE never() END;
  END IF;
  UPDATE new_in_lines n SET due_at = p_due_at WHERE n.transaction = txid_current() AND n.job_id = p_id;
  RETURN CASE WHEN FOUND THEN never() ELSE enter_line(p_id, p_type, p_key, p_due_at) END;
END
$$;

-- Moves a waiting job from the line with its old key to the end of that with the new one; either may be null. Without a
-- new time it keeps its own. Returns its time in live_jobs. The caller has locked the job, and sees to it that its
-- pointer no longer counts.
CREATE OR REPLACE FUNCTION change_line(
  p_id uuid, p_type text, p_old_key text, p_key text, p_run_at timestamptz, p_due_at timestamptz)
RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_due_at timestamptz;
BEGIN
  IF p_old_key IS NOT NULL THEN
    DELETE FROM new_in_lines n WHERE n.transaction = txid_current() AND n.job_id = p_id RETURNING n.due_at INTO v_due_at;
    IF NOT FOUND THEN
      SELECT l.due_at INTO v_due_at FROM job_lines l WHERE l.job_id = p_id;
      PERFORM leave_lines(ARRAY[p_id]);
    END IF;
  END IF;
  v_due_at := coalesce(p_due_at, v_due_at, p_run_at);
  RETURN CASE WHEN p_key IS NULL THEN v_due_at ELSE enter_line(p_id, p_type, p_key, v_due_at) END;
END
$$;

-- Numbers the jobs that the transaction has put into lines. Called for the first of them, it only comes back when the
-- rest of what was deferred has run: from its locks to the commit, the transaction should wait for nothing.
CREATE OR REPLACE FUNCTION number_lines()
RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_transaction bigint := txid_current();
  v_types text[];
  v_names text[];
  v_let_pass boolean[];
BEGIN
  IF NEW.job_id IS NOT NULL THEN
    INSERT INTO new_in_lines (transaction, is_first) VALUES (v_transaction, true);
    RETURN NULL;
  END IF;
  PERFORM set_config('tenon.lined', '', true);
  SELECT array_agg(n.type), array_agg(n.name), array_agg(coalesce(t.lets_pass, false))
  INTO v_types, v_names, v_let_pass
  FROM (
    SELECT
      x.type,
      coalesce(
        (SELECT a.type FROM job_types a WHERE a.aliases <> '{}' AND x.type = ANY (a.aliases) ORDER BY a.type LIMIT 1),
        x.type) AS name
    FROM (
      SELECT DISTINCT e.type FROM new_in_lines e WHERE e.transaction = v_transaction AND e.job_id IS NOT NULL) AS x) AS n
  LEFT JOIN job_types t ON t.type = n.name;
  -- In one order for everybody
  PERFORM pg_advisory_xact_lock(locks.lock)
  FROM (
    SELECT DISTINCT line_lock(n.order_key) AS lock
    FROM new_in_lines n
    WHERE n.transaction = v_transaction AND n.job_id IS NOT NULL
    ORDER BY lock
    OFFSET 0) AS locks;
  WITH numbered AS (
    INSERT INTO job_lines (type, order_key, job_id, due_at, lets_pass)
    SELECT t.name, n.order_key, n.job_id, n.due_at, t.lets_pass
    FROM new_in_lines n, unnest(v_types, v_names, v_let_pass) AS t (type, name, lets_pass)
    WHERE n.transaction = v_transaction AND n.job_id IS NOT NULL AND t.type = n.type
      -- Some may have ended already
      AND (SELECT j.order_key FROM live_jobs j WHERE j.id = n.job_id) = n.order_key
    ORDER BY n.id
    RETURNING type, order_key
  )
  INSERT INTO lines_to_advance (type, order_key)
  SELECT n.type, n.order_key
  FROM (SELECT DISTINCT x.type, x.order_key FROM numbered x OFFSET 0) AS n
  -- Whoever ends the open job has the line looked at, unless that job lets new ones pass. With an older snapshot, it may
  -- have ended already.
  WHERE current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted')
    -- Not EXISTS: PostgreSQL may read the open jobs of all lines for it
    OR (
      SELECT NOT l.lets_pass
      FROM job_lines l
      WHERE l.type || ' ' || l.order_key = n.type || ' ' || n.order_key AND l.is_open
      LIMIT 1) IS NOT TRUE;
  DELETE FROM new_in_lines n WHERE n.transaction = v_transaction;
  RETURN NULL;
END
$$;

-- ---------------------------------------------------------------- Out of a line

-- Removes jobs that have ended or change to another line, and has their lines looked at: one that was not open may have
-- let nobody pass
CREATE OR REPLACE FUNCTION leave_lines(p_ids uuid[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
  WITH gone AS (
    DELETE FROM job_lines l WHERE l.ctid = ANY (ARRAY(
      SELECT one.place
      FROM unnest(p_ids) AS given (id), LATERAL (
        SELECT x.ctid AS place FROM job_lines x WHERE x.job_id = given.id OFFSET 0) AS one))
    RETURNING l.type, l.order_key
  )
  INSERT INTO lines_to_advance (type, order_key)
  SELECT DISTINCT g.type, g.order_key FROM gone g;
END
$$;

-- ---------------------------------------------------------------- The next one

-- The job of a line that comes next: the first one that is due or lets nobody pass. If that waits for its time, or
-- there is none, it is the one that is due first among those up to there.
CREATE OR REPLACE FUNCTION next_in_line(p_type text, p_key text, p_now timestamptz)
RETURNS TABLE (job_id uuid, due_at timestamptz, is_open boolean)
LANGUAGE plpgsql STABLE
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  v_number bigint;
  v_due_at timestamptz;
  v_first bigint;
BEGIN
  SELECT l.number, l.due_at, (
    SELECT f.number FROM job_lines f WHERE f.type = p_type AND f.order_key = p_key ORDER BY f.number LIMIT 1)
  INTO v_number, v_due_at, v_first
  FROM job_lines l
  WHERE l.type = p_type AND l.order_key = p_key AND (l.due_at <= p_now OR NOT l.lets_pass)
  ORDER BY l.number
  LIMIT 1;
  IF v_due_at <= p_now OR v_number = v_first THEN
    RETURN QUERY
      SELECT l.job_id, l.due_at, l.is_open
      FROM job_lines l
      WHERE l.type = p_type AND l.order_key = p_key AND l.number = v_number;
  ELSE
    RETURN QUERY
      SELECT l.job_id, l.due_at, l.is_open
      FROM job_lines l
      WHERE l.type = p_type AND l.order_key = p_key AND (v_number IS NULL OR l.number <= v_number)
      ORDER BY l.due_at, l.number
      LIMIT 1;
  END IF;
END
$$;

-- Opens the next jobs of up to p_max lines that were noted after p_after, in this transaction, which should end soon. It
-- waits for nobody: other lines stay noted. Returns the pointers of the jobs that have become due, and in a row
-- without a job the last note if there may be more of them.
CREATE OR REPLACE FUNCTION advance_lines(p_max integer, p_after bigint)
RETURNS TABLE (
  id uuid, type text, routing_key text, priority smallint, lease bigint, is_external boolean, is_published boolean,
  last_note bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  v_now timestamptz;
  v_notes bigint[];
  v_types text[];
  v_keys text[];
  v_last bigint;
  v_is_full boolean;
  v_free bigint[];
  v_opened uuid[];
  v_closed uuid[] := '{}';
  -- Lines that stay noted
  v_kept_types text[];
  v_kept_keys text[];
  v_line record;
  v_next record;
  v_open uuid;
  v_run_ats timestamptz[];
BEGIN
  SELECT array_agg(n.id), array_agg(n.type), array_agg(n.order_key), max(n.id)
  INTO v_notes, v_types, v_keys, v_last
  FROM (
    SELECT x.id, x.type, x.order_key
    FROM lines_to_advance x
    WHERE x.id > p_after
    ORDER BY x.id
    LIMIT p_max
    FOR UPDATE SKIP LOCKED) AS n;
  IF v_notes IS NULL THEN
    RETURN;
  END IF;
  v_is_full := cardinality(v_notes) = p_max;
  -- After a crash of the server, the lines are noted again: nobody has to wait for the disk
  PERFORM set_config('synchronous_commit', 'off', true);
  v_free := ARRAY(
    SELECT locks.lock
    FROM (SELECT DISTINCT line_lock(k.key) AS lock FROM unnest(v_keys) AS k (key) OFFSET 0) AS locks
    WHERE pg_try_advisory_xact_lock(locks.lock));
  -- The statements below see everything that others have committed under these locks
  v_now := clock_timestamp();
  v_notes := ARRAY(
    SELECT n.id FROM unnest(v_notes, v_keys) AS n (id, order_key) WHERE line_lock(n.order_key) = ANY (v_free));
  SELECT array_agg(n.type), array_agg(n.order_key)
  INTO v_types, v_keys
  FROM (
    SELECT DISTINCT x.type, x.order_key
    FROM unnest(v_types, v_keys) AS x (type, order_key)
    WHERE line_lock(x.order_key) = ANY (v_free)) AS n;
  -- Nearly all lines: none of their jobs is open, and the first one is due or lets nobody pass
  WITH heads AS MATERIALIZED (
    SELECT n.type, n.order_key, head.job_id
    FROM unnest(v_types, v_keys) AS n (type, order_key), LATERAL (
      SELECT l.job_id, l.due_at, l.lets_pass
      FROM job_lines l
      WHERE l.type = n.type AND l.order_key = n.order_key
      ORDER BY l.number
      LIMIT 1) AS head
    WHERE (head.due_at <= v_now OR NOT head.lets_pass)
      AND (
        SELECT l.is_open
        FROM job_lines l
        WHERE l.type || ' ' || l.order_key = n.type || ' ' || n.order_key AND l.is_open
        LIMIT 1) IS NOT TRUE
  ), locked AS MATERIALIZED (
    SELECT h.type, h.order_key, one.id
    FROM heads h LEFT JOIN LATERAL (
      SELECT j.id
      FROM live_jobs j
      WHERE j.id = h.job_id AND (j.status IN ('pending', 'queued')) IS TRUE
      FOR NO KEY UPDATE SKIP LOCKED) AS one ON true
  )
  SELECT
    coalesce(array_agg(k.id) FILTER (WHERE k.id IS NOT NULL), '{}'),
    array_agg(k.type) FILTER (WHERE k.id IS NULL), array_agg(k.order_key) FILTER (WHERE k.id IS NULL)
  INTO v_opened, v_kept_types, v_kept_keys
  FROM locked k;
  -- Lines whose open or first job waits for its time, and perhaps lets others pass
  FOR v_line IN
    SELECT n.type, n.order_key
    FROM unnest(v_types, v_keys) AS n (type, order_key), LATERAL (
      SELECT l.due_at
      FROM job_lines l
      WHERE l.type = n.type AND l.order_key = n.order_key
      ORDER BY l.number
      LIMIT 1) AS first
    WHERE first.due_at > v_now
      -- Or one of the later ones is open and waits for its time
      OR (
        SELECT l.due_at
        FROM job_lines l
        WHERE l.type || ' ' || l.order_key = n.type || ' ' || n.order_key AND l.is_open) > v_now
  LOOP
    SELECT * INTO v_next FROM next_in_line(v_line.type, v_line.order_key, v_now);
    CONTINUE WHEN NOT FOUND OR v_next.is_open OR v_next.job_id = ANY (v_opened);
    SELECT l.job_id INTO v_open
    FROM job_lines l
    WHERE l.type || ' ' || l.order_key = v_line.type || ' ' || v_line.order_key AND l.is_open;
    IF FOUND THEN
      PERFORM FROM live_jobs j WHERE j.id = v_open FOR NO KEY UPDATE SKIP LOCKED;
      IF NOT FOUND THEN
        v_kept_types := v_kept_types || v_line.type;
        v_kept_keys := v_kept_keys || v_line.order_key;
        CONTINUE;
      END IF;
      -- It may have started meanwhile; then its end has the line looked at
      PERFORM FROM live_jobs j WHERE j.id = v_open AND (j.status = 'pending') IS TRUE AND (j.run_at > v_now) IS TRUE;
      CONTINUE WHEN NOT FOUND;
    END IF;
    PERFORM FROM live_jobs j
    WHERE j.id = v_next.job_id AND (j.status IN ('pending', 'queued')) IS TRUE
    FOR NO KEY UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
      v_kept_types := v_kept_types || v_line.type;
      v_kept_keys := v_kept_keys || v_line.order_key;
      CONTINUE;
    END IF;
    IF v_open IS NOT NULL THEN
      v_closed := v_closed || v_open;
    END IF;
    v_opened := v_opened || v_next.job_id;
  END LOOP;
  -- The notes of these lines were locked above, so that nobody else deletes them
  DELETE FROM lines_to_advance d
  WHERE d.id = ANY (v_notes)
    AND NOT EXISTS (
      SELECT FROM unnest(v_kept_types, v_kept_keys) AS k (type, order_key)
      WHERE k.type = d.type AND k.order_key = d.order_key);
  IF cardinality(v_closed) > 0 THEN
    -- Their times stay in the line
    UPDATE job_lines l SET is_open = false WHERE l.job_id = ANY (v_closed);
    UPDATE live_jobs j SET run_at = never(), publish_at = never()
    WHERE j.id = ANY (v_closed) AND j.run_at < never();
  END IF;
  -- Jobs of a paused workflow are due when the pause ends
  WITH opened AS (
    UPDATE job_lines l SET
      is_open = true, due_at = CASE WHEN one.is_paused THEN l.due_at ELSE greatest(l.due_at, v_now) END
    FROM (
      SELECT x.place, x.is_paused
      FROM unnest(v_opened) WITH ORDINALITY AS given (id, number), LATERAL (
        SELECT o.ctid AS place, coalesce((
          SELECT w.paused_at IS NOT NULL
          FROM live_jobs j, workflows w
          WHERE j.id = given.id AND w.id = j.workflow_id), false) AS is_paused
        FROM job_lines o
        WHERE o.job_id = given.id
        OFFSET 0) AS x) AS one
    WHERE l.ctid = one.place
    RETURNING l.job_id, CASE WHEN NOT one.is_paused THEN l.due_at END AS run_at
  )
  SELECT array_agg(o.job_id), array_agg(o.run_at)
  INTO v_opened, v_run_ats
  FROM opened o
  WHERE o.run_at IS NOT NULL;
  RETURN QUERY
    -- As long as a submitter has, the caller has the time to publish them before the relay does
    UPDATE live_jobs j SET
      run_at = one.run_at,
      publish_at = CASE WHEN one.run_at <= v_now THEN v_now + interval '2 seconds' ELSE one.run_at END
    FROM (
      SELECT x.place, given.run_at
      FROM unnest(v_opened, v_run_ats) AS given (id, run_at), LATERAL (
        SELECT l.ctid AS place FROM live_jobs l WHERE l.id = given.id OFFSET 0) AS x) AS one
    WHERE j.ctid = one.place
    RETURNING
      j.id, j.type, j.routing_key, j.priority, j.lease, j.is_external, j.limit_key IS NULL AND one.run_at <= v_now,
      NULL::bigint;
  IF v_is_full THEN
    RETURN QUERY SELECT
      NULL::uuid, NULL::text, NULL::text, NULL::smallint, NULL::bigint, NULL::boolean, NULL::boolean, v_last;
  END IF;
END
$$;

-- Lets the later jobs of its line pass a job while it waits for its time, because an operator wants it. The caller has
-- locked the job. Returns whether it is in a line, and let nobody pass before.
CREATE OR REPLACE FUNCTION let_pass(p_job uuid)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_line record;
BEGIN
  UPDATE job_lines l SET
    lets_pass = true,
    due_at = CASE WHEN l.is_open THEN (SELECT j.run_at FROM live_jobs j WHERE j.id = p_job) ELSE l.due_at END
  WHERE l.job_id = p_job AND (NOT l.lets_pass) IS TRUE
  RETURNING l.type, l.order_key INTO v_line;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  INSERT INTO lines_to_advance (type, order_key) VALUES (v_line.type, v_line.order_key);
  RETURN true;
END
$$;

-- By default, everybody may execute new functions
REVOKE ALL ON FUNCTION
  line_lock(text),
  enter_line(uuid, text, text, timestamptz),
  time_in_line(uuid, text, text, timestamptz),
  change_line(uuid, text, text, text, timestamptz, timestamptz),
  number_lines(),
  leave_lines(uuid[]),
  next_in_line(text, text, timestamptz),
  advance_lines(integer, bigint),
  let_pass(uuid)
FROM PUBLIC;
