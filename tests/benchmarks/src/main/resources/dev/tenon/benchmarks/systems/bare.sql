CREATE TABLE IF NOT EXISTS bare_jobs (
  id uuid PRIMARY KEY,
  status smallint NOT NULL DEFAULT 0,
  payload jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  ended_at timestamptz
);
CREATE TABLE IF NOT EXISTS bare_attempts (
  job_id uuid NOT NULL,
  attempt smallint NOT NULL,
  started_at timestamptz NOT NULL,
  ended_at timestamptz NOT NULL,
  PRIMARY KEY (job_id, attempt)
);
