-- Made from dev.tenon.jobs.internal.store.StatusChange by StatusGuardTest, which -Dtenon.golden=rewrite lets write this file.
-- PostgresDatabase runs it in the databases of tests. It waits for the tables "live_jobs" and "ended_jobs" to be created, and
-- gives them triggers that refuse every change of status, lease and worker that is not listed. Between the two tables a job
-- moves in one statement, which deletes its row in one and inserts it into the other. They also refuse that a job with an order
-- is due before it is the open one of its line.
CREATE SCHEMA status_guard;
GRANT USAGE ON SCHEMA status_guard TO PUBLIC;

-- What a statement has deleted from live_jobs, until it has inserted the same jobs into ended_jobs. Only the transaction that
-- does both sees the row.
CREATE UNLOGGED TABLE status_guard.ending_jobs (
  number   bigint GENERATED ALWAYS AS IDENTITY,
  ids      uuid[] NOT NULL,
  statuses text[] NOT NULL,
  leases   bigint[] NOT NULL,
  workers  text[] NOT NULL
);

CREATE FUNCTION status_guard.refuse(
  p_id uuid, p_status text, p_lease bigint, p_worker text, p_new_status text, p_new_lease bigint, p_new_worker text)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
  RAISE EXCEPTION 'Job % may not change in this way: status % to %, lease % to %, worker % to %.',
    p_id, coalesce(p_status, 'none'), coalesce(p_new_status, 'none'),
    coalesce(p_lease::text, 'none'), coalesce(p_new_lease::text, 'none'),
    coalesce(p_worker, 'none'), coalesce(p_new_worker, 'none')
    USING HINT = 'StatusChange lists what may happen. A test that writes rows itself has /* by the test */ in the statement.';
END
$$;

-- The conditions of the triggers decide, which costs less than a call for each row
CREATE FUNCTION status_guard.refuse_change()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  PERFORM status_guard.refuse(
    coalesce(OLD.id, NEW.id), OLD.status, OLD.lease, OLD.worker_id, NEW.status, NEW.lease, NEW.worker_id);
  RETURN NULL;
END
$$;

-- A job that does not look like a new one had ended before the statement. The function is stable, so it sees the tables as
-- they were then.
CREATE FUNCTION status_guard.check_restored()
RETURNS trigger
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_status text;
  v_lease bigint;
  v_worker text;
BEGIN
  EXECUTE format('SELECT e.status, e.lease, e.worker_id FROM %I.ended_jobs e WHERE e.id = $1', TG_TABLE_SCHEMA)
  INTO v_status, v_lease, v_worker
  USING NEW.id;
  IF v_status IS NULL OR NEW.worker_id IS DISTINCT FROM v_worker
    OR v_status || ' to ' || NEW.status || ', lease + ' || NEW.lease - v_lease NOT IN (
      'cancelled to pending, lease + 1',
      'failed to pending, lease + 1',
      'completed to pending, lease + 1')
  THEN
    PERFORM status_guard.refuse(NEW.id, v_status, v_lease, v_worker, NEW.status, NEW.lease, NEW.worker_id);
  END IF;
  RETURN NEW;
END
$$;

-- After the statement it is no longer an ended one
CREATE FUNCTION status_guard.check_not_ended()
RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_is_ended boolean;
BEGIN
  EXECUTE format('SELECT EXISTS (SELECT FROM %I.ended_jobs e WHERE e.id = $1)', TG_TABLE_SCHEMA)
  INTO v_is_ended
  USING NEW.id;
  IF v_is_ended THEN
    RAISE EXCEPTION 'Job % is in live_jobs and in ended_jobs.', NEW.id;
  END IF;
  RETURN NULL;
END
$$;

-- Claims do not ask which job of a line is open: that one alone may have a time
CREATE FUNCTION status_guard.check_open()
RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_is_open boolean;
BEGIN
  EXECUTE format('SELECT l.is_open FROM %I.job_lines l WHERE l.job_id = $1', TG_TABLE_SCHEMA)
  INTO v_is_open
  USING NEW.id;
  IF v_is_open IS NOT TRUE THEN
    RAISE EXCEPTION 'Job % has an order and a time, but is not the open job of its line.', NEW.id
      USING HINT = 'Whatever makes such a job due asks time_in_line.';
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION status_guard.note_ending()
RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO status_guard.ending_jobs (ids, statuses, leases, workers)
  SELECT array_agg(g.id), array_agg(g.status), array_agg(g.lease), array_agg(g.worker_id)
  FROM gone g
  HAVING count(*) > 0;
  RETURN NULL;
END
$$;

-- What has ended was live before the statement, and only now is not
CREATE FUNCTION status_guard.check_ended()
RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
-- Called by functions without these, it would compare each job with all
SET enable_hashjoin = on SET enable_mergejoin = on
AS $$
BEGIN
  PERFORM status_guard.refuse(a.id, o.status, o.lease, o.worker_id, a.status, a.lease, a.worker_id)
  FROM added a LEFT JOIN (
    SELECT l.id, l.status, l.lease, l.worker_id
    FROM status_guard.ending_jobs g, unnest(g.ids, g.statuses, g.leases, g.workers) AS l (id, status, lease, worker_id)) AS o
    ON o.id = a.id
  WHERE o.id IS NULL OR a.worker_id IS DISTINCT FROM o.worker_id
    OR o.status || ' to ' || a.status || ', lease + ' || a.lease - o.lease NOT IN (
      'running to completed, lease + 0',
      'running to failed, lease + 0',
      'running to cancelled, lease + 0',
      'pending to failed, lease + 0',
      'pending to cancelled, lease + 0',
      'queued to cancelled, lease + 0')
  LIMIT 1;
  DELETE FROM status_guard.ending_jobs g
  WHERE NOT EXISTS (
    SELECT FROM unnest(g.ids) AS l (id) LEFT JOIN added a ON a.id = l.id WHERE a.id IS NULL);
  RETURN NULL;
