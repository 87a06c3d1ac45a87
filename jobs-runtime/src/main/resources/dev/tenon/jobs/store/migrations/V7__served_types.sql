-- The job types that a Java worker runs, by all of their names, for the health report. Null for a worker that an older version
-- of Tenon has registered, and for workers in other languages, which may claim the types that their role was granted.
ALTER TABLE workers ADD COLUMN types text[];

-- What the health report counts
CREATE INDEX jobs_failed_lately ON jobs (finished_at) WHERE status = 'failed';
