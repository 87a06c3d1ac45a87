-- What types declare besides limits, so that it can be shown beside what operators have set; and which types are limited

-- Whoever waits for the lock of a table holds up everybody who comes later: rather give up, and be started again
SET LOCAL lock_timeout = '10s';

ALTER TABLE job_types
  ADD COLUMN priority smallint NOT NULL DEFAULT 1
    CONSTRAINT job_types_priority_check CHECK (priority BETWEEN 0 AND 3),
  ADD COLUMN max_attempts integer NOT NULL DEFAULT 1
    CONSTRAINT job_types_max_attempts_check CHECK (max_attempts >= 1),
  -- Whether anything limits the type, as declared or as operators have set it, or its keys take turns: its
  -- jobs have a limit_key then
  ADD COLUMN is_limited boolean NOT NULL GENERATED ALWAYS AS (
    coalesce(override_max_concurrent, max_concurrent) > 0
    OR coalesce(override_rate_limit_per_minute, rate_limit_per_minute) > 0
    OR coalesce(override_max_concurrent_per_key, max_concurrent_per_key) > 0
    OR coalesce(override_rate_limit_per_minute_per_key, rate_limit_per_minute_per_key) > 0
    OR limit_by IS NOT NULL) STORED;

-- Of which types no worker may take a job that has no limit_key
CREATE INDEX job_types_barred ON job_types (type) WHERE paused_at IS NOT NULL OR is_limited;
