-- Schedules, by which jobs are submitted by themselves.

-- Whoever waits for the lock of a table holds up everybody who comes later: rather give up, and try again
SET LOCAL lock_timeout = '2s';

CREATE TABLE job_schedules (
  -- A declared schedule has the name of its job type
  name                     text        PRIMARY KEY,
  -- Whether the application declares it; if not, it was made at run time
  declared                 boolean     NOT NULL,
  -- All that a job needs, so that a process can submit it that does not know the type
  type                     text        NOT NULL,
  version                  integer     NOT NULL,
  routing_key              text        NOT NULL,
  priority                 smallint    NOT NULL
    CONSTRAINT job_schedules_priority_check CHECK (priority BETWEEN 0 AND 3),
  -- Whether the priority was named for this schedule; if not, it is that of the type, which operators may override
  has_own_priority         boolean     NOT NULL,
  payload                  json        NOT NULL,
  item_id                  text,
  submitted_by             text        NOT NULL,
  max_attempts             integer     NOT NULL,
  retention_seconds        bigint      NOT NULL,
  failed_retention_seconds bigint      NOT NULL,
  external_policy          json,
  limit_key                text,
  -- When
  cron                     text        NOT NULL,
  zone                     text        NOT NULL,
  overlap                  text        NOT NULL
    CONSTRAINT job_schedules_overlap_check CHECK (overlap IN ('skip', 'queue_one', 'allow', 'cancel_running')),
  catch_up_millis          bigint      NOT NULL,
  jitter_millis            bigint      NOT NULL,
  next_run_at              timestamptz NOT NULL,
  -- The time of a run that waits for an earlier one to end; null if none does
  waiting_run_at           timestamptz,
  -- What was done: the run that was submitted last, the one that was left out last, and why none can be submitted
  last_run_at              timestamptz,
  last_job_id              uuid,
  left_out_at              timestamptz,
  error                    text,
  -- Since when it submits nothing, who has decided that, and why
  paused_at                timestamptz,
  paused_by                text,
  pause_reason             text,
  -- Since when the application no longer declares it. Such a row is not a schedule: it is only kept for its pause, which
  -- holds again when the declaration is back.
  withdrawn_at             timestamptz,
  -- Who is null if the application did it, by what it declares
  created_at               timestamptz NOT NULL DEFAULT now(),
  created_by               text,
  changed_at               timestamptz NOT NULL DEFAULT now(),
  changed_by               text,
  CONSTRAINT job_schedules_pause_check
    CHECK ((paused_at IS NULL) = (paused_by IS NULL) AND (paused_at IS NULL) = (pause_reason IS NULL)),
  CONSTRAINT job_schedules_withdrawn_check
    CHECK (withdrawn_at IS NULL OR (declared AND paused_at IS NOT NULL)),
  CONSTRAINT job_schedules_last_run_check CHECK ((last_run_at IS NULL) = (last_job_id IS NULL))
) WITH (fillfactor = 50);

CREATE INDEX job_schedules_due ON job_schedules (next_run_at) WHERE paused_at IS NULL;

-- The schedule that has submitted the job; null if none has
ALTER TABLE jobs ADD COLUMN schedule text;

-- The runs of a schedule that have not ended
CREATE INDEX jobs_scheduled ON jobs (schedule)
  WHERE schedule IS NOT NULL AND status IN ('pending', 'queued', 'running');
