-- Tenon's tables, types, constraints and indexes. The functions and triggers are in the repeatable files beside this one.

-- ================================================================ Jobs

-- The table is the truth about every job; a message in RabbitMQ is only a pointer to a row.
CREATE TABLE jobs (
  -- Sorts by the time of the submit (UUID version 7)
  id                       uuid        PRIMARY KEY,
  type                     text        NOT NULL,
  -- Of the type's payload, with which the job was submitted. Who does not know versions submits the first one.
  version                  integer     NOT NULL DEFAULT 1 CONSTRAINT jobs_version_check CHECK (version >= 1),
  routing_key              text        NOT NULL,
  priority                 smallint    NOT NULL CONSTRAINT jobs_priority_check CHECK (priority BETWEEN 0 AND 3),
  item_id                  text,
  submitted_by             text        NOT NULL,
  submitted_at             timestamptz NOT NULL DEFAULT now(),
  -- The schedule that submitted the job; null if none did
  schedule                 text,
  -- The workflow that the job belongs to; null if it belongs to none
  workflow_id              uuid,
  -- Where the job was submitted: a traceparent as the W3C's Trace Context defines it, and after a space a tracestate if there
  -- is one. Null if nobody traces.
  trace_context            text,

  -- json, not jsonb: it keeps every value exactly as it was written (negative zero, U+0000, key order)
  payload                  json        NOT NULL,
  -- How many bytes the payload has in UTF-8, so that a claim can count them without reading it
  payload_bytes            integer     NOT NULL,
  result                   json,
  -- Of the type's result, with which the outcome was recorded
  result_version           integer,

  status                   text        NOT NULL DEFAULT 'pending'
    CONSTRAINT jobs_status_check
    CHECK (status IN ('pending', 'queued', 'running', 'completed', 'failed', 'cancelled')),
  -- Not run before this time
  run_at                   timestamptz NOT NULL DEFAULT now(),
  -- While pending: when the relay publishes the pointer, unless the submitter has done it by then
  publish_at               timestamptz NOT NULL DEFAULT now(),
  -- While queued: the message that carries the pointer, and maybe those of other jobs; null if it is the job's own. The
  -- messages that should be in a queue are counted by it.
  message_id               uuid,
  -- Since when workers pass the job over, because its pointer came to workers that do not know its type or its version; null
  -- once it has been claimed
  set_back_at              timestamptz,
  cancel_requested_at      timestamptz,

  -- Goes up by one with every claim; a worker may write only under the lease with which it claimed
  lease                    bigint      NOT NULL DEFAULT 0,
  worker_id                text,
  started_at               timestamptz,
  finished_at              timestamptz,
  -- Started attempts that count against max_attempts; lost and released ones do not
  attempts                 integer     NOT NULL DEFAULT 0,
  max_attempts             integer     NOT NULL CONSTRAINT jobs_max_attempts_check CHECK (max_attempts >= 1),
  -- Attempts whose worker was lost
  crashes                  integer     NOT NULL DEFAULT 0,
  progress                 smallint    NOT NULL DEFAULT 0
    CONSTRAINT jobs_progress_check CHECK (progress BETWEEN 0 AND 100),
  progress_message         text,
  -- Why the last attempt failed; null if it did not
  error_reason             text,
  error_class              text,
  error_message            text,

  -- How jobs of an external type are run, written down by the submitter, since workers in other languages do not know it:
  -- {"timeoutMillis": …, "retryDelaysMillis": […], "retryJitter": …, "maxResultBytes": …, "maxLogDataBytes": …,
  -- "maxLogLines": …}. Null for all other types.
  external_policy          json,
  -- By what the job is limited: a value of the payload, or '' if its type only has limits in all. Null for jobs without
  -- limits. Jobs with a key are not published: workers take them from the table.
  limit_key                text,
  -- What no other job may have at the same time; null if nothing or no longer
  unique_key               text,
  -- Until when the key is kept: until_started, until_ended, unless_failed or until_deleted …
  unique_scope             text
    CONSTRAINT jobs_unique_scope_check
    CHECK (unique_scope IN ('until_started', 'until_ended', 'unless_failed', 'until_deleted')),
  -- … and until then in any case
  unique_until             timestamptz,
  -- How long the job is kept after its end
  retention_seconds        bigint      NOT NULL,
  -- The same if it fails or is cancelled; null if that makes no difference
  failed_retention_seconds bigint,
  -- Until when it is kept; null while it has not ended
  delete_at                timestamptz
) WITH (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);

