-- Whoever waits for the lock of a table holds up everybody who comes later: rather give up, and try again
SET LOCAL lock_timeout = '2s';

-- Of a bulk cancellation: how many running jobs were told to stop. What becomes of them their handlers decide.
ALTER TABLE job_operations ADD COLUMN signalled bigint NOT NULL DEFAULT 0;
