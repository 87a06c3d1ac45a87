-- What people do not get to see of payloads and results.

-- Whoever waits for the lock of a table holds up everybody who comes later: rather give up, and try again
SET LOCAL lock_timeout = '2s';

-- For each version of the type that was declared, an array of paths, such as {"2": ["/payload/iban", "/result/token"]}.
-- Those of earlier versions stay, since jobs with these are kept.
ALTER TABLE job_types ADD COLUMN sensitive jsonb NOT NULL DEFAULT '{}';
