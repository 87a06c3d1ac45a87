-- Whoever waits for the lock of a table holds up everybody who comes later: rather give up, and try again
SET LOCAL lock_timeout = '2s';

-- When the first job of a type with limits is due, and which of its keys have jobs that are due
CREATE INDEX jobs_limited_due ON jobs (type, run_at) WHERE status IN ('pending', 'queued') AND limit_key IS NOT NULL;
