-- Tenon's tables, types, constraints, indexes and views. The functions and triggers are in the repeatable files
-- alongside this one.

-- ================================================================ Jobs

-- Three tables hold the truth about a job; a message in RabbitMQ is only a pointer to it. live_jobs has everything
-- that changes while a job waits and runs: its row is deleted when the job ends. ended_jobs has its end. job_data has
-- what was submitted, for as long as the job is kept. People and tools read the view jobs.

-- The submitted values, written once. The indexes that people search by are here, so that no change of a waiting or
-- running job has to keep them up to date.
CREATE TABLE job_data (
  -- Sorts by the time of the submit (UUID version 7)
  id                       uuid        NOT NULL,
  type                     text        NOT NULL,
  -- The version of the type when the job was submitted; 1 from submitters that do not know versions
  version                  integer     NOT NULL DEFAULT 1 CONSTRAINT job_data_version_check CHECK (version >= 1),
  routing_key              text        NOT NULL,
  priority                 smallint    NOT NULL CONSTRAINT job_data_priority_check CHECK (priority BETWEEN 0 AND 3),
  max_attempts             integer     NOT NULL CONSTRAINT job_data_max_attempts_check CHECK (max_attempts >= 1),
  item_id                  text,
  submitted_by             text        NOT NULL,
  submitted_at             timestamptz NOT NULL DEFAULT now(),
  -- The schedule that submitted the job; null if none did
  schedule                 text,
  -- The workflow that the job belongs to; null if it belongs to none
  workflow_id              uuid,
  -- The key that the job is limited by: a value of the payload, or '' if its type has only overall limits. Null for
  -- jobs without limits. Jobs with a key are not published: workers claim them from the table.
  limit_key                text,
  -- What the job counts for rates of costs: a value of the payload. Null if its type has no such rates.
  cost                     bigint,
  -- The key of the line that the job waits in: a value of the payload, or '' if all jobs of its type wait in one line.
  -- Null for jobs that wait for no others.
  order_key                text,
  -- The unique key, which no other job may have at the same time; null if there is none. unique_keys says whether the
  -- job still has it.
  unique_key               text,
  -- The key is kept for this scope: until_started, until_ended, unless_failed or until_deleted ...
  unique_scope             text
    CONSTRAINT job_data_unique_scope_check
    CHECK (unique_scope IN ('until_started', 'until_ended', 'unless_failed', 'until_deleted')),
  -- ... and at least until this time
  unique_until             timestamptz,
  -- The value that the bound on waiting jobs counts the job under: one of the payload, or '' if the bound is for all
  -- jobs of the type. Null for types without a bound when it was submitted.
  backlog_key              text,
  -- The time that its first attempt must start in, counted from its due time; null if there is none, or start_before
  -- was given
  start_within_millis      bigint,
  -- The time that its first attempt must start before, as of the submit; null if there is none, or it is not due yet
  -- because it waits for others
  start_before             timestamptz,
  -- The time that the job is kept after its end
  retention_seconds        bigint      NOT NULL,
  -- The same if it fails or is cancelled; null if that makes no difference
  failed_retention_seconds bigint,
  -- Its headers: an object of strings; null if it has none. job_headers has the same, for searches.
  headers                  jsonb,
  -- The trace context of the submit: a traceparent as defined by the W3C's Trace Context, and after a space a
  -- tracestate if there is one. Null if it is not traced.
  trace_context            text,
  -- The rules for running jobs of an external type, recorded by the submitter because workers in other languages do
  -- not know them: {"timeoutMillis": ..., "retryDelaysMillis": [...], "retryJitter": ..., "maxResultBytes": ...,
  -- "maxLogDataBytes": ..., "maxLogLines": ..., "maxEmittedBytes": ..., "maxEmittedValues": ...}. Null for all other types.
  external_policy          json,
  -- json, not jsonb: it keeps every value exactly as it was written (negative zero, U+0000, key order)
  payload                  json        NOT NULL,
  PRIMARY KEY (type, id)
) WITH (
  autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);

-- All are unique, because ids are. So the planner knows that each job is found once, and reads them in the order of
-- their ids. Each has a condition that searches by its first column meet, and look-ups of a job by type and id do
-- not: otherwise the planner might search the whole index for the id, which costs as little as the primary key while
-- the table is empty. Most jobs have no workflow and no limit_key, and pay nothing for these indexes.
CREATE UNIQUE INDEX job_data_by_submitter ON job_data (submitted_by, id) WHERE submitted_by IS NOT NULL;
CREATE UNIQUE INDEX job_data_by_item ON job_data (item_id, id) WHERE item_id IS NOT NULL;
CREATE UNIQUE INDEX job_data_by_limit_key ON job_data (limit_key, id) WHERE limit_key IS NOT NULL;
CREATE UNIQUE INDEX job_data_by_workflow ON job_data (workflow_id, id) WHERE workflow_id IS NOT NULL;

-- The headers of jobs, a row for each: people find the jobs with a certain value, in the order of their ids. An index
-- of job_data could not have that order (see decision 0072). Written and deleted together with the headers in job_data;
-- jobs without headers have no rows.
CREATE TABLE job_headers (
  name  text NOT NULL,
  value text NOT NULL,
  id    uuid NOT NULL,
  type  text NOT NULL,
  PRIMARY KEY (name, value, id)
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02);

