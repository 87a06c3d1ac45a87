-- Whoever waits for the lock of a table holds up everybody who comes later: rather give up, and try again
SET LOCAL lock_timeout = '2s';

-- How many days entries of job_audit are kept; null keeps them for ever
ALTER TABLE installation ADD COLUMN audit_days integer DEFAULT 365
  CONSTRAINT installation_audit_days_check CHECK (audit_days > 0);
