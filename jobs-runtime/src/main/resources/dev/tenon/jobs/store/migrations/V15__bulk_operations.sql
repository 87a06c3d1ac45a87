-- What operators have done to many jobs at once.

-- Whoever waits for the lock of a table holds up everybody who comes later: rather give up, and try again
SET LOCAL lock_timeout = '2s';

-- One row per operation. Its counts go up in the transactions that change the jobs.
CREATE TABLE job_operations (
  id          uuid        PRIMARY KEY,
  kind        text        NOT NULL
    CONSTRAINT job_operations_kind_check
    CHECK (kind IN ('cancel', 'retry', 'delete', 'reprioritise', 'reschedule', 'move')),
  -- To what the jobs are changed; null if the kind says it all
  target      text,
  -- Which jobs, in words
  query       text        NOT NULL,
  begun_by    text        NOT NULL,
  reason      text        NOT NULL,
  began_at    timestamptz NOT NULL DEFAULT now(),
  updated_at  timestamptz NOT NULL DEFAULT now(),
  ended_at    timestamptz,
  -- Why it ended before it had gone through all jobs
  error       text,
  matched     bigint      NOT NULL,
  changed     bigint      NOT NULL DEFAULT 0,
  passed_over bigint      NOT NULL DEFAULT 0,
  -- Jobs whose rows others held to the end
  locked      bigint      NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

-- Jobs by the failure that they ended with
CREATE INDEX job_attempts_by_fingerprint ON job_attempts (fingerprint, job_id) WHERE fingerprint IS NOT NULL;