-- Waiting and running jobs. No index has a column, or a condition on one, that changes when a pointer is published or
-- when an attempt starts: so PostgreSQL writes the new version of the row into the same page and leaves the indexes
-- alone (https://www.postgresql.org/docs/current/storage-hot.html). The fill factor keeps room for these versions.
-- The values that every claim needs are repeated from job_data; a claim reads only the rest from there.
CREATE TABLE live_jobs (
  id                       uuid        PRIMARY KEY,
  type                     text        NOT NULL,
  priority                 smallint    NOT NULL CONSTRAINT live_jobs_priority_check CHECK (priority BETWEEN 0 AND 3),
  -- Not run before this time
  run_at                   timestamptz NOT NULL DEFAULT now(),

  -- The columns that change most are together, so that the WAL need not contain the rest of the row
  status                   text        NOT NULL DEFAULT 'pending'
    CONSTRAINT live_jobs_status_check CHECK (status IN ('pending', 'queued', 'running')),
  -- Goes up by one with every claim; a worker may write only under the lease that it got with its claim
  lease                    bigint      NOT NULL DEFAULT 0,
  -- Started attempts that count against max_attempts; lost and released ones do not
  attempts                 integer     NOT NULL DEFAULT 0,
  -- Attempts whose worker was lost
  crashes                  integer     NOT NULL DEFAULT 0,
  -- While pending: when the relay publishes the pointer, unless the submitter has done it by then. While queued: when the
  -- broker had it.
  publish_at               timestamptz NOT NULL DEFAULT now(),
  -- While queued: the message that carries the pointer, and maybe those of other jobs; null if it is the job's own. The
  -- messages that should be in a queue are counted by it.
  message_id               uuid,
  started_at               timestamptz,
  worker_id                text,
  progress                 smallint    NOT NULL DEFAULT 0
    CONSTRAINT live_jobs_progress_check CHECK (progress BETWEEN 0 AND 100),
  progress_message         text,
  -- The time since the job has been parked, because its pointer reached workers that do not know its type or its
  -- version; null once it has been claimed
  parked_at              timestamptz,
  cancel_requested_at      timestamptz,
  -- The failure of the last attempt; null if it did not fail
  error_reason             text,
  error_class              text,
  error_message            text,

  -- As in job_data; higher once code of a newer version has recorded a step of the job, because older code cannot
  -- read that
  version                  integer     NOT NULL DEFAULT 1 CONSTRAINT live_jobs_version_check CHECK (version >= 1),
  -- As in job_data
  max_attempts             integer     NOT NULL CONSTRAINT live_jobs_max_attempts_check CHECK (max_attempts >= 1),
  retention_seconds        bigint      NOT NULL,
  failed_retention_seconds bigint,
  routing_key              text        NOT NULL,
  workflow_id              uuid,
  schedule                 text,
  limit_key                text,
  order_key                text,
  unique_key               text,
  unique_scope             text
    CONSTRAINT live_jobs_unique_scope_check
    CHECK (unique_scope IN ('until_started', 'until_ended', 'unless_failed', 'until_deleted')),
  unique_until             timestamptz,
  -- Whether workers in other languages run it: it has an external_policy
  is_external              boolean     NOT NULL DEFAULT false,
  -- The number of bytes of the payload in UTF-8, so that a claim can count them without reading it
  payload_bytes            integer     NOT NULL,
  -- As in job_data
  cost                     bigint,
  -- As in job_data, but with the due time that it has now. Both are null once an attempt has ended. No claim starts a
  -- job after start_before; maintenance ends it then as cancelled.
  start_within_millis      bigint,
  start_before             timestamptz,
  -- As in job_data
  backlog_key              text
) WITH (fillfactor = 45, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);

-- Jobs without limits, which workers claim and pointers are published for; running ones, too. With the type first, a
-- worker need not pass jobs for others; with the priority next, nor more urgent ones that are not yet due.
CREATE INDEX live_jobs_in_turn ON live_jobs (type, priority, run_at, id) WHERE parked_at IS NULL AND limit_key IS NULL;
-- The same for parked jobs
CREATE INDEX live_jobs_parked ON live_jobs (type, version) WHERE parked_at IS NOT NULL;
-- Those of them that are published again after a while
CREATE INDEX live_jobs_parked_external ON live_jobs (parked_at, id)
  WHERE parked_at IS NOT NULL AND is_external AND limit_key IS NULL;
-- Jobs that workers in other languages claim
CREATE INDEX live_jobs_external ON live_jobs (type, priority, run_at, id) WHERE is_external AND limit_key IS NULL;
-- Under limits: from each key to the next, and for each key the most urgent first
CREATE INDEX live_jobs_limited ON live_jobs (type, limit_key, priority, run_at, id) WHERE limit_key IS NOT NULL;
-- To find when the first job of a type with limits is due, and which of its keys have due jobs
CREATE INDEX live_jobs_limited_due ON live_jobs (type, run_at) WHERE limit_key IS NOT NULL;
-- Jobs that a bound counts while they wait, in the order of their submission; running ones, too
CREATE INDEX live_jobs_backlog ON live_jobs (type, backlog_key, id) WHERE backlog_key IS NOT NULL;
-- Jobs that must start before a time; those whose first attempt runs, too
CREATE INDEX live_jobs_expiring ON live_jobs (start_before, id) WHERE start_before IS NOT NULL;
-- The runs of a schedule that have not ended
CREATE INDEX live_jobs_scheduled ON live_jobs (schedule) WHERE schedule IS NOT NULL;

-- Ended jobs, with the last attempt of each. Rows are never changed: a retried job is in live_jobs again, and its
-- last attempt in earlier_attempts.
CREATE TABLE ended_jobs (
  id                  uuid        PRIMARY KEY,
  type                text        NOT NULL,
  status              text        NOT NULL
    CONSTRAINT ended_jobs_status_check CHECK (status IN ('completed', 'failed', 'cancelled')),
  lease               bigint      NOT NULL,
  attempts            integer     NOT NULL,
  crashes             integer     NOT NULL,
  run_at              timestamptz NOT NULL,
  finished_at         timestamptz NOT NULL,
  -- The time until which it is kept
  delete_at           timestamptz NOT NULL,
  workflow_id         uuid,
  -- Of those that did not complete: people look for these by their submitter
  submitted_by        text,
  cancel_requested_at timestamptz,
  progress            smallint    NOT NULL,
  progress_message    text,
  result              json,
  -- The version of the type's result when the outcome was recorded
  result_version      integer,

  -- The last attempt, if there was one; the outcome is null if the job did not end with an attempt
  worker_id           text,
  started_at          timestamptz,
  outcome             text
    CONSTRAINT ended_jobs_outcome_check
    CHECK (outcome IN ('completed', 'failed', 'timed_out', 'cancelled', 'snoozed', 'suspended', 'released', 'lost')),
  -- The failure; null if it did not fail
  error_reason        text,
  error_class         text,
  error_message       text,
  stack               text,
  -- The same for failures of the same kind
  fingerprint         text
) WITH (
  autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);

-- Jobs that retention deletes; those of a workflow are deleted with it
CREATE INDEX ended_jobs_deletable ON ended_jobs (delete_at) WHERE workflow_id IS NULL;
-- To read jobs that have ended recently. Times only go up, so that every entry goes to the last page of the index.
CREATE INDEX ended_jobs_by_time ON ended_jobs (finished_at);
-- Few jobs among many that have ended: to find them by their status, and by their type, their submitter or their failure
CREATE INDEX ended_jobs_failed ON ended_jobs (status, id) WHERE status IN ('failed', 'cancelled');
CREATE INDEX ended_jobs_failed_by_type ON ended_jobs (type, status, id) WHERE status IN ('failed', 'cancelled');
CREATE INDEX ended_jobs_failed_by_submitter ON ended_jobs (submitted_by, status, id) WHERE status IN ('failed', 'cancelled');
CREATE INDEX ended_jobs_by_fingerprint ON ended_jobs (fingerprint, id) WHERE fingerprint IS NOT NULL;
-- Jobs that the health report counts
CREATE INDEX ended_jobs_failed_lately ON ended_jobs (finished_at) WHERE status = 'failed';

-- The unique keys and their jobs. When the scope and the period of a key have ended, or the job is deleted, the row
-- is deleted.
CREATE TABLE unique_keys (
  unique_key   text        PRIMARY KEY,
  job_id       uuid        NOT NULL,
  -- As in job_data; null once that has passed, and the scope keeps the key
  unique_until timestamptz
) WITH (autovacuum_vacuum_scale_factor = 0.02);

-- Whose time has passed
CREATE INDEX unique_keys_until ON unique_keys (unique_until) WHERE unique_until IS NOT NULL;

-- ================================================================ Claims

-- The jobs of each claim, and its worker: so the jobs of a worker are found without an index on live_jobs that every
-- claim would change. A worker's heartbeat deletes the rows whose jobs have all ended.
CREATE TABLE claims (
  worker_id  text        NOT NULL,
  claimed_at timestamptz NOT NULL,
  job_ids    uuid[]      NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.02);

CREATE INDEX claims_by_worker ON claims (worker_id);

-- The running jobs under limits, to be counted: a row for each job from the start of its attempt to the end
CREATE TABLE limited_runs (
  type      text NOT NULL,
  limit_key text NOT NULL,
  job_id    uuid NOT NULL,
  PRIMARY KEY (type, limit_key, job_id)
) WITH (autovacuum_vacuum_scale_factor = 0.02);

-- ================================================================ Lines
-- Jobs of a type with the same order_key run one after another. Only one of them is open: it is due at its own time,
-- like a job without a line. All others are not due, whatever their own times are (time_in_line).

-- The waiting and running jobs of all lines. Whoever changes a row has locked the job in live_jobs.
CREATE TABLE job_lines (
  -- The name of the type today, so that jobs submitted under earlier names are in the same line
  type      text        NOT NULL,
  order_key text        NOT NULL,
  -- Increases in the order of the commits of the transactions that submitted the jobs
  number    bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
  job_id    uuid        NOT NULL CONSTRAINT job_lines_job UNIQUE,
  -- The job's own time: it is not due before
  due_at    timestamptz NOT NULL,
  -- Whether it is the one that may start, or runs
  is_open   boolean     NOT NULL DEFAULT false,
  -- Whether later jobs may run while it waits for its own time
  lets_pass boolean     NOT NULL DEFAULT false,
  PRIMARY KEY (type, order_key, number)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);

-- At most one in each line. An expression, so that a look-up of the open job cannot use the primary key, which would
-- read the whole line if none is open. Names of types have no spaces.
CREATE UNIQUE INDEX job_lines_open ON job_lines ((type || ' ' || order_key)) WHERE is_open;
-- To find the lines whose first job waits for its time, for people
CREATE INDEX job_lines_holding ON job_lines (type, due_at) WHERE is_open AND NOT lets_pass;

-- The jobs that a running transaction has put into lines, until they are numbered when it commits: other transactions
-- never see a row
CREATE UNLOGGED TABLE new_in_lines (
  transaction bigint      NOT NULL,
  id          bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
  -- Null for a row that only says that nothing else is left to do before the commit
  job_id      uuid,
  type        text,
  order_key   text,
  due_at      timestamptz,
  -- Whether nothing will number the jobs of the transaction unless this row sees to it
  is_first    boolean     NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);

CREATE INDEX new_in_lines_by_transaction ON new_in_lines (transaction, job_id);

-- The lines whose next job may be able to start: some process looks at them soon
CREATE TABLE lines_to_advance (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  type      text   NOT NULL,
  order_key text   NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);

-- A job that waits for a worker, whose row is locked
CREATE TYPE waiting_job AS (
  id       uuid,
  -- Where its row is, which does not change while it is locked
  place    tid,
  priority smallint,
  run_at   timestamptz,
  -- The number of bytes of the payload
  bytes    integer,
  -- Whether the worker knows its type and version
  is_known boolean
);

-- The result of a claim for a waiting job. If it was claimed, it has a lease, and everything that a worker needs to
-- run it. A row without an id has the time where the next claim should start to read its index; without such a row,
-- it should start at the beginning.
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
  -- The time that it had been due when it was claimed
  waited_millis   bigint,
  -- Null for a job that a Java worker runs
  external_policy json,
  read_from       timestamptz[],
  headers         jsonb
);

