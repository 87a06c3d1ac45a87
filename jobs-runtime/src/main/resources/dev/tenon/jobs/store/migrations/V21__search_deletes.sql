-- As a join, this was planned for the number of rows that the table had when it was last analyzed. If it had none, each of
-- its rows was compared with each row that was deleted, until it was analyzed again: 100,000 took many minutes. A subquery for
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