-- What workers claim when they feed themselves from the table. With the type in front, a worker need not pass what waits for
-- others; with the priority next, nor what is more urgent and not yet due.
CREATE INDEX jobs_claimable ON jobs (type, priority, run_at, id)
  WHERE status IN ('pending', 'queued') AND set_back_at IS NULL AND limit_key IS NULL;
-- What they claim after that: what others have passed over
CREATE INDEX jobs_set_back ON jobs (type, version) WHERE status = 'pending' AND set_back_at IS NOT NULL;
-- What workers in other languages claim
CREATE INDEX jobs_external_claimable ON jobs (type, priority, run_at, id)
  WHERE status IN ('pending', 'queued') AND external_policy IS NOT NULL AND limit_key IS NULL;
-- What waits under limits: from each key to the next, and for each key the most urgent first
CREATE INDEX jobs_limited ON jobs (type, limit_key, priority, run_at, id)
  WHERE status IN ('pending', 'queued') AND limit_key IS NOT NULL;
-- When the first job of a type with limits is due, and which of its keys have jobs that are due
CREATE INDEX jobs_limited_due ON jobs (type, run_at) WHERE status IN ('pending', 'queued') AND limit_key IS NOT NULL;
-- What runs under limits, to be counted
CREATE INDEX jobs_limited_running ON jobs (type, limit_key) WHERE status = 'running' AND limit_key IS NOT NULL;

-- What the relay publishes
CREATE INDEX jobs_publishable ON jobs (publish_at) WHERE status = 'pending' AND limit_key IS NULL;
-- What is compared with the queues, without reading anything else
CREATE INDEX jobs_queued ON jobs (routing_key, publish_at) WHERE status = 'queued';
-- What a worker runs
CREATE INDEX jobs_running ON jobs (worker_id) WHERE status = 'running';

CREATE UNIQUE INDEX jobs_unique ON jobs (unique_key) WHERE unique_key IS NOT NULL;
-- Whose time has passed
CREATE INDEX jobs_unique_until ON jobs (unique_until) WHERE unique_key IS NOT NULL AND unique_until IS NOT NULL;

-- The runs of a schedule that have not ended
CREATE INDEX jobs_scheduled ON jobs (schedule)
  WHERE schedule IS NOT NULL AND status IN ('pending', 'queued', 'running');
CREATE INDEX jobs_by_workflow ON jobs (workflow_id, id) WHERE workflow_id IS NOT NULL;

-- What retention deletes; the jobs of a workflow are deleted with it
CREATE INDEX jobs_deletable ON jobs (delete_at) WHERE delete_at IS NOT NULL AND workflow_id IS NULL;

-- Few jobs among many that have ended: to find them by their status, and by their type or submitter
CREATE INDEX jobs_failed ON jobs (status, id) WHERE status IN ('failed', 'cancelled');
CREATE INDEX jobs_failed_by_type ON jobs (type, status, id) WHERE status IN ('failed', 'cancelled');
CREATE INDEX jobs_failed_by_submitter ON jobs (submitted_by, status, id) WHERE status IN ('failed', 'cancelled');
-- What the health report counts
CREATE INDEX jobs_failed_lately ON jobs (finished_at) WHERE status = 'failed';

-- The columns that people search by, written once, when a job is submitted; limit_key later, too, when a type gets limits. In the table of jobs, each index on these columns
-- would get a new entry with every change of a job's status: a third of what it costs to claim a job and record its outcome.
CREATE TABLE job_search (
  id           uuid NOT NULL,
  type         text NOT NULL,
  submitted_by text NOT NULL,
  item_id      text,
  limit_key    text,
  PRIMARY KEY (type, id)
) WITH (
  autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);

-- All are unique, as ids are: so the planner knows that each job is found once, and reads them in the order of their ids. Most
-- jobs have no limit_key, and pay nothing for its index.
CREATE UNIQUE INDEX job_search_by_submitter ON job_search (submitted_by, id);
CREATE UNIQUE INDEX job_search_by_item ON job_search (item_id, id);
CREATE UNIQUE INDEX job_search_by_limit_key ON job_search (limit_key, id) WHERE limit_key IS NOT NULL;