-- Jobs that had pointers, but that nobody could claim because their rows were locked. Their pointers are
-- acknowledged, so somebody has to publish others. A job may be noted several times: a key would make claims wait for
-- each other.
CREATE TABLE skipped_jobs (
  id       bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  job_id   uuid        NOT NULL,
  noted_at timestamptz NOT NULL DEFAULT now()
);

-- ================================================================ Attempts and logs
-- They have no foreign key: checking for each row that its job exists took a third of the time of recording an
-- outcome, and the statement that records it has just found the job. Retention deletes a job, its attempts and its
-- log together.

-- One row for each attempt that has ended, except the last one of an ended job, which is in ended_jobs. The view job_attempts has
-- all of them.
CREATE TABLE earlier_attempts (
  job_id        uuid        NOT NULL,
  lease         bigint      NOT NULL,
  attempt       integer     NOT NULL,
  worker_id     text        NOT NULL,
  started_at    timestamptz NOT NULL,
  finished_at   timestamptz NOT NULL,
  outcome       text        NOT NULL
    CONSTRAINT earlier_attempts_outcome_check
    CHECK (outcome IN ('completed', 'failed', 'timed_out', 'cancelled', 'snoozed', 'suspended', 'released', 'lost')),
  -- The reason that it counts as failed; null if it does not
  error_reason  text,
  error_class   text,
  error_message text,
  stack         text,
  -- The same for failures of the same kind
  fingerprint   text,
  PRIMARY KEY (job_id, lease)
);

-- Jobs by one of their failures
CREATE INDEX earlier_attempts_by_fingerprint ON earlier_attempts (fingerprint, job_id) WHERE fingerprint IS NOT NULL;
-- As of ended_jobs
CREATE INDEX earlier_attempts_by_time ON earlier_attempts (finished_at);

CREATE TABLE job_logs (
  id        bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  job_id    uuid        NOT NULL,
  attempt   integer     NOT NULL,
  level     text        NOT NULL
    CONSTRAINT job_logs_level_check CHECK (level IN ('debug', 'info', 'warn', 'error')),
  message   text        NOT NULL,
  data      json,
  logged_at timestamptz NOT NULL,
  -- Of a value that the job has emitted, which is in data: the lease of the run that emitted it, its number among the
  -- values of that run, and the version of the type that it was written for. Null for a line.
  lease     bigint,
  number    integer,
  version   integer,
  CONSTRAINT job_logs_emitted_check CHECK (
    num_nulls(lease, number, version) = 3 OR num_nulls(lease, number, version, data) = 0)
);

-- A value that is written again, because the answer to the first write was lost, is kept once. Lines are not in it.
CREATE UNIQUE INDEX job_logs_emitted ON job_logs (job_id, lease, number) WHERE number IS NOT NULL;

CREATE INDEX job_logs_by_job ON job_logs (job_id, id);

