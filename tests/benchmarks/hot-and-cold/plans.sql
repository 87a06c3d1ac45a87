-- Makes plans while the tables are empty, and uses them with 200,000 jobs in live; run by run.sh for three kinds of statistics.
-- Shows the processor time per job, and (by auto_explain) every kind of scan that the kept plans have of these tables.
\set QUIET on
SET client_min_messages = warning;
ALTER TABLE live SET (autovacuum_enabled = off);
ALTER TABLE job_data SET (autovacuum_enabled = off);
ALTER TABLE history SET (autovacuum_enabled = off);
TRUNCATE live, claims, job_data, history, bench.ids, bench.phases;
\if :{?vacuumed}
  VACUUM ANALYZE live, job_data, history;
\endif
\if :{?filled}
  SELECT bench.make_ids(0, 400, 500) \g /dev/null
  CALL bench.phase('plans', 0, 'submit', 500);
  VACUUM ANALYZE live, job_data, history;
\endif
SELECT relname, reltuples FROM pg_class WHERE relname IN ('live', 'job_data', 'history') ORDER BY 1;
-- The life of one job makes every plan
SELECT bench.make_ids(1, 1, 1) \g /dev/null
CALL bench.phase('plans', 1, 'submit', 1);
CALL bench.phase('plans', 1, 'note', 1);
CALL bench.phase('plans', 1, 'claim', 1);
CALL bench.phase('plans', 1, 'outcome', 1);
CALL bench.phase('plans', 1, 'forget', 1);
CALL bench.phase('plans', 1, 'prune', 1);
SELECT bench.claim_due(1) \g /dev/null
\if :{?filled}
  DELETE FROM live;
  DELETE FROM job_data;
\endif
SELECT bench.make_ids(2, 400, 500) \g /dev/null
CALL bench.phase('plans', 2, 'submit', 500);
-- Batches of 500, of 20 and of 1, from among these
INSERT INTO bench.ids SELECT 3, batch, ids, payloads FROM bench.ids WHERE round = 2 AND batch BETWEEN 101 AND 120;
INSERT INTO bench.ids SELECT 4, batch, ids, payloads FROM bench.ids WHERE round = 2 AND batch BETWEEN 201 AND 204;
INSERT INTO bench.ids SELECT 5, batch, ids[1:200], payloads[1:200] FROM bench.ids WHERE round = 2 AND batch = 301;
INSERT INTO bench.ids SELECT 6, batch, ids, payloads FROM bench.ids WHERE round = 2 AND batch BETWEEN 1 AND 2;
CALL bench.phase('plans', 3, 'note', 500);
CALL bench.phase('plans', 3, 'claim', 500);
CALL bench.phase('plans', 3, 'outcome', 500);
CALL bench.phase('plans', 3, 'forget', 500);
CALL bench.phase('plans', 3, 'prune', 500);
CALL bench.phase('plans', 4, 'note', 20);
CALL bench.phase('plans', 4, 'claim', 20);
CALL bench.phase('plans', 4, 'outcome', 20);
CALL bench.phase('plans', 5, 'note', 1);
CALL bench.phase('plans', 5, 'claim', 1);
CALL bench.phase('plans', 5, 'outcome', 1);
CALL bench.phase('plans', 6, 'claim_due', 500);
SELECT round, phase, jobs, round((cpu_ms * 1000 / nullif(jobs, 0))::numeric, 1) AS us_per_job FROM bench.phases
WHERE round > 1 AND jobs > 0 ORDER BY at;
LOAD 'auto_explain';
SET auto_explain.log_min_duration = 0;
SET auto_explain.log_nested_statements = on;
DELETE FROM bench.ids;
INSERT INTO bench.ids
SELECT 7, 1, array_agg(id ORDER BY id), NULL FROM (SELECT id FROM live WHERE status = 'pending' ORDER BY id DESC LIMIT 500) AS l;
SET client_min_messages = log;
CALL bench.phase('plans', 7, 'note', 500);
CALL bench.phase('plans', 7, 'claim', 500);
CALL bench.phase('plans', 7, 'outcome', 500);
SELECT bench.claim_due(500) \g /dev/null
CALL bench.phase('plans', 7, 'forget', 500);
CALL bench.phase('plans', 7, 'prune', 500);