END
$$;

-- When the transaction ends, whatever was deleted has ended
CREATE FUNCTION status_guard.check_deleted()
RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM status_guard.refuse(l.id, l.status, l.lease, l.worker_id, NULL, NULL, NULL)
  FROM status_guard.ending_jobs g, unnest(g.ids, g.statuses, g.leases, g.workers) AS l (id, status, lease, worker_id)
  WHERE g.number = NEW.number
  LIMIT 1;
  RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER ending_jobs_have_ended AFTER INSERT ON status_guard.ending_jobs
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION status_guard.check_deleted();

CREATE FUNCTION status_guard.guard_jobs()
RETURNS event_trigger
LANGUAGE plpgsql
AS $$
DECLARE
  v_name name;
  v_table regclass;
  -- What a new job looks like
  v_is_new text := $sql$NEW.status IN ('pending') AND NEW.lease = 0 AND NEW.worker_id IS NULL$sql$;
  v_by_test text := $sql$current_query() LIKE '%/* by the test */%'$sql$;
BEGIN
  FOR v_name, v_table IN
    SELECT t.relname, c.objid::regclass
    FROM pg_event_trigger_ddl_commands() AS c
    JOIN pg_class t ON t.oid = c.objid AND t.relname IN ('live_jobs', 'ended_jobs') AND t.relkind = 'r'
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = 'lease'
    WHERE c.classid = 'pg_class'::regclass
  LOOP
    IF v_name = 'live_jobs' THEN
      EXECUTE format(
        $sql$
          CREATE TRIGGER status_guard_insert BEFORE INSERT ON %s FOR EACH ROW
          WHEN (NOT (%s) AND NOT %s)
          EXECUTE FUNCTION status_guard.check_restored()
        $sql$,
        v_table, v_is_new, v_by_test);
      EXECUTE format(
        $sql$
          CREATE TRIGGER status_guard_inserted AFTER INSERT ON %s FOR EACH ROW
          WHEN (NOT (%s) AND NOT %s)
          EXECUTE FUNCTION status_guard.check_not_ended()
        $sql$,
        v_table, v_is_new, v_by_test);
      EXECUTE format(
        $sql$
          CREATE TRIGGER status_guard_update BEFORE UPDATE ON %s FOR EACH ROW
          WHEN (
            (NEW.status <> OLD.status OR NEW.lease <> OLD.lease OR NEW.worker_id IS DISTINCT FROM OLD.worker_id)
            AND NOT (
              NEW.worker_id IS NOT DISTINCT FROM OLD.worker_id
              AND OLD.status || ' to ' || NEW.status || ', lease + ' || NEW.lease - OLD.lease IN (
                'pending to queued, lease + 0',
                'queued to queued, lease + 0',
                'pending to pending, lease + 1',
                'queued to pending, lease + 1',
                'running to pending, lease + 0'))
            AND NOT (
              NEW.worker_id IS NOT NULL
              AND OLD.status || ' to ' || NEW.status || ', lease + ' || NEW.lease - OLD.lease IN (
                'pending to running, lease + 1',
                'queued to running, lease + 1'))
            AND NOT %s)
          EXECUTE FUNCTION status_guard.refuse_change()
        $sql$,
        v_table, v_by_test);
      EXECUTE format(
        $sql$
          CREATE TRIGGER status_guard_open AFTER INSERT OR UPDATE ON %s FOR EACH ROW
          WHEN (NEW.order_key IS NOT NULL AND NEW.run_at < timestamptz '9999-12-31 00:00:00+00' AND NOT %s)
          EXECUTE FUNCTION status_guard.check_open()
        $sql$,
        v_table, v_by_test);
      EXECUTE format(
        $sql$
          CREATE TRIGGER status_guard_delete AFTER DELETE ON %s REFERENCING OLD TABLE AS gone FOR EACH STATEMENT
          WHEN (NOT %s)
          EXECUTE FUNCTION status_guard.note_ending()
        $sql$,
        v_table, v_by_test);
    ELSE
      EXECUTE format(
        $sql$
          CREATE TRIGGER status_guard_insert AFTER INSERT ON %s REFERENCING NEW TABLE AS added FOR EACH STATEMENT
          WHEN (NOT %s)
          EXECUTE FUNCTION status_guard.check_ended()
        $sql$,
        v_table, v_by_test);
      EXECUTE format(
        $sql$
          CREATE TRIGGER status_guard_update BEFORE UPDATE ON %s FOR EACH ROW
          WHEN (NOT %s)
          EXECUTE FUNCTION status_guard.refuse_change()
        $sql$,
        v_table, v_by_test);
      EXECUTE format(
        $sql$
          CREATE TRIGGER status_guard_delete BEFORE DELETE ON %s FOR EACH ROW
          WHEN (OLD.status NOT IN ('completed', 'failed', 'cancelled') AND NOT %s)
          EXECUTE FUNCTION status_guard.refuse_change()
        $sql$,
        v_table, v_by_test);
    END IF;
  END LOOP;
END
$$;

CREATE EVENT TRIGGER status_guard ON ddl_command_end WHEN TAG IN ('CREATE TABLE')
EXECUTE FUNCTION status_guard.guard_jobs();
