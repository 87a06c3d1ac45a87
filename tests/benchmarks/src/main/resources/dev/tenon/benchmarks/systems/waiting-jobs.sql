-- :waiting jobs that have done a step and wait for a signal
SET search_path = tenon;
SET synchronous_commit = off;

CREATE TEMP TABLE waiting AS
SELECT uuid AS id, now() - n * interval '10 ms' AS at, n
FROM (
  SELECT
    (lpad(to_hex((extract(epoch FROM now() - n * interval '10 ms') * 1000)::bigint), 12, '0')
      || '7' || substr(md5('waiting ' || n), 1, 3) || '8' || substr(md5('waiting ' || n), 4, 15))::uuid,
    n
  FROM generate_series(1, :waiting) AS n) AS made;

INSERT INTO job_data (
  id, type, routing_key, priority, max_attempts, submitted_by, submitted_at, retention_seconds, payload)
SELECT
  id, 'bench.work', 'jobs.bench.work', 1, 3, 'bench', at, 2592000,
  ('{"number":' || n || ',"sentAtMicros":0,"customer":"Customer ' || n || ', 12 Example Street"}')::json
FROM waiting;

INSERT INTO live_jobs (
  id, type, priority, run_at, status, publish_at, lease, max_attempts, retention_seconds, routing_key, payload_bytes)
SELECT id, 'bench.work', 1, never(), 'pending', never(), 1, 3, 2592000, 'jobs.bench.work', 100
FROM waiting;

INSERT INTO job_steps (job_id, name, kind, state, version, lease, number, started_at, ended_at, signals)
SELECT id, name, kind, state, 1, 1, number, at, CASE WHEN state = 'done' THEN at END, signals
FROM waiting, (VALUES
  (1, 'charge', 'step', 'done', NULL::text[]),
  (2, 'paid', 'wait', 'waiting', ARRAY['bench.paid'])) AS records (number, name, kind, state, signals);

INSERT INTO earlier_attempts (job_id, lease, attempt, worker_id, started_at, finished_at, outcome)
SELECT id, 1, 1, 'bench-12345678', at, at, 'suspended'
FROM waiting;