-- ================================================================ Claims

-- A job that waits for a worker, whose row is locked
CREATE TYPE waiting_job AS (
  id       uuid,
  priority smallint,
  run_at   timestamptz,
  -- How many the payload has
  bytes    integer,
  -- Whether the worker knows its type and version
  is_known boolean
);

-- What became of a waiting job. If it was claimed, it has a lease, and all that a worker needs to run it. A row without an
-- id tells from which time on the next claim should read its index; without such a row it should read it from the beginning.
CREATE TYPE claimed_job AS (
  id              uuid,
  is_known        boolean,
  lease           bigint,
  type            text,
  version         integer,
  attempts        integer,
  max_attempts    integer,
  crashes         integer,
  -- As it is stored: a large one is not read before it is sent
  payload         json,
  item_id         text,
  submitted_by    text,
  workflow_id     uuid,
  trace_context   text,
  -- How long it had been due when it was claimed
  waited_millis   bigint,
  -- Null for a job that a Java worker runs
  external_policy json,
  read_from       timestamptz[]
);

-- Jobs that pointers named, and that nobody could claim since their rows were locked. Their pointers are acknowledged, so
-- somebody has to publish others. One job may be noted several times: a key would have claims wait for each other.
CREATE TABLE passed_over (
  id       bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  job_id   uuid        NOT NULL,
  noted_at timestamptz NOT NULL DEFAULT now()
);

-- ================================================================ Attempts and logs
-- They have no foreign key: to check for each row whether its job is there took a third of the time of recording an outcome,
-- and the statement that records it has just found the job. Retention deletes a job, its attempts and its log together.

-- One row for each attempt that has ended
CREATE TABLE job_attempts (
  job_id        uuid        NOT NULL,
  lease         bigint      NOT NULL,
  attempt       integer     NOT NULL,
  worker_id     text        NOT NULL,
  started_at    timestamptz NOT NULL,
  finished_at   timestamptz NOT NULL,
  outcome       text        NOT NULL
    CONSTRAINT job_attempts_outcome_check
    CHECK (outcome IN ('completed', 'failed', 'timed_out', 'cancelled', 'snoozed', 'released', 'lost')),
  -- Why it counts as failed; null if it does not
  error_reason  text,
  error_class   text,
  error_message text,
  stack         text,
  -- The same for failures of the same kind
  fingerprint   text,
  PRIMARY KEY (job_id, lease)
);

-- Jobs by the failure that they ended with
CREATE INDEX job_attempts_by_fingerprint ON job_attempts (fingerprint, job_id) WHERE fingerprint IS NOT NULL;
-- To read what has ended lately. Times only go up, so that every entry goes to the last page of the index.
CREATE INDEX job_attempts_by_time ON job_attempts (finished_at);

CREATE TABLE job_logs (
  id        bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  job_id    uuid        NOT NULL,
  attempt   integer     NOT NULL,
  level     text        NOT NULL
    CONSTRAINT job_logs_level_check CHECK (level IN ('debug', 'info', 'warn', 'error')),
  message   text        NOT NULL,
  data      json,
  logged_at timestamptz NOT NULL
);

CREATE INDEX job_logs_by_job ON job_logs (job_id, id);

-- ================================================================ Workers

-- One row for each worker; a worker whose heartbeat is old is lost, and its jobs are given to others
CREATE TABLE workers (
  id           text        PRIMARY KEY,
  -- The role that registered the worker; null for a Java worker, which no role can touch
  role         text,
  host         text        NOT NULL,
  process_id   bigint      NOT NULL,
  -- Which process a Java worker runs in. Host name and process id do not tell: many containers have the same ones. Null for
  -- workers in other languages.
  process      uuid,
  -- The job types that a Java worker runs, by all of their names, for the health report. Empty for others: they may claim the
  -- types that their role was granted.
  types        text[]      NOT NULL DEFAULT '{}',
  -- The newest version that it knows of each of these, in their order. Others say with each claim what they know.
  versions     integer[]   NOT NULL DEFAULT '{}'
    CONSTRAINT workers_versions_check CHECK (cardinality(versions) = cardinality(types)),
  concurrency  integer     NOT NULL,
  started_at   timestamptz NOT NULL DEFAULT now(),
  heartbeat_at timestamptz NOT NULL DEFAULT now(),
  -- Since when it claims nothing more, because somebody has told it so; null otherwise
  quieted_at   timestamptz
) WITH (fillfactor = 50);

