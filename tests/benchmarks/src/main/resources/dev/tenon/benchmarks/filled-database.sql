-- Fills an empty database of Tenon: :finished jobs that have ended within 30 days, one in thirty of them failed, the first
-- :in_workflows of them in workflows of fifty, and
-- :waiting jobs that wait. Indexes are built at the end, which takes a tenth of the time.
SET search_path = tenon;
SET synchronous_commit = off;
SET maintenance_work_mem = '512MB';
SET work_mem = '128MB';

CREATE TEMP TABLE saved_indexes AS
SELECT indexname, indexdef
FROM pg_indexes
WHERE schemaname = 'tenon' AND tablename IN ('live_jobs', 'job_data', 'ended_jobs') AND indexname NOT LIKE '%pkey';

DO $$
DECLARE
  r record;
BEGIN
  FOR r IN SELECT indexname FROM saved_indexes LOOP
    EXECUTE 'DROP INDEX tenon.' || r.indexname;
  END LOOP;
END
$$;
ALTER TABLE live_jobs DROP CONSTRAINT live_jobs_pkey;
ALTER TABLE job_data DROP CONSTRAINT job_data_pkey;
ALTER TABLE ended_jobs DROP CONSTRAINT ended_jobs_pkey;

-- A UUID of version 7: its time, and bits that follow from the text
CREATE FUNCTION pg_temp.id_at(p_at timestamptz, p_text text)
RETURNS uuid
LANGUAGE sql IMMUTABLE
AS $$
  SELECT (lpad(to_hex((extract(epoch FROM p_at) * 1000)::bigint), 12, '0')
    || '7' || substr(md5(p_text), 1, 3) || '8' || substr(md5(p_text), 4, 15))::uuid
$$;

INSERT INTO workflows (
  id, name, submitted_by, is_open, members, unsettled, unattempted, completed, outcome, settled_at, is_attempted)
SELECT
  pg_temp.id_at(date_trunc('day', now()) - interval '30 days', 'workflow ' || n), 'Import ' || n, 'user-1', false, 50, 0, 0, 50,
  'completed', now(), true
FROM generate_series(0, :in_workflows / 50) n;

WITH finished AS (
  SELECT
    pg_temp.id_at(at, 'finished ' || n) AS id, 'area' || (n % 8) || '.task' || (n % 40) AS type, status, at, 'user-' || (n % 500) AS by,
    CASE WHEN n < :in_workflows
      THEN pg_temp.id_at(date_trunc('day', now()) - interval '30 days', 'workflow ' || (n / 50)) END AS workflow_id, n
  FROM (
    SELECT n, now() - (:finished - n) * (interval '30 days' / :finished) AS at,
      CASE WHEN n % 1000 < 30 THEN 'failed' WHEN n % 1000 < 35 THEN 'cancelled' ELSE 'completed' END AS status
    FROM generate_series(1, :finished) n) AS ended
), data AS (
  INSERT INTO job_data (
    id, type, routing_key, priority, max_attempts, item_id, submitted_by, submitted_at, workflow_id, retention_seconds, payload)
  SELECT
    id, type, 'jobs.' || type, 1, 3, CASE WHEN n % 2 = 0 THEN 'item-' || (n % 100000) END, by, at, workflow_id, 2592000,
    ('{"widgetId":"' || n || '","title":"A payload of about a hundred bytes, as most have it, ' || n || '"}')::json
  FROM finished
)
INSERT INTO ended_jobs (
  id, type, status, lease, attempts, crashes, run_at, finished_at, delete_at, workflow_id, submitted_by, progress, result,
  worker_id, started_at, outcome, error_reason, error_class, error_message, stack, fingerprint)
