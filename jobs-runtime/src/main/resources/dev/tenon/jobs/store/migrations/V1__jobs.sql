-- The table is the truth about every job; a message in RabbitMQ is only a pointer to a row.

CREATE TABLE jobs (
  id                  uuid        PRIMARY KEY,
  type                text        NOT NULL,
  routing_key         text        NOT NULL,
  status              text        NOT NULL DEFAULT 'pending'
    CONSTRAINT jobs_status_check
    CHECK (status IN ('pending', 'queued', 'running', 'completed', 'failed', 'cancelled')),
  priority            smallint    NOT NULL CONSTRAINT jobs_priority_check CHECK (priority BETWEEN 0 AND 3),
  -- json, not jsonb: it keeps every value exactly as it was written (negative zero, U+0000, key order)
  payload             json        NOT NULL,
  result              json,
  item_id             text,
  submitted_by        text        NOT NULL,
  submitted_at        timestamptz NOT NULL DEFAULT now(),
  -- not run before this time
  run_at              timestamptz NOT NULL DEFAULT now(),
  -- while pending: when the relay publishes the pointer, unless the submitter has done it by then
  publish_at          timestamptz NOT NULL DEFAULT now(),
  -- started attempts that count against max_attempts; lost and released ones do not
  attempts            integer     NOT NULL DEFAULT 0,
  max_attempts        integer     NOT NULL CONSTRAINT jobs_max_attempts_check CHECK (max_attempts >= 1),
  -- attempts whose worker was lost
  crashes             integer     NOT NULL DEFAULT 0,
  -- goes up by one with every claim; a worker may write only under the lease it claimed with
  lease               bigint      NOT NULL DEFAULT 0,
  worker_id           text,
  started_at          timestamptz,
  finished_at         timestamptz,
  progress            smallint    NOT NULL DEFAULT 0
    CONSTRAINT jobs_progress_check CHECK (progress BETWEEN 0 AND 100),
  progress_message    text,
  error_class         text,
  error_message       text,
  cancel_requested_at timestamptz,
  -- how long the job is kept after its end, and until when; null while it has not ended
  retention_seconds   bigint      NOT NULL,
  delete_at           timestamptz
) WITH (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);

-- What workers claim when they feed themselves from the table
CREATE INDEX jobs_claimable ON jobs (priority DESC, run_at, id) WHERE status IN ('pending', 'queued');
-- What the relay publishes
CREATE INDEX jobs_publishable ON jobs (publish_at) WHERE status = 'pending';
-- What a worker runs
CREATE INDEX jobs_running ON jobs (worker_id) WHERE status = 'running';
-- What retention deletes
CREATE INDEX jobs_deletable ON jobs (delete_at) WHERE delete_at IS NOT NULL;
-- What people list; ids sort by time
CREATE INDEX jobs_failed ON jobs (id) WHERE status IN ('failed', 'cancelled');
CREATE INDEX jobs_by_type ON jobs (type, id);
CREATE INDEX jobs_by_item ON jobs (item_id, id) WHERE item_id IS NOT NULL;
CREATE INDEX jobs_by_submitter ON jobs (submitted_by, id);

-- One row per attempt that is over
CREATE TABLE job_attempts (
  job_id        uuid        NOT NULL REFERENCES jobs ON DELETE CASCADE,
  lease         bigint      NOT NULL,
  attempt       integer     NOT NULL,
  worker_id     text        NOT NULL,
  started_at    timestamptz NOT NULL,
  finished_at   timestamptz NOT NULL,
  outcome       text        NOT NULL
    CONSTRAINT job_attempts_outcome_check
    CHECK (outcome IN ('completed', 'failed', 'timed_out', 'cancelled', 'snoozed', 'released', 'lost')),
  error_class   text,
  error_message text,
  stack         text,
  -- the same for failures of the same kind
  fingerprint   text,
  PRIMARY KEY (job_id, lease)
);

CREATE TABLE job_logs (
  id        bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  job_id    uuid        NOT NULL REFERENCES jobs ON DELETE CASCADE,
  attempt   integer     NOT NULL,
  level     text        NOT NULL
    CONSTRAINT job_logs_level_check CHECK (level IN ('debug', 'info', 'warn', 'error')),
  message   text        NOT NULL,
  data      json,
  logged_at timestamptz NOT NULL
);

CREATE INDEX job_logs_by_job ON job_logs (job_id, id);

-- One row per worker; a worker whose heartbeat is old is lost, and its jobs are given to others
CREATE TABLE workers (
  id           text        PRIMARY KEY,
  host         text        NOT NULL,
  process_id   bigint      NOT NULL,
  concurrency  integer     NOT NULL,
  started_at   timestamptz NOT NULL DEFAULT now(),
  heartbeat_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);

-- Who does the upkeep. The token goes up with every change of leader.
CREATE TABLE leaders (
  name       text        PRIMARY KEY,
  holder     text        NOT NULL,
  token      bigint      NOT NULL,
  expires_at timestamptz NOT NULL
);

-- What the leader does, and when it last did
CREATE TABLE upkeep_tasks (
  name            text        PRIMARY KEY,
  interval_millis bigint      NOT NULL,
  last_run_at     timestamptz NOT NULL,
  last_error      text
);