-- The jobs that processes await at the moment: a hint for whoever changes one, so that it notifies them. A process
-- notes again what it still awaits, so nothing is lost if the table is emptied by a crash.
CREATE UNLOGGED TABLE awaited_jobs (
  job_id       uuid        NOT NULL,
  -- The process
  awaited_by   uuid        NOT NULL,
  -- Whether it follows all that happens to the job, not only its end
  wants_events boolean     NOT NULL,
  -- When the note no longer counts, unless it is made again
  until        timestamptz NOT NULL,
  PRIMARY KEY (job_id, awaited_by)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);

CREATE INDEX awaited_jobs_until ON awaited_jobs (until);

-- ================================================================ Steps, signals and cursors
-- What a job has recorded, for its next attempts. Like attempts and logs, these rows are deleted with the job, and
-- have no foreign key: a record is written only while the row of the job, with the lease of the attempt, is locked.

-- The steps, waits, sleeps and tokens of jobs
CREATE TABLE job_steps (
  job_id     uuid        NOT NULL,
  -- Of the step or the wait, or 'token:' and the name of the signal
  name       text        NOT NULL,
  -- The key of the round of a loop; '' for none
  step_key   text        NOT NULL DEFAULT '',
  kind       text        NOT NULL
    CONSTRAINT job_steps_kind_check CHECK (kind IN ('step', 'wait', 'sleep', 'token')),
  state      text        NOT NULL
    CONSTRAINT job_steps_state_check
    CHECK (state IN ('begun', 'failed', 'in_doubt', 'not_done', 'waiting', 'done', 'timed_out', 'open')),
  -- The version of the job type in the code that wrote the row last
  version    integer     NOT NULL CONSTRAINT job_steps_version_check CHECK (version >= 1),
  -- The lease of the attempt that wrote the row last; a person's decision leaves it as it is
  lease      bigint      NOT NULL,
  -- The position among the records of the job, in the order they began
  number     integer     NOT NULL,
  -- The failed attempts of a step that has its own attempts
  attempts   integer     NOT NULL DEFAULT 0,
  started_at timestamptz NOT NULL,
  ended_at   timestamptz,
  -- The time when a wait or a sleep ends at the latest; null for no maximum
  until      timestamptz,
  -- The names of the signals that end a wait; null for everything else
  signals    text[],
  -- The signal that ended the wait
  signal_id  text,
  -- The result of a step; the secret of a token
  result     json,
  -- The last error of a step that has failed, or the question for a person
  message    text,
  PRIMARY KEY (job_id, name, step_key)
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);

-- What a job waits for. Steps are in neither index, except the few that may not be repeated, until they are done.
CREATE INDEX job_steps_waiting ON job_steps (job_id) WHERE state IN ('waiting', 'in_doubt');
-- Steps that are in doubt, unless the attempt that has begun them is running
CREATE INDEX job_steps_doubtful ON job_steps (started_at, job_id) WHERE state IN ('begun', 'in_doubt');

-- The signals that were sent to jobs
CREATE TABLE job_signals (
  job_id       uuid        NOT NULL,
  -- Given by the sender, so that the same event is not stored twice
  id           text        NOT NULL,
  -- Increases in the order they were sent
  number       bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
  name         text        NOT NULL,
  -- The key of the wait that it ends; '' for none
  step_key     text        NOT NULL DEFAULT '',
  -- The version of the signal's shape
  version      integer     NOT NULL DEFAULT 1 CONSTRAINT job_signals_version_check CHECK (version >= 1),
  payload      json        NOT NULL,
  sent_by      text        NOT NULL,
  sent_at      timestamptz NOT NULL DEFAULT now(),
  -- The time when it ended a wait
  delivered_at timestamptz,
  -- The reason that it cannot be delivered: it is unreadable, or does not meet its constraints
  error        text,
  -- Whether nobody has looked yet if it wakes its job
  is_new       boolean     NOT NULL DEFAULT true,
  PRIMARY KEY (job_id, id)
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);

-- Those that a job may take, oldest first
CREATE INDEX job_signals_undelivered ON job_signals (job_id, number) WHERE delivered_at IS NULL;
-- The oldest of all jobs, for the health report
CREATE INDEX job_signals_waiting ON job_signals (sent_at) WHERE delivered_at IS NULL;
-- For maintenance, which looks at those that a transaction of a caller has sent
CREATE INDEX job_signals_new ON job_signals (number) WHERE is_new;

-- A job that a signal has woken: its pointer, and whether that has to be published
CREATE TYPE woken_job AS (
  id           uuid,
  type         text,
  routing_key  text,
  priority     smallint,
  lease        bigint,
  is_external  boolean,
  is_published boolean
);

-- How far a handler got, in its own terms: the last value that it has saved
CREATE TABLE job_cursors (
  job_id   uuid        PRIMARY KEY,
  version  integer     NOT NULL CONSTRAINT job_cursors_version_check CHECK (version >= 1),
  lease    bigint      NOT NULL,
  value    json        NOT NULL,
  saved_at timestamptz NOT NULL
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);

-- ================================================================ Workers

