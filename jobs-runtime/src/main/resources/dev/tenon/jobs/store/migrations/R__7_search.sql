-- Keeps the table that people search in the same as that of the jobs, for as long as the jobs are kept.

-- Adds the jobs that a statement has inserted.
CREATE OR REPLACE FUNCTION job_search_insert()
RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
AS $$
BEGIN
  INSERT INTO job_search (id, type, submitted_by, item_id, limit_key)
  SELECT i.id, i.type, i.submitted_by, i.item_id, i.limit_key FROM inserted i;
  RETURN NULL;
END
$$;

-- Follows a change. The runtime only changes limit_key.
CREATE OR REPLACE FUNCTION job_search_update()
RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
AS $$
BEGIN
  UPDATE job_search s SET
    id = NEW.id, type = NEW.type, submitted_by = NEW.submitted_by, item_id = NEW.item_id, limit_key = NEW.limit_key
  WHERE s.type = OLD.type AND s.id = OLD.id;
  RETURN NULL;
END
$$;

-- Deletes the rows of the jobs that a statement has deleted. A join would be planned for the number of rows that the table had
-- when it was last analyzed; if it had none, each of its rows would be compared with each row that was deleted. A subquery for
-- each deleted row leaves no choice of order. Since only the primary key gives the rows of a type in the order of their ids,
-- the order leaves no choice of index. A row's place does not change in between, as the row of its job is locked.
CREATE OR REPLACE FUNCTION job_search_delete()
RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off
AS $$
BEGIN
  DELETE FROM job_search s
  WHERE s.ctid = ANY (ARRAY(
    SELECT (
      SELECT found.ctid FROM job_search found
      WHERE found.type = d.type AND found.id >= d.id AND found.id <= d.id
      ORDER BY found.id
      LIMIT 1)
    FROM deleted d));
  RETURN NULL;
END
$$;

-- Empties the table with that of the jobs.
CREATE OR REPLACE FUNCTION job_search_truncate()
RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = "${flyway:defaultSchema}", pg_temp
AS $$
BEGIN
  TRUNCATE job_search;
  RETURN NULL;
END
$$;

-- New functions may be called by everybody until this is revoked
REVOKE ALL ON FUNCTION
  job_search_insert(),
  job_search_update(),
  job_search_delete(),
  job_search_truncate()
FROM PUBLIC;
