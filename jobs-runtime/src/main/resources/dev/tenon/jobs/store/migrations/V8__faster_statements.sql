-- To check for each attempt that is recorded whether its job is there took a third of the time of
-- recording it, and the statement that records it has just found the job. Retention deletes a job, its
-- attempts and its log together.
ALTER TABLE job_attempts DROP CONSTRAINT job_attempts_job_id_fkey;
ALTER TABLE job_logs DROP CONSTRAINT job_logs_job_id_fkey;

-- What workers claim when they feed themselves from the table. With the type in front, a worker need not
-- pass what waits for others; with the priority next, nor what is more urgent and not yet due.
DROP INDEX jobs_claimable;
CREATE INDEX jobs_claimable ON jobs (type, priority, run_at, id)
  WHERE status IN ('pending', 'queued') AND set_back_at IS NULL;