-- One row for each worker; a worker whose heartbeat is old is lost, and its jobs are given to others
CREATE TABLE workers (
  id           text        PRIMARY KEY,
  -- The role that registered the worker; null for a Java worker, which no role can touch
  role         text,
  host         text        NOT NULL,
  process_id   bigint      NOT NULL,
  -- The process of a Java worker. Host name and process id are not enough: many containers have the same ones. Null
  -- for workers in other languages.
  process      uuid,
  -- The job types that a Java worker runs, by all of their names, for the health report. Empty for others: they may claim the
  -- types that their role was granted.
  types        text[]      NOT NULL DEFAULT '{}',
  -- The newest version that it knows of each of these, in their order. Others pass what they know with each claim.
  versions     integer[]   NOT NULL DEFAULT '{}'
    CONSTRAINT workers_versions_check CHECK (cardinality(versions) = cardinality(types)),
  concurrency  integer     NOT NULL,
  -- The generated class of the module whose handlers a Java worker runs; null for others
  module       text,
  -- The version of its application, if that has one
  application_version text,
  -- The description of its build, for the check of rollouts, in the form of META-INF/tenon/*.module.json
  build        json,
  started_at   timestamptz NOT NULL DEFAULT now(),
  heartbeat_at timestamptz NOT NULL DEFAULT now(),
  -- The time when somebody stopped it from claiming; null otherwise
  quieted_at   timestamptz,
  -- The time since when a quieted Java worker has had nothing left to do, as it says itself with its heartbeats
  drained_at   timestamptz,
  -- The key of the advisory lock that a session of its process holds as long as it lasts; null if there is no such
  -- session. No two sessions have the same key.
  session_key  bigint,
  -- The port of its process, which refuses connections once the process has ended: a token, the number, the host and
  -- its addresses. Null if there is no session.
  liveness_port text
) WITH (fillfactor = 50);

-- The types of jobs that a role may claim. The owner writes it, with grant_worker and revoke_worker.
CREATE TABLE worker_grants (
  role text NOT NULL,
  type text NOT NULL,
  PRIMARY KEY (role, type)
);

-- The types of jobs that a role may submit, read and cancel by functions. The owner writes it, with grant_submitter and
-- revoke_submitter.
CREATE TABLE submitter_grants (
  role text NOT NULL,
  type text NOT NULL,
  PRIMARY KEY (role, type)
);

-- Jobs of one type that somebody submits together. Each array has an element for each job.
CREATE TYPE submitted_jobs AS (
  type             text,
  -- job_types.submission
  rules            jsonb,
  -- Whether anything limits the type now
  is_limited       boolean,
  ids              uuid[],
  payloads         text[],
  bytes            integer[],
  unique_keys      text[],
  limit_keys       text[],
  order_keys       text[],
  backlog_keys     text[],
  costs            bigint[],
  version          integer,
  priority         smallint,
  has_own_priority boolean,
  max_attempts     integer,
  item_id          text,
  submitted_by     text,
  delay_millis     bigint,
  run_at           timestamptz,
  within_millis    bigint,
  start_before     timestamptz,
  headers          jsonb,
  trace_context    text
);

-- The leader, which does maintenance. The token goes up with every change of leader.
CREATE TABLE leaders (
  name       text        PRIMARY KEY,
  holder     text        NOT NULL,
  token      bigint      NOT NULL,
  expires_at timestamptz NOT NULL,
  -- The session and the port of its process, as in workers
  session_key   bigint,
  liveness_port text
);

-- The tasks of the leader, and when they were last done
CREATE TABLE maintenance_tasks (
  name            text        PRIMARY KEY,
  interval_millis bigint      NOT NULL,
  last_run_at     timestamptz NOT NULL,
  last_error      text
);

-- ================================================================ Types and limits

-- The settings for all jobs of a type
CREATE TABLE job_types (
  type                                   text        PRIMARY KEY,
  -- Earlier names of the type: its settings apply to jobs of these names, too
  aliases                                text[]      NOT NULL DEFAULT '{}',
  -- The RabbitMQ queues, for processes that publish jobs of the type without knowing it: by routing key, of the type
  -- and of its earlier names, such as {"jobs.widget.process": "jobs.com.example.PlmJobs"}
  queues                                 jsonb       NOT NULL DEFAULT '{}',
  -- The parts of payloads and results that people do not get to see: for each declared version of the type, an array
  -- of paths, such as {"2": ["/payload/iban", "/result/token"]}. Those of earlier versions stay, because jobs with
  -- these are kept.
  sensitive                              jsonb       NOT NULL DEFAULT '{}',
  -- The names of the signals that its handlers await, as the workers with the newest code declare them; null while no
  -- worker has registered
  signals                                text[],
  -- The version of the type in that code
  signals_version                        integer     NOT NULL DEFAULT 0,
  -- The parts of step results, signals and cursors that people do not get to see, as in sensitive:
  -- {"2": ["/steps/charge/iban", "/signals/order.paid/token", "/cursor/name"]}
  sensitive_steps                        jsonb       NOT NULL DEFAULT '{}',
  -- What submitters need that do not know the declaration, of the newest version that an application has recorded; null
  -- if none has: {"version": ..., "versions": [...], "routingKey": ..., "maxPayloadBytes": ..., "retentionSeconds": ...,
  -- "failedRetentionSeconds": ..., "startWithinMillis": ..., "externalPolicy": ..., "unique": {"by": [...], "scope": ...,
  -- "periodMillis": ..., "onDuplicate": ..., "isHashed": ...}, "limitBy": ..., "orderBy": ..., "backlogBy": ..., "refusal": ...}. A
  -- component that keys are made of is {"property": ..., "form": ...}, or {"component": ...} if only Java can make them; ''
  -- stands for all jobs of the type. All but the first five are left out where they do not apply.
  submission                             jsonb,

  -- As the application that was started last declares it; 0 and '' mean no limit. Rates are amounts in windows of
  -- seconds, of jobs or of their costs: '10/1 200000:tokens/60'.
  max_concurrent                         integer     NOT NULL DEFAULT 0,
  rates                                  text        NOT NULL DEFAULT '',
  max_concurrent_per_key                 integer     NOT NULL DEFAULT 0,
  rates_per_key                          text        NOT NULL DEFAULT '',
  -- The component of the payload whose values are the keys; null if there is none
  limit_by                               text,
  -- The component of the payload that is the cost of a job; null if no rates count costs
  cost_by                                text,
  -- The component of the payload whose values are the keys of lines; '' if all jobs wait in one line, null if the jobs
  -- have no order
  order_by                               text,
  -- Whether jobs in a line that wait for their next attempt, or for their time, let later ones pass
  lets_pass                              boolean     NOT NULL DEFAULT false,
  -- The components of the payload whose values make its jobs unique; null if there are none
  unique_by                              text,
  priority                               smallint    NOT NULL DEFAULT 1
    CONSTRAINT job_types_priority_check CHECK (priority BETWEEN 0 AND 3),
  max_attempts                           integer     NOT NULL DEFAULT 1
    CONSTRAINT job_types_max_attempts_check CHECK (max_attempts >= 1),
  -- The number of jobs that may wait, in all or of each key; 0 is any number
  max_waiting                            integer     NOT NULL DEFAULT 0,
  -- The component of the payload whose values are the keys; null if there is none
  waiting_by                             text,
  when_full                              text        NOT NULL DEFAULT 'refuse'
    CONSTRAINT job_types_when_full_check CHECK (when_full IN ('refuse', 'drop_oldest')),

  -- The operator's values instead of these; null where the declaration applies
  override_max_concurrent                integer,
  override_rates                         text,
  override_max_concurrent_per_key        integer,
  override_rates_per_key                 text,
  override_priority                      smallint
    CONSTRAINT job_types_override_priority_check CHECK (override_priority BETWEEN 0 AND 3),
  override_max_attempts                  integer
    CONSTRAINT job_types_override_max_attempts_check CHECK (override_max_attempts >= 1),
  override_max_waiting                   integer,
  overridden_at                          timestamptz,
  overridden_by                          text,
  override_reason                        text,

  -- The keys that get larger shares of the turns than others, with their weights: {"acme": 3}. Null if none does.
  key_weights                            jsonb,

  -- The time since no job of the type is started, who has decided that, and why
  paused_at                              timestamptz,
  paused_by                              text,
  pause_reason                           text,

  -- Whether anything limits the type, as declared or as set by operators, or its keys take turns: then its jobs have
  -- a limit_key
  is_limited                             boolean     NOT NULL GENERATED ALWAYS AS (
    coalesce(override_max_concurrent, max_concurrent) > 0
    OR coalesce(override_rates, rates) <> ''
    OR coalesce(override_max_concurrent_per_key, max_concurrent_per_key) > 0
    OR coalesce(override_rates_per_key, rates_per_key) <> ''
    OR limit_by IS NOT NULL) STORED,
  -- The key that was served last: the one after it is next, unless its turn is not over ...
  last_key                               text        NOT NULL DEFAULT '',
  -- ... because it has a weight, and some jobs of its share are left
  turn_left                              integer     NOT NULL DEFAULT 0
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

-- Types that were renamed
CREATE INDEX job_types_renamed ON job_types (type) WHERE aliases <> '{}';
-- Types whose jobs no worker may claim without a limit_key
CREATE INDEX job_types_barred ON job_types (type) WHERE paused_at IS NOT NULL OR is_limited;

-- The starts that count for rates: those of a type, or of one of its keys, in a fiftieth of a window
CREATE TABLE limited_starts (
  type       text        NOT NULL,
  -- Whether they count for the rates of their key; if not, for those of the whole type, and limit_key is ''
  of_key     boolean     NOT NULL,
  limit_key  text        NOT NULL,
  -- Whether their costs are counted, and not the jobs
  of_costs   boolean     NOT NULL,
  -- The length of the window
  seconds    integer     NOT NULL,
  -- The time when none of them counts any longer, however late in their fiftieth they were
  expires_at timestamptz NOT NULL,
  -- The last of them: they count until a window after it
  last_at    timestamptz NOT NULL,
  -- Their number, or their costs together
  units      bigint      NOT NULL,
  PRIMARY KEY (type, of_key, limit_key, of_costs, seconds, expires_at)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

CREATE INDEX limited_starts_by_time ON limited_starts (expires_at);

-- ================================================================ Schedules

-- Schedules, which submit jobs at their times
CREATE TABLE job_schedules (
  -- A declared schedule has the name of its job type, followed by a colon and its own name if it has one
  name                     text        PRIMARY KEY,
  -- Whether the application declares it; if not, it was made at run time
  declared                 boolean     NOT NULL,

  -- Its timing: the times of a cron expression in a time zone, or a fixed delay after the end of the last run
  cron                     text,
  zone                     text,
  delay_millis             bigint
    CONSTRAINT job_schedules_delay_check CHECK (delay_millis BETWEEN 1000 AND 31536000000),
  overlap                  text        NOT NULL
    CONSTRAINT job_schedules_overlap_check CHECK (overlap IN ('skip', 'queue_one', 'allow', 'cancel_running')),
  catch_up_millis          bigint      NOT NULL,
  jitter_millis            bigint      NOT NULL,
  -- The end of the schedule: it has no runs at that time or later
  ends_at                  timestamptz,
  -- Null while a run of a schedule with a fixed delay has not ended, or its end was not seen yet; and if the next run
  -- would not be before the end of the schedule
  next_run_at              timestamptz,
  -- That run: the next one is counted from its end
  awaited_job_id           uuid,
  -- The time of a run that waits for an earlier one to end; null if none does
  waiting_run_at           timestamptz,

  -- Everything that a job needs, so that a process that does not know the type can submit it
  type                     text        NOT NULL,
  version                  integer     NOT NULL,
  routing_key              text        NOT NULL,
  priority                 smallint    NOT NULL
    CONSTRAINT job_schedules_priority_check CHECK (priority BETWEEN 0 AND 3),
  -- Whether the priority was set for this schedule; if not, it is that of the type, which operators may override
  has_own_priority         boolean     NOT NULL,
  payload                  json        NOT NULL,
  item_id                  text,
  submitted_by             text        NOT NULL,
  max_attempts             integer     NOT NULL,
  retention_seconds        bigint      NOT NULL,
  failed_retention_seconds bigint      NOT NULL,
  external_policy          json,
  -- Of its jobs; null if they have none
  headers                  jsonb,
  limit_key                text,
  cost                     bigint,
  order_key                text,
  -- As in job_data
  start_within_millis      bigint,
  backlog_key              text,

  -- Its history: the run that was submitted last, the one that was left out last, and the reason that none can be
  -- submitted
  last_run_at              timestamptz,
  last_job_id              uuid,
  left_out_at              timestamptz,
  error                    text,

  -- When the schedule was paused, by whom, and why
  paused_at                timestamptz,
  paused_by                text,
  pause_reason             text,
  -- When the application stopped declaring it. Such a row is not a schedule: it is kept only for its pause, which
  -- applies again when the declaration is back.
  withdrawn_at             timestamptz,
  -- Who is null if the application did it, by what it declares
  created_at               timestamptz NOT NULL DEFAULT now(),
  created_by               text,
  changed_at               timestamptz NOT NULL DEFAULT now(),
  changed_by               text,

  CONSTRAINT job_schedules_timing_check
    CHECK ((cron IS NULL) <> (delay_millis IS NULL) AND (cron IS NULL) = (zone IS NULL)),
  CONSTRAINT job_schedules_next_run_check
    CHECK (
      CASE
        WHEN awaited_job_id IS NOT NULL THEN next_run_at IS NULL AND delay_millis IS NOT NULL
        WHEN next_run_at IS NULL THEN ends_at IS NOT NULL
        ELSE ends_at IS NULL OR next_run_at < ends_at
      END),
  CONSTRAINT job_schedules_pause_check
    CHECK ((paused_at IS NULL) = (paused_by IS NULL) AND (paused_at IS NULL) = (pause_reason IS NULL)),
  CONSTRAINT job_schedules_withdrawn_check
    CHECK (withdrawn_at IS NULL OR (declared AND paused_at IS NOT NULL)),
  CONSTRAINT job_schedules_last_run_check CHECK ((last_run_at IS NULL) = (last_job_id IS NULL))
) WITH (fillfactor = 50);

CREATE INDEX job_schedules_due ON job_schedules (next_run_at) WHERE paused_at IS NULL;

-- ================================================================ Workflows

-- One row for each workflow. Its members are its jobs except the follow-ups, and the workflows that are its tasks.
CREATE TABLE workflows (
  id              uuid        PRIMARY KEY,
  name            text        NOT NULL,
  -- The workflow that it is a task of; null if it was submitted on its own
  parent_id       uuid,
  submitted_by    text        NOT NULL,
  submitted_at    timestamptz NOT NULL DEFAULT now(),

  -- What no other workflow of the same name may have, and for how long. Whether it has the key yet: the next one that
  -- is submitted takes the key if the scope of this one has ended.
  unique_key      text,
  unique_scope    text
    CONSTRAINT workflows_unique_scope_check CHECK (unique_scope IN ('until_ended', 'unless_failed', 'until_deleted')),
  has_key         boolean     NOT NULL DEFAULT false,
  -- Those of jobs that are made or added later; null if there are none
  headers         jsonb,

  -- Whether more members may come though all of them have ended
  is_open         boolean     NOT NULL,
  members         integer     NOT NULL DEFAULT 0,
  -- Members that have not ended
  unsettled       integer     NOT NULL DEFAULT 0,
  -- Members without an ended attempt
  unattempted     integer     NOT NULL DEFAULT 0,
  completed       integer     NOT NULL DEFAULT 0,
  failed          integer     NOT NULL DEFAULT 0,
  cancelled       integer     NOT NULL DEFAULT 0,
  -- Members that were not needed, or could no longer be started
  skipped         integer     NOT NULL DEFAULT 0,
  -- Failures since an ended job was retried, if any was, including jobs in workflows that are tasks of this one
  new_failures    integer     NOT NULL DEFAULT 0,
  -- Follow-ups that have not ended
  open_follow_ups integer     NOT NULL DEFAULT 0,
  -- Whether an attempt of each member has ended, and no more members come
  is_attempted    boolean     NOT NULL DEFAULT false,
  -- Null until all members have ended and no more come
  outcome         text
    CONSTRAINT workflows_outcome_check CHECK (outcome IN ('completed', 'failed', 'cancelled', 'skipped')),
  settled_at      timestamptz,

  -- The time since none of its jobs is started, who has decided that, and why
  paused_at       timestamptz,
  paused_by       text,
  pause_reason    text,

  -- The time until which its ended jobs are kept; separate from delete_at, whose index would change with each job
  kept_until      timestamptz,
  -- The time until which its last job is kept, once all have ended. All of them are deleted together.
  delete_at       timestamptz
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

CREATE INDEX workflows_by_parent ON workflows (parent_id) WHERE parent_id IS NOT NULL;
-- People look for those that are not tasks of others, newest first: by name, among those that have not ended, by
-- outcome
CREATE INDEX workflows_by_name ON workflows (name, id) WHERE parent_id IS NULL;
CREATE UNIQUE INDEX workflows_unique ON workflows (name, unique_key) WHERE has_key;
CREATE INDEX workflows_open ON workflows (id) WHERE parent_id IS NULL AND outcome IS NULL;
CREATE INDEX workflows_ended ON workflows (outcome, id) WHERE parent_id IS NULL AND outcome IS NOT NULL;
CREATE INDEX workflows_deletable ON workflows (delete_at)
  WHERE parent_id IS NULL AND outcome IS NOT NULL AND open_follow_ups = 0;

-- Tasks, which wait for others, or have a payload that is made from the results of others. A task is a job, or a
-- workflow with as many jobs as the results of others require.
CREATE TABLE workflow_tasks (
  -- Of the job or of the workflow
  id           uuid     PRIMARY KEY,
  workflow_id  uuid     NOT NULL,
  is_follow_up boolean  NOT NULL DEFAULT false,
  type         text     NOT NULL,
  -- The numbers of the edges that lead to it and are waiting or broken
  waits_for    integer  NOT NULL,
  broken       integer  NOT NULL DEFAULT 0,
  -- Whether it was released, because no edge waits or is broken
  is_released  boolean  NOT NULL DEFAULT false,
  -- Whether it was ended because an edge is broken
  is_stopped   boolean  NOT NULL DEFAULT false,
  delay_millis bigint   NOT NULL DEFAULT 0,
  -- The method that makes its payload; it has one job, or as many as there are payloads
  input        text,
  is_for_each  boolean  NOT NULL DEFAULT false,
  -- The draft that was given for its payload, with its version. A task with one job has it as the payload of the job,
  -- and here once the payload has been made. For a task with many jobs, also the template of each job.
  draft        json,
  version      integer  NOT NULL DEFAULT 1,
  item_id      text,
  priority     smallint,
  start_within_millis bigint,
  start_before timestamptz,
  -- The time when a process that knows the type can make the payload, past or future
  prepare_at   timestamptz,
  -- The failure of that, for a task that has no job to record it
  error        text
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);

CREATE INDEX workflow_tasks_by_workflow ON workflow_tasks (workflow_id);
-- Few tasks are follow-ups, so this index is small: asking it about a task reads a single page
CREATE INDEX workflow_tasks_following_up ON workflow_tasks (id) WHERE is_follow_up;
CREATE INDEX workflow_tasks_to_prepare ON workflow_tasks (prepare_at) WHERE prepare_at IS NOT NULL;

-- From a job or a workflow to a task that waits for it. An edge that leads to a workflow without a row in
-- workflow_tasks says what the whole workflow waits for: it stays as it is, and jobs that are added later get a copy
-- of it.
CREATE TABLE workflow_edges (
  predecessor uuid     NOT NULL,
  successor   uuid     NOT NULL,
  condition   text     NOT NULL
    CONSTRAINT workflow_edges_condition_check
    CHECK (condition IN ('succeeded', 'ended', 'not_skipped', 'failed', 'first_failure', 'all_attempted')),
  -- The number of the result that the payload is made from; null if it is none
  position    smallint,
  -- Whether it leads to a task of another workflow
  leads_out   boolean  NOT NULL,
  state       text     NOT NULL DEFAULT 'waiting'
    CONSTRAINT workflow_edges_state_check CHECK (state IN ('waiting', 'met', 'broken'))
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);

-- A result may be needed twice, and a task may wait for another whose result it needs
CREATE UNIQUE INDEX workflow_edges_key
  ON workflow_edges (predecessor, successor, condition, (coalesce(position, -1)));
CREATE INDEX workflow_edges_by_successor ON workflow_edges (successor);
CREATE INDEX workflow_edges_leading_out ON workflow_edges (predecessor) WHERE leads_out;

-- The changes of a running transaction, until they are settled: other transactions never see a row
CREATE UNLOGGED TABLE workflow_changes (
  transaction bigint      NOT NULL,
  workflow_id uuid        NOT NULL,
  -- The job, the nested workflow, or the workflow itself
  id          uuid        NOT NULL,
  is_member   boolean     NOT NULL,
  -- Its end before and its end now; null while it has not ended
  was         text,
  becomes     text,
  -- 1 if its first attempt has ended, -1 if that is reverted
  attempted   integer     NOT NULL,
  -- Whether it, or a job in it, has failed; and whether somebody retries it, or a job in it
  has_failed  boolean     NOT NULL DEFAULT false,
  is_retried  boolean     NOT NULL DEFAULT false,
  delete_at   timestamptz,
  -- Whether nothing will settle the transaction unless this row sees to it
  is_first    boolean     NOT NULL DEFAULT true
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);

CREATE INDEX workflow_changes_by_transaction ON workflow_changes (transaction);

-- ================================================================ Statistics and failures

-- The number of attempts that ended in a period of time, and their durations. Rolled up from job_attempts, a few
-- seconds late, in three resolutions: 60, 600 and 3600 seconds. The finer ones are kept for a shorter time.
CREATE TABLE job_statistics (
  step_seconds    integer     NOT NULL,
  at              timestamptz NOT NULL,
  -- As the jobs were submitted
  type            text        NOT NULL,
  outcome         text        NOT NULL,
  attempts        bigint      NOT NULL,
  -- The times from the start of an attempt to its end: total and maximum
  run_millis      bigint      NOT NULL,
  max_run_millis  bigint      NOT NULL,
  -- The times from the due time of a job to the start of its attempt
  wait_millis     bigint      NOT NULL,
  max_wait_millis bigint      NOT NULL,
  PRIMARY KEY (step_seconds, at, type, outcome)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);

-- The number of attempts that failed in the same way in an hour
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

-- The time until which attempts have been rolled up
CREATE TABLE job_statistics_state (
  only_row        boolean     PRIMARY KEY DEFAULT true CONSTRAINT job_statistics_state_check CHECK (only_row),
  rolled_up_until timestamptz NOT NULL
);

INSERT INTO job_statistics_state (rolled_up_until) VALUES (now());

-- ================================================================ Operations and audit

-- The changes that operators have made to many jobs together, one row for each operation. Its counts go up in the
-- transactions that change the jobs.
CREATE TABLE job_operations (
  id          uuid        PRIMARY KEY,
  kind        text        NOT NULL
    CONSTRAINT job_operations_kind_check
    CHECK (kind IN ('cancel', 'retry', 'delete', 'reprioritize', 'reschedule', 'move')),
  -- The value that the jobs are changed to; null if the kind says it all
  target      text,
  -- The jobs, in words
  query       text        NOT NULL,
  begun_by    text        NOT NULL,
  reason      text        NOT NULL,
  began_at    timestamptz NOT NULL DEFAULT now(),
  updated_at  timestamptz NOT NULL DEFAULT now(),
  ended_at    timestamptz,
  -- The reason that it ended before it had processed all jobs
  error       text,
  matched     bigint      NOT NULL,
  changed     bigint      NOT NULL DEFAULT 0,
  skipped     bigint      NOT NULL DEFAULT 0,
  -- Jobs whose rows others held until the end
  locked      bigint      NOT NULL DEFAULT 0,
  -- Of a bulk cancellation: the number of running jobs that were asked to stop. Their handlers decide what happens to
  -- them.
  asked_to_stop bigint    NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

-- The changes that people have made by hand. Each entry is written in the transaction of its change, and never
-- updated. Bulk operations also have their own records.
CREATE TABLE job_audit (
  id      bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at      timestamptz NOT NULL DEFAULT now(),
  done_by text        NOT NULL,
  -- Such as 'pause type'
  action  text        NOT NULL,
  -- Its target: the id of a job, the name of a type or of a schedule ...
  target  text        NOT NULL,
  reason  text,
  -- Its outcome; for a change that takes several transactions, that it was begun
  outcome text        NOT NULL
);

-- People read it from the newest entry on
CREATE INDEX job_audit_by_time ON job_audit (at, id);
CREATE INDEX job_audit_by_person ON job_audit (done_by, at, id);
CREATE INDEX job_audit_by_action ON job_audit (action, at, id);
CREATE INDEX job_audit_by_target ON job_audit (target, at, id);

-- ================================================================ Views

-- The states of all jobs, ended or not. Each part is a single table, so that PostgreSQL can look up a job in both.
CREATE VIEW job_states AS
SELECT
  l.id, l.type, l.workflow_id, l.status, l.lease, l.attempts, l.crashes, l.run_at, l.publish_at, l.message_id, l.parked_at,
  l.worker_id, l.started_at, NULL::timestamptz AS finished_at, NULL::timestamptz AS delete_at, l.cancel_requested_at,
  l.progress, l.progress_message, NULL::json AS result, NULL::integer AS result_version, l.error_reason, l.error_class,
  l.error_message, CASE WHEN l.status <> 'running' THEN l.start_before END AS start_before
FROM live_jobs l
UNION ALL
SELECT
  e.id, e.type, e.workflow_id, e.status, e.lease, e.attempts, e.crashes, e.run_at, NULL, NULL, NULL, e.worker_id,
  e.started_at, e.finished_at, e.delete_at, e.cancel_requested_at,
  e.progress, e.progress_message, e.result, e.result_version, e.error_reason, e.error_class, e.error_message, NULL
FROM ended_jobs e;

-- Jobs, for people and tools: what was submitted, and its state. The id is that of job_states, whose parts have it as
-- primary key: so a list of ids is looked up there.
CREATE VIEW jobs AS
SELECT
  s.id, s.type, d.version, d.routing_key, d.priority, d.item_id, d.submitted_by, d.submitted_at, d.schedule, d.workflow_id,
  d.trace_context, d.payload, s.result, s.result_version, s.status, s.run_at, s.publish_at, s.message_id, s.parked_at,
  s.cancel_requested_at, s.lease, s.worker_id, s.started_at, s.finished_at, s.attempts, d.max_attempts, s.crashes, s.progress,
  s.progress_message, s.error_reason, s.error_class, s.error_message, d.external_policy, d.limit_key, d.order_key, d.unique_key,
  d.unique_scope, d.unique_until, d.retention_seconds, d.failed_retention_seconds, s.delete_at, d.headers, s.start_before,
  d.cost
FROM job_states s JOIN job_data d ON d.type = s.type AND d.id = s.id;

-- Every attempt that has ended. The condition is outside: a part with its own condition could not be read in the
-- order of an index.
CREATE VIEW job_attempts AS
SELECT
  x.job_id, x.lease, x.attempt, x.worker_id, x.started_at, x.finished_at, x.outcome, x.error_reason, x.error_class,
  x.error_message, x.stack, x.fingerprint
FROM (
  SELECT
    a.job_id, a.lease, a.attempt, a.worker_id, a.started_at, a.finished_at, a.outcome, a.error_reason, a.error_class,
    a.error_message, a.stack, a.fingerprint
  FROM earlier_attempts a
  UNION ALL
  SELECT
    e.id, e.lease, CASE WHEN e.outcome IN ('snoozed', 'suspended', 'released', 'lost') THEN e.attempts + 1 ELSE e.attempts END, e.worker_id,
    e.started_at, e.finished_at, e.outcome, e.error_reason, e.error_class, e.error_message, e.stack, e.fingerprint
  FROM ended_jobs e) AS x
WHERE x.outcome IS NOT NULL;

-- ================================================================ Installation

-- The identity of this installation of Tenon. Pointers in RabbitMQ carry the id: two applications that share a
-- virtual host and a name prefix by mistake do not take each other's.
CREATE TABLE installation (
  id         uuid    PRIMARY KEY DEFAULT gen_random_uuid(),
  -- The number of days that entries of job_audit are kept; null keeps them forever
  audit_days integer DEFAULT 365 CONSTRAINT installation_audit_days_check CHECK (audit_days > 0)
);
-- At most one row
CREATE UNIQUE INDEX installation_one_row ON installation ((true));

INSERT INTO installation DEFAULT VALUES;
