-- Limits, rates, turns between keys, pauses, overrides and unique jobs.

-- Whoever waits for the lock of a table holds up everybody who comes later: rather give up, and be started again
SET LOCAL lock_timeout = '10s';

-- What holds for all jobs of a type
CREATE TABLE job_types (
  type                         text        PRIMARY KEY,
  -- Earlier names of the type: what holds for it holds for jobs of these names too
  aliases                      text[]      NOT NULL DEFAULT '{}',
  -- As the application that was started last declares it; 0 is no limit
  max_concurrent               integer     NOT NULL DEFAULT 0,
  rate_limit_per_minute        integer     NOT NULL DEFAULT 0,
  max_concurrent_per_key       integer     NOT NULL DEFAULT 0,
  rate_limit_per_minute_per_key integer    NOT NULL DEFAULT 0,
  -- The component of the payload whose values are the keys; null if there is none
  limit_by                     text,
  -- What an operator has set in place of that; null where the declaration holds
  override_max_concurrent      integer,
  override_rate_limit_per_minute integer,
  override_max_concurrent_per_key integer,
  override_rate_limit_per_minute_per_key integer,
  override_priority            smallint
    CONSTRAINT job_types_override_priority_check CHECK (override_priority BETWEEN 0 AND 3),
  override_max_attempts        integer
    CONSTRAINT job_types_override_max_attempts_check CHECK (override_max_attempts >= 1),
  overridden_at                timestamptz,
  overridden_by                text,
  override_reason              text,
  -- Since when no job of the type is started, who has decided that, and why
  paused_at                    timestamptz,
  paused_by                    text,
  pause_reason                 text,
  -- When the next job may start if none comes early: the theoretical arrival time of the generic cell rate algorithm
  next_start_at                timestamptz NOT NULL DEFAULT '-infinity',
  -- The key that was served last: the one after it is next
  last_key                     text        NOT NULL DEFAULT ''
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

-- What no claim may take
CREATE INDEX job_types_paused ON job_types (type) WHERE paused_at IS NOT NULL;

-- The same time for each key that has a rate
CREATE TABLE job_limit_keys (
  type          text        NOT NULL,
  limit_key     text        NOT NULL,
  next_start_at timestamptz NOT NULL,
  PRIMARY KEY (type, limit_key)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

CREATE INDEX job_limit_keys_by_time ON job_limit_keys (next_start_at);

ALTER TABLE jobs
  -- By what the job is limited: a value of the payload, or '' if its type only has limits in all. Null for
  -- jobs without limits. Jobs with a key are not published: workers take them from the table.
  ADD COLUMN limit_key text,
  -- What no other job may have at the same time; null if nothing or no longer
  ADD COLUMN unique_key text,
  -- Until when the key is kept: until_started, until_ended, unless_failed or until_deleted …
  ADD COLUMN unique_scope text
    CONSTRAINT jobs_unique_scope_check
    CHECK (unique_scope IN ('until_started', 'until_ended', 'unless_failed', 'until_deleted')),
  -- … and until then in any case
  ADD COLUMN unique_until timestamptz,
  -- How long the job is kept if it fails or is cancelled; null if that makes no difference
  ADD COLUMN failed_retention_seconds bigint;

DROP INDEX jobs_claimable;
CREATE INDEX jobs_claimable ON jobs (type, priority, run_at, id)
  WHERE status IN ('pending', 'queued') AND set_back_at IS NULL AND limit_key IS NULL;
DROP INDEX jobs_publishable;
CREATE INDEX jobs_publishable ON jobs (publish_at) WHERE status = 'pending' AND limit_key IS NULL;
DROP INDEX jobs_external_claimable;
CREATE INDEX jobs_external_claimable ON jobs (type, priority, run_at, id)
  WHERE status IN ('pending', 'queued') AND external_policy IS NOT NULL AND limit_key IS NULL;

-- What waits under limits: from each key to the next, and for each key the most urgent first
CREATE INDEX jobs_limited ON jobs (type, limit_key, priority, run_at, id)
  WHERE status IN ('pending', 'queued') AND limit_key IS NOT NULL;
-- What runs under limits, to be counted
CREATE INDEX jobs_limited_running ON jobs (type, limit_key) WHERE status = 'running' AND limit_key IS NOT NULL;

CREATE UNIQUE INDEX jobs_unique ON jobs (unique_key) WHERE unique_key IS NOT NULL;
-- Whose time is over
CREATE INDEX jobs_unique_until ON jobs (unique_until) WHERE unique_key IS NOT NULL AND unique_until IS NOT NULL;
