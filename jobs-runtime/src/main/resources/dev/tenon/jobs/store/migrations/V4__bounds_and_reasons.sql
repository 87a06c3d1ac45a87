-- Why an attempt counts as failed. Rows without a reason were written before there were reasons, or by a
-- worker in another language: they failed by the exception that error_class names.
ALTER TABLE jobs ADD COLUMN error_reason text;
ALTER TABLE job_attempts ADD COLUMN error_reason text;

-- How many bytes the payload has in UTF-8, so that a claim can count them without reading it; null for
-- jobs that were inserted before this was noted
ALTER TABLE jobs ADD COLUMN payload_bytes integer;

-- Since when workers pass the job over, because its pointer came to workers that do not know its type or
-- its version; null once it has been claimed
ALTER TABLE jobs ADD COLUMN set_back_at timestamptz;

-- What workers claim from the table, first what nobody has passed over
DROP INDEX jobs_claimable;
CREATE INDEX jobs_claimable ON jobs (priority DESC, run_at, id)
  WHERE status IN ('pending', 'queued') AND set_back_at IS NULL;
CREATE INDEX jobs_set_back ON jobs (type, version) WHERE status = 'pending' AND set_back_at IS NOT NULL;
