-- Jobs that pointers named, and that nobody could claim since their rows were locked. Their pointers are acknowledged, so
-- somebody has to publish others. One job may be noted several times: a key would have claims wait for each other.
CREATE TABLE passed_over (
  id        bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  job_id    uuid        NOT NULL,
  noted_at  timestamptz NOT NULL DEFAULT now()
);

-- Has the pointers of those jobs published again whose rows are free now, and forgets what was noted about them. Reads up to
-- a number of notes after one of them, and tells which one was the last, or nothing if there are no more; and for how many
-- jobs that was done. The lease goes up, so that a late confirmation of a pointer that has done its work does not count.
CREATE FUNCTION return_passed_over(p_after bigint, p_max integer, OUT last_id bigint, OUT returned integer)
LANGUAGE plpgsql
SET search_path = "${flyway:defaultSchema}", pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
DECLARE
  v_ids bigint[];
  v_job_ids uuid[];
  v_free uuid[];
BEGIN
  SELECT coalesce(array_agg(n.id ORDER BY n.id), '{}'), coalesce(array_agg(DISTINCT n.job_id), '{}')
  INTO v_ids, v_job_ids
  FROM (SELECT p.id, p.job_id FROM passed_over p WHERE p.id > p_after ORDER BY p.id LIMIT p_max) AS n;
  v_free := ARRAY(
    SELECT one.id
    FROM unnest(v_job_ids) AS noted (id), LATERAL (
      SELECT j.id FROM jobs j WHERE j.id = noted.id FOR NO KEY UPDATE SKIP LOCKED) AS one);
  UPDATE jobs j SET status = 'pending', lease = j.lease + 1, publish_at = now()
  FROM unnest(v_free) AS free (id)
  WHERE j.id = free.id
    -- In words that fit no index but that of the ids
    AND (j.status IN ('pending', 'queued')) IS TRUE AND (j.limit_key IS NULL) IS TRUE AND (j.run_at <= now()) IS TRUE
    -- What was set back is found in the table, or published at its time
    AND (j.status = 'queued' OR j.set_back_at IS NULL) IS TRUE;
  DELETE FROM passed_over p
  USING unnest(v_ids) AS read (id)
  WHERE p.id = read.id AND (p.job_id = ANY (v_free) OR NOT EXISTS (SELECT FROM jobs j WHERE j.id = p.job_id));
  last_id := CASE WHEN cardinality(v_ids) = p_max THEN v_ids[p_max] END;
  returned := cardinality(v_free);
END
$$;

REVOKE ALL ON FUNCTION return_passed_over(bigint, integer) FROM PUBLIC;
