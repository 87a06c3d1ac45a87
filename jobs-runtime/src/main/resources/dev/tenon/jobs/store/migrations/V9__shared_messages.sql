-- Whoever waits for the lock of a table holds up everybody who comes later: rather give up, and try again
SET LOCAL lock_timeout = '2s';

-- While a job is queued: the message that carries its pointer, and maybe those of other jobs; null if it is
-- the job's own. The messages that should be in a queue are counted by it.
ALTER TABLE jobs ADD COLUMN message_id uuid;

-- What is compared with the queues, without reading anything else
CREATE INDEX jobs_queued ON jobs (routing_key, publish_at) WHERE status = 'queued';