SELECT
  id, type, status, 1, 1, 0, at, at + interval '120 ms', at + interval '31 days', workflow_id,
  CASE WHEN status <> 'completed' THEN by END, CASE WHEN status = 'completed' THEN 100 ELSE 0 END,
  CASE WHEN status = 'completed' THEN '{"parts":12}'::json END, 'Plm-12345678', at + interval '20 ms', status,
  CASE WHEN status = 'failed' THEN 'exception' END, CASE WHEN status = 'failed' THEN 'java.lang.IllegalStateException' END,
  CASE WHEN status = 'failed' THEN 'No part with number ' || (n % 1000) || ' in the catalog' END,
  CASE WHEN status = 'failed'
    THEN E'java.lang.IllegalStateException: No part\n\tat com.example.Parts.find(Parts.java:12)' END,
  CASE WHEN status = 'failed' THEN substr(md5(type || substr(id::text, 20, 1)), 1, 16) END
FROM finished;

-- Eight in ten have been published, one is not due yet
WITH waiting AS (
  SELECT
    pg_temp.id_at(at, 'waiting ' || n) AS id, 'area' || (n % 8) || '.task' || (n % 40) AS type, at, n,
    CASE WHEN n % 10 = 9 THEN at + interval '2 days' ELSE at END AS due
  FROM (
    SELECT n, now() - (:waiting - n) * (interval '1 hour' / greatest(:waiting, 1)) AS at
    FROM generate_series(1, :waiting) n) AS submitted
), data AS (
  INSERT INTO job_data (
    id, type, routing_key, priority, max_attempts, item_id, submitted_by, submitted_at, retention_seconds, payload)
  SELECT
    id, type, 'jobs.' || type, 1, 3, 'item-' || (n % 100000), 'user-' || (n % 500), at, 2592000,
    ('{"widgetId":"' || n || '","title":"A payload of about a hundred bytes, as most have it, ' || n || '"}')::json
  FROM waiting
)
INSERT INTO live_jobs (
  id, type, priority, run_at, status, publish_at, max_attempts, retention_seconds, routing_key, payload_bytes)
SELECT
  id, type, 1, due, CASE WHEN n % 10 < 8 THEN 'queued' ELSE 'pending' END, due, 3, 2592000, 'jobs.' || type, 100
FROM waiting;

ALTER TABLE live_jobs ADD PRIMARY KEY (id);
ALTER TABLE job_data ADD PRIMARY KEY (type, id);
ALTER TABLE ended_jobs ADD PRIMARY KEY (id);
DO $$
DECLARE
  r record;
BEGIN
  FOR r IN SELECT indexdef FROM saved_indexes LOOP
    EXECUTE r.indexdef;
  END LOOP;
END
$$;

INSERT INTO job_types (type)
SELECT 'area' || (n % 8) || '.task' || n FROM generate_series(0, 39) AS n;

INSERT INTO job_statistics (
  step_seconds, at, type, outcome, attempts, run_millis, max_run_millis, wait_millis, max_wait_millis)
SELECT step, at, 'area' || (n % 8) || '.task' || n, outcome, 100, 10000, 400, 2000, 100
FROM
  unnest(ARRAY[60, 600, 3600], ARRAY['3 hours', '3 days', '35 days']::interval[]) AS steps (step, span),
  LATERAL generate_series(
    to_timestamp(floor(extract(epoch FROM now() - span) / step) * step), now(), step * interval '1 second') AS at,
  generate_series(0, 39) AS n,
  unnest(ARRAY['completed', 'failed', 'cancelled']) AS outcome;

INSERT INTO job_failures (at, type, fingerprint, error_reason, failures, error_class, error_message, last_at, last_job_id)
SELECT
  at, 'area' || (n % 8) || '.task' || n, substr(md5('fingerprint ' || n || ' ' || i), 1, 16), 'exception', 100,
  'java.lang.IllegalStateException', 'No part with number 7 in the catalog', at, gen_random_uuid()
FROM
  generate_series(date_trunc('hour', now() - interval '35 days'), now(), interval '1 hour') AS at,
  generate_series(0, 39) AS n,
  generate_series(1, 3) AS i;

UPDATE job_statistics_state SET rolled_up_until = now();