-- Which types of jobs a role may claim. The owner writes it, with grant_worker and revoke_worker.
CREATE TABLE worker_grants (
  role text NOT NULL,
  type text NOT NULL,
  PRIMARY KEY (role, type)
);

-- Who does the maintenance. The token goes up with every change of leader.
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

-- ================================================================ Types and limits

-- What holds for all jobs of a type
CREATE TABLE job_types (
  type                                   text        PRIMARY KEY,
  -- Earlier names of the type: what holds for it holds for jobs of these names too
  aliases                                text[]      NOT NULL DEFAULT '{}',
  -- The RabbitMQ queues, for whoever publishes jobs of the type without knowing it: by routing key, of the type and of its
  -- earlier names, such as {"jobs.widget.process": "jobs.com.example.PlmJobs"}
  queues                                 jsonb       NOT NULL DEFAULT '{}',
  -- What people do not get to see of payloads and results: for each version of the type that was declared, an array of paths,
  -- such as {"2": ["/payload/iban", "/result/token"]}. Those of earlier versions stay, since jobs with these are kept.
  sensitive                              jsonb       NOT NULL DEFAULT '{}',

  -- As the application that was started last declares it; 0 is no limit
  max_concurrent                         integer     NOT NULL DEFAULT 0,
  rate_limit_per_minute                  integer     NOT NULL DEFAULT 0,
  max_concurrent_per_key                 integer     NOT NULL DEFAULT 0,
  rate_limit_per_minute_per_key          integer     NOT NULL DEFAULT 0,
  -- The component of the payload whose values are the keys; null if there is none
  limit_by                               text,
  priority                               smallint    NOT NULL DEFAULT 1
    CONSTRAINT job_types_priority_check CHECK (priority BETWEEN 0 AND 3),
  max_attempts                           integer     NOT NULL DEFAULT 1
    CONSTRAINT job_types_max_attempts_check CHECK (max_attempts >= 1),

  -- What an operator has set in place of that; null where the declaration holds
  override_max_concurrent                integer,
  override_rate_limit_per_minute         integer,
  override_max_concurrent_per_key        integer,
  override_rate_limit_per_minute_per_key integer,
  override_priority                      smallint
    CONSTRAINT job_types_override_priority_check CHECK (override_priority BETWEEN 0 AND 3),
  override_max_attempts                  integer
    CONSTRAINT job_types_override_max_attempts_check CHECK (override_max_attempts >= 1),
  overridden_at                          timestamptz,
  overridden_by                          text,
  override_reason                        text,

  -- Since when no job of the type is started, who has decided that, and why
  paused_at                              timestamptz,
  paused_by                              text,
  pause_reason                           text,

  -- Whether anything limits the type, as declared or as operators have set it, or its keys take turns: its jobs have a
  -- limit_key then
  is_limited                             boolean     NOT NULL GENERATED ALWAYS AS (
    coalesce(override_max_concurrent, max_concurrent) > 0
    OR coalesce(override_rate_limit_per_minute, rate_limit_per_minute) > 0
    OR coalesce(override_max_concurrent_per_key, max_concurrent_per_key) > 0
    OR coalesce(override_rate_limit_per_minute_per_key, rate_limit_per_minute_per_key) > 0
    OR limit_by IS NOT NULL) STORED,
  -- When the next job may start if none comes early: the theoretical arrival time of the generic cell rate algorithm
  next_start_at                          timestamptz NOT NULL DEFAULT '-infinity',
  -- The key that was served last: the one after it is next
  last_key                               text        NOT NULL DEFAULT ''
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

-- Types that were renamed
CREATE INDEX job_types_renamed ON job_types (type) WHERE aliases <> '{}';
-- Of which types no worker may take a job that has no limit_key
CREATE INDEX job_types_barred ON job_types (type) WHERE paused_at IS NOT NULL OR is_limited;

-- When the next job of a key may start, for each key that has a rate
CREATE TABLE job_limit_keys (
  type          text        NOT NULL,
  limit_key     text        NOT NULL,
  next_start_at timestamptz NOT NULL,
  PRIMARY KEY (type, limit_key)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

CREATE INDEX job_limit_keys_by_time ON job_limit_keys (next_start_at);

-- ================================================================ Schedules

-- Schedules, which submit jobs at their times
CREATE TABLE job_schedules (
  -- A declared schedule has the name of its job type
  name                     text        PRIMARY KEY,
  -- Whether the application declares it; if not, it was made at run time
  declared                 boolean     NOT NULL,

  -- When: at the times of a cron expression in a time zone, or a fixed delay after the end of the last run
  cron                     text,
  zone                     text,
  delay_millis             bigint
    CONSTRAINT job_schedules_delay_check CHECK (delay_millis BETWEEN 1000 AND 31536000000),
  overlap                  text        NOT NULL
    CONSTRAINT job_schedules_overlap_check CHECK (overlap IN ('skip', 'queue_one', 'allow', 'cancel_running')),
  catch_up_millis          bigint      NOT NULL,
  jitter_millis            bigint      NOT NULL,
  -- Null while a run of a schedule with a fixed delay has not ended, or its end was not seen yet
  next_run_at              timestamptz,
  -- That run: the next one is counted from its end
  awaited_job_id           uuid,
  -- The time of a run that waits for an earlier one to end; null if none does
  waiting_run_at           timestamptz,

  -- All that a job needs, so that a process that does not know the type can submit it
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

  CONSTRAINT job_schedules_timing_check
    CHECK ((cron IS NULL) <> (delay_millis IS NULL) AND (cron IS NULL) = (zone IS NULL)),
  CONSTRAINT job_schedules_next_run_check
    CHECK ((next_run_at IS NULL) = (awaited_job_id IS NOT NULL) AND (awaited_job_id IS NULL OR delay_millis IS NOT NULL)),
  CONSTRAINT job_schedules_pause_check
    CHECK ((paused_at IS NULL) = (paused_by IS NULL) AND (paused_at IS NULL) = (pause_reason IS NULL)),
  CONSTRAINT job_schedules_withdrawn_check
    CHECK (withdrawn_at IS NULL OR (declared AND paused_at IS NOT NULL)),
  CONSTRAINT job_schedules_last_run_check CHECK ((last_run_at IS NULL) = (last_job_id IS NULL))
) WITH (fillfactor = 50);

CREATE INDEX job_schedules_due ON job_schedules (next_run_at) WHERE paused_at IS NULL;

-- ================================================================ Workflows

-- One row for each workflow. Its members are its jobs except the follow-ups, and the workflows that are its steps.
CREATE TABLE workflows (
  id              uuid        PRIMARY KEY,
  name            text        NOT NULL,
  -- The workflow that it is a step of; null if it was submitted on its own
  parent_id       uuid,
  submitted_by    text        NOT NULL,
  submitted_at    timestamptz NOT NULL DEFAULT now(),

  -- Whether more members may come though all of them have ended
  is_open         boolean     NOT NULL,
  members         integer     NOT NULL DEFAULT 0,
  -- Members that have not ended
  unsettled       integer     NOT NULL DEFAULT 0,
  -- Members of which no attempt has ended
  unattempted     integer     NOT NULL DEFAULT 0,
  completed       integer     NOT NULL DEFAULT 0,
  failed          integer     NOT NULL DEFAULT 0,
  cancelled       integer     NOT NULL DEFAULT 0,
  -- Members that were not needed, or could not be started any more
  skipped         integer     NOT NULL DEFAULT 0,
  -- Failures since an ended job was run again, if any was: also of jobs in workflows that are steps of this one
  new_failures    integer     NOT NULL DEFAULT 0,
  -- Follow-ups that have not ended
  open_follow_ups integer     NOT NULL DEFAULT 0,
  -- Whether an attempt at each member has ended, and no more members come
  is_attempted    boolean     NOT NULL DEFAULT false,
  -- Null until all members have ended and no more come
  outcome         text
    CONSTRAINT workflows_outcome_check CHECK (outcome IN ('completed', 'failed', 'cancelled', 'skipped')),
  settled_at      timestamptz,

  -- Since when none of its jobs is started, who has decided that, and why
  paused_at       timestamptz,
  paused_by       text,
  pause_reason    text,

  -- Until when those of its jobs are kept that have ended; apart from delete_at, which has an index that would change with
  -- each job
  kept_until      timestamptz,
  -- Until when its last job is kept, once all have ended. All of them are deleted together.
  delete_at       timestamptz
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

CREATE INDEX workflows_by_parent ON workflows (parent_id) WHERE parent_id IS NOT NULL;
-- People look for those that are not steps of others, the newest first: by name, among those that have not ended, by outcome
CREATE INDEX workflows_by_name ON workflows (name, id) WHERE parent_id IS NULL;
CREATE INDEX workflows_open ON workflows (id) WHERE parent_id IS NULL AND outcome IS NULL;
CREATE INDEX workflows_ended ON workflows (outcome, id) WHERE parent_id IS NULL AND outcome IS NOT NULL;
CREATE INDEX workflows_deletable ON workflows (delete_at)
  WHERE parent_id IS NULL AND outcome IS NOT NULL AND open_follow_ups = 0;

-- What waits for others, or has a payload that is made from the results of others. A step is a job, or a workflow with as many
-- jobs as the results of others give reason for.
CREATE TABLE workflow_steps (
  -- Of the job or of the workflow
  id           uuid     PRIMARY KEY,
  workflow_id  uuid     NOT NULL,
  is_follow_up boolean  NOT NULL DEFAULT false,
  type         text     NOT NULL,
  -- How many of the edges that lead to it are waiting, and how many are broken
  waits_for    integer  NOT NULL,
  broken       integer  NOT NULL DEFAULT 0,
  -- Whether it was let go, since no edge waits or is broken
  is_released  boolean  NOT NULL DEFAULT false,
  -- Whether it was ended, since an edge is broken
  is_stopped   boolean  NOT NULL DEFAULT false,
  delay_millis bigint   NOT NULL DEFAULT 0,
  -- The method that makes its payload, by which it has one job or as many as there are payloads
  input        text,
  is_for_each  boolean  NOT NULL DEFAULT false,
  -- For a step with many jobs: the draft that was given for them with its version, and what each job is like
  draft        json,
  version      integer  NOT NULL DEFAULT 1,
  item_id      text,
  priority     smallint,
  -- Since when, or from when on, a process that knows the type can make the payload
  prepare_at   timestamptz,
  -- Why that has failed, for a step that has no job to say so
  error        text
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);

CREATE INDEX workflow_steps_by_workflow ON workflow_steps (workflow_id);
-- Few steps are follow-ups, so this index is small: asking it about a step reads a single page
CREATE INDEX workflow_steps_following_up ON workflow_steps (id) WHERE is_follow_up;
CREATE INDEX workflow_steps_to_prepare ON workflow_steps (prepare_at) WHERE prepare_at IS NOT NULL;

-- From a job or a workflow to a step that waits for it. One that leads to a workflow without a row in workflow_steps says
-- what all of that waits for: it stays as it is, and jobs that are added later get a copy of it.
CREATE TABLE workflow_edges (
  predecessor uuid     NOT NULL,
  successor   uuid     NOT NULL,
  condition   text     NOT NULL
    CONSTRAINT workflow_edges_condition_check
    CHECK (condition IN ('succeeded', 'ended', 'failed', 'first_failure', 'all_attempted')),
  -- Which of the results it is from which the payload is made; null if it is none
  position    smallint,
  -- Whether it leads to a step of another workflow
  leads_out   boolean  NOT NULL,
  state       text     NOT NULL DEFAULT 'waiting'
    CONSTRAINT workflow_edges_state_check CHECK (state IN ('waiting', 'met', 'broken'))
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);

-- A result may be needed twice, and a step may wait for another whose result it needs
CREATE UNIQUE INDEX workflow_edges_key
  ON workflow_edges (predecessor, successor, condition, (coalesce(position, -1)));
CREATE INDEX workflow_edges_by_successor ON workflow_edges (successor);
CREATE INDEX workflow_edges_leading_out ON workflow_edges (predecessor) WHERE leads_out;

-- What a transaction that is under way has changed, until it is settled: other transactions never see a row
CREATE UNLOGGED TABLE workflow_changes (
  transaction bigint      NOT NULL,
  workflow_id uuid        NOT NULL,
  -- The job, the nested workflow, or the workflow itself
  id          uuid        NOT NULL,
  is_member   boolean     NOT NULL,
  -- How it had ended before, and how it has ended now; null while it has not
  was         text,
  becomes     text,
  -- 1 if the first attempt at it has ended, -1 if that is taken back
  attempted   integer     NOT NULL,
  -- Whether it, or a job in it, has failed; and whether somebody has it, or a job in it, run again
  has_failed  boolean     NOT NULL DEFAULT false,
  is_retried  boolean     NOT NULL DEFAULT false,
  delete_at   timestamptz,
  -- Whether nothing will settle the transaction unless this row sees to it
  is_first    boolean     NOT NULL DEFAULT true
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);

CREATE INDEX workflow_changes_by_transaction ON workflow_changes (transaction);

-- ================================================================ Statistics and failures

-- How many attempts ended in a span of time, and how long they took. Rolled up from job_attempts, a few seconds late, in
-- three resolutions of which the finer ones are kept for a shorter time: 60, 600 and 3600 seconds.
CREATE TABLE job_statistics (
  step_seconds    integer     NOT NULL,
  at              timestamptz NOT NULL,
  -- As the jobs were submitted
  type            text        NOT NULL,
  outcome         text        NOT NULL,
  attempts        bigint      NOT NULL,
  -- From the start of an attempt to its end, in all and at most
  run_millis      bigint      NOT NULL,
  max_run_millis  bigint      NOT NULL,
  -- From when a job was due to the start of its attempt
  wait_millis     bigint      NOT NULL,
  max_wait_millis bigint      NOT NULL,
  PRIMARY KEY (step_seconds, at, type, outcome)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);

-- How many attempts failed in the same way in an hour
CREATE TABLE job_failures (
  at            timestamptz NOT NULL,
  type          text        NOT NULL,
  -- '' for attempts that were ended by a rule, not by an exception
  fingerprint   text        NOT NULL,
  error_reason  text        NOT NULL,
  failures      bigint      NOT NULL,
  -- Of the last one
  error_class   text,
  error_message text,
  last_at       timestamptz NOT NULL,
  last_job_id   uuid        NOT NULL,
  PRIMARY KEY (at, type, fingerprint, error_reason)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);

-- Up to when the attempts have been rolled up
CREATE TABLE job_statistics_state (
  only_row        boolean     PRIMARY KEY DEFAULT true CONSTRAINT job_statistics_state_check CHECK (only_row),
  rolled_up_until timestamptz NOT NULL
);

INSERT INTO job_statistics_state (rolled_up_until) VALUES (now());

-- ================================================================ Operations and audit

-- What operators have done to many jobs at once, one row for each operation. Its counts go up in the transactions that change
-- the jobs.
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
  locked      bigint      NOT NULL DEFAULT 0,
  -- Of a bulk cancellation: how many running jobs were told to stop. What becomes of them their handlers decide.
  signalled   bigint      NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

-- What people have done by hand, from the dashboard or another tool that says so. Bulk operations have a record of their own,
-- too.
CREATE TABLE job_audit (
  id      bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at      timestamptz NOT NULL DEFAULT now(),
  done_by text        NOT NULL,
  -- Such as 'pause type'
  action  text        NOT NULL,
  -- What it was done to: the id of a job, the name of a type or of a schedule …
  target  text        NOT NULL,
  reason  text,
  -- What came of it; null while it is being done, or if the process died in the middle
  outcome text
);

-- People read it from the newest entry on
CREATE INDEX job_audit_by_time ON job_audit (at, id);
CREATE INDEX job_audit_by_person ON job_audit (done_by, at, id);
CREATE INDEX job_audit_by_action ON job_audit (action, at, id);
CREATE INDEX job_audit_by_target ON job_audit (target, at, id);

-- ================================================================ Installation

-- Which installation of Tenon this schema is. Pointers in RabbitMQ carry the id: two applications that share a virtual host and
-- a name prefix by mistake do not take each other's.
CREATE TABLE installation (
  id         uuid    PRIMARY KEY DEFAULT gen_random_uuid(),
  -- How many days entries of job_audit are kept; null keeps them without end
  audit_days integer DEFAULT 365 CONSTRAINT installation_audit_days_check CHECK (audit_days > 0)
);
-- One row at most
CREATE UNIQUE INDEX installation_one_row ON installation ((true));

INSERT INTO installation DEFAULT VALUES;
