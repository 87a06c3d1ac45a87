-- The columns that people search by are written once, when a job is submitted. In the table of jobs, each index on these
-- columns got a new entry with every change of a job's status: a third of what claiming a job and recording its outcome cost.

-- Whoever waits for the lock of a table holds up everybody who comes later: rather give up, and try again
SET LOCAL lock_timeout = '2s';

-- First what needs the strongest lock: whoever reads jobs meanwhile waits until this is committed, and nobody for whom the
-- migration would have to wait later can get in between
DROP INDEX jobs_by_type, jobs_by_submitter, jobs_by_item;

CREATE TABLE job_search (
  id           uuid NOT NULL,
  type         text NOT NULL,
  submitted_by text NOT NULL,
  item_id      text
) WITH (
  autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);

CREATE FUNCTION job_search_insert()
RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
AS $$
BEGIN
  INSERT INTO job_search (id, type, submitted_by, item_id)
  SELECT i.id, i.type, i.submitted_by, i.item_id FROM inserted i;
  RETURN NULL;
END
$$;

CREATE FUNCTION job_search_update()
RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
AS $$
BEGIN
  UPDATE job_search s SET id = NEW.id, type = NEW.type, submitted_by = NEW.submitted_by, item_id = NEW.item_id
  WHERE s.type = OLD.type AND s.id = OLD.id;
  RETURN NULL;
END
$$;

-- The planner is told to use the index: it plans once, maybe for a single row, whereas later statements may delete many
CREATE FUNCTION job_search_delete()
RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
BEGIN
  DELETE FROM job_search s USING deleted d WHERE s.type = d.type AND s.id = d.id;
  RETURN NULL;
END
$$;

CREATE FUNCTION job_search_truncate()
RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
AS $$
BEGIN
  TRUNCATE job_search;
  RETURN NULL;
END
$$;

CREATE TRIGGER jobs_search_insert AFTER INSERT ON jobs
REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION job_search_insert();

-- The runtime never changes these columns; whoever does so by hand has nothing else to do
CREATE TRIGGER jobs_search_update AFTER UPDATE OF id, type, submitted_by, item_id ON jobs
FOR EACH ROW EXECUTE FUNCTION job_search_update();

CREATE TRIGGER jobs_search_delete AFTER DELETE ON jobs
REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION job_search_delete();

CREATE TRIGGER jobs_search_truncate AFTER TRUNCATE ON jobs
FOR EACH STATEMENT EXECUTE FUNCTION job_search_truncate();

INSERT INTO job_search (id, type, submitted_by, item_id)
SELECT j.id, j.type, j.submitted_by, j.item_id FROM jobs j;

-- All are unique, as ids are, and none is partial: so the planner knows that each job is found once, and reads them in the
-- order of their ids
ALTER TABLE job_search ADD CONSTRAINT job_search_pkey PRIMARY KEY (type, id);
CREATE UNIQUE INDEX job_search_by_submitter ON job_search (submitted_by, id);
CREATE UNIQUE INDEX job_search_by_item ON job_search (item_id, id);
ANALYZE job_search;

-- New functions may be called by everybody until this is revoked
REVOKE ALL ON FUNCTION job_search_insert(), job_search_update(), job_search_delete(), job_search_truncate() FROM PUBLIC;
